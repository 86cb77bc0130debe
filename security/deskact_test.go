package security_test

import (
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/casework"
	"regain/security/feed"
	"regain/security/notice"
	"regain/security/recovery"
	"regain/security/refusal"
	"regain/security/staff"
)

// wait is how long a refusal says to wait.
func wait(t *testing.T, err error) time.Duration {
	t.Helper()
	var r *security.Refusal
	if !errors.As(err, &r) || r.Code != refusal.TooManyRequests {
		t.Fatalf("got %v, want to be told to wait", err)
	}
	return r.Retry
}

func TestSupportLink(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		c := w.ada()
		first := mailed[notice.LockedOut](w, w.deliver()).Link
		ben, mia := w.member("ben", staff.RoleSupport), w.member("mia", staff.RoleSupport)
		w.looksAt(ben, "u-1001")
		w.looksAt(mia, "u-1001")
		w.must(w.Lockout.SendLink(ctx, security.Operator("link"), "ada")) // counts for nobody else
		w.must(w.Desk.SendSupportLink(ctx, ben, "u-1001"))
		link := mailed[notice.RecoveryLink](w, w.deliver()[1:])
		if !link.Locked || link.LinkExpires.Sub(w.Now()) != 24*time.Hour || link.Code != "" {
			t.Errorf("mail %+v", link)
		}
		if at, err := w.Guided.OpenLink(ctx, w.Lockout.LinkToken(first)); err != nil ||
			at.State != security.LinkReplaced {
			t.Errorf("the older link is %s, %v", at.State, err)
		}
		if got := wait(t, w.Desk.SendSupportLink(ctx, mia, "u-1001")); got != 15*time.Minute {
			t.Errorf("wait %v", got)
		}
		w.advance(15*time.Minute - time.Millisecond)
		if got := wait(t, w.Desk.SendSupportLink(ctx, mia, "u-1001")); got != time.Millisecond {
			t.Errorf("wait %v", got)
		}
		w.advance(time.Millisecond)
		w.must(w.Desk.SendSupportLink(ctx, mia, "u-1001"))
		w.advance(15 * time.Minute)
		w.must(w.Desk.SendSupportLink(ctx, ben, "u-1001"))
		w.advance(12 * time.Hour)
		d, err := w.Desk.DeskAccount(ctx, w.again("ben"), "u-1001")
		wantRefusal(t, err, refusal.LookNeeded)
		w.looksAt(ben, "u-1001")
		d, err = w.Desk.DeskAccount(ctx, ben, "u-1001")
		w.must(err)
		left := 24*time.Hour - 12*time.Hour - 30*time.Minute
		if got := wait(t, w.Desk.SendSupportLink(ctx, ben, "u-1001")); got != left ||
			d.NoLink.Retry != left {
			t.Errorf("wait %v, the page says %v, want %v", got, d.NoLink.Retry, left)
		}
		w.advance(left)
		w.must(w.Desk.SendSupportLink(ctx, ben, "u-1001"))
		lines := w.linesOf("u-1001", audit.LinkSent)
		if e := lines[0]; len(lines) != 5 || e.By.Kind != security.ByStaff || e.By.ID != "s-ben" ||
			e.Case != c.ID {
			t.Errorf("%d lines, newest %+v", len(lines), e)
		}
		notes, err := w.db.Notes(ctx, "u-1001")
		w.must(err)
		if len(notes) != 6 || notes[5].Action != security.NoteLink {
			t.Errorf("notes %+v", notes)
		}
	})
}

// again is another session of a member.
func (w *world) again(name string) *staff.Member {
	w.t.Helper()
	member, err := w.db.StaffMember(w.t.Context(), "s-"+name)
	w.must(err)
	x := access.Session{Kind: access.StaffSession, ID: "x-" + name, Subject: member.ID,
		Stage: access.StageIn, StartedAt: w.Now(), SeenAt: w.Now(),
		EndsAt: w.Now().Add(access.StaffWhole), ProvedAt: w.Now(), Visitor: console}
	w.commit(audit.StaffProved, access.StartSession{Session: x})
	return w.works(&staff.Member{Staff: member, Session: x})
}

