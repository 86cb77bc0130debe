package security_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/passkey"
	"regain/security/refusal"
)

// jumps are what a clock does that is set right, or a failover to a machine with another one.
var jumps = []time.Duration{-time.Minute, time.Minute}

// jumping runs test with each jump, on each engine.
func jumping(t *testing.T, test func(t *testing.T, w *world, jump time.Duration)) {
	for _, jump := range jumps {
		t.Run(jump.String(), func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, w *world) { test(t, w, jump) })
		})
	}
}

// TestClockJumpsUnderSessions: nobody is signed out by it, and no session or proof lives longer
// than by the jump.
func TestClockJumpsUnderSessions(t *testing.T) {
	t.Parallel()
	jumping(t, func(t *testing.T, w *world, jump time.Duration) {
		ctx := t.Context()
		_, _, codes := w.protected()
		half := w.signIn("alan")
		w.advance(time.Second)
		w.advance(jump)
		tok, err := w.Account.ProveSignIn(ctx, w.reload(half), codes[0])
		w.must(err)
		u := w.entered(tok)
		proved := u.Session.ProvedAt
		for range 3 {
			w.advance(jump)
			u = w.reload(u)
			w.must(w.Access.ExtendSession(ctx, u.Session))
			w.advance(-jump)
		}
		w.advance(access.ProofFresh + time.Minute)
		if u = w.reload(u); u.Fresh(w.Now()) || !u.Session.ProvedAt.Equal(proved) {
			t.Errorf("a proof of %s is fresh at %s", proved, w.Now())
		}
		w.advance(jump)
		w.must(w.Access.ExtendSession(ctx, w.reload(u).Session))
		w.advance(access.SignedInIdle + time.Minute)
		_, err = w.Account.EnterAccount(ctx, phone, w.accountToken(u.Session))
		if !errors.Is(err, security.ErrNoSession) {
			t.Errorf("idle for half an hour and a minute: %v", err)
		}
	})
}

// TestClockJumpsUnderCodes: a code that was used opens nothing again, however the clock stands
// then, and a new one does after a minute and a half at most.
func TestClockJumpsUnderCodes(t *testing.T) {
	t.Parallel()
	jumping(t, func(t *testing.T, w *world, jump time.Duration) {
		ctx := t.Context()
		_, secret, _ := w.protected()
		used := w.app(secret)
		_, err := w.Account.ProveSignIn(ctx, w.signIn("alan"), used)
		w.must(err)
		w.advance(jump)
		for i := range 3 { // five tries are free
			w.advance(time.Duration(i) * 30 * time.Second)
			if _, err := w.Account.ProveSignIn(ctx, w.signIn("alan"), used); err == nil {
				t.Errorf("%d: a used code counts again", i)
			}
		}
		if _, err := w.Account.ProveSignIn(ctx, w.signIn("alan"), w.app(secret)); err != nil {
			t.Errorf("a new code: %v", err)
		}
	})
}

// TestClockJumpsUnderPasskeys: what was asked before is answered after it, once.
func TestClockJumpsUnderPasskeys(t *testing.T) {
	t.Parallel()
	jumping(t, func(t *testing.T, w *world, jump time.Duration) {
		ctx := t.Context()
		_, d := w.withPasskey(w.alan(), "one")
		response := d.get(w.options(visit))
		w.advance(jump)
		_, err := w.Account.SignInPasskey(ctx, phone, visit, response)
		w.must(err)
		for range 3 {
			w.advance(jump)
			w.must(w.db.Sweep(ctx, w.Now())) // which forgets challenges that are over
			_, err := w.Account.SignInPasskey(ctx, phone, visit, response)
			wantField(t, err, "passkey", refusal.PasskeyOver)
			w.advance(-jump)
		}
		late := d.get(w.options(visit))
		w.advance(passkey.Life + jump)
		_, err = w.Account.SignInPasskey(ctx, phone, visit, late)
		if over := jump > 0; over {
			wantField(t, err, "passkey", refusal.PasskeyOver)
		} else {
			w.must(err)
		}
	})
}

// TestClockJumpsUnderWaits: nobody waits for longer than by the jump, and no wait is over sooner
// than by it.
func TestClockJumpsUnderWaits(t *testing.T) {
	t.Parallel()
	jumping(t, func(t *testing.T, w *world, jump time.Duration) {
		w.account("u-1001", "alan", "alan@example.org")
		for range 6 {
			w.waited(phone, "alan")
		}
		w.advance(jump)
		want := max(0, 30*time.Second-jump)
		if got := w.waited(phone, "alan"); got != want {
			t.Errorf("waits %s, want %s", got, want)
		}
		w.advance(90 * time.Second)
		w.signIn("alan")

		network := security.Visitor{IP: "192.0.2.7"}
		for i := range 120 {
			if wait := w.waited(network, fmt.Sprint("name", i)); wait != 0 {
				t.Fatalf("try %d waits %s", i, wait)
			}
		}
		w.advance(jump)
		wait := w.waited(network, "one more")
		if most := 30*time.Second + time.Minute; wait > most {
			t.Errorf("the network waits %s, want %s at most", wait, most)
		}
		w.advance(wait)
		if again := w.waited(network, "one more"); again != 0 {
			t.Errorf("after that wait it still waits %s", again)
		}
	})
}
