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
	"regain/security/limits"
	"regain/security/refusal"
	"regain/security/risk"
	"regain/security/token"
)

// protected is alan with an authenticator, signed in, and his recovery codes.
func (w *world) protected() (u *account.SignedIn, secret string, codes []string) {
	w.t.Helper()
	u, secret = w.withApp(w.alan())
	codes, err := w.Account.AccountCodes(u)
	w.must(err)
	w.deliver()
	w.advance(time.Minute)
	return u, secret, codes
}

// TestProveSignIn: with a factor the password alone opens nothing; the second factor makes the
// session whole under a new token, and counts once.
func TestProveSignIn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		_, secret, codes := w.protected()
		known := len(loginsOf(w, "u-1001"))
		half := w.signIn("alan")
		x := half.Session
		if !x.Half() || x.ProvedBy != "" || !x.ProvedAt.IsZero() || half.Fresh(w.Now()) ||
			!x.EndsAt.Equal(w.Now().Add(access.SignedInHalf)) {
			t.Errorf("half session %+v", x)
		}
		if n := len(loginsOf(w, "u-1001")); n != known {
			t.Error("the password alone counts as a login")
		}
		code := w.app(secret)
		tok, err := w.Account.ProveSignIn(ctx, half, code)
		w.must(err)
		_, err = w.Account.EnterAccount(ctx, phone, w.accountToken(x))
		if !errors.Is(err, security.ErrNoSession) {
			t.Errorf("the token from before lives: %v", err)
		}
		u := w.entered(tok)
		x.Stage, x.Generation, x.ProvedAt, x.ProvedBy = access.StageIn, 1, w.Now(),
			security.FactorTOTP
		x.EndsAt = w.Now().Add(access.SignedInWhole)
		if diff := cmp.Diff(x, u.Session); diff != "" {
			t.Errorf("whole session (-want +got):\n%s", diff)
		}
		if l := loginsOf(w, "u-1001"); len(l) != known+1 || l[0].ID != "portal-"+x.ID ||
			l[0].Outcome != risk.Succeeded {
			t.Errorf("logins %+v", l)
		}
		_, err = w.Account.ProveSignIn(ctx, half, "")
		wantRefusal(t, err, refusal.CodeMissing)
		if again, err := w.Account.ProveSignIn(ctx, u, "000000"); err != nil || again != tok {
			t.Errorf("whole already: %q, %v", again, err)
		}
		next := w.signIn("alan")
		_, err = w.Account.ProveSignIn(ctx, next, code)
		wantField(t, err, "code", refusal.CodeSpent)
		if tok, err = w.Account.ProveSignIn(ctx, next, codes[4]); err != nil {
			t.Fatal(err)
		}
		if by := w.entered(tok).Session.ProvedBy; by != security.FactorCode {
			t.Errorf("proved by %q", by)
		}
		if !slices.Contains(kinds(w.deliver()), "recovery_code_used alan@example.org") {
			t.Error("nobody was told of the recovery code")
		}
		_, err = w.Account.ProveSignIn(ctx, w.signIn("alan"), codes[4])
		wantField(t, err, "code", refusal.CodeSpent)
	})
}

// TestLongerRecoveryCode: a code from the time when they had 24 characters works, once.
func TestLongerRecoveryCode(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	u, _, _ := w.protected()
	const saved = "ABCD-EFGH-JKMN-PQRS-TVWX-2345"
	w.commit(audit.AddressChanged, access.PutCodes{Subject: u.Account.ID, Codes: []security.RecoveryCode{{
		ID: "old", Subject: u.Account.ID, Position: 1, MadeAt: w.Now(),
		Digest: w.Keys.Digest(security.FactorCode, token.FoldCode(saved))}}})
	tok, err := w.Account.ProveSignIn(t.Context(), w.signIn("alan"), saved)
	w.must(err)
	if by := w.entered(tok).Session.ProvedBy; by != security.FactorCode {
		t.Errorf("proved by %q", by)
	}
	_, err = w.Account.ProveSignIn(t.Context(), w.signIn("alan"), saved)
	wantField(t, err, "code", refusal.CodeSpent)
}

