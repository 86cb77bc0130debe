package security_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/access"
	"regain/security/limits"
	"regain/security/refusal"
)

// waited tries to sign in and returns the wait that was asked for, 0 for none.
func (w *world) waited(v security.Visitor, who string) time.Duration {
	w.t.Helper()
	_, err := w.Account.SignIn(w.t.Context(), v, who, newPassword)
	r, ok := errors.AsType[*security.Refusal](err)
	if !ok || r.Code != refusal.SignInWrong && (r.Code != refusal.TooManyTries || r.Retry <= 0) {
		w.t.Fatalf("unexpected: %v", err)
	}
	return r.Retry
}

// far is a visitor from the nth network.
func far(n int) security.Visitor {
	return security.Visitor{IP: fmt.Sprintf("10.1.%d.%d", n/250, n%250)}
}

// TestSignInWaits: guessing becomes slow for one name from one address, then for one name from
// anywhere, whether or not anybody has the name; and a day later it is forgotten.
func TestSignInWaits(t *testing.T) {
	t.Parallel()
	const s, m, h = time.Second, time.Minute, time.Hour
	for _, row := range []struct {
		name string
		from func(n int) security.Visitor
		free int
		then []time.Duration // the waits after the free tries
	}{
		{"one address", func(int) security.Visitor { return phone }, 5,
			[]time.Duration{30 * s, m, 2 * m, 4 * m, 8 * m, 16 * m, 32 * m, h, h}},
		{"many addresses", far, 20,
			[]time.Duration{30 * s, m, 2 * m, 4 * m, 8 * m, 15 * m, 15 * m}},
	} {
		for _, who := range []string{"alan", "alan@example.org", "zoe", "zoe@example.org"} {
			w := sqliteWorld(t)
			w.account("u-1001", "alan", "alan@example.org")
			n := 0
			try := func() time.Duration { n++; return w.waited(row.from(n), who) }
			for range row.free + 1 { // the pause comes after the first that is not free
				if wait := try(); wait != 0 {
					t.Fatalf("%s, %s: asked to wait %s at try %d", row.name, who, wait, n)
				}
			}
			var waits []time.Duration
			for range row.then {
				wait := try()
				waits = append(waits, wait)
				w.advance(wait - time.Millisecond)
				if left := try(); left != time.Millisecond {
					t.Errorf("%s, %s: %s left, want 1 ms", row.name, who, left)
				}
				w.advance(time.Millisecond)
				if wait := try(); wait != 0 {
					t.Errorf("%s, %s: still %s", row.name, who, wait)
				}
			}
			if diff := cmp.Diff(row.then, waits); diff != "" {
				t.Errorf("%s, %s: waits (-want +got):\n%s", row.name, who, diff)
			}
			w.advance(24 * h)
			for range row.free + 1 {
				if wait := try(); wait != 0 {
					t.Errorf("%s, %s: %s a day later", row.name, who, wait)
				}
			}
		}
	}
}

// TestSignInWaitIsForEverybody: not even the right password gets past a wait, which would tell that
// it is right; and it costs no hash. The recovery stays open, and success forgets the tries.
func TestSignInWaitIsForEverybody(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	w.account("u-1001", "alan", "alan@example.org")
	for range 6 {
		w.waited(phone, "alan")
	}
	before := w.Hasher.Hashes()
	_, err := w.Account.SignIn(ctx, phone, "alan", oldPassword)
	wantRefusal(t, err, refusal.TooManyTries)
	if n := w.Hasher.Hashes() - before; n != 0 {
		t.Errorf("%d hashes", n)
	}
	if _, err = w.Account.SignIn(ctx, far(1), "alan", oldPassword); err != nil {
		t.Errorf("from another address: %v", err)
	}
	if _, mails := w.asked("alan"); len(mails) != 1 {
		t.Errorf("recovery mails: %v", kinds(mails))
	}
	w.advance(30 * time.Second)
	w.signIn("alan")
	for i := range 6 {
		if wait := w.waited(phone, "alan"); wait != 0 {
			t.Errorf("try %d after the sign-in waits %s", i, wait)
		}
	}
}

