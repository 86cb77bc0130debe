package security_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/audit"
	"regain/security/casework"
	"regain/security/desk"
	"regain/security/guided"
	"regain/security/recovery"
	"regain/security/review"
	"regain/security/risk"
	"regain/security/staff"
	"regain/security/ticket"
)

// lost writes as somebody who cannot read the mail of ada, and has it resolved.
func (w *world) lost(message string) {
	w.t.Helper()
	w.must(w.Guided.ReportNoMailbox(w.t.Context(), phone, "ada", "ada@new.example", message))
	w.resolve()
}

// set saves a ticket with something changed.
func (w *world) set(k security.Ticket, change func(*security.Ticket)) security.Ticket {
	w.t.Helper()
	change(&k)
	w.commit(audit.TicketChanged, casework.SaveTicket{Ticket: k})
	return w.read(k.Number)
}

// TestContactsJoin: whoever comes again about the same thing meets the same
// ticket, open again, unless it is closed for good.
func TestContactsJoin(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.account("u-1001", "ada", "ada@example.org")
		w.lost("It is gone.")
		first := w.read("T-2001")
		if !first.DueAt.Equal(start.Add(24*time.Hour)) || first.Status != ticket.Open {
			t.Errorf("ticket %+v", first)
		}
		for _, row := range []struct {
			before   ticket.Status
			message  string
			after    ticket.Status
			messages int
			later    bool // the service level starts anew
		}{
			{ticket.Open, "It is gone.", ticket.Open, 1, false},
			{ticket.Open, "Still gone.", ticket.Open, 2, false},
			{ticket.Pending, "Still gone.", ticket.Pending, 2, false},
			{ticket.Pending, "And now?", ticket.Open, 3, true},
			{ticket.Solved, "And now?", ticket.Open, 4, true},
		} {
			w.advance(5 * time.Hour) // so that there is budget for another contact
			due := w.Now().Add(time.Hour)
			w.set(w.read("T-2001"), func(k *security.Ticket) {
				k.Status, k.DueAt = row.before,
					due
			})
			w.lost(row.message)
			if row.later {
				due = w.Now().Add(24 * time.Hour)
			}
			k := w.read("T-2001")
			if k.Status != row.after || k.Messages != row.messages || !k.DueAt.Equal(due) {
				t.Errorf("%+v: %+v", row, k)
			}
		}
	})
}

func TestClosedTicketsStayClosed(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.account("u-1001", "ada", "ada@example.org")
	w.lost("It is gone.")
	old := w.set(w.read("T-2001"), func(k *security.Ticket) { k.Status = ticket.Closed })
	w.lost("It is gone.")
	if diff := cmp.Diff(old, w.read("T-2001")); diff != "" {
		t.Errorf("closed ticket (-want +got):\n%s", diff)
	}
	if k := w.read("T-2002"); k.Subject != old.Subject || k.Messages != 1 {
		t.Errorf("new ticket %+v", k)
	}
}

// TestContactAfterLockout: a ticket that was solved before the lockout comes
// back as part of the case; once there is one of the case itself, that is it.
func TestContactAfterLockout(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.account("u-1001", "ada", "ada@example.org")
	w.lost("It is gone.")
	w.set(w.read("T-2001"), func(k *security.Ticket) {
		k.Status, k.Assignee, k.Department = ticket.Solved, "s-ben", security.CustomerSupport
	})
	c := w.lock("ada")
	w.lost("I am locked out, too.")
	k := w.read("T-2001")
	if k.Status != ticket.Open || k.Case != c.ID || k.Department != security.AccountSecurity ||
		k.Assignee != "" || k.Messages != 2 {
		t.Errorf("ticket %+v", k)
	}
	o := w.secured()
	own := o.Case.Ticket
	w.lost("And I cannot wait.")
	if got := w.said(own); len(got) != 2 || !strings.Contains(got[1], "And I cannot wait.") {
		t.Errorf("the ticket of the case says %q", got)
	}
	if got := w.read("T-2001").Messages; got != 2 {
		t.Errorf("the other ticket has %d messages", got)
	}
}

