package security_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/audit"
	"regain/security/desk"
	"regain/security/notice"
	"regain/security/recovery"
	"regain/security/refusal"
	"regain/security/staff"
	"regain/security/ticket"
)

// aged is the open ticket of TestWorkTicket, an hour after it was opened.
func aged(k *security.Ticket) {
	k.OpenedAt, k.DueAt, k.Assignee = start.Add(-time.Hour), start.Add(23*time.Hour), "s-ben"
}

func TestWorkTicket(t *testing.T) {
	t.Parallel()
	const hour = time.Hour
	for name, row := range map[string]struct {
		work    desk.Work
		before  func(*security.Ticket)
		refused string // field and code
		status  ticket.Status
		due     time.Duration // after start
		more    func(*security.Ticket)
		kind    audit.Kind
		mails   int
	}{
		"answer": {work: desk.Work{Message: " Hi \r\n you "}, status: "pending", due: 24 * hour,
			kind: audit.TicketAnswered, mails: 1},
		"answer and solve": {work: desk.Work{Message: "Done", Status: "solved"}, status: "solved",
			due: 24 * hour, kind: audit.TicketAnswered, mails: 1},
		"answer and stay": {work: desk.Work{Message: "Wait", Status: "open"}, status: "open",
			due: 24 * hour, kind: audit.TicketAnswered, mails: 1},
		"answer what is solved": {work: desk.Work{Message: "Gladly"}, status: "solved",
			before: func(k *security.Ticket) { k.Status = "solved" }, due: 24 * hour,
			kind: audit.TicketAnswered, mails: 1},
		"comment": {work: desk.Work{Message: "Hm", Internal: true}, status: "open", due: 23 * hour,
			kind: audit.TicketCommented},
		"topic": {work: desk.Work{Topic: "phishing"}, status: "open", due: 9 * hour,
			more: func(k *security.Ticket) { k.Topic = "phishing" }, kind: audit.TicketChanged},
		"topic and answer": {work: desk.Work{Topic: "malware", Message: "Hi"}, status: "pending",
			due: 10 * hour, more: func(k *security.Ticket) { k.Topic = "malware" },
			kind: audit.TicketAnswered, mails: 1},
		"no topic": {work: desk.Work{Topic: desk.NoTopic}, status: "open", due: 23 * hour,
			before: func(k *security.Ticket) { k.Topic = "malware" },
			more:   func(k *security.Ticket) { k.Topic = "" }, kind: audit.TicketChanged},
		"department": {work: desk.Work{Department: "Trust & Safety"}, status: "open",
			due:  23 * hour,
			more: func(k *security.Ticket) { k.Department, k.Assignee = "Trust & Safety", "" },
			kind: audit.TicketChanged},
		"reopen": {work: desk.Work{Status: "open"}, status: "open", due: 24 * hour,
			before: func(k *security.Ticket) { k.Status = "solved" }, kind: audit.TicketChanged},
		"nothing": {work: desk.Work{Message: " ", Status: "open", Topic: desk.NoTopic,
			Department: "Customer Support"}, refused: "message nothing_changed"},
		"too long": {work: desk.Work{Message: strings.Repeat("ä", 4001)},
			refused: "message message_long"},
		"bad topic":  {work: desk.Work{Topic: "gossip"}, refused: "topic ticket_topic_unknown"},
		"bad status": {work: desk.Work{Status: "lost"}, refused: "status status_unknown"},
		"bad department": {work: desk.Work{Department: "Sales"},
			refused: "department department_unknown"},
		"answer with a bad move": {work: desk.Work{Message: "Hi", Status: "closed"},
			refused: "status status_illegal"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := sqliteWorld(t)
			w.account("u-1001", "ada", "ada@example.org")
			ben := w.member("ben", staff.RoleSupport)
			before := w.ticket("T-10", aged, func(k *security.Ticket) {
				if row.before != nil {
					row.before(k)
				}
			})
			err := w.Desk.WorkTicket(t.Context(), ben, "t-10", before.Version, row.work)
			want := before
			if row.refused != "" {
				var r *security.Refusal
				if !errors.As(err, &r) || r.Field+" "+string(r.Code) != row.refused {
					t.Errorf("got %v, want refusal %s", err, row.refused)
				}
			} else {
				w.must(err)
				want.Status, want.DueAt = row.status, start.Add(row.due)
				if row.work.Message != "" {
					want.Messages = 1
				}
				if row.more != nil {
					row.more(&want)
				}
				if want.Version++; row.work.Internal {
					want.Version--
				}
				if e := w.newest(); e.Kind != row.kind || e.Data["ticket"] != "T-10" {
					t.Errorf("event %+v", e)
				}
			}
			if diff := cmp.Diff(want, w.read("T-10")); diff != "" {
				t.Errorf("ticket (-want +got):\n%s", diff)
			}
			if mails := w.deliver(); len(mails) != row.mails {
				t.Errorf("mails %v, want %d", kinds(mails), row.mails)
			}
		})
	}
}

