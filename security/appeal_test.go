package security_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/audit"
	"regain/security/guided"
	"regain/security/recovery"
	"regain/security/refusal"
	"regain/security/review"
	"regain/security/staff"
	"regain/security/ticket"
)

// declined is a case that m kept locked, and its owner in a session.
func (w *world) declined(m *staff.Member) *guided.Owner {
	w.t.Helper()
	c := w.reviewed(m)
	w.must(w.Review.DeclineCase(w.t.Context(), m, on(c, "the papers do not match")))
	w.deliver()
	w.advance(time.Hour)
	return w.arrived("ada")
}

// TestAppeal: an owner asks once for a second look; the case is work again, with a time by which the
// owner hears, and another analyst than the one who kept it locked answers.
func TestAppeal(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ines, otto := w.member("ines", staff.RoleSecurity), w.member("otto", staff.RoleSecurity)
		o := w.declined(ines)
		wantField(t, w.Guided.Appeal(ctx, o, " \n"), "message", refusal.MessageMissing)
		w.must(w.Guided.Appeal(ctx, o, "The papers are those of my new name."))
		wantRefusal(t, w.Guided.Appeal(ctx, o, "And another thing."), refusal.AppealOver)
		w.must(w.Guided.SignOut(ctx, o))

		c, due := w.adaCase(), w.Now().Add(24*time.Hour)
		o = w.arrived("ada")
		st, err := w.Guided.ReadStatus(ctx, o)
		w.must(err)
		k := w.ticketOf(c)
		got := []any{c.State, c.Appealed(), st.NextWord, st.Overdue, k.Status, o.MayAppeal(),
			st.Messages[len(st.Messages)-1].Body, w.recorded(audit.CaseAppealed),
			len(w.listed(ines, review.CaseClosed)[0]), w.listed(ines, review.CaseTodo)[0]}
		want := []any{recovery.Declined, true, due, false, ticket.Open, false,
			"The papers are those of my new name.", 1, 0, []string{"ada/ines/"}}
		if diff := cmp.Diff(want[:9], got[:9]); diff != "" {
			t.Errorf("after it (-want +got):\n%s", diff)
		}
		if list := got[9].([]string); len(list) != 1 {
			t.Errorf("to do: %q", list)
		}

		c = w.adaCase()
		wantRefusal(t, w.Review.ReopenCase(ctx, ines, on(c, "they wrote again")), refusal.CaseAppealed)
		w.must(w.Review.ReopenCase(ctx, otto, on(c, "they wrote again")))
		w.advance(review.CaseKeptFor + time.Minute)
		wantRefusal(t, w.Review.TakeCase(ctx, ines, c.Number, 0), refusal.CaseAppealed)
		w.must(w.Review.TakeCase(ctx, otto, c.Number, 0))
		w.must(w.Review.DeclineCase(ctx, otto, on(w.adaCase(), "still no match")))
		if c = w.adaCase(); c.Appealed() || len(w.listed(ines, review.CaseTodo)[0]) != 0 {
			t.Errorf("answered, but %+v", c)
		}
		wantRefusal(t, w.Guided.Appeal(ctx, w.arrived("ada"), "Once more."), refusal.AppealOver)
	})
}

// TestAppealElsewhere: there is nothing to appeal while a case runs.
func TestAppealElsewhere(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.ada()
	o := w.secured()
	wantRefusal(t, w.Guided.Appeal(t.Context(), o, "Hello?"), refusal.StepNotOpen)
	w.must(w.Guided.SkipTwoFactor(t.Context(), o))
	o = w.owner(w.token(o))
	w.must(w.Guided.AnswerLogins(t.Context(), o, nil))
	wantRefusal(t, w.Guided.Appeal(t.Context(), w.owner(w.token(o)), "Hello?"), refusal.AppealOver)
}

func TestAppealResumed(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ines := w.member("ines", staff.RoleSecurity)
	c := w.reviewed(ines)
	tok := w.token(w.arrived("ada"))
	_, err := w.Review.ResumeCase(t.Context(), ines, w.seen(ines, c, "all is well"))
	w.must(err)
	wantRefusal(t, w.Guided.Appeal(t.Context(), w.owner(tok), "Hello?"), refusal.RecoveryReadOnly)
}

// TestAppealRace: of several presses one counts, and none of what staff do in the same moment is lost.
func TestAppealRace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		o := w.declined(w.member("ines", staff.RoleSecurity))
		won := w.race(8, func(int) error {
			err := w.Guided.Appeal(t.Context(), o, "Look again, please.")
			var r *security.Refusal
			if err != nil && (!errors.As(err, &r) || r.Code != refusal.AppealOver) {
				t.Errorf("got %v", err)
			}
			return err
		})
		if won != 1 || w.recorded(audit.CaseAppealed) != 1 {
			t.Errorf("%d presses won, %d lines", won, w.recorded(audit.CaseAppealed))
		}
	})
}

// TestAppealAnswered: whoever kept an account locked is out of the case only until the appeal is
// answered. Of two analysts who have both decided, each can take it up again.
func TestAppealAnswered(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	ines, otto := w.member("ines", staff.RoleSecurity), w.member("otto", staff.RoleSecurity)
	w.must(w.Guided.Appeal(ctx, w.declined(ines), "The papers are those of my new name."))
	w.must(w.Review.ReopenCase(ctx, otto, on(w.adaCase(), "they wrote again")))
	w.must(w.Review.DeclineCase(ctx, otto, on(w.adaCase(), "still no match")))
	w.advance(time.Hour)
	w.must(w.Review.ReopenCase(ctx, ines, on(w.adaCase(), "their bank has called")))
	w.advance(review.CaseKeptFor + time.Minute)
	w.must(w.Review.TakeCase(ctx, otto, w.adaCase().Number, 0))
}

// TestAppealWithoutTicket: a case that was kept locked before any new password has no ticket yet.
func TestAppealWithoutTicket(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	ines, otto := w.member("ines", staff.RoleSecurity), w.member("otto", staff.RoleSecurity)
	w.account("u-1001", "ada", "ada@example.org")
	w.lock("ada")
	c := w.taken(ines)
	w.must(w.Review.DeclineCase(ctx, ines, on(c, "no match")))
	w.deliver()
	o := w.arrived("ada")
	w.must(w.Guided.Appeal(ctx, o, "Look again, please."))
	st, err := w.Guided.ReadStatus(ctx, w.owner(w.token(o)))
	w.must(err)
	if len(st.Messages) != 2 || st.NextWord.IsZero() {
		t.Errorf("got %+v", st)
	}
	if l := w.listed(otto, review.CaseTodo)[0]; len(l) != 1 {
		t.Errorf("to do %q", l)
	}
	w.must(w.Review.ReopenCase(ctx, otto, on(w.adaCase(), "again")))
}