// TestReportsRaise: a login that got in and was not the owner's makes the ticket
// urgent that was not.
func TestReportsRaise(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	w.account("u-1001", "ada", "ada@example.org")
	w.logins("u-1001", "succeeded")
	o := w.visit("ada")
	w.must(w.Guided.KeepPassword(ctx, o))
	o = w.owner(w.token(o))
	w.must(w.Guided.SkipTwoFactor(ctx, o))
	o = w.owner(w.token(o))
	k := w.ticket("T-10", func(k *security.Ticket) {
		k.Kind, k.Status = security.TicketLoginDenied, ticket.Solved
	})
	r, err := w.Guided.ReviewActivity(ctx, o)
	w.must(err)
	answers := map[string]string{}
	for _, l := range r.Asked() {
		answers[l.Login.ID] = risk.NotMe
	}
	w.must(w.Guided.AnswerLogins(ctx, o, answers))
	if got := w.read(k.Number); got.Priority != security.PriorityHigh ||
		got.Status != ticket.Open ||
		got.Messages != 1 {
		t.Errorf("ticket %+v", got)
	}
}

// TestOwnerWakesTheTicket: what the owner writes about the running case opens its
// ticket again.
func TestOwnerWakesTheTicket(t *testing.T) {
	t.Parallel()
	for name, write := range map[string]func(*world, *guided.Owner) error{
		"message": func(w *world, o *guided.Owner) error {
			return w.Guided.SendMessage(w.t.Context(), o, "Is there news?")
		},
		"support": func(w *world, o *guided.Owner) error {
			return w.Guided.SendSupport(w.t.Context(), o, "money", "A client must know.", "")
		},
		"answer": func(w *world, o *guided.Owner) error {
			c := *o.Case
			c.State = recovery.NeedsOwner
			w.commit(audit.CaseAsked, w.placed(c))
			return w.Guided.SendMessage(w.t.Context(), o, "It was in May.")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := sqliteWorld(t)
			w.ada()
			o := w.finished()
			own, err := w.db.Ticket(t.Context(), o.Case.ID)
			w.must(err)
			w.set(own, func(k *security.Ticket) { k.Status = ticket.Pending })
			w.advance(10 * time.Minute)
			due := w.Now().Add(24 * time.Hour)
			w.must(write(w, o))
			if got := w.read(own.Number); got.Status != ticket.Open || !got.DueAt.Equal(due) {
				t.Errorf("ticket %s, due %v", got.Status, got.DueAt)
			}
			c, err := w.db.Case(t.Context(), o.Case.ID)
			w.must(err)
			if name == "answer" && (c.State != recovery.InReview || !c.DueAt.Equal(due)) {
				t.Errorf("case %s, due %v", c.State, c.DueAt)
			}
		})
	}
}

// TestPhishingIsSooner: what the owner says about how it happened decides the
// service level, whether they say it before the new password or after it.
func TestPhishingIsSooner(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		for i, row := range []struct{ before, after, topic string }{
			{"phishing", "", ticket.Phishing}, {"", "phishing", ticket.Phishing},
			{"reuse", "unknown", ticket.Usual}, {"phishing", "reuse", ticket.Phishing},
		} {
			name := string(rune('a' + i))
			w.account("u-"+name, name, name+"@example.org")
			w.lock(name)
			o := w.visit(name)
			if row.before != "" {
				w.must(w.Guided.SendSupport(ctx, o, "", "", row.before))
			}
			session, err := w.Guided.UpdatePassword(ctx, w.owner(w.token(o)), newPassword)
			w.must(err)
			secured := w.Now()
			w.advance(time.Minute)
			if row.after != "" {
				w.must(w.Guided.SendSupport(ctx, w.owner(session), "", "", row.after))
			}
			o = w.owner(session)
			k, err := w.db.Ticket(ctx, o.Case.ID)
			w.must(err)
			due := secured.Add(ticket.Level(row.topic))
			if k.Topic != row.topic || !k.DueAt.Equal(due) || !o.Case.DueAt.Equal(due) {
				t.Errorf("%+v: topic %q, due %v, case due %v", row, k.Topic, k.DueAt, o.Case.DueAt)
			}
		}
	})
}

