package security_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/notice"
	"regain/security/recovery"
	"regain/security/refusal"
	"regain/security/review"
	"regain/security/staff"
	"regain/security/ticket"
)

// TestLockAgain: a resumed case is locked once more, and its owner goes the whole
// way again.
func TestLockAgain(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ines, otto := w.member("ines", staff.RoleSecurity), w.member("otto", staff.RoleSecurity)
		c := w.reviewed(ines)
		o := w.visit("ada")
		_, err := w.Review.ResumeCase(ctx, ines, w.seen(ines, c, "all is well"))
		w.must(err)
		w.deliver()
		w.advance(10 * time.Minute) // the session of before would still live
		c = w.adaCase()
		wantRefusal(t, w.Review.ReopenCase(ctx, otto, on(c, "")), refusal.ReasonMissing)
		if err := w.Review.ReopenCase(ctx, otto, review.Decision{Number: c.Number, Version: 1,
			Reason: "x"}); !errors.Is(err, security.ErrConflict) {
			t.Errorf("an old page: %v", err)
		}
		if won := race(t, 8, func(int) error {
			return w.Review.ReopenCase(ctx, otto, on(c, "too early"))
		}); won != 1 {
			t.Errorf("%d times", won)
		}
		got := w.adaCase()
		a, err := w.db.Account(ctx, c.Account)
		w.must(err)
		own, err := w.db.Ticket(ctx, c.Ticket)
		w.must(err)
		if got.State != recovery.InReview || got.Assignee != otto.ID || !got.ClosedAt.IsZero() ||
			!got.SecuredAt.IsZero() || !got.DueAt.Equal(w.Now().Add(security.ServiceLevel)) ||
			a.Case != c.ID || own.Status != ticket.Open {
			t.Errorf("case %+v, locked by %q, ticket %s", got, a.Case, own.Status)
		}
		if note := w.lastNote(); !strings.HasPrefix(note, "[ACTION] Security Lockout\n") ||
			!strings.Contains(note, "[EVIDENCE] too early\n") {
			t.Errorf("note %s", note)
		}
		if _, err := w.Guided.Enter(ctx, phone, w.token(o)); !errors.Is(err,
			security.ErrNoSession) {
			t.Errorf("the session of before: %v", err)
		}
		mails := w.deliver()
		if diff := cmp.Diff([]string{"locked_out ada@example.org"}, kinds(mails)); diff != "" {
			t.Errorf("mails (-want +got):\n%s", diff)
		}
		told := mailed[notice.LockedOut](w, mails)
		if !told.At.Equal(w.Now()) || told.Case != c.Number {
			t.Errorf("told %+v", told)
		}
		o = w.enter(told.Link)
		if next := o.Progress.Next(); next != recovery.Password {
			t.Errorf("the owner goes on with %q", next)
		}
		session, err := w.Guided.UpdatePassword(ctx, o, "nine copper lanterns in fog")
		w.must(err)
		o = w.owner(session)
		if next := o.Progress.Next(); next != recovery.Activity {
			t.Errorf("after that with %q", next)
		}
		w.must(w.Guided.AnswerLogins(ctx, o, nil)) // there is nothing that needs an answer
		tickets, err := w.db.Tickets(ctx, security.TicketFilter{Account: c.Account})
		w.must(err)
		if len(tickets) != 1 || mailed[notice.PasswordUpdated](w,
			w.deliver()).Ticket != own.Number {
			t.Errorf("tickets %+v", tickets)
		}
		w.confirmsLater()
		// Otto locked it again, so that otto alone cannot open it.
		proposed, err := w.Review.ResumeCase(ctx, otto, w.seen(otto, w.adaCase(), "now"))
		w.must(err)
		f, err := w.Review.ReviewCase(ctx, ines, c.Number)
		w.must(err)
		if !proposed || cmp.Diff([]string{recovery.SignalLockedBySameAnalyst},
			f.Pending.Needs) != "" {
			t.Errorf("proposed %v: %+v", proposed, f.Pending)
		}
		w.must(w.Review.ApproveResume(ctx, ines, c.Number))
		w.intact()
	})
}

// TestReopenDeclined: a case that was kept locked goes on; the account was never open.
func TestReopenDeclined(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ines := w.member("ines", staff.RoleSecurity)
		c := w.reviewed(ines)
		before := w.visit("ada")
		w.must(w.Review.DeclineCase(ctx, ines, on(c, "no")))
		w.deliver()
		w.must(w.Review.ReopenCase(ctx, ines, review.Decision{Number: c.Number,
			Reason: "she called"}))
		got := w.adaCase()
		own, err := w.db.Ticket(ctx, c.Ticket)
		w.must(err)
		if got.State != recovery.InReview || !got.SecuredAt.Equal(c.SecuredAt) ||
			!got.ClosedAt.IsZero() ||
			own.Status != ticket.Open || len(w.deliver()) != 0 {
			t.Errorf("case %+v, ticket %s", got, own.Status)
		}
		if err := w.Guided.SendMessage(ctx, before, "me again"); !errors.Is(err,
			security.ErrNoSession) {
			t.Errorf("the session of before writes: %v", err)
		}
		if _, err := w.Guided.ReadStatus(ctx, w.visit("ada")); err != nil {
			t.Errorf("the status page: %v", err)
		}
		w.intact()
	})
}

// TestOneLockoutAtATime: a case is not taken up again while another locks the account.
func TestOneLockoutAtATime(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	ines := w.member("ines", staff.RoleSecurity)
	c := w.reviewed(ines)
	_, err := w.Review.ResumeCase(ctx, ines, w.seen(ines, c, "all is well"))
	w.must(err)
	w.advance(time.Hour)
	second := w.lock("ada")
	wantRefusal(t, w.Review.ReopenCase(ctx, ines, review.Decision{Number: c.Number, Reason: "x"}),
		refusal.OtherCase)
	if a, err := w.db.Account(ctx, c.Account); err != nil || a.Case != second.ID {
		t.Errorf("locked by %q, %v", a.Case, err)
	}
}
