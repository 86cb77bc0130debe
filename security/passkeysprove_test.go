package security_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/access"
	"regain/security/account"
	"regain/security/audit"
	"regain/security/feed"
	"regain/security/guided"
	"regain/security/passkey"
	"regain/security/recovery"
	"regain/security/refusal"
	"regain/security/staff"
)

const visit = "a random value of this browser"

func TestSignInPasskey(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		_, d := w.withPasskey(w.alan(), "one")
		w.advance(time.Hour)
		session, err := w.Account.SignInPasskey(ctx, phone, visit, d.get(w.options(visit)))
		w.must(err)
		e := w.newest()
		if e.Kind != audit.SignedInOK || e.Data["factor"] != security.FactorPasskey {
			t.Errorf("event %+v", e)
		}
		u := w.entered(session)
		x := u.Session
		want := access.Session{Kind: access.AccountSession, ID: x.ID, Subject: "u-1001",
			Stage: access.StageIn, StartedAt: w.Now(),
			SeenAt: w.Now(), EndsAt: w.Now().Add(access.SignedInWhole), ProvedAt: w.Now(),
			ProvedBy: security.FactorPasskey, Generation: x.Generation, Seed: x.Seed,
			Visitor: phone}
		if diff := cmp.Diff(want, x); diff != "" {
			t.Errorf("session (-want +got):\n%s", diff)
		}
		if f := u.Factors[0]; f.Key.Count != 1 || !f.UsedAt.Equal(w.Now()) {
			t.Errorf("counter %d, used %v", f.Key.Count, f.UsedAt)
		}
		logins, err := w.db.Logins(ctx, "u-1001", w.Now().Add(-time.Minute), 9)
		if err != nil || len(logins) != 1 || logins[0].Outcome != "succeeded" {
			t.Errorf("logins %+v, %v", logins, err)
		}
	})
}

// TestSignInPasskeyRefuses: what is wrong with an answer is on record and is told to nobody.
func TestSignInPasskeyRefuses(t *testing.T) {
	t.Parallel()
	type owner = *account.SignedIn
	for name, row := range map[string]struct {
		set  func(w *world, u owner, d *device)
		code refusal.Code
		why  string // on the trail of the account; "" where nobody knows whose it is
	}{
		"removed": {func(w *world, u owner, _ *device) {
			_, err := w.Account.RemoveFactor(t.Context(), u, u.Factors[0].ID)
			w.must(err)
		}, refusal.PasskeyFailed, ""},
		"unknown": {func(_ *world, _ owner, d *device) { d.anotherKey() },
			refusal.PasskeyFailed, ""},
		"no holder": {func(_ *world, _ owner, d *device) { d.auth.Options.UserHandle = nil },
			refusal.PasskeyFailed, ""},
		"another holder": {func(_ *world, _ owner, d *device) {
			d.auth.Options.UserHandle = []byte("x")
		}, refusal.PasskeyFailed, "passkey"},
		"false signature": {func(_ *world, _ owner, d *device) {
			id := d.key.ID
			d.anotherKey()
			d.key.ID = id
		}, refusal.PasskeyFailed, "passkey"},
		"user not verified": {func(_ *world, _ owner, d *device) {
			d.auth.Options.UserNotVerified = true
		}, refusal.PasskeyFailed, "passkey"},
		"another origin": {func(_ *world, _ owner, d *device) {
			d.site.Origin = "https://portal.example.evil.example"
		}, refusal.PasskeyFailed, "passkey"},
		"another party": {func(_ *world, _ owner, d *device) { d.site.ID = "evil.example" },
			refusal.PasskeyFailed, "passkey"},
		"closed": {func(w *world, u owner, _ *device) {
			a := u.Account
			a.Closed = true
			w.commit(audit.AccountImported, feed.PutAccount{Account: a})
		}, refusal.PasskeyFailed, "closed"},
		"of a member of staff": {func(w *world, u owner, _ *device) {
			_, err := w.Account.RemoveFactor(t.Context(), u, u.Factors[0].ID)
			w.must(err)
			f := u.Factors[0]
			f.ID, f.Staff = "staff-passkey", true
			w.commit(audit.StaffJoined,
				staff.AddStaff{Staff: staff.Staff{ID: f.Subject, Email: "x@market.example",
					Role: staff.RoleSupport, InvitedAt: w.Now()}},
				security.AddFactor{Factor: f})
		}, refusal.PasskeyFailed, ""},
		"too old": {func(w *world, _ owner, _ *device) { w.advance(passkey.Life) },
			refusal.PasskeyOver, "challenge"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := sqliteWorld(t)
			u, d := w.withPasskey(w.alan(), "one")
			options := w.options(visit)
			row.set(w, u, d)
			before, _, err := w.db.VerifyChain(t.Context())
			w.must(err)
			_, err = w.Account.SignInPasskey(t.Context(), phone, visit, d.get(options))
			wantField(t, err, "passkey", row.code)
			after, _, err := w.db.VerifyChain(t.Context())
			w.must(err)
			e := w.newest()
			if why := e.Data["why"]; why != row.why || after != before+1 ||
				why != "" && (e.Kind != audit.SignInRefused || e.By.Kind != security.ByStranger) {
				t.Errorf("%d audit lines, the newest of the account %+v", after-before, e)
			}
			if n := w.sessions(); n != 1 {
				t.Errorf("%d sessions", n)
			}
		})
	}
}