// TestTopicAfterReopening: where no password was updated a topic moves no due time of the
// case, which stays in the queue.
func TestTopicAfterReopening(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ines, ben := w.member("ines", staff.RoleSecurity), w.member("ben", staff.RoleSupport)
		c := w.reviewed(ines)
		_, err := w.Review.ResumeCase(ctx, ines, w.seen(ines, c, "all is well"))
		w.must(err)
		w.must(w.Review.ReopenCase(ctx, ines, on(w.adaCase(), "too early")))
		due := w.adaCase().DueAt
		number := w.ticketOf(c).Number
		for name, change := range map[string]func() error{
			"the owner says how": func() error {
				return w.Guided.SendSupport(ctx, w.visit("ada"), "", "", "phishing")
			},
			"support changes it": func() error {
				return w.Desk.WorkTicket(ctx, ben, number, 0, desk.Work{Topic: ticket.Malware})
			},
		} {
			w.must(change())
			if got := w.adaCase().DueAt; !got.Equal(due) {
				t.Errorf("%s: the case is due %v, not %v", name, got, due)
			}
			page, err := w.Review.CaseList(ctx, ines, review.CaseAsk{})
			if err != nil || len(page.Lines) != 1 {
				t.Errorf("%s: the queue is %+v, %v", name, page.Lines, err)
			}
		}
	})
}

// ticketOf is the own ticket of a case.
func (w *world) ticketOf(c security.Case) security.Ticket {
	w.t.Helper()
	k, err := w.db.Ticket(w.t.Context(), c.ID)
	w.must(err)
	return k
}

// TestTheWordIsTheAnalysts: what support writes on the ticket of a case does not pass for
// the question of Account Security, nor for the reason why the account stays locked.
func TestTheWordIsTheAnalysts(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ines, ben := w.member("ines", staff.RoleSecurity), w.member("ben", staff.RoleSupport)
		c := w.reviewed(ines)
		const said = "Please tell me your password."
		w.must(w.Review.AskOwner(ctx, ines, on(c, "Which city were you in?")))
		w.advance(time.Second)
		w.must(w.Desk.WorkTicket(ctx, ben, w.ticketOf(c).Number, 0, desk.Work{Message: said}))
		o := w.visit("ada")
		if q, err := w.Guided.Question(ctx, o); err != nil || q != "Which city were you in?" {
			t.Errorf("the question is %q, %v", q, err)
		}
		if st, err := w.Guided.ReadStatus(ctx, o); err != nil ||
			st.Word != "Which city were you in?" {
			t.Errorf("the word is %q, %v", st.Word, err)
		}
		w.must(w.Review.TakeCase(ctx, ines, c.Number, 0))
		w.must(w.Review.DeclineCase(ctx, ines, on(w.adaCase(), "It is not yours.")))
		w.advance(time.Second)
		w.must(w.Desk.WorkTicket(ctx, ben, w.ticketOf(c).Number, 0, desk.Work{Message: said}))
		st, err := w.Guided.ReadStatus(ctx, w.visit("ada"))
		if err != nil || st.Word != "It is not yours." || len(st.Messages) != 4 {
			t.Errorf("the word is %q of %d, %v", st.Word, len(st.Messages), err)
		}
	})
}

