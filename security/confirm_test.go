package security_test

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/audit"
	"regain/security/guided"
	"regain/security/notice"
	"regain/security/recovery"
	"regain/security/refusal"
	"regain/security/staff"
)

// updated is a locked account whose password somebody has set through the mailbox alone.
func (w *world) updated() *guided.Owner {
	w.t.Helper()
	w.account("u-1001", "ada", "ada@example.org")
	w.advance(30 * 24 * time.Hour)
	w.lock("u-1001")
	o := w.enter(mailed[notice.LockedOut](w, w.deliver()).Link)
	session, err := w.Guided.UpdatePassword(w.t.Context(), o, newPassword)
	w.must(err)
	w.deliver()
	return w.owner(session)
}

// comesBack is the owner in a session of its own, by a fresh link.
func (w *world) comesBack() *guided.Owner {
	w.t.Helper()
	w.advance(time.Hour)
	return w.arrived("ada")
}

// reread is the owner of a session as it stands now.
func (w *world) reread(o *guided.Owner) *guided.Owner {
	w.t.Helper()
	var err error
	o.Session, err = w.db.Session(w.t.Context(), o.Session.ID)
	w.must(err)
	return w.owner(w.token(o))
}

// TestNotTheLastWord: whoever comes after the one who set the password chooses another one or says
// that it was them, and what they said decides whether one person resumes alone.
func TestNotTheLastWord(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name      string
		does      func(w *world, o *guided.Owner) error
		next      recovery.Step
		needs     bool
		confirmed int // lines of the trail
		mails     int
	}{
		{"goes away", func(*world, *guided.Owner) error { return nil }, recovery.Password, true, 0, 0},
		{"says that it was them", func(w *world, o *guided.Owner) error {
			return w.Guided.KeepPassword(w.t.Context(), o)
		}, recovery.TwoFactor, false, 1, 0},
		{"says so twice", func(w *world, o *guided.Owner) error {
			return errors.Join(w.Guided.KeepPassword(w.t.Context(), o),
				w.Guided.KeepPassword(w.t.Context(), w.reread(o)))
		}, recovery.TwoFactor, false, 1, 0},
		{"chooses another one", func(w *world, o *guided.Owner) error {
			_, err := w.Guided.UpdatePassword(w.t.Context(), o, anotherPassword)
			return err
		}, recovery.TwoFactor, true, 0, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			each(t, func(t *testing.T, w *world) {
				first := w.updated()
				if next := first.Progress.Next(); next != recovery.TwoFactor {
					t.Errorf("whoever set it goes on with %q", next)
				}
				before := w.adaCase()
				o := w.comesBack()
				if next := o.Progress.Next(); next != recovery.Password {
					t.Fatalf("who comes later goes on with %q", next)
				}
				wantRefusal(t, w.Guided.KeepTwoFactor(t.Context(), o), refusal.StepNotOpen)
				w.must(tt.does(w, o))
				mails := w.deliver()
				o = w.reread(o)
				after := w.adaCase()
				said, err := w.db.Messages(t.Context(), after.Ticket)
				w.must(err)
				anew := slices.ContainsFunc(said, func(m security.Message) bool { return m.At.Equal(w.Now()) })
				if anew != (tt.mails == 1) {
					t.Errorf("the ticket tells of a new password: %v", anew)
				}
				ines := w.member("ines", staff.RoleSecurity)
				plan, err := w.Review.PlanResume(t.Context(), ines, w.taken(ines).Number)
				w.must(err)
				got := []any{o.Progress.Next(), after.State, after.SecuredAt.Equal(before.SecuredAt),
					after.DueAt.Equal(before.DueAt), after.Ticket == before.Ticket, len(mails),
					slices.Contains(plan.Needs, recovery.SignalUnconfirmed),
					w.recorded(audit.PasswordConfirmed)}
				want := []any{tt.next, recovery.Secured, true, true, true, tt.mails, tt.needs, tt.confirmed}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("after it (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// TestFactorNeedsNoConfirmation: a factor that stood on the account before the lockout says more than a
// word, one that was enrolled in the recovery does not.
func TestFactorNeedsNoConfirmation(t *testing.T) {
	t.Parallel()
	for _, before := range []bool{true, false} {
		each(t, func(t *testing.T, w *world) {
			var secret string
			if before {
				_, secret, _ = w.protected()
			} else {
				w.account("u-1001", "ada", "ada@example.org")
			}
			w.advance(30 * 24 * time.Hour)
			w.lock("u-1001")
			o := w.arrived("u-1001")
			if before {
				session, err := w.Guided.ProveFactor(t.Context(), o, w.app(secret))
				w.must(err)
				o = w.owner(session)
			}
			session, err := w.Guided.UpdatePassword(t.Context(), o, newPassword)
			w.must(err)
			if !before {
				w.advance(time.Second)
				w.enrolled(w.owner(session))
			}
			ines := w.member("ines", staff.RoleSecurity)
			plan, err := w.Review.PlanResume(t.Context(), ines, w.taken(ines).Number)
			w.must(err)
			if got := slices.Contains(plan.Needs, recovery.SignalUnconfirmed); got == before {
				t.Errorf("factor before %v: four eyes because of %v", before, plan.Needs)
			}
		})
	}
}

// TestFactorOfTheRecoveryProvesNothing: whoever enrolled a factor in the recovery and shows it in a
// later visit has shown no more than that they were there before.
func TestFactorOfTheRecoveryProvesNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		first := w.updated()
		w.advance(time.Second)
		first, secret, _ := w.enrolled(first)
		w.must(w.Guided.SaveCodes(t.Context(), first, true))
		w.advance(time.Hour)
		w.deliver()
		session, err := w.Guided.ProveFactor(t.Context(), w.arrived("ada"), w.app(secret))
		w.must(err)
		_, err = w.Guided.UpdatePassword(t.Context(), w.owner(session), anotherPassword)
		w.must(err)
		ines := w.member("ines", staff.RoleSecurity)
		plan, err := w.Review.PlanResume(t.Context(), ines, w.taken(ines).Number)
		w.must(err)
		if !slices.Contains(plan.Needs, recovery.SignalUnconfirmed) {
			t.Errorf("four eyes because of %v", plan.Needs)
		}
	})
}

// TestConfirmRace: of a word and another password in the same moment each counts once or is told why not,
// and whoever only said so does not stand for a password that they never saw.
func TestConfirmRace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.updated()
		a, b := w.comesBack(), w.comesBack()
		var kept, chosen error
		var both sync.WaitGroup
		both.Go(func() { kept = w.Guided.KeepPassword(t.Context(), a) })
		both.Go(func() { _, chosen = w.Guided.UpdatePassword(t.Context(), b, anotherPassword) })
		both.Wait()
		if chosen != nil {
			t.Errorf("the new password: %v", chosen)
		}
		if kept != nil && !errors.Is(kept, security.ErrNoSession) {
			t.Errorf("the word: %v", kept)
		}
		ines := w.member("ines", staff.RoleSecurity)
		plan, err := w.Review.PlanResume(t.Context(), ines, w.taken(ines).Number)
		w.must(err)
		if !slices.Contains(plan.Needs, recovery.SignalUnconfirmed) {
			t.Errorf("four eyes because of %v", plan.Needs)
		}
	})
}