func TestAnswerIsMailed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.account("u-1001", "ada", "ada@example.org")
		ben := w.member("ben", staff.RoleSupport)
		k := w.ticket("T-10")
		// An address that came yesterday proves nothing: the answer goes to the one before it.
		day := w.Now().Add(-24 * time.Hour)
		w.commit(audit.AccountImported,
			security.RetireAddress{ID: "u-1001-a1", Account: "u-1001", At: day},
			security.AddAddress{Address: security.Address{ID: "a2", Account: "u-1001",
				Email: "new@example.net", Since: day, Origin: security.OriginTold}})
		w.must(w.Desk.WorkTicket(ctx, ben, "T-10", k.Version,
			desk.Work{Message: "It is <b>done</b>.",
				Status: ticket.Solved, Department: security.TrustSafety}))
		mails := w.deliver()
		want := notice.SupportReplied{Ticket: "T-10", Department: security.CustomerSupport,
			Text: "It is <b>done</b>.", At: w.Now(), Solved: true}
		if diff := cmp.Diff(want, mailed[notice.SupportReplied](w, mails)); diff != "" ||
			mails[0].To != "ada@example.org" {
			t.Errorf("mail to %s (-want +got):\n%s", mails[0].To, diff)
		}
		if diff := cmp.Diff([]string{`staff "s-ben" public=true It is <b>done</b>.`},
			w.said(k.ID)); diff != "" {
			t.Errorf("messages (-want +got):\n%s", diff)
		}
		wantData := map[string]string{"ticket": "T-10", "status_from": "open",
			"status_to":       "solved",
			"department_from": security.CustomerSupport, "department_to": security.TrustSafety}
		if diff := cmp.Diff(wantData, w.newest().Data); diff != "" {
			t.Errorf("details (-want +got):\n%s", diff)
		}
		// A form that was sent twice is answered once.
		err := w.Desk.WorkTicket(ctx, ben, "T-10", k.Version, desk.Work{Message: "It is done."})
		if !errors.Is(err, security.ErrConflict) || len(w.deliver()) != 0 {
			t.Errorf("a stale form: %v", err)
		}
		// Where no address proves anything, the answer waits on the status page.
		w.advance(20 * 24 * time.Hour)
		at := w.Now()
		w.commit(audit.AccountImported,
			security.RetireAddress{ID: "a2", Account: "u-1001", At: start.Add(-time.Hour)},
			security.AddAddress{Address: security.Address{ID: "a3", Account: "u-1001",
				Email: "newer@example.net", Since: at, Origin: security.OriginTold}})
		w.must(w.Desk.WorkTicket(ctx, ben, "T-10", 0, desk.Work{Message: "Anything else?"}))
		if got := kinds(w.deliver()); len(got) != 0 || len(w.said(k.ID)) != 2 {
			t.Errorf("mails %v", got)
		}
	})
}

// TestTextIsWhatItLooksLike: nothing that is typed turns what stands around it on a page.
func TestTextIsWhatItLooksLike(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.account("u-1001", "ada", "ada@example.org")
	k := w.ticket("T-10")
	w.must(w.Desk.WorkTicket(t.Context(), w.member("ben", staff.RoleSupport), "T-10", 0,
		desk.Work{Message: "I\u202e am\u2028 \x00\tada\n\u2066שלום"}))
	if got := w.said(k.ID); got[0] != "staff \"s-ben\" public=true I am \tada\nשלום" {
		t.Errorf("said %q", got)
	}
}

// TestTopicAfterAnswer: once the requester has heard, another topic does not
// move the service level.
func TestTopicAfterAnswer(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.account("u-1001", "ada", "ada@example.org")
	ben := w.member("ben", staff.RoleSupport)
	w.ticket("T-10")
	for _, row := range []struct {
		work desk.Work
		due  time.Duration // after start
	}{
		{desk.Work{Message: "Hm", Internal: true}, 24 * time.Hour},
		{desk.Work{Topic: ticket.Malware}, 10 * time.Hour},
		{desk.Work{Message: "Hello"}, 13 * time.Hour},
		{desk.Work{Topic: ticket.Phishing}, 13 * time.Hour},
	} {
		w.advance(time.Hour)
		w.must(w.Desk.WorkTicket(t.Context(), ben, "T-10", 0, row.work))
		if got := w.read("T-10").DueAt; !got.Equal(start.Add(row.due)) {
			t.Errorf("%+v: due %v", row, got)
		}
	}
}

// TestTicketOfCase: what becomes of the one ticket of a case is decided with the
// case.
func TestTicketOfCase(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	w.ada()
	o := w.secured()
	ines := w.member("ines", staff.RoleSecurity)
	own, err := w.db.Ticket(ctx, o.Case.Ticket)
	w.must(err)
	for _, row := range []struct{ status, department, field string }{
		{"solved", "", "status"}, {"", security.TrustSafety, "department"},
	} {
		err := w.Desk.WorkTicket(ctx, ines, own.Number, 0,
			desk.Work{Status: ticket.Status(row.status), Department: row.department})
		var r *security.Refusal
		if !errors.As(err, &r) || r.Code != refusal.TicketOfCase || r.Field != row.field {
			t.Errorf("%+v: %v", row, err)
		}
	}
	w.must(w.Desk.WorkTicket(ctx, ines, own.Number, 0, desk.Work{Topic: ticket.Phishing}))
	c, err := w.db.Case(ctx, o.Case.ID)
	w.must(err)
	if want := c.SecuredAt.Add(10 * time.Hour); !c.DueAt.Equal(want) ||
		!w.read(own.Number).DueAt.Equal(want) {
		t.Errorf("the case is due %v, the ticket %v", c.DueAt, w.read(own.Number).DueAt)
	}
	w.must(w.Desk.WorkTicket(ctx, ines, own.Number, 0, desk.Work{Status: ticket.OnHold}))
	c.State = recovery.Resumed
	w.commit(audit.CaseResumed, w.placed(c))
	w.must(w.Desk.WorkTicket(ctx, ines, own.Number, 0, desk.Work{Status: ticket.Solved}))
	// The case may be taken up again, and then it needs its ticket.
	wantRefusal(t, w.Desk.WorkTicket(ctx, ines, own.Number, 0, desk.Work{Status: ticket.Closed}),
		refusal.TicketOfCase)
}
