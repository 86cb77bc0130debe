package security_test

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"regain/security"
	"regain/security/account"
	"regain/security/apikey"
	"regain/security/audit"
	"regain/security/recovery"
	"regain/security/review"
	"regain/security/staff"
	"regain/store"
	"regain/store/storetest"
)

// refresh lets the known sessions see what has happened since, and learns the
// numbers there are.
func (x *walker) refresh(account string) {
	for i, o := range x.owners {
		if again, err := x.Guided.Enter(x.t.Context(), phone, x.tokens[o.Session.ID]); err == nil {
			x.owners[i] = again
		}
	}
	tickets, err := x.db.Tickets(x.t.Context(), security.TicketFilter{Account: account})
	x.must(err)
	for _, k := range tickets {
		if !slices.Contains(x.hot, k.Number) {
			x.hot = append(x.hot, k.Number)
		}
	}
}

// walk does n things and wants the account locked by the case after each.
func (x *walker) walk(c security.Case, n int) error {
	for i := range n {
		if x.rng.IntN(2) == 0 {
			x.guided()
		} else {
			x.anything()
		}
		if x.rng.IntN(3) == 0 {
			x.advance(time.Duration(x.rng.IntN(40)) * time.Minute)
			x.staff[0], x.staff[1] = x.renew(x.staff[0]), x.renew(x.staff[1])
		}
		if i%10 == 0 {
			x.refresh(c.Account)
		}
		a, err := x.db.Account(x.t.Context(), c.Account)
		x.must(err)
		now, err := x.db.Case(x.t.Context(), c.ID)
		x.must(err)
		x.version = now.Version
		if a.Case != c.ID || now.State.Over() || now.State == recovery.InReview {
			return fmt.Errorf("after %d things: account locked by %q, case %s", i+1, a.Case,
				now.State)
		}
	}
	return nil
}

// renew is the member signed in anew, as somebody at work would be.
func (x *walker) renew(m *staff.Member) *staff.Member {
	again := *m
	again.Session.SeenAt, again.Session.ProvedAt = x.Now(), x.Now()
	return &again
}

// unseen lists what a walk has to get to before it says anything, and has not got to yet. Tokens
// differ from run to run, and with them how far a number of things leads.
func (x *walker) unseen() (never []string) {
	for _, step := range []string{"password", "two-factor", "activity", ""} {
		if !x.steps[step] {
			never = append(never, "the step "+strconv.Quote(step))
		}
	}
	for _, d := range x.deeds() {
		if x.called[d.method] == 0 {
			never = append(never, d.method)
		}
	}
	return never
}

// TestNothingButAnalystsEndsALockout: whatever the public and
// support do, in whatever order, the account stays locked and nobody but an
// analyst moves the case into review.
func TestNothingButAnalystsEndsALockout(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		w.account("u-1002", "bob", "bob@example.org")
		w.account("u-1001", "ada", "ada@example.org")
		users := []*account.SignedIn{w.signIn("ada"), w.signIn("bob")}
		c := w.lock("ada")
		x := newWalker(w, 3)
		x.users = users
		for n := 0; n < 2000 || n < 20_000 && len(x.unseen()) > 0; n += 100 {
			if err := x.walk(c, 100); err != nil {
				t.Fatalf("after %d things more: %v", n, err)
			}
		}
		if never := x.unseen(); len(never) > 0 {
			t.Errorf("the walk never got to %v", never)
		}
		if w.recorded(audit.PasswordUpdated) == 0 {
			t.Error("the walk never got as far as a new password")
		}
		if n, bad, err := db.VerifyChain(t.Context()); bad != nil || err != nil || n < 500 {
			t.Errorf("audit chain of %d lines: %v, %v", n, bad, err)
		}
	})
}

// TestNoKeysAreFourEyes: whatever programs do who decide, with two keys and in whatever order, a
// lockout that four eyes protect stays.
func TestNoKeysAreFourEyes(t *testing.T) {
	t.Parallel()
	for seed := range uint64(5) { // one long walk reads its own long trail at every step
		t.Run(fmt.Sprint("walk ", seed), func(t *testing.T) {
			t.Parallel()
			keysDecide(t, seed)
		})
	}
}

// keysDecide is one walk. No person has proposed anything: beside one a program may be the second.
func keysDecide(t *testing.T, seed uint64) {
	w := sqliteWorld(t)
	c := w.hijacked(w.member("ines", staff.RoleSecurity))
	x := newWalker(w, seed)
	boss := w.member("boss", staff.RoleAdmin)
	x.staff = []*staff.Member{w.program("tool", nil, apikey.Scopes...),
		w.program("other", boss, apikey.Scopes...)}
	proposed, others := 0, 0
	for range 400 {
		m := pick(x, x.staff)
		d := review.Decision{Number: c.Number, Reason: "a reason"}
		if err := x.decides(m, d, &proposed); err == nil {
			others++
		}
		if x.rng.IntN(3) == 0 {
			w.advance(time.Duration(x.rng.IntN(40)) * time.Minute)
		}
		if a, err := w.db.Account(t.Context(), c.Account); err != nil || a.Case != c.ID {
			t.Fatalf("locked by %q, %v", a.Case, err)
		}
	}
	if proposed < 4 || others < 40 {
		t.Errorf("%d proposals and %d things more", proposed, others)
	}
}

// decides does one thing that a program may do about a case.
func (x *walker) decides(m *staff.Member, d review.Decision, proposed *int) error {
	ctx, r := x.t.Context(), x.Review
	switch x.rng.IntN(8) {
	case 0:
		return r.TakeCase(ctx, m, d.Number, 0)
	case 1, 2:
		ok, err := r.ResumeCase(ctx, m, d)
		if ok && err == nil {
			*proposed++
		}
		return err
	case 3, 4:
		return errors.Join(second(r.ReviewCase(ctx, m, d.Number)), r.ApproveResume(ctx, m, d.Number))
	case 5:
		return r.SendBackResume(ctx, m, d.Number, d.Reason)
	case 6:
		return r.ChangeCause(ctx, m, d, pick(x, []recovery.Cause{recovery.Compromised,
			recovery.Hijacked}))
	}
	if x.rng.IntN(2) == 0 {
		return r.DeclineCase(ctx, m, d)
	}
	return r.ReopenCase(ctx, m, d)
}

// The walk sees it when a lockout ends: with an analyst for all the staff it does.
func TestWalkNoticesAnAnalyst(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	c := w.ada()
	x := newWalker(w, 7)
	ines := w.member("ines", staff.RoleSecurity)
	x.staff = []*staff.Member{ines, ines}
	for range 400 {
		if err := x.walk(c, 100); err != nil {
			return
		}
	}
	t.Error("many things with an analyst for all the staff, and the case never moved")
}