// TestImportAdopts: a ticket that is told of during the lockout belongs to it.
func TestImportAdopts(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		line := func(id string, status ticket.Status) security.Ticket {
			return security.Ticket{ID: id, Account: "u-1001", Department: security.CustomerSupport,
				Status: status, Priority: "normal", Subject: "Help",
				OpenedAt: start.Add(-time.Hour)}
		}
		put := func(lines ...security.Ticket) {
			_, err := w.Feed.ImportTickets(t.Context(), importing, lines)
			w.must(err)
		}
		w.account("u-1001", "ada", "ada@example.org")
		put(line("z-1", ticket.Solved))
		c := w.lock("ada")
		put(line("z-2", ticket.New), line("z-3", ticket.Solved), line("z-1", ticket.Open),
			line("z-2", ticket.Open))
		for _, row := range []struct {
			number, caseID, department string
			status                     ticket.Status
		}{
			{"T-2001", c.ID, security.AccountSecurity, ticket.Open},
			{"T-2002", c.ID, security.AccountSecurity, ticket.New},
			{"T-2003", "", security.CustomerSupport, ticket.Solved},
		} {
			k := w.read(row.number)
			if k.Case != row.caseID || k.Department != row.department || k.Status != row.status ||
				!k.DueAt.Equal(start.Add(23*time.Hour)) {
				t.Errorf("%+v: %+v", row, k)
			}
		}
	})
}

// TestStatusShowsAnswers: the owner reads what was answered on any ticket of the
// case, and for whom those spoke who answered.
func TestStatusShowsAnswers(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	w.account("u-1001", "ada", "ada@example.org")
	other := w.ticket("T-10")
	w.lock("ada")
	o := w.finished()
	ben, ines := w.member("ben", staff.RoleSupport), w.member("ines", staff.RoleSecurity)
	own, err := w.db.Ticket(ctx, o.Case.ID)
	w.must(err)
	for _, x := range []struct {
		m      *staff.Member
		number string
		work   desk.Work
	}{
		{ines, own.Number, desk.Work{Message: "one"}},
		{ben, other.Number, desk.Work{Message: "two"}},
		{ben, other.Number, desk.Work{Message: "secret", Internal: true}},
		{ines, own.Number, desk.Work{Message: "three"}},
	} {
		w.advance(time.Second)
		w.must(w.Desk.WorkTicket(ctx, x.m, x.number, 0, x.work))
	}
	st, err := w.Guided.ReadStatus(ctx, w.owner(w.token(o)))
	w.must(err)
	var got []string
	for _, m := range st.Messages {
		got = append(got, m.Body+" "+string(st.Roles[m.By]))
	}
	want := []string{"one account_security", "two support", "three account_security"}
	if diff := cmp.Diff(want, got); diff != "" || st.Ticket.Number != own.Number {
		t.Errorf("ticket %s, messages (-want +got):\n%s", st.Ticket.Number, diff)
	}
}

// TestCheckUpShowsItsTicket: also once it is answered, and when it is one from
// earlier that was joined.
func TestCheckUpShowsItsTicket(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	w.account("u-1001", "ada", "ada@example.org")
	ben := w.member("ben", staff.RoleSupport)
	w.ticket("T-10")
	w.ticket("T-11", func(k *security.Ticket) {
		k.Kind, k.Asked, k.Status = security.TicketMessage, "other", ticket.Solved
	})
	w.advance(time.Hour)
	o := w.visit("ada")
	w.must(w.Guided.KeepPassword(ctx, o))
	w.must(w.Guided.SkipTwoFactor(ctx, w.owner(w.token(o))))
	w.must(w.Guided.AnswerLogins(ctx, w.owner(w.token(o)), nil))
	w.ticket("T-12", func(k *security.Ticket) { k.Case = "an earlier one" })
	status := func() guided.Status {
		st, err := w.Guided.ReadStatus(ctx, w.owner(w.token(o)))
		w.must(err)
		return st
	}
	if st := status(); st.Ticket != nil {
		t.Errorf("a ticket of before: %+v", st.Ticket)
	}
	w.must(w.Guided.SendSupport(ctx, w.owner(w.token(o)), "other", "Thanks!", ""))
	st := status()
	if st.Ticket == nil || st.Ticket.Number != "T-11" || len(st.Messages) != 1 ||
		!st.NextWord.Equal(w.Now().Add(24*time.Hour)) || st.Overdue {
		t.Errorf("asked: %+v", st)
	}
	w.must(w.Desk.WorkTicket(ctx, ben, "T-11", 0, desk.Work{Message: "You are welcome."}))
	if st = status(); st.Ticket == nil || len(st.Messages) != 2 || !st.NextWord.IsZero() {
		t.Errorf("answered: %+v", st)
	}
}
