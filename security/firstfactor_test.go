package security_test

import (
	"testing"

	"regain/security/access"
	"regain/security/account"
)

// TestFirstFactorEndsOthers: whoever is signed in elsewhere with nothing but the password is out
// as soon as the account has a second factor (ASVS 7.4.3); another factor ends nobody's session.
func TestFirstFactorEndsOthers(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ended := func(u *account.SignedIn) bool {
			x, err := w.db.Session(t.Context(), u.Session.ID)
			w.must(err)
			return !x.EndedAt.IsZero()
		}
		owner := w.alan()
		other, recovery := w.signIn("alan"), w.visit("alan")
		owner, _ = w.withPasskey(owner, "one")
		if ended(owner) || !ended(other) {
			t.Errorf("ended: the owner's session %t, the other one %t", ended(owner), ended(other))
		}
		if _, err := w.Guided.Enter(t.Context(), phone, w.token(recovery)); err == nil {
			t.Error("a recovery that was under way goes on")
		}
		half := w.signIn("alan")
		owner, _ = w.withApp(owner)
		if ended(owner) || ended(half) {
			t.Errorf("ended: the owner's session %t, the half one %t", ended(owner), ended(half))
		}
	})
}

// TestFirstFactorRace: who signs in by password at the moment in which the first factor is
// enrolled owes it, or is out.
func TestFirstFactorRace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		owner := w.alan()
		enrolment, err := w.Account.AskAuthenticator(ctx, owner)
		w.must(err)
		code := w.app(enrolment.Secret)
		w.race(5, func(i int) error {
			if i == 2 {
				_, err := w.Account.SetAuthenticator(ctx, owner, code)
				return err
			}
			_, err := w.Account.SignIn(ctx, far(i), "alan", oldPassword)
			return err
		})
		all := w.sessionsOf(access.AccountSession, "u-1001")
		for _, x := range all {
			if x.ID != owner.Session.ID && !x.Half() && x.EndedAt.IsZero() {
				t.Errorf("a whole session without the factor: %+v", x)
			}
		}
		if len(all) < 5 {
			t.Errorf("%d sessions, want 5", len(all))
		}
	})
}
