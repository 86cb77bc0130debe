package security_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/access"
	"regain/security/account"
	"regain/security/audit"
	"regain/security/risk"
	"regain/security/token"
)

// TestSignedInEnds: the idle and the whole life of a session (ASVS 7.3.1, 7.3.2).
func TestSignedInEnds(t *testing.T) {
	t.Parallel()
	whole := func(w *world) *account.SignedIn { return w.alan() }
	half := func(w *world) *account.SignedIn { w.protected(); return w.signIn("alan") }
	wait := func(d time.Duration) func(*world, *account.SignedIn) {
		return func(w *world, _ *account.SignedIn) { w.advance(d) }
	}
	for _, row := range []struct {
		name  string
		start func(*world) *account.SignedIn
		do    func(*world, *account.SignedIn)
		lives bool
	}{
		{"nearly idle", whole, wait(access.SignedInIdle - time.Second), true},
		{"idle", whole, wait(access.SignedInIdle), false},
		{"half, nearly over", half, wait(access.SignedInHalf - time.Second), true},
		{"half, over", half, wait(access.SignedInHalf), false},
		{"half, not put off", half, func(w *world, u *account.SignedIn) {
			w.advance(access.SignedInHalf - time.Second)
			w.must(w.Access.ExtendSession(t.Context(), u.Session))
			w.advance(time.Second)
		}, false},
		{"extended", whole, func(w *world, u *account.SignedIn) {
			w.advance(access.SignedInIdle - time.Second)
			w.must(w.Access.ExtendSession(t.Context(), u.Session))
			w.advance(access.SignedInIdle - time.Second)
		}, true},
		{"the whole time", whole, func(w *world, u *account.SignedIn) {
			for range 24 {
				w.advance(access.SignedInIdle - time.Second)
				w.must(w.Access.ExtendSession(t.Context(), u.Session))
			}
			w.advance(24 * time.Second)
		}, false},
		{"signed out", whole, func(w *world, u *account.SignedIn) {
			w.must(w.Account.SignOutAccount(t.Context(), u))
			w.must(w.Account.SignOutAccount(t.Context(), u)) // the other press
		}, false},
		{"half, signed out", half, func(w *world, u *account.SignedIn) {
			w.must(w.Account.SignOutAccount(t.Context(), u))
			w.must(w.Account.SignOutAccount(t.Context(), u))
		}, false},
		{"another one signed out", whole, func(w *world, u *account.SignedIn) {
			w.must(w.Account.SignOutAccount(t.Context(), w.signIn("alan")))
		}, true},
		{"signed out everywhere else", whole, func(w *world, u *account.SignedIn) {
			w.must(w.Account.SignOutEverywhere(t.Context(), w.signIn("alan")))
		}, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			w := sqliteWorld(t)
			u := row.start(w)
			row.do(w, u)
			_, err := w.Account.EnterAccount(t.Context(), phone, w.accountToken(u.Session))
			if row.lives != (err == nil) || err != nil && !errors.Is(err, security.ErrNoSession) {
				t.Errorf("%v", err)
			}
		})
	}
}

// TestSignOutEverywhere ends recoveries under way, too.
func TestSignOutEverywhere(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		u := w.alan()
		o := w.visit("alan")
		w.must(w.Account.SignOutEverywhere(t.Context(), u))
		if _, err := w.Guided.Enter(t.Context(), phone, w.token(o)); !errors.Is(err,
			security.ErrNoSession) {
			t.Errorf("the recovery lives: %v", err)
		}
	})
}