// sessions counts the signed-in sessions that ada or alan has, dead or alive.
func (w *world) sessions() int {
	w.t.Helper()
	return len(w.sessionsOf(access.AccountSession, "u-1001"))
}

// TestSignInPasskeyOnce: an answer counts once, also that of a key without a counter.
func TestSignInPasskeyOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		_, d := w.withPasskey(w.alan(), "one")
		for _, synced := range []bool{true, false} {
			d.synced = synced
			response := d.get(w.options(visit))
			for _, other := range []string{"", "another browser"} {
				_, err := w.Account.SignInPasskey(ctx, phone, other, response)
				wantField(t, err, "passkey", refusal.PasskeyOver)
			}
			before := w.sessions()
			won := w.race(50, func(int) error {
				_, err := w.Account.SignInPasskey(ctx, phone, visit, response)
				return err
			})
			if won != 1 || w.sessions() != before+1 {
				t.Errorf("%d won, %d more sessions", won, w.sessions()-before)
			}
			_, err := w.Account.SignInPasskey(ctx, phone, visit, response)
			wantField(t, err, "passkey", refusal.PasskeyOver) // and no word of a copy
		}
		if f, err := w.db.FactorByCredential(ctx, d.key.ID); err != nil || f.Failures != 0 {
			t.Errorf("factor %+v, %v", f, err)
		}
		for _, junk := range []string{"", "{", `{"rawId":"AA"}`, strings.Repeat("[", 9999)} {
			_, err := w.Account.SignInPasskey(ctx, phone, visit, junk)
			wantField(t, err, "passkey", refusal.PasskeyFailed)
		}
	})
}

// TestClonedPasskey: a counter that does not go up opens nothing; owner and analyst see it, and
// the key stays.
func TestClonedPasskey(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		_, d := w.withPasskey(w.alan(), "one")
		d.key.Counter = 40
		_, err := w.Account.SignInPasskey(ctx, phone, visit, d.get(w.options(visit)))
		w.must(err)
		d.key.Counter = 7
		w.advance(time.Hour)
		_, err = w.Account.SignInPasskey(ctx, phone, visit, d.get(w.options(visit)))
		wantField(t, err, "passkey", refusal.PasskeyCloned)
		if e := w.newest(); e.Kind != audit.SignInStopped || e.Data["why"] != "cloned" {
			t.Errorf("event %+v", e)
		}
		logins, err := w.db.Logins(ctx, "u-1001", w.Now().Add(-time.Minute), 9)
		if err != nil || len(logins) != 1 || logins[0].Outcome != "stopped" {
			t.Errorf("logins %+v, %v", logins, err)
		}
		half := w.signIn("alan")
		_, err = w.Account.ProvePasskeySignedIn(ctx, half, d.get(w.ask(half)))
		wantField(t, err, "passkey", refusal.PasskeyCloned)
		if e := w.newest(); e.Kind != audit.SignInStopped || e.Data["why"] != "cloned" {
			t.Errorf("event %+v", e)
		}
		f, err := w.db.FactorByCredential(ctx, d.key.ID)
		if err != nil || f.Failures != 2 || f.Key.Count != 41 {
			t.Errorf("factor %+v, %v", f, err)
		}
	})
}

// ask asks whoever signs in, or is signed in, for a passkey.
func (w *world) ask(u *account.SignedIn) string {
	w.t.Helper()
	options, err := w.Access.AskForProof(u.Session, u.Factors)
	w.must(err)
	return options
}

func TestSignInPasskeyLocked(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		_, d := w.withPasskey(w.alan(), "one")
		w.lock("alan")
		response := d.get(w.options(visit))
		_, err := w.Account.SignInPasskey(t.Context(), phone, visit, response)
		wantRefusal(t, err, refusal.AccountLockedOut)
		if e := w.newest(); e.Kind != audit.SignInLocked || e.Case == "" {
			t.Errorf("event %+v", e)
		}
		_, err = w.Account.SignInPasskey(t.Context(), phone, visit, response)
		wantField(t, err, "passkey", refusal.PasskeyOver) // it was spent all the same
		if w.sessions() != 1 {
			t.Error("a session for a locked account")
		}
	})
}