// TestSignInStopped: a wrong second factor after the right password is a login that was stopped, of
// which the owner hears once for each session, however many wrong ones follow. A slip of the
// owner's own is none: it has to come from elsewhere, or never be put right.
func TestSignInStopped(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		_, secret, _ := w.protected()
		var told []string
		mistype := func(v security.Visitor, times int) *account.SignedIn {
			t.Helper()
			w.advance(24 * time.Hour) // or the way from one to the other would be odd
			tok, err := w.Account.SignIn(ctx, v, "alan", oldPassword)
			w.must(err)
			u, err := w.Account.EnterAccount(ctx, v, tok)
			w.must(err)
			for range times {
				_, err := w.Account.ProveSignIn(ctx, u, "000000")
				wantField(t, err, "code", refusal.CodeWrong)
			}
			return u
		}
		hears := func(what string, u *account.SignedIn, want ...string) {
			t.Helper()
			told = append(told, want...)
			var stopped []string
			for _, l := range loginsOf(w, "u-1001") {
				if l.Outcome == risk.Stopped && l.StoppedBy == "two_factor" {
					stopped = append(stopped, l.ID)
				}
				if l.ID == "portal-"+u.Session.ID+"-stopped" && !l.At.Equal(u.Session.StartedAt) {
					t.Errorf("%s: stopped at %s", what, l.At)
				}
			}
			slices.Sort(stopped)
			slices.Sort(told)
			if diff := cmp.Diff(told, stopped); diff != "" {
				t.Errorf("%s: stopped logins (-want +got):\n%s", what, diff)
			}
			mails := make([]string, len(want))
			for i := range want {
				mails[i] = "unfamiliar_sign_in alan@example.org"
			}
			if diff := cmp.Diff(mails, append([]string{}, kinds(w.deliver())...)); diff != "" {
				t.Errorf("%s: mails (-want +got):\n%s", what, diff)
			}
		}
		login := func(u *account.SignedIn) string { return "portal-" + u.Session.ID + "-stopped" }

		slip := mistype(phone, 3)
		hears("own slip", slip)
		_, err := w.Account.ProveSignIn(ctx, slip, w.app(secret))
		w.must(err)
		w.advance(access.SignedInHalf + time.Millisecond)
		_, err = w.SignIn.CloseHalfSignIns(ctx)
		w.must(err)
		hears("own slip put right", slip)

		left := mistype(phone, 1)
		hears("given up", left)
		w.advance(access.SignedInHalf + time.Millisecond)
		_, err = w.SignIn.CloseHalfSignIns(ctx)
		w.must(err)
		hears("given up and over", left, login(left))

		out := mistype(phone, 1)
		w.must(w.Account.SignOutAccount(ctx, out))
		hears("signed out", out, login(out))

		odd := mistype(faraway, 1)
		hears("from elsewhere", odd, login(odd))
		for range 2 {
			_, err := w.Account.ProveSignIn(ctx, odd, "000000")
			wantField(t, err, "code", refusal.CodeWrong)
		}
		w.advance(access.SignedInHalf + time.Millisecond)
		_, err = w.SignIn.CloseHalfSignIns(ctx)
		w.must(err)
		hears("from elsewhere, and over", odd)
		if n := len(w.linesOf("u-1001", audit.SignInStopped)); n != 11 {
			t.Errorf("%d lines", n)
		}
	})
}

// TestSignInBudget: the tries at a second factor are those of the account, at the sign-in and
// signed in alike. A recovery has tries of its own; those in a row are counted over all.
func TestSignInBudget(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	u, secret, _ := w.protected()
	o := w.visit("alan")
	half := w.signIn("alan")
	for i, try := range []func(code string) (string, error){
		func(code string) (string, error) { return w.Account.ProveSignIn(ctx, half, code) },
		func(code string) (string, error) { return w.Account.ProveAgain(ctx, u, code) },
		func(code string) (string, error) {
			return w.Account.ProveSignIn(ctx, w.signIn("alan"), code)
		},
		func(code string) (string, error) { return w.Account.ProveSignIn(ctx, half, code) },
		func(code string) (string, error) { return w.Account.ProveAgain(ctx, u, code) },
		func(code string) (string, error) { return w.Account.ProveSignIn(ctx, half, code) },
	} {
		want := refusal.CodeWrong
		if i == 5 {
			want = refusal.TooManyTries
		}
		_, err := try("000000")
		wantField(t, err, "code", want)
	}
	_, err := w.Account.ProveAgain(ctx, u, w.app(secret))
	wantField(t, err, "code", refusal.TooManyTries)
	_, err = w.Guided.ProveFactor(ctx, o, "000000")
	wantField(t, err, "code", refusal.CodeWrong)
	for i := 6; i < limits.StrangerFailures; i++ {
		w.advance(4 * time.Minute)
		_, err := w.Account.ProveSignIn(ctx, w.signIn("alan"), "000000")
		want := refusal.CodeWrong
		if i == limits.StrangerFailures-1 {
			want = refusal.FactorOff
		}
		wantField(t, err, "code", want)
	}
	if n := len(w.linesOf("u-1001", audit.FactorDisabled)); n != 1 {
		t.Errorf("%d lines of the disabled authenticator", n)
	}
}

// TestSignInCodeRace: fifty presses from five browsers with one code; one browser gets in.
func TestSignInCodeRace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		_, secret, codes := w.protected()
		for name, code := range map[string]func() string{
			"authenticator": func() string { return w.app(secret) },
			"recovery code": func() string { return codes[7] },
		} {
			w.advance(time.Hour)
			var halves []*account.SignedIn
			for range 5 {
				halves = append(halves, w.signIn("alan"))
				form(halves[len(halves)-1])
			}
			typed := code()
			w.race(50, func(i int) error {
				_, err := w.Account.ProveSignIn(t.Context(), halves[i%5], typed)
				return err
			})
			whole := 0
			for _, u := range halves {
				x, err := w.db.Session(t.Context(), u.Session.ID)
				w.must(err)
				if !x.Half() {
					whole++
				}
			}
			if whole != 1 {
				t.Errorf("%s: %d sessions became whole, want 1", name, whole)
			}
		}
	})
}

