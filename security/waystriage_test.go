package security_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security/audit"
	"regain/security/guided"
	"regain/security/recovery"
	"regain/security/review"
	"regain/security/risk"
)

// TestOwnPasswordInTriage: the password that the owner chose in a recovery says nothing about the
// present case, and counts at the next lockout as one that was changed anywhere else does.
func TestOwnPasswordInTriage(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.account("u-1001", "ada", "ada@example.org")
		w.logins("u-1001", "succeeded")
		w.lock("ada")
		o := w.secured()
		at := w.Now().Add(-time.Second)
		w.must(w.Guided.SkipTwoFactor(ctx, o))
		o = w.owner(w.token(o))
		r, err := w.Guided.ReviewActivity(ctx, o)
		w.must(err)
		said := map[string]string{}
		var denied []recovery.Signal
		for _, f := range r.Asked() {
			said[f.Login.ID] = risk.NotMe
			denied = append(denied,
				recovery.Signal{Code: recovery.SignalLoginDenied, At: f.Login.At})
		}
		w.must(w.Guided.AnswerLogins(ctx, o, said))
		c := w.caseOf("u-1001")
		if diff := cmp.Diff(denied, c.Facts); diff != "" || c.Proposed != recovery.Hijacked {
			t.Errorf("the present case, %s (-want +got):\n%s", c.Proposed, diff)
		}

		c.State = recovery.Resumed
		w.commit(audit.CaseResumed, w.placed(c),
			review.UnlockAccount{Account: "u-1001", Case: c.ID})
		w.advance(time.Hour)
		next := w.lock("ada")
		want := recovery.Signal{Code: recovery.SignalPasswordRecent, At: at}
		if next.Proposed != recovery.Hijacked || len(next.Facts) == 0 || next.Facts[0] != want {
			t.Errorf("the next lockout: %s %v", next.Proposed, next.Facts)
		}
	})
}

// TestCheckUpPasswordInTriage: so does one of a check-up.
func TestCheckUpPasswordInTriage(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.account("u-1001", "ada", "ada@example.org")
	_, err := w.Guided.UpdatePassword(t.Context(), w.visit("ada"), newPassword)
	w.must(err)
	at := w.Now()
	w.advance(time.Hour)
	c := w.lock("ada")
	want := []recovery.Signal{{Code: recovery.SignalPasswordRecent, At: at}}
	if diff := cmp.Diff(want, c.Facts); diff != "" || c.Proposed != recovery.Hijacked {
		t.Errorf("%s (-want +got):\n%s", c.Proposed, diff)
	}
}

// TestSaveCodesRenewed: codes that were renewed meanwhile are not those that were saved.
func TestSaveCodesRenewed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.ada()
		o, _, _ := w.enrolled(w.secured())
		other := w.removed(o, o.Factors[0].ID) // in another window
		w.advance(time.Minute)
		w.enrolled(other)
		if err := w.Guided.SaveCodes(ctx, o, true); err == nil {
			t.Error("codes that nobody has seen here were saved")
		}
		codes, err := w.db.RecoveryCodes(ctx, "u-1001")
		w.must(err)
		if len(codes) != 10 || codes[0].Sealed == "" {
			t.Errorf("%d codes, the first %+v", len(codes), codes)
		}
	})
}

// TestStepPressedTwice: whoever presses a button of the two-factor step twice is not told that
// something changed, and it is on record once.
func TestStepPressedTwice(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		press func(w *world, o *guided.Owner) error
		kind  audit.Kind
	}{
		"skip": {func(w *world, o *guided.Owner) error {
			return w.Guided.SkipTwoFactor(t.Context(), o)
		},
			audit.TwoFactorPostponed},
		"keep": {func(w *world, o *guided.Owner) error {
			return w.Guided.KeepTwoFactor(t.Context(), o)
		},
			audit.TwoFactorConfirmed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, w *world) {
				w.account("u-1001", "ada", "ada@example.org")
				seed := ""
				if name == "keep" {
					_, seed = w.withApp(w.signIn("ada"))
					w.advance(time.Minute)
				}
				o := w.inRecovery(w.visit("ada"), seed)
				w.must(w.Guided.KeepPassword(t.Context(), o))
				o = w.owner(w.token(o))
				form(o)
				won := w.race(20, func(int) error { mine := *o; return row.press(w, &mine) })
				if n := len(w.linesOf("u-1001", row.kind)); won != 20 || n != 1 {
					t.Errorf("%d of 20 went through, on record %d times", won, n)
				}
			})
		})
	}
}