// TestStaffNeverSeeTheLink: not on the page, not in a refusal, not on record.
func TestStaffNeverSeeTheLink(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	c := w.ada()
	w.deliver()
	m := w.member("ines", staff.RoleSecurity)
	w.looksAt(m, "u-1001")
	w.must(w.Desk.SendSupportLink(t.Context(), m, "u-1001"))
	link := mailed[notice.RecoveryLink](w, w.deliver()).Link
	d, err := w.Desk.DeskAccount(t.Context(), m, "u-1001")
	w.must(err)
	events, err := w.db.Events(t.Context(), c.ID)
	w.must(err)
	if all := jsonOf(t, d) + jsonOf(t, events); strings.Contains(all, w.Lockout.LinkToken(link)) {
		t.Error("the token of the link is in what staff see")
	}
}

// TestSupportLinkRace: of those who press at once, one sends.
func TestSupportLinkRace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.ada()
		w.deliver()
		m := w.member("ben", staff.RoleSupport)
		w.looksAt(m, "u-1001")
		var sent atomic.Int32
		var wg sync.WaitGroup
		for range 10 {
			wg.Go(func() {
				err := w.Desk.SendSupportLink(t.Context(), m, "u-1001")
				if r := (*security.Refusal)(nil); err == nil {
					sent.Add(1)
				} else if !errors.As(err, &r) || r.Code != refusal.TooManyRequests {
					t.Errorf("unexpected: %v", err)
				}
			})
		}
		wg.Wait()
		if n := len(w.deliver()); n != 1 || sent.Load() != 1 {
			t.Errorf("%d mails, %d sent", n, sent.Load())
		}
	})
}

func TestSupportLinkWithoutProof(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.ada()
	w.commit(audit.AccountImported, security.RetireAddress{ID: "u-1001-a1", Account: "u-1001",
		At: w.Now().Add(-15 * 24 * time.Hour)})
	m := w.member("ben", staff.RoleSupport)
	w.looksAt(m, "u-1001")
	for range 2 { // a refusal costs nothing of the budget
		refusedOn(t, w.Desk.SendSupportLink(t.Context(), m, "u-1001"), "", refusal.NoProofAddress)
	}
	d, err := w.Desk.DeskAccount(t.Context(), m, "u-1001")
	w.must(err)
	if d.SendTo != "" || d.NoLink == nil || d.NoLink.Code != refusal.NoProofAddress {
		t.Errorf("the page says %q, %+v", d.SendTo, d.NoLink)
	}
	w.commit(audit.AccountImported, security.AddAddress{Address: security.Address{ID: "a3",
		Account: "u-1001", Email: "ada@new.example", Since: w.Now(), Origin: security.OriginStaff}})
	w.must(w.Desk.SendSupportLink(t.Context(), m, "u-1001"))
}

// eachLookedAt is each with the account of ada, whom a member of support has looked at.
func eachLookedAt(t *testing.T, does func(t *testing.T, w *world, m *staff.Member)) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.account("u-1001", "ada", "ada@example.org")
		m := w.member("ben", staff.RoleSupport)
		w.looksAt(m, "u-1001")
		does(t, w, m)
	})
}

