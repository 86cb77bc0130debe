package security_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/notice"
	"regain/security/recovery"
	"regain/security/refusal"
)

func TestLinkStates(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	w.ada()
	first := mailed[notice.LockedOut](w, w.deliver()).Link
	state := func(id string) security.LinkState {
		t.Helper()
		at, err := w.Guided.OpenLink(ctx, w.Lockout.LinkToken(id))
		w.must(err)
		return at.State
	}
	for range 3 { // scanners look as often as they like
		if got := state(first); got != security.LinkLive {
			t.Fatalf("a look makes the link %s", got)
		}
	}
	w.must(w.Lockout.SendLink(ctx, security.Operator("link"), "ada"))
	second := mailed[notice.RecoveryLink](w, w.deliver()).Link
	if got := state(first); got != security.LinkReplaced {
		t.Errorf("the older link is %s", got)
	}
	w.enter(second)
	if got := state(second); got != security.LinkUsed {
		t.Errorf("the spent link is %s", got)
	}
	w.must(w.Lockout.SendLink(ctx, security.Operator("link"), "ada"))
	third := mailed[notice.RecoveryLink](w, w.deliver()).Link
	w.advance(24*time.Hour - time.Millisecond)
	if got := state(third); got != security.LinkLive {
		t.Errorf("just before its end the link is %s", got)
	}
	w.advance(time.Millisecond)
	if got := state(third); got != security.LinkExpired {
		t.Errorf("after 24 h the link is %s", got)
	}
	for _, row := range []struct {
		id   string
		want security.LinkState
	}{{first, security.LinkReplaced}, {second, security.LinkUsed}, {third, security.LinkExpired}} {
		_, err := w.Lockout.UseLink(ctx, phone, w.Lockout.LinkToken(row.id))
		var gone *security.LinkGone
		if !errors.As(err, &gone) || gone.State != row.want {
			t.Errorf("using a %s link: %v", row.want, err)
		}
	}
	if _, err := w.Lockout.UseLink(ctx, phone, "nonsense"); !errors.Is(err, security.ErrNotFound) {
		t.Errorf("using nonsense: %v", err)
	}
	if at, err := w.Guided.OpenLink(ctx, "nonsense"); err != nil ||
		at.State != security.LinkUnknown {
		t.Errorf("opening nonsense: %s, %v", at.State, err)
	}
}

// TestLinkRace: fifty press Start at once, one gets in.
func TestLinkRace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.ada()
		tok := w.Lockout.LinkToken(mailed[notice.LockedOut](w, w.deliver()).Link)
		var in, gone atomic.Int32
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				_, err := w.Lockout.UseLink(t.Context(), phone, tok)
				if e := (*security.LinkGone)(nil); errors.As(err, &e) &&
					e.State == security.LinkUsed {
					gone.Add(1)
				} else if err == nil {
					in.Add(1)
				} else {
					t.Errorf("unexpected: %v", err)
				}
			})
		}
		wg.Wait()
		if in.Load() != 1 || gone.Load() != 49 {
			t.Errorf("%d got in, %d were told that it is used; want 1 and 49", in.Load(),
				gone.Load())
		}
	})
}