// TestSignInTwice: many presses of one button get the same new token, of the sign-in and of a fresh
// proof.
func TestSignInTwice(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		u, _, codes := w.protected()
		half := w.signIn("alan")
		for name, press := range map[string]func() (string, error){
			"recovery code": func() (string, error) {
				return w.Account.ProveSignIn(t.Context(), half, codes[0])
			},
			"fresh proof": func() (string, error) {
				return w.Account.ProveAgain(t.Context(), u, codes[1])
			},
		} {
			w.advance(time.Hour)
			half = w.signIn("alan")
			form(half)
			form(u)
			tokens := make([]string, 5)
			if won := w.race(5, func(i int) (err error) {
				tokens[i],
					err = press()
				return err
			}); won != 5 {
				t.Errorf("%s: %d presses went through", name, won)
			}
			if all := slices.Compact(tokens); len(all) != 1 || all[0] == "" {
				t.Errorf("%s: tokens %v", name, tokens)
			}
		}
	})
}

// TestProveAgain: what the account is opened with is shown anew, under a new token; the session
// ends when it would have ended.
func TestProveAgain(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		u := w.alan()
		for _, row := range []struct {
			name  string
			wrong string
			field string
			right func() string
			by    string
		}{
			{"password", newPassword, "password", func() string { return oldPassword },
				access.ProvedByPassword},
			{"code", "000000", "code", func() string {
				var secret string
				u, secret = w.withApp(u)
				w.advance(time.Minute)
				return w.app(secret)
			}, security.FactorTOTP},
		} {
			w.advance(time.Minute)
			right := row.right()
			w.advance(access.ProofFresh)
			if u = w.reload(u); u.Fresh(w.Now()) {
				t.Errorf("%s: still fresh", row.name)
			}
			if row.field == "code" { // ten minutes older than the code
				w.advance(-access.ProofFresh)
			}
			_, err := w.Account.ProveAgain(ctx, u, "")
			wantField(t, err, row.field,
				map[string]refusal.Code{"password": refusal.PasswordMissing,
					"code": refusal.CodeMissing}[row.field])
			_, err = w.Account.ProveAgain(ctx, u, row.wrong)
			wantField(t, err, row.field, map[string]refusal.Code{"password": refusal.PasswordWrong,
				"code": refusal.CodeWrong}[row.field])
			tok, err := w.Account.ProveAgain(ctx, u, right)
			w.must(err)
			if _, err := w.Account.EnterAccount(ctx, phone,
				w.accountToken(u.Session)); !errors.Is(err,
				security.ErrNoSession) {
				t.Errorf("%s: the token from before lives: %v", row.name, err)
			}
			now := w.entered(tok)
			if !now.Fresh(w.Now()) || now.Session.ProvedBy != row.by ||
				!now.Session.EndsAt.Equal(u.Session.EndsAt) {
				t.Errorf("%s: %+v", row.name, now.Session)
			}
			u = now
		}
		if n := len(w.linesOf("u-1001", audit.ProofRenewed)); n != 2 {
			t.Errorf("%d lines", n)
		}
	})
}

// TestOwnPasswordBudget: whoever sits at an open screen has ten tries at the password in a quarter
// of an hour.
func TestOwnPasswordBudget(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	u := w.alan()
	for range 10 {
		_, err := w.Account.ProveAgain(t.Context(), u, newPassword)
		wantField(t, err, "password", refusal.PasswordWrong)
	}
	_, err := w.Account.ProveAgain(t.Context(), u, oldPassword)
	wantField(t, err, "password", refusal.TooManyTries)
	w.advance(2 * time.Minute)
	if _, err = w.Account.ProveAgain(t.Context(), u, oldPassword); err != nil {
		t.Error(err)
	}
}

// TestMovedOwnerSession: a session that turns up in another country or browser goes on, but nothing that
// asks for a fresh proof does until there is one from there.
func TestMovedOwnerSession(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		u, secret, _ := w.protected()
		tok := w.accountToken(u.Session)
		for _, v := range []security.Visitor{faraway, {IP: phone.IP, Agent: faraway.Agent}} {
			u, err := w.Account.EnterAccount(ctx, v, tok)
			w.must(err)
			if u.Fresh(w.Now()) {
				t.Errorf("fresh from %+v", v)
			}
			wantRefusal(t, w.Account.EndOtherSessions(ctx, u), refusal.ProofNeeded)
		}
		u, err := w.Account.EnterAccount(ctx, faraway, tok)
		w.must(err)
		w.advance(31 * time.Second)
		tok, err = w.Account.ProveAgain(ctx, u, w.app(secret))
		w.must(err)
		if u, err = w.Account.EnterAccount(ctx, faraway, tok); err != nil || !u.Fresh(w.Now()) {
			t.Errorf("after the proof: %v", err)
		}
		if u, err = w.Account.EnterAccount(ctx, phone, tok); err != nil || u.Fresh(w.Now()) {
			t.Errorf("back at home without one: %v", err)
		}
	})
}
