package security_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/passkey"
	"regain/security/recovery"
)

const visit = "a random value of this browser"

func TestSignInPasskey(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		_, d := w.withPasskey(w.alan(), "one")
		w.advance(time.Hour)
		session, err := w.SignInPasskey(ctx, phone, visit, d.get(w.options(visit)))
		w.must(err)
		e := w.newest()
		if e.Kind != security.SignedInOK || e.Data["factor"] != security.FactorPasskey {
			t.Errorf("event %+v", e)
		}
		u := w.entered(session)
		x := u.Session
		want := security.Session{Kind: security.AccountSession, ID: x.ID, Subject: "u-1001",
			Stage: security.StageIn, StartedAt: w.Now(),
			SeenAt: w.Now(), EndsAt: w.Now().Add(security.SignedInWhole), ProvedAt: w.Now(),
			ProvedBy: security.FactorPasskey, Generation: x.Generation, Visitor: phone}
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
	type owner = *security.SignedIn
	for name, row := range map[string]struct {
		set  func(w *world, u owner, d *device)
		code security.Code
		why  string // on the trail of the account; "" where nobody knows whose it is
	}{
		"removed": {func(w *world, u owner, _ *device) {
			_, err := w.RemoveFactor(t.Context(), u, u.Factors[0].ID)
			w.must(err)
		}, security.PasskeyFailed, ""},
		"unknown": {func(_ *world, _ owner, d *device) { d.anotherKey() },
			security.PasskeyFailed, ""},
		"no holder": {func(_ *world, _ owner, d *device) { d.auth.Options.UserHandle = nil },
			security.PasskeyFailed, ""},
		"another holder": {func(_ *world, _ owner, d *device) {
			d.auth.Options.UserHandle = []byte("x")
		}, security.PasskeyFailed, "passkey"},
		"false signature": {func(_ *world, _ owner, d *device) {
			id := d.key.ID
			d.anotherKey()
			d.key.ID = id
		}, security.PasskeyFailed, "passkey"},
		"user not verified": {func(_ *world, _ owner, d *device) {
			d.auth.Options.UserNotVerified = true
		}, security.PasskeyFailed, "passkey"},
		"another origin": {func(_ *world, _ owner, d *device) {
			d.site.Origin = "https://portal.example.evil.example"
		}, security.PasskeyFailed, "passkey"},
		"another party": {func(_ *world, _ owner, d *device) { d.site.ID = "evil.example" },
			security.PasskeyFailed, "passkey"},
		"closed": {func(w *world, u owner, _ *device) {
			a := u.Account
			a.Closed = true
			w.commit(security.AccountImported, security.PutAccount{Account: a})
		}, security.PasskeyFailed, "closed"},
		"of a member of staff": {func(w *world, u owner, _ *device) {
			_, err := w.RemoveFactor(t.Context(), u, u.Factors[0].ID)
			w.must(err)
			f := u.Factors[0]
			f.ID, f.Staff = "staff-passkey", true
			w.commit(security.StaffJoined,
				security.AddStaff{Staff: security.Staff{ID: f.Subject, Email: "x@market.example",
					Role: security.RoleSupport, InvitedAt: w.Now()}},
				security.AddFactor{Factor: f})
		}, security.PasskeyFailed, ""},
		"too old": {func(w *world, _ owner, _ *device) { w.advance(passkey.Life) },
			security.PasskeyOver, "challenge"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := sqliteWorld(t)
			u, d := w.withPasskey(w.alan(), "one")
			options := w.options(visit)
			row.set(w, u, d)
			before, _, err := w.db.VerifyChain(t.Context())
			w.must(err)
			_, err = w.SignInPasskey(t.Context(), phone, visit, d.get(options))
			wantField(t, err, "passkey", row.code)
			after, _, err := w.db.VerifyChain(t.Context())
			w.must(err)
			e := w.newest()
			if why := e.Data["why"]; why != row.why || after != before+1 ||
				why != "" && (e.Kind != security.SignInRefused || e.By.Kind != security.ByStranger) {
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
	return len(w.sessionsOf(security.AccountSession, "u-1001"))
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
				_, err := w.SignInPasskey(ctx, phone, other, response)
				wantField(t, err, "passkey", security.PasskeyOver)
			}
			before := w.sessions()
			won := w.race(50, func(int) error {
				_, err := w.SignInPasskey(ctx, phone, visit, response)
				return err
			})
			if won != 1 || w.sessions() != before+1 {
				t.Errorf("%d won, %d more sessions", won, w.sessions()-before)
			}
			_, err := w.SignInPasskey(ctx, phone, visit, response)
			wantField(t, err, "passkey", security.PasskeyOver) // and no word of a copy
		}
		if f, err := w.db.FactorByCredential(ctx, d.key.ID); err != nil || f.Failures != 0 {
			t.Errorf("factor %+v, %v", f, err)
		}
		for _, junk := range []string{"", "{", `{"rawId":"AA"}`, strings.Repeat("[", 9999)} {
			_, err := w.SignInPasskey(ctx, phone, visit, junk)
			wantField(t, err, "passkey", security.PasskeyFailed)
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
		_, err := w.SignInPasskey(ctx, phone, visit, d.get(w.options(visit)))
		w.must(err)
		d.key.Counter = 7
		w.advance(time.Hour)
		_, err = w.SignInPasskey(ctx, phone, visit, d.get(w.options(visit)))
		wantField(t, err, "passkey", security.PasskeyCloned)
		if e := w.newest(); e.Kind != security.SignInStopped || e.Data["why"] != "cloned" {
			t.Errorf("event %+v", e)
		}
		logins, err := w.db.Logins(ctx, "u-1001", w.Now().Add(-time.Minute), 9)
		if err != nil || len(logins) != 1 || logins[0].Outcome != "stopped" {
			t.Errorf("logins %+v, %v", logins, err)
		}
		half := w.signIn("alan")
		_, err = w.ProvePasskeySignedIn(ctx, half, d.get(w.ask(half)))
		wantField(t, err, "passkey", security.PasskeyCloned)
		if e := w.newest(); e.Kind != security.SignInStopped || e.Data["why"] != "cloned" {
			t.Errorf("event %+v", e)
		}
		f, err := w.db.FactorByCredential(ctx, d.key.ID)
		if err != nil || f.Failures != 2 || f.Key.Count != 41 {
			t.Errorf("factor %+v, %v", f, err)
		}
	})
}