// TestPasskeyAsSecondFactor: after the password, and for a fresh proof.
func TestPasskeyAsSecondFactor(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		u, d := w.withPasskey(w.alan(), "one")
		u, spare := w.withPasskey(u, "two")
		half := w.signIn("alan")
		if !half.Session.Half() {
			t.Fatal("a password alone opens an account with passkeys")
		}
		_, err := w.Account.ProveSignIn(ctx, half, "123456")
		wantField(t, err, "code", refusal.CodeWrong)
		proveAgain, stranger := d.get(w.ask(u)), w.device()
		for name, row := range map[string]struct {
			response string
			code     refusal.Code
		}{
			"made to prove again": {proveAgain, refusal.PasskeyOver},
			"made to sign in":     {d.get(w.options(half.Session.ID)), refusal.PasskeyOver},
			"of a stranger":       {stranger.get(w.ask(half)), refusal.PasskeyFailed},
			"nothing":             {"", refusal.PasskeyFailed},
		} {
			_, err := w.Account.ProvePasskeySignedIn(ctx, half, row.response)
			t.Log(name)
			wantField(t, err, "passkey", row.code)
		}
		response := spare.get(w.ask(half))
		form(half)
		won := w.race(50, func(int) error {
			mine := *half
			_, err := w.Account.ProvePasskeySignedIn(ctx, &mine, response)
			return err
		})
		x, err := w.db.Session(ctx, half.Session.ID)
		if err != nil || won != 26 || x.Half() || x.Generation != half.Session.Generation+1 ||
			x.ProvedBy != security.FactorPasskey || !x.ProvedAt.Equal(w.Now()) {
			t.Errorf("%d won, session %+v, %v", won, x, err)
		}
		// Ten minutes later a change asks again; the end of the session stays.
		w.advance(access.ProofFresh)
		stale := w.entered(w.Keys.Sign("account-session", u.Session.ID+"-2"))
		if stale.Fresh(w.Now()) {
			t.Fatal("a proof of ten minutes ago is fresh")
		}
		_, err = w.Account.ProvePasskeySignedIn(ctx, stale, proveAgain)
		wantField(t, err, "passkey", refusal.PasskeyOver)
		session, err := w.Account.ProvePasskeySignedIn(ctx, stale, d.get(w.ask(stale)))
		w.must(err)
		again := w.entered(session)
		if !again.Fresh(w.Now()) || !again.Session.EndsAt.Equal(stale.Session.EndsAt) ||
			w.newest().Kind != audit.ProofRenewed {
			t.Errorf("session %+v", again.Session)
		}
	})
}

// TestPasskeyInRecovery: the mail alone gets nobody past a passkey, and the passkey past nothing
// else.
func TestPasskeyInRecovery(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		_, d := w.withPasskey(w.alan(), "one")
		w.lock("alan")
		w.deliver()
		o := w.visit("alan")
		if o.Progress.Next() != recovery.Verify {
			t.Fatalf("next %q", o.Progress.Next())
		}
		ask := func(o *guided.Owner) string {
			options, err := w.Access.AskForProof(o.Session, o.Factors)
			w.must(err)
			return options
		}
		_, err := w.Guided.ProveFactor(ctx, o, "123456")
		wantField(t, err, "code", refusal.CodeWrong)
		d.key.Counter = 9
		_, err = w.Guided.ProvePasskey(ctx, o, d.get(w.options(visit)))
		wantField(t, err, "passkey", refusal.PasskeyOver)
		another := w.visit("alan")
		_, err = w.Guided.ProvePasskey(ctx, o, d.get(ask(another)))
		wantField(t, err, "passkey", refusal.PasskeyOver)
		response := d.get(ask(o))
		session, err := w.Guided.ProvePasskey(ctx, o, response)
		w.must(err)
		o = w.owner(session)
		if !o.Progress.FactorProved || o.Session.ProvedBy != security.FactorPasskey {
			t.Errorf("proved by %q", o.Session.ProvedBy)
		}
		_, err = w.Guided.UpdatePassword(ctx, o, newPassword)
		w.must(err)
		w.advance(time.Second)
		d.key.Counter = 2
		late := w.visit("alan")
		_, err = w.Guided.ProvePasskey(ctx, late, d.get(ask(late)))
		wantField(t, err, "passkey", refusal.PasskeyCloned)
		c, err := w.db.LatestCase(ctx, "u-1001")
		w.must(err)
		said := w.said(c.Ticket)
		if len(said) != 2 || !strings.Contains(said[1], "passkey_cloned") {
			t.Errorf("ticket says %q", said)
		}
		events, err := w.db.Events(ctx, c.ID)
		w.must(err)
		if !slices.ContainsFunc(events, func(e security.Event) bool {
			return e.Kind == audit.FactorRefused && e.Data["why"] == "cloned"
		}) {
			t.Errorf("no audit line of the copy in %+v", events)
		}
	})
}

// TestPasskeyBudget: nobody fills the audit trail with false answers.
func TestPasskeyBudget(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.withPasskey(w.alan(), "one")
	half := w.signIn("alan")
	var err error
	for range 30 {
		_, err = w.Account.ProvePasskeySignedIn(t.Context(), half, "")
		wantField(t, err, "passkey", refusal.PasskeyFailed)
	}
	_, err = w.Account.ProvePasskeySignedIn(t.Context(), half, "")
	var r *security.Refusal
	if !errors.As(err, &r) || r.Code != refusal.TooManyTries || r.Retry == 0 {
		t.Errorf("after 30 tries: %v", err)
	}
}