// TestAccountTokens: nothing but the newest token of a signed-in session opens it.
func TestAccountTokens(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	u := w.alan()
	id := u.Session.ID
	sign := func(purpose, id string) string { return w.Keys.Sign(purpose, id) }
	for name, tok := range map[string]string{
		"none": "", "nonsense": "x.y.z", "the id": id,
		"a recovery's purpose": sign("session", id+"-0"),
		"staff's purpose":      sign("staff-session", id+"-0"),
		"a later generation":   sign("account-session", id+"-1"),
		"no generation":        sign("account-session", id),
		"an unknown session":   sign("account-session", token.ID()+"-0"),
	} {
		if _, err := w.Account.EnterAccount(t.Context(), phone, tok); !errors.Is(err,
			security.ErrNoSession) {
			t.Errorf("%s: %v", name, err)
		}
		device, err := w.Access.KnowDevice(t.Context(), access.Presented{
			Kind: access.AccountSession, Visitor: phone, Token: tok})
		if device != "" || !errors.Is(err, security.ErrNoSession) {
			t.Errorf("%s makes a browser known: %q, %v", name, device, err)
		}
	}
	if _, err := w.Staff.EnterStaff(t.Context(), phone, w.accountToken(u.Session)); !errors.Is(err,
		security.ErrNoSession) {
		t.Errorf("it opens the staff pages: %v", err)
	}
}

// TestCloseHalfSignIns: a sign-in that never came to its second step is closed; the owner hears of
// it when it came from a place or device that is not theirs, also when whoever it was signed out.
func TestCloseHalfSignIns(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.protected()
		half := func(v security.Visitor) *account.SignedIn {
			tok, err := w.Account.SignIn(ctx, v, "alan", oldPassword)
			w.must(err)
			u, err := w.Account.EnterAccount(ctx, v, tok)
			w.must(err)
			return u
		}
		close := func(want int) {
			t.Helper()
			if n, err := w.SignIn.CloseHalfSignIns(ctx); n != want || err != nil {
				t.Errorf("closed %d, want %d, %v", n, want, err)
			}
		}
		ranOut := func(v security.Visitor) *account.SignedIn {
			w.advance(24 * time.Hour) // or the way from one to the other would be odd
			u := half(v)
			close(0)
			w.advance(access.SignedInHalf + time.Millisecond)
			close(1)
			close(0)
			return u
		}
		signedOut := func(v security.Visitor) *account.SignedIn {
			w.advance(24 * time.Hour)
			u := half(v)
			w.must(w.Account.SignOutAccount(ctx, u))
			return u
		}
		known, odd := ranOut(phone), ranOut(faraway)
		left := signedOut(phone)
		out := signedOut(security.Visitor{IP: faraway.IP, Agent: phone.Agent})
		var stopped []string
		for _, l := range loginsOf(w, "u-1001") {
			if l.Outcome == risk.Stopped {
				stopped = append(stopped, l.ID)
			}
		}
		want := []string{"portal-" + odd.Session.ID + "-stopped", "portal-" + out.Session.ID +
			"-stopped"}
		slices.Sort(want)
		slices.Sort(stopped)
		if diff := cmp.Diff(want, stopped); diff != "" {
			t.Errorf("stopped logins (-want +got):\n%s", diff)
		}
		for _, u := range []*account.SignedIn{known, odd, left, out} {
			x, err := w.db.Session(ctx, u.Session.ID)
			if err != nil || x.EndedAt.IsZero() {
				t.Errorf("session %+v, %v", x, err)
			}
		}
		if n := len(w.linesOf("u-1001", audit.SignInStopped)); n != 4 {
			t.Errorf("%d lines", n)
		}
	})
}

// TestCloseHalfRace: two workers and the owner at the same moment: the session ends or becomes
// whole, and nothing of both.
func TestCloseHalfRace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		_, _, codes := w.protected()
		half := w.signIn("alan")
		w.advance(access.SignedInHalf - time.Second)
		w.race(6, func(i int) error {
			if i == 0 {
				_, err := w.Account.ProveSignIn(ctx, half, codes[0])
				return err
			}
			return w.Account.SignOutAccount(ctx, half)
		})
		x, err := w.db.Session(ctx, half.Session.ID)
		w.must(err)
		if x.Half() == x.EndedAt.IsZero() {
			t.Errorf("session %+v", x)
		}
	})
}
