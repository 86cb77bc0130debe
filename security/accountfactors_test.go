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
	"regain/security/notice"
	"regain/security/policy"
	"regain/security/refusal"
)

func TestSetAuthenticator(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		u := w.alan()
		w.deliver()
		first, err := w.Account.AskAuthenticator(ctx, u)
		w.must(err)
		again, err := w.Account.AskAuthenticator(ctx, u)
		w.must(err)
		other, err := w.Account.AskAuthenticator(ctx, w.signIn("alan"))
		w.must(err)
		if first.Secret != again.Secret || first.Secret == other.Secret || len(first.QR) == 0 {
			t.Error("the key moves, or another session sees it")
		}
		w.deliver()
		for code, want := range map[string]refusal.Code{"": refusal.CodeMissing,
			"12345a": refusal.CodeLetters, "000000": refusal.CodeWrong} {
			_, err = w.Account.SetAuthenticator(ctx, u, code)
			wantField(t, err, "code", want)
		}
		session, err := w.Account.SetAuthenticator(ctx, u, w.app(first.Secret))
		w.must(err)
		if e := w.newest(); e.Kind != audit.TwoFactorAdded || w.factors() != "totp" ||
			w.codes() != 10 {
			t.Errorf("event %+v, factors %q, %d codes", e, w.factors(), w.codes())
		}
		u = w.entered(session)
		w.must(w.Account.SaveAccountCodes(ctx, u, true))
		w.advance(time.Minute)
		u, _ = w.withPasskey(w.entered(session), "one")
		w.deliver()
		// Another app takes the place of the first one, and of nothing else.
		u, secret := w.withApp(u)
		if e := w.newest(); e.Kind != audit.TwoFactorReplaced || secret == first.Secret ||
			w.factors() != "passkey one, totp" || u.CodesUnsaved() {
			t.Errorf("event %+v, factors %q", e, w.factors())
		}
		want := []string{"two_factor_replaced alan@example.org"}
		if diff := cmp.Diff(want, kinds(w.deliver())); diff != "" {
			t.Errorf("mails (-want +got):\n%s", diff)
		}
		half := w.signIn("alan")
		_, err = w.Account.ProveSignIn(ctx, half, w.app(first.Secret))
		wantField(t, err, "code", refusal.CodeWrong)
		w.advance(time.Minute)
		if _, err = w.Account.ProveSignIn(ctx, half, w.app(secret)); err != nil {
			t.Errorf("the new app: %v", err)
		}
		w.advance(access.ProofFresh)
		_, err = w.Account.AskAuthenticator(ctx, u)
		wantField(t, err, "", refusal.ProofNeeded)
		_, err = w.Account.SetAuthenticator(ctx, u, "000000")
		wantField(t, err, "", refusal.ProofNeeded)
	})
}

// TestSetAuthenticatorRace: fifty presses in two browsers enrol one authenticator.
func TestSetAuthenticatorRace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		both := []*account.SignedIn{w.alan(), w.signIn("alan")}
		w.deliver()
		var codes []string
		for _, u := range both {
			e, err := w.Account.AskAuthenticator(t.Context(), u)
			w.must(err)
			codes = append(codes, w.app(e.Secret))
			form(u)
		}
		tokens := make([]string, 20)
		won := w.race(20, func(i int) (err error) {
			mine := *both[i%2]
			tokens[i], err = w.Account.SetAuthenticator(t.Context(), &mine, codes[i%2])
			return err
		})
		slices.Sort(tokens)
		got := kinds(w.deliver())
		if won != 10 || len(slices.Compact(tokens)) != 2 || w.factors() != "totp" ||
			w.codes() != 10 ||
			!cmp.Equal(got, []string{"two_factor_on alan@example.org"}) {
			t.Errorf("%d won, factors %q, %d codes, mails %v", won, w.factors(), w.codes(), got)
		}
	})
}