func TestEscalateForOwner(t *testing.T) {
	eachLookedAt(t, func(t *testing.T, w *world, m *staff.Member) {
		ctx := t.Context()
		ask := func() error {
			return w.Desk.EscalateForOwner(ctx, m, "u-1001", " Payroll\nis due. ")
		}
		refusedOn(t, w.Desk.EscalateForOwner(ctx, m, "u-1001", ""), "reason", refusal.ReasonMissing)
		refusedOn(t, ask(), "", refusal.NotLocked)
		c := w.lock("ada")
		o := w.finished()
		w.deliver()
		w.Policy.EscalationEmail = ""
		refusedOn(t, ask(), "", refusal.NoEscalation)
		w.Policy.EscalationEmail = "escalations@market.example"
		w.must(ask())
		mails := w.deliver()
		want := []string{"urgent_receipt ada@example.org",
			"urgent_review escalations@market.example"}
		if diff := cmp.Diff(want, kinds(mails)); diff != "" {
			t.Errorf("mails (-want +got):\n%s", diff)
		}
		if n := mailed[notice.UrgentReview](w, mails); n.AskedBy != notice.AskedBySupport ||
			n.Reason != "Payroll\nis due." {
			t.Errorf("mail %+v", n)
		}
		e := w.linesOf("u-1001", audit.UrgentReviewAsked)[0]
		data := map[string]string{"asked_by": "support", "reason": "Payroll\nis due."}
		if diff := cmp.Diff(data, e.Data); diff != "" || e.By.ID != m.ID || e.Case != c.ID {
			t.Errorf("line %+v\n%s", e, diff)
		}
		if got := wait(t, ask()); got != time.Hour {
			t.Errorf("wait %v", got)
		}
		w.advance(time.Hour)
		var wg sync.WaitGroup
		for range 5 {
			wg.Go(func() {
				if err := ask(); err != nil {
					wait(t, err)
				}
			})
		}
		wg.Wait()
		if got := kinds(w.deliver()); !cmp.Equal(want, got) {
			t.Errorf("pressed five times at once: %v", got)
		}
		notes, err := w.db.Notes(ctx, "u-1001")
		w.must(err)
		if n := notes[len(notes)-1]; n.Action != security.NoteEscalated ||
			!strings.Contains(n.Text(typed), "urgent support Payroll\n  is due.") {
			t.Errorf("note %q", n.Text(typed))
		}
		k, err := w.db.Case(ctx, o.Case.ID)
		w.must(err)
		k.State = recovery.Declined
		w.commit(audit.CaseDeclined, w.placed(k))
		w.advance(time.Hour)
		refusedOn(t, ask(), "", refusal.NotLocked)
	})
}

// TestEscalateBeforeThePassword: support may ask at any time. There is no ticket yet, and the one that comes is
// of high priority; what the owner may ask for, and when, stays as it was.
func TestEscalateBeforeThePassword(t *testing.T) {
	eachLookedAt(t, func(t *testing.T, w *world, m *staff.Member) {
		ctx := t.Context()
		c := w.lock("ada")
		link := mailed[notice.LockedOut](w, w.deliver()).Link
		w.must(w.Desk.EscalateForOwner(ctx, m, "u-1001", "The fee is due."))
		mails := w.deliver()
		if diff := cmp.Diff([]string{"urgent_receipt ada@example.org", "urgent_review escalations@market.example"},
			kinds(mails)); diff != "" {
			t.Errorf("mails (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(notice.UrgentReview{Case: c.Number, Account: "ada", AskedBy: notice.AskedBySupport,
			Reason: "The fee is due."}, mailed[notice.UrgentReview](w, mails)); diff != "" {
			t.Errorf("to Account Security (-want +got):\n%s", diff)
		}
		if n := mailed[notice.UrgentReceipt](w, mails); n.Ticket != "" || n.Case != c.Number {
			t.Errorf("to the owner %+v", n)
		}
		w.advance(time.Hour)
		session, err := w.Guided.UpdatePassword(ctx, w.enter(link), newPassword)
		w.must(err)
		d := w.at(m)
		if d.Status.Ticket == nil || d.Status.Ticket.Priority != security.PriorityHigh {
			t.Errorf("ticket %+v", d.Status.Ticket)
		}
		w.advance(time.Second)
		if got, want := w.Guided.UrgentAt(w.owner(session)), d.Case.SecuredAt.Add(w.Policy.EscalateAfter); !got.Equal(want) {
			t.Errorf("the owner may ask from %v, want %v", got, want)
		}
		w.advance(w.Policy.EscalateAfter + 25*time.Hour)
		if n, err := w.Desk.EscalateWaiting(ctx); err != nil || n != 1 {
			t.Errorf("by itself: %d, %v", n, err)
		}
	})
}