// ask asks whoever signs in, or is signed in, for a passkey.
func (w *world) ask(u *security.SignedIn) string {
	w.t.Helper()
	options, err := w.AskPasskey(u)
	w.must(err)
	return options
}

func TestSignInPasskeyLocked(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		_, d := w.withPasskey(w.alan(), "one")
		w.lock("alan")
		response := d.get(w.options(visit))
		_, err := w.SignInPasskey(t.Context(), phone, visit, response)
		wantRefusal(t, err, security.AccountLockedOut)
		if e := w.newest(); e.Kind != security.SignInLocked || e.Case == "" {
			t.Errorf("event %+v", e)
		}
		_, err = w.SignInPasskey(t.Context(), phone, visit, response)
		wantField(t, err, "passkey", security.PasskeyOver) // it was spent all the same
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
		_, err := w.ProveSignIn(ctx, half, "123456")
		wantField(t, err, "code", security.CodeWrong)
		proveAgain, stranger := d.get(w.ask(u)), w.device()
		for name, row := range map[string]struct {
			response string
			code     security.Code
		}{
			"made to prove again": {proveAgain, security.PasskeyOver},
			"made to sign in":     {d.get(w.options(half.Session.ID)), security.PasskeyOver},
			"of a stranger":       {stranger.get(w.ask(half)), security.PasskeyFailed},
			"nothing":             {"", security.PasskeyFailed},
		} {
			_, err := w.ProvePasskeySignedIn(ctx, half, row.response)
			t.Log(name)
			wantField(t, err, "passkey", row.code)
		}
		response := spare.get(w.ask(half))
		won := w.race(50, func(int) error {
			mine := *half
			_, err := w.ProvePasskeySignedIn(ctx, &mine, response)
			return err
		})
		x, err := w.db.Session(ctx, half.Session.ID)
		if err != nil || won == 0 || x.Half() || x.Generation != half.Session.Generation+1 ||
			x.ProvedBy != security.FactorPasskey || !x.ProvedAt.Equal(w.Now()) {
			t.Errorf("%d won, session %+v, %v", won, x, err)
		}
		// Ten minutes later a change asks again; the end of the session stays.
		w.advance(security.ProofFresh)
		stale := w.entered(w.Keys.Sign("account-session", u.Session.ID+"-2"))
		if stale.Fresh(w.Now()) {
			t.Fatal("a proof of ten minutes ago is fresh")
		}
		_, err = w.ProvePasskeySignedIn(ctx, stale, proveAgain)
		wantField(t, err, "passkey", security.PasskeyOver)
		session, err := w.ProvePasskeySignedIn(ctx, stale, d.get(w.ask(stale)))
		w.must(err)
		again := w.entered(session)
		if !again.Fresh(w.Now()) || !again.Session.EndsAt.Equal(stale.Session.EndsAt) ||
			w.newest().Kind != security.ProofRenewed {
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
		ask := func(o *security.Owner) string {
			options, err := w.AskPasskeyToRecover(o)
			w.must(err)
			return options
		}
		_, err := w.ProveFactor(ctx, o, "123456")
		wantField(t, err, "code", security.CodeWrong)
		d.key.Counter = 9
		_, err = w.ProvePasskey(ctx, o, d.get(w.options(visit)))
		wantField(t, err, "passkey", security.PasskeyOver)
		another := w.visit("alan")
		_, err = w.ProvePasskey(ctx, o, d.get(ask(another)))
		wantField(t, err, "passkey", security.PasskeyOver)
		response := d.get(ask(o))
		session, err := w.ProvePasskey(ctx, o, response)
		w.must(err)
		o = w.owner(session)
		if !o.Progress.FactorProved || o.Session.ProvedBy != security.FactorPasskey {
			t.Errorf("proved by %q", o.Session.ProvedBy)
		}
		_, err = w.UpdatePassword(ctx, o, newPassword)
		w.must(err)
		w.advance(time.Second)
		d.key.Counter = 2
		late := w.visit("alan")
		_, err = w.ProvePasskey(ctx, late, d.get(ask(late)))
		wantField(t, err, "passkey", security.PasskeyCloned)
		c, err := w.db.LatestCase(ctx, "u-1001")
		w.must(err)
		said := w.said(c.Ticket)
		if len(said) != 2 || !strings.Contains(said[1], "passkey_cloned") {
			t.Errorf("ticket says %q", said)
		}
		events, err := w.db.Events(ctx, c.ID)
		w.must(err)
		if !slices.ContainsFunc(events, func(e security.Event) bool {
			return e.Kind == security.FactorRefused && e.Data["why"] == "cloned"
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
		_, err = w.ProvePasskeySignedIn(t.Context(), half, "")
		wantField(t, err, "passkey", security.PasskeyFailed)
	}
	_, err = w.ProvePasskeySignedIn(t.Context(), half, "")
	var r *security.Refusal
	if !errors.As(err, &r) || r.Code != security.TooManyTries || r.Retry == 0 {
		t.Errorf("after 30 tries: %v", err)
	}
}