func TestRemoveFactor(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		u, _ := w.withPasskey(w.alan(), "one")
		u, _ = w.withApp(u)
		w.deliver()
		remove := func(i int) {
			t.Helper()
			w.advance(time.Second)
			session, err := w.Account.RemoveFactor(ctx, u, u.Factors[i].ID)
			w.must(err)
			u = w.entered(session)
		}
		key, app := u.Factors[0].ID, u.Factors[1].ID
		if u.LastFactor(key) || u.LastFactor(app) {
			t.Error("one of two is the last one")
		}
		remove(1)
		off := notice.TwoFactorOff{At: w.Now(), Device: "safari/iphone", Others: true}
		if diff := cmp.Diff(off, mailed[notice.TwoFactorOff](w, w.deliver())); diff != "" {
			t.Errorf("mail (-want +got):\n%s", diff)
		}
		if e := w.newest(); e.Kind != audit.TwoFactorRemoved || w.factors() != "passkey one" ||
			w.codes() != 10 || !u.LastFactor(key) {
			t.Errorf("event %+v, factors %q, %d codes", e, w.factors(), w.codes())
		}
		session, err := w.Account.RemoveFactor(ctx, u, app) // the other press, and a foreign one
		w.must(err)
		u = w.entered(session)
		if got := kinds(w.deliver()); len(got) != 0 {
			t.Errorf("what is gone was removed again: %v", got)
		}
		remove(0)
		gone := notice.PasskeyRemoved{At: w.Now(), Device: "safari/iphone", Name: "one", Last: true}
		if diff := cmp.Diff(gone, mailed[notice.PasskeyRemoved](w, w.deliver())); diff != "" {
			t.Errorf("mail (-want +got):\n%s", diff)
		}
		if e := w.newest(); e.Kind != audit.PasskeyRemoved || e.Data["name"] != "one" ||
			w.factors() != "" || w.codes() != 0 {
			t.Errorf("event %+v, factors %q, %d codes", e, w.factors(), w.codes())
		}
		done, err := w.db.Activities(ctx, "u-1001", start.AddDate(0, 0, -1), 9)
		if err != nil || len(done) != 4 || done[0].Kind != "two_factor_changed" ||
			done[0].From != "passkey:one" || done[0].To != "" {
			t.Errorf("activity %+v, %v", done, err)
		}
		if w.signIn("alan").Session.Half() {
			t.Error("nothing is left to show and something is asked for")
		}
	})
}

// TestLastFactorStays where the policy, or a short password, needs it.
func TestLastFactorStays(t *testing.T) {
	t.Parallel()
	for why, set := range map[policy.Whose]func(w *world){
		policy.ByProduct:      func(w *world) { w.Policy.TwoFactorRequired = true },
		policy.ByOrganisation: func(w *world) { w.joins("u-1001", policy.Policy{SecondFactor: true}) },
		policy.ByAccount: func(w *world) {
			a := w.accountOf("u-1001")
			w.commit(audit.PasswordUpdated, security.SetPassword{Account: a.ID,
				Hash: a.PasswordHash, Short: true, At: w.Now(), IfVersion: a.Version})
		},
	} {
		w := sqliteWorld(t)
		u, _ := w.withPasskey(w.alan(), "one")
		u, _ = w.withApp(u)
		set(w)
		u = w.reload(u)
		session, err := w.Account.RemoveFactor(t.Context(), u, u.Factors[0].ID)
		w.must(err)
		u = w.entered(session)
		if got := u.KeepFactor(u.Factors[0]); got != why {
			t.Errorf("the last one has to stay for %q, want %q", got, why)
		}
		_, err = w.Account.RemoveFactor(t.Context(), u, u.Factors[0].ID)
		wantField(t, err, "", refusal.TwoFactorNeeded)
		if w.factors() != "totp" || w.codes() != 10 {
			t.Errorf("%s: factors %q, %d codes", why, w.factors(), w.codes())
		}
		w.advance(access.ProofFresh)
		_, err = w.Account.RemoveFactor(t.Context(), u, u.Factors[0].ID)
		wantField(t, err, "", refusal.ProofNeeded)
	}
}

// reload is the owner as the next request of the same browser has them.
func (w *world) reload(u *account.SignedIn) *account.SignedIn {
	w.t.Helper()
	x, err := w.db.Session(w.t.Context(), u.Session.ID)
	w.must(err)
	return w.entered(w.accountToken(x))
}

// accountToken is the present token of a signed-in session.
func (w *world) accountToken(x access.Session) string {
	return w.Keys.Sign("account-session", x.ID+"-"+jsonOf(w.t, x.Generation))
}

// TestRemoveFactorRace: two browsers that remove the one and the other never take both from an
// account that must keep one.
func TestRemoveFactorRace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.Policy.TwoFactorRequired = true
		u, d := w.withPasskey(w.alan(), "one")
		u, _ = w.withApp(u)
		session, err := w.Account.SignInPasskey(t.Context(), phone, visit, d.get(w.options(visit)))
		w.must(err)
		both := []*account.SignedIn{u, w.entered(session)}
		won := w.race(2, func(i int) error {
			_, err := w.Account.RemoveFactor(t.Context(), both[i], u.Factors[i].ID)
			return err
		})
		left, err := w.db.Factors(t.Context(), "u-1001")
		if err != nil || won != 1 || len(left) != 1 || w.codes() != 10 {
			t.Errorf("%d won, %d factors, %d codes, %v", won, len(left), w.codes(), err)
		}
	})
}