func TestRevokeLink(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	c := w.ada()
	tok := w.Lockout.LinkToken(mailed[notice.LockedOut](w, w.deliver()).Link)
	w.must(w.Lockout.RevokeLink(t.Context(), phone, tok))
	w.must(w.Lockout.RevokeLink(t.Context(), phone, tok))
	at, err := w.Guided.OpenLink(t.Context(), tok)
	w.must(err)
	if at.State != security.LinkRevoked {
		t.Errorf("state %s", at.State)
	}
	events, err := w.db.Events(t.Context(), c.ID)
	w.must(err)
	n := 0
	for _, e := range events {
		if e.Kind == audit.LinkKilled {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d audit lines of it, want 1", n)
	}
}

// TestProofAddress: an address changed lately proves nothing; the link goes to
// the one before it, and both are told.
func TestProofAddress(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	a := w.account("u-1001", "ada", "ada@example.org")
	w.advance(30 * 24 * time.Hour)
	w.commit(audit.AccountImported,
		security.RetireAddress{ID: "u-1001-a1", At: w.Now()},
		security.AddAddress{Address: security.Address{ID: "a2", Account: a.ID,
			Email: "mallory@evil.example", Since: w.Now(), Origin: security.OriginImport}})
	w.advance(24 * time.Hour)
	c := w.lock("ada")
	mails := w.deliver()
	links := map[string]bool{}
	for _, m := range mails {
		links[m.To] = m.Notice.(notice.LockedOut).Link != ""
	}
	want := map[string]bool{"ada@example.org": true, "mallory@evil.example": false}
	if diff := cmp.Diff(want, links); diff != "" {
		t.Errorf("who got a link (-want +got):\n%s", diff)
	}
	if c.Proposed != recovery.Hijacked {
		t.Errorf("proposed %s, facts %v", c.Proposed, c.Facts)
	}
}

func TestLockTwice(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.ada()
		w.deliver()
		_, err := w.Lockout.Lock(t.Context(), security.Operator("lock"), "ada", "", "again")
		wantRefusal(t, err, refusal.AlreadyLocked)
		_, err = w.Lockout.Lock(t.Context(), security.Operator("lock"), "ada", "bored", "x")
		wantRefusal(t, err, refusal.CauseUnknown)
		_, err = w.Lockout.Lock(t.Context(), security.Operator("lock"), "ada", "", " ")
		wantRefusal(t, err, refusal.EvidenceMissing)
		if _, err = w.Lockout.Lock(t.Context(), security.Operator("lock"), "nobody", "",
			"x"); !errors.Is(err, security.ErrNotFound) {
			t.Errorf("locking nobody: %v", err)
		}
		if got := w.deliver(); len(got) != 0 {
			t.Errorf("mails %v", kinds(got))
		}
	})
}

func TestSessionLimits(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.ada()
	tok, err := w.Lockout.UseLink(t.Context(), phone,
		w.Lockout.LinkToken(mailed[notice.LockedOut](w, w.deliver()).Link))
	w.must(err)
	gone := func(what string) {
		t.Helper()
		if _, err := w.Guided.Enter(t.Context(), phone, tok); !errors.Is(err,
			security.ErrNoSession) {
			t.Errorf("%s: %v", what, err)
		}
	}
	for range 12 { // kept alive by use, up to the end of the whole
		w.advance(access.SessionIdle - time.Millisecond)
		w.owner(tok)
	}
	w.advance(time.Minute)
	gone("past four hours")

	w.must(w.Lockout.SendLink(t.Context(), security.Operator("link"), "ada"))
	tok, err = w.Lockout.UseLink(t.Context(), phone,
		w.Lockout.LinkToken(mailed[notice.RecoveryLink](w, w.deliver()).Link))
	w.must(err)
	w.advance(access.SessionIdle)
	gone("idle for twenty minutes")
	gone("once more")
	tok = "x" + tok
	gone("forged")
}

// TestLandingGoesOn: who comes back sees where they stopped, and a factor that
// was enrolled meanwhile is asked for first.
func TestLandingGoesOn(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	next := func() (recovery.Step, bool) {
		t.Helper()
		w.must(w.Lockout.SendLink(t.Context(), security.Operator("link"), "ada"))
		at, err := w.Guided.OpenLink(t.Context(), w.Lockout.LinkToken(mailed[notice.RecoveryLink](w,
			w.deliver()).Link))
		w.must(err)
		return at.Next, at.Begun
	}
	w.ada()
	o := w.secured()
	if step, begun := next(); step != recovery.Password || !begun {
		t.Errorf("after the password: %q, %v", step, begun)
	}
	w.enrolled(o)
	w.deliver()
	if step, begun := next(); step != recovery.Verify || !begun {
		t.Errorf("with a factor: %q, %v", step, begun)
	}
}
