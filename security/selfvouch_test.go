package security_test

import (
	"testing"
	"time"

	"regain/security"
	"regain/security/account"
	"regain/security/notice"
	"regain/security/signin"
)

// TestNobodyVouchesForThemselves: whoever has the password alone and comes from elsewhere cannot say that it was
// the owner and be known from then on. The owner can, by the mail or from where they are known.
func TestNobodyVouchesForThemselves(t *testing.T) {
	t.Parallel()
	thief := security.Visitor{IP: "203.0.113.9", Agent: windows}
	for _, tt := range []struct {
		name string
		says func(w *world, u *account.SignedIn, mails []posted)
		told int // alerts to the owner about the next sign-in from there
	}{
		{"nobody", func(*world, *account.SignedIn, []posted) {}, 1},
		{"the session itself", func(w *world, u *account.SignedIn, _ []posted) {
			w.must(w.Account.ConfirmOwn(t.Context(), u, account.About{Login: signin.PortalLogin(u.Session.ID)}))
		}, 1},
		{"another session from there", func(w *world, u *account.SignedIn, _ []posted) {
			w.must(w.Account.ConfirmOwn(t.Context(), signInFrom(w, thief),
				account.About{Login: signin.PortalLogin(u.Session.ID)}))
			w.deliver()
		}, 1},
		{"the session, about the alert", func(w *world, u *account.SignedIn, _ []posted) {
			w.must(w.Account.ConfirmOwnAlert(t.Context(), u, w.alerts()[0].ID))
		}, 1},
		{"the owner at home", func(w *world, u *account.SignedIn, _ []posted) {
			w.must(w.Account.ConfirmOwn(t.Context(), w.signIn("ada"),
				account.About{Login: signin.PortalLogin(u.Session.ID)}))
		}, 0},
		{"the reader of the mail", func(w *world, _ *account.SignedIn, mails []posted) {
			w.must(w.Alert.ConfirmAlert(t.Context(), thief, w.AlertToken(mailed[notice.UnfamiliarSignIn](w, mails).Alert)))
		}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := sqliteWorld(t)
			w.watching()
			u := signInFrom(w, thief)
			tt.says(w, u, w.deliver())
			w.advance(5 * time.Hour)
			before := len(w.alerts())
			signInFrom(w, thief)
			if told := len(w.alerts()) - before; told != tt.told {
				t.Errorf("%d alerts about the next sign-in, want %d", told, tt.told)
			}
		})
	}
}

// signInFrom signs ada in with the password alone.
func signInFrom(w *world, v security.Visitor) *account.SignedIn {
	w.t.Helper()
	tok, err := w.Account.SignIn(w.t.Context(), v, "ada", oldPassword)
	w.must(err)
	u, err := w.Account.EnterAccount(w.t.Context(), v, tok)
	w.must(err)
	return u
}