// TestSignInWaitCountsNothing: who tries while others use up the tries of their name owes no pause
// of their own afterwards.
func TestSignInWaitCountsNothing(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.account("u-1001", "alan", "alan@example.org")
	for n := range 21 {
		w.waited(far(n), "alan")
	}
	for range 10 {
		if wait := w.waited(phone, "alan"); wait != 30*time.Second {
			t.Fatalf("waits %s", wait)
		}
	}
	w.advance(30 * time.Second)
	for i := range 6 {
		if wait := w.waited(phone, "alan"); wait != 0 {
			t.Errorf("try %d waits %s", i, wait)
		}
		w.advance(15 * time.Minute) // the longest pause of the name
	}
}

// TestSignInNetwork: one network tries only so often, whoever's names it tries.
func TestSignInNetwork(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	n := 0
	for i := range 200 {
		v := security.Visitor{IP: fmt.Sprintf("2001:db8:1:2::%x", i+1)}
		if wait := w.waited(v, fmt.Sprint("name", i)); wait != 0 {
			break
		}
		n++
	}
	if n != 120 {
		t.Errorf("%d tries from one network, want 120", n)
	}
	if wait := w.waited(security.Visitor{IP: "2001:db8:1:3::1"}, "name"); wait != 0 {
		t.Error("the network beside it waits too")
	}
}

// TestNeighboursShareABudget: whoever has a whole range of addresses gets more than one address
// does, and not as much as all of its addresses together.
func TestNeighboursShareABudget(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		l := limits.Limit{Name: "tries", Burst: 2, Per: time.Hour}
		for _, row := range []struct {
			within, next string // of a range each try has an address of its own
			want         int
		}{
			{"203.0.113.%d", "203.0.114.1", 32},
			{"2001:db8:1:2::%x", "2001:db8:1:3::1", 2},
			{"2001:db8:2:ff%02x::1", "2001:db8:2:fe00::1", 8},
			{"2001:db8:3:%02x00::1", "2001:db8:4::1", 32},
		} {
			n := 0
			for i := range 40 {
				err := w.SpendFrom(t.Context(), l, fmt.Sprintf(row.within, i+1), w.Now())
				if err != nil {
					wantRefusal(t, err, refusal.TooManyRequests)
					break
				}
				n++
			}
			if n != row.want {
				t.Errorf("%s: %d tries, want %d", row.within, n, row.want)
			}
			if err := w.SpendFrom(t.Context(), l, row.next, w.Now()); err != nil {
				t.Errorf("%s waits for %s: %v", row.next, row.within, err)
			}
		}
	})
}

// TestSignInClock: a clock that jumps back a minute, as after a failover, keeps nobody out for
// longer than a minute more, and ends no session.
func TestSignInClock(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	u := w.alan()
	for range 6 {
		w.waited(far(1), "alan")
	}
	w.advance(-time.Minute)
	if _, err := w.Account.EnterAccount(ctx, phone, w.accountToken(u.Session)); err != nil {
		t.Errorf("the session: %v", err)
	}
	if !u.Fresh(w.Now()) {
		t.Error("the proof is not fresh")
	}
	if wait := w.waited(far(1), "alan"); wait > 90*time.Second {
		t.Errorf("waits %s", wait)
	}
	if u = w.signIn("alan"); !u.Session.Until().Equal(w.Now().Add(access.SignedInIdle)) {
		t.Errorf("a new session until %s", u.Session.Until())
	}
	_, secret := w.withApp(u)
	w.advance(time.Minute)
	half := w.signIn("alan")
	w.advance(-time.Minute)
	w.must(w.Access.ExtendSession(ctx, half.Session))
	code := w.app(secret)
	_, err := w.Account.ProveSignIn(ctx, half, code)
	wantRefusal(t, err, refusal.CodeSpent) // it enrolled the authenticator
	w.advance(90 * time.Second)
	if _, err := w.Account.ProveSignIn(ctx, half, w.app(secret)); err != nil {
		t.Errorf("the code after: %v", err)
	}
}