// TestNothingAfterTheLockout: whoever was signed in changes nothing on an account that was locked
// between the page and the commit.
func TestNothingAfterTheLockout(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		u, _ := w.withPasskey(w.alan(), "one")
		options, d := w.newPasskey(u), w.device()
		e, err := w.Account.AskAuthenticator(ctx, u)
		w.must(err)
		w.lock("alan")
		for name, do := range map[string]func() (string, error){
			"add": func() (string, error) {
				return w.Account.AddPasskey(ctx, u, d.create(options), "x")
			},
			"set": func() (string, error) {
				return w.Account.SetAuthenticator(ctx, u, w.app(e.Secret))
			},
			"remove": func() (string, error) {
				return w.Account.RemoveFactor(ctx, u, u.Factors[0].ID)
			},
			"renew": func() (string, error) { return w.Account.RenewCodes(ctx, u) },
		} {
			if _, err := do(); !errors.Is(err, security.ErrNoSession) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if w.factors() != "passkey one" {
			t.Errorf("factors %q", w.factors())
		}
	})
}

func TestRenewCodes(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		u := w.alan()
		_, err := w.Account.RenewCodes(ctx, u)
		wantField(t, err, "", refusal.NoFactor)
		u, _ = w.withApp(u)
		old, err := w.Account.AccountCodes(u)
		w.must(err)
		wantField(t, w.Account.SaveAccountCodes(ctx, u, false), "saved", refusal.CodesNotSaved)
		w.must(w.Account.SaveAccountCodes(ctx, u, true))
		u = w.reload(u)
		if gone, err := w.Account.AccountCodes(u); err != nil || len(gone) != 0 {
			t.Errorf("after they were saved %d codes are shown, %v", len(gone), err)
		}
		w.must(w.Account.SaveAccountCodes(ctx, u, true)) // the second press
		w.deliver()
		stale := *u
		session, err := w.Account.RenewCodes(ctx, u)
		w.must(err)
		u = w.entered(session)
		renewed, err := w.Account.AccountCodes(u)
		w.must(err)
		if len(renewed) != 10 || renewed[0] == old[0] || w.newest().Kind != audit.CodesRenewed {
			t.Errorf("%d codes, event %+v", len(renewed), w.newest())
		}
		want := []string{"codes_renewed alan@example.org"}
		if diff := cmp.Diff(want, kinds(w.deliver())); diff != "" {
			t.Errorf("mails (-want +got):\n%s", diff)
		}
		half := w.signIn("alan")
		_, err = w.Account.ProveSignIn(ctx, half, old[0])
		wantField(t, err, "code", refusal.CodeWrong)
		if _, err = w.Account.ProveSignIn(ctx, half, renewed[0]); err != nil {
			t.Errorf("a new code: %v", err)
		}
		stale.Codes = u.Codes // a page of before: what it saved are not these
		if err := w.Account.SaveAccountCodes(ctx, &stale, true); !errors.Is(err,
			security.ErrConflict) {
			t.Errorf("codes that nobody saw are saved: %v", err)
		}
		w.advance(access.ProofFresh)
		_, err = w.Account.RenewCodes(ctx, u)
		wantField(t, err, "", refusal.ProofNeeded)
		_, err = w.Account.AccountCodes(u)
		wantField(t, err, "", refusal.ProofNeeded)
	})
}

// TestRecoveryKeepsPasskeys: an authenticator that is set up in a recovery takes the place of an
// authenticator alone, and the codes go with the last factor alone.
func TestRecoveryKeepsPasskeys(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		_, d := w.withPasskey(w.alan(), "one")
		w.deliver()
		o := w.visit("alan")
		options, err := w.Access.AskForProof(o.Session, o.Factors)
		w.must(err)
		session, err := w.Guided.ProvePasskey(ctx, o, d.get(options))
		w.must(err)
		o = w.owner(session)
		w.must(w.Guided.KeepPassword(ctx, o))
		o, _, codes := w.enrolled(w.owner(w.token(o)))
		if w.factors() != "passkey one, totp" || len(codes) != 10 {
			t.Errorf("factors %q, %d codes", w.factors(), len(codes))
		}
		w.must(w.Guided.SaveCodes(ctx, o, true))
		o = w.owner(w.token(o))
		form(o)
		w.removed(o, o.Factors[0].ID)
		if e := w.newest(); e.Kind != audit.PasskeyRemoved || w.factors() != "totp" ||
			w.codes() != 10 {
			t.Errorf("event %+v, factors %q, %d codes", e, w.factors(), w.codes())
		}
		o = w.removed(o, o.Factors[0].ID) // the second press
		w.removed(o, o.Factors[0].ID)
		if w.factors() != "" || w.codes() != 0 {
			t.Errorf("factors %q, %d codes", w.factors(), w.codes())
		}
		want := []string{"passkey_removed alan@example.org", "two_factor_off alan@example.org",
			"two_factor_on alan@example.org"}
		if diff := cmp.Diff(want, kinds(w.deliver())); diff != "" {
			t.Errorf("mails (-want +got):\n%s", diff)
		}
	})
}
