package security_test

import (
	"fmt"
	"testing"
	"time"

	"regain/security/refusal"
)

// TestRecoveryStaysOpen: whoever has the password, or knows the name alone, cannot use up what the
// owner needs in the recovery.
func TestRecoveryStaysOpen(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		u, seed := w.withApp(w.alan())
		u, d := w.withPasskey(u, "one")
		w.advance(time.Hour)
		half := w.signIn("alan")
		for range 5 {
			_, err := w.Account.ProveSignIn(ctx, half, "000000")
			wantRefusal(t, err, refusal.CodeWrong)
		}
		_, err := w.Account.ProveSignIn(ctx, half, w.app(seed))
		wantRefusal(t, err, refusal.TooManyTries)
		_, err = w.Account.ProveAgain(ctx, u, w.app(seed))
		wantRefusal(t, err, refusal.TooManyTries)
		for range 30 {
			_, err = w.Account.ProvePasskeySignedIn(ctx, half, "{}")
			wantRefusal(t, err, refusal.PasskeyFailed)
		}
		_, err = w.Account.ProvePasskeySignedIn(ctx, half, d.get(w.ask(half)))
		wantRefusal(t, err, refusal.TooManyTries)
		for i := range 6 {
			w.must(w.Guided.ReportNoMailbox(ctx, phone, "alan", "+44 20 7946 0000",
				fmt.Sprint("no ", i)))
		}
		w.resolve()

		w.deliver()
		o := w.visit("alan")
		_, err = w.Guided.CannotProve(ctx, o)
		w.must(err)
		options, err := w.Access.AskForProof(o.Session, o.Factors)
		w.must(err)
		_, err = w.Guided.ProvePasskey(ctx, o, d.get(options))
		w.must(err)
		o = w.visit("alan")
		_, err = w.Guided.ProveFactor(ctx, o, w.app(seed))
		w.must(err)
	})
}

// TestRecoveryHasItsOwnTries: the tries of a recovery are the account's, however many links there
// are, and take nothing from the sign-in.
func TestRecoveryHasItsOwnTries(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	_, seed := w.withApp(w.alan())
	w.advance(time.Hour)
	for range 5 {
		_, err := w.Guided.ProveFactor(ctx, w.visit("alan"), "000000")
		wantRefusal(t, err, refusal.CodeWrong)
	}
	_, err := w.Guided.ProveFactor(ctx, w.visit("alan"), w.app(seed))
	wantRefusal(t, err, refusal.TooManyTries)
	_, err = w.Account.ProveSignIn(ctx, w.signIn("alan"), w.app(seed))
	w.must(err)
}