// TestHandOver: a password that was changed past the guided recovery.
func TestHandOver(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		c := w.ada()
		m, other := w.member("ben", staff.RoleSupport), w.member("mia", staff.RoleSupport)
		changed := func(id, kind string, at time.Time) {
			w.commit(audit.ActivityImported, security.PutActivities{Activities: []security.Activity{
				{ID: id, Account: "u-1001", At: at, Kind: kind}}})
		}
		changed("before", "password_changed", w.Now())
		w.advance(time.Hour)
		changed("else", "email_changed", w.Now())
		d := w.at(m)
		w.looksAt(other, "u-1001")
		if !d.ChangedAt.IsZero() {
			t.Errorf("changed at %v", d.ChangedAt)
		}
		refusedOn(t, w.Desk.HandOver(ctx, m, "u-1001"), "", refusal.NothingToHandOver)
		at := w.Now()
		changed("after", "password_changed", at)
		if d = w.at(m); !d.ChangedAt.Equal(at) || d.HandedOver != nil {
			t.Errorf("changed at %v, %+v", d.ChangedAt, d.HandedOver)
		}
		var wg sync.WaitGroup
		for _, m := range []*staff.Member{m, other, m, other} {
			wg.Go(func() {
				if err := w.Desk.HandOver(ctx, m, "u-1001"); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		tickets, err := w.db.Tickets(ctx, security.TicketFilter{Account: "u-1001"})
		w.must(err)
		if len(tickets) != 1 {
			t.Fatalf("%d tickets, want 1", len(tickets))
		}
		k := tickets[0]
		subject := "Password changed outside the recovery — ada (" + c.Number + ")"
		if k.Own || k.Department != security.AccountSecurity || k.Status != "open" ||
			k.Case != c.ID ||
			k.Subject != subject || k.DueAt.IsZero() {
			t.Errorf("ticket %+v", k)
		}
		said, err := w.db.Messages(ctx, k.ID)
		w.must(err)
		if len(said) != 1 || said[0].Public || said[0].Kind != "handed_over" ||
			said[0].Args[0] != at.Format(time.RFC3339) || len(said[0].Args) != 2 {
			t.Errorf("messages %+v", said)
		}
		k.Status = "solved"
		w.commit(audit.TicketChanged, casework.SaveTicket{Ticket: k})
		w.must(w.Desk.HandOver(ctx, m, "u-1001"))
		if lines := w.linesOf("u-1001", audit.HandedOver); len(lines) != 1 ||
			lines[0].Data["ticket"] != k.Number {
			t.Errorf("lines %+v", lines)
		}
		if d = w.at(m); d.HandedOver == nil || d.HandedOver.Number != k.Number {
			t.Errorf("the page shows %+v", d.HandedOver)
		}
		w.secured()
		refusedOn(t, w.Desk.HandOver(ctx, m, "u-1001"), "", refusal.NothingToHandOver)
		if d = w.at(m); !d.ChangedAt.IsZero() {
			t.Error("still to be handed over after the password was updated here")
		}
	})
}

func TestLockAccountBy(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	w.account("u-1001", "ada", "ada@example.org")
	w.account("u-1002", "u-1001", "bob@example.org") // the id of one is the name of another
	m := w.member("ines", staff.RoleSecurity)
	w.looksAt(m, "u-1001")
	lock := func(cause recovery.Cause, evidence string) error {
		return second(w.Desk.LockAccountBy(ctx, m, "u-1001", cause, evidence))
	}
	refusedOn(t, lock("aliens", "seen"), "cause", refusal.CauseUnknown)
	refusedOn(t, lock("hijacked", " "), "evidence", refusal.EvidenceMissing)
	refusedOn(t, lock("hijacked", strings.Repeat("x", 4001)), "evidence", refusal.EvidenceLong)
	w.must(lock("hijacked", "a call"))
	refusedOn(t, lock("hijacked", "a call"), "", refusal.AlreadyLocked)
	c, err := w.db.LatestCase(ctx, "u-1001")
	w.must(err)
	if c.Cause != recovery.Hijacked || c.Evidence != "a call" || c.OpenedBy != m.ID {
		t.Errorf("case %+v", c)
	}
	if e := w.linesOf("u-1001", audit.AccountLocked)[0]; e.By.Kind != security.ByStaff ||
		e.By.ID != m.ID {
		t.Errorf("line %+v", e)
	}
}

// TestClosedAccounts can be looked at, and nothing can be done to them.
func TestClosedAccounts(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	a := w.account("u-1001", "ada", "ada@example.org")
	a.Closed = true
	w.commit(audit.AccountImported, feed.PutAccount{Account: a})
	m := w.member("ines", staff.RoleSecurity)
	if d := w.at(m); d.Account.State() != "closed" {
		t.Errorf("state %q", d.Account.State())
	}
	for name, do := range w.staffDo(m, "u-1001") {
		if name == "find" || name == "open" || name == "see" {
			continue
		}
		if err := do(); !errors.Is(err, security.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
