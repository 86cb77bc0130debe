package security_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/apikey"
	"regain/security/audit"
	"regain/security/feed"
	"regain/security/lockout"
	"regain/security/refusal"
	"regain/security/staff"
)

// order is a list of a program: of an id for each name that begins with "=", and else of what is typed.
func order(names ...string) lockout.LockDraft {
	d := lockout.LockDraft{Cause: "compromised", Evidence: "a list that was sold"}
	for i, n := range names {
		name := lockout.LockName{Line: i + 2, Typed: n}
		if n[0] == '=' {
			name.ID, name.Typed = n[1:], ""
		}
		d.Names = append(d.Names, name)
	}
	return d
}

// TestLockMany: the lines of a trial are those with which the job begins, and a program's lockouts are
// its own.
func TestLockMany(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, tool := t.Context(), w.program("tool", nil, apikey.LocksWrite)
		w.crowd(6)
		w.lock("user3")
		closed, err := w.db.Account(ctx, "u-4")
		w.must(err)
		closed.Closed, closed.Username = true, "u-1" // another one has this as its id
		w.commit(audit.AccountImported, feed.PutAccount{Account: closed})
		d := order("=u-1", "u-1", "user2@example.org", "=user2", "user3", "=u-4", "=u-2", "nobody", "=u-5")
		tried, err := w.Lockout.LockTrial(ctx, tool, d)
		w.must(err)
		if jobs, err := w.db.Bulk().LockJobs(ctx, 9); len(jobs) != 0 || err != nil {
			t.Errorf("a trial made %v, %v", jobs, err)
		}
		j, err := w.Lockout.LockMany(ctx, tool, d)
		w.must(err)
		begun, err := w.db.Bulk().LockItems(ctx, j.ID, "", 0, 99)
		w.must(err)
		for i := range begun {
			tried[i].Job, tried[i].Username = begun[i].Job, begun[i].Username
		}
		if diff := cmp.Diff(tried, begun); diff != "" {
			t.Errorf("the job (-trial +job):\n%s", diff)
		}
		if n, err := w.Lockout.RunLockJobs(ctx); n != 3 || err != nil {
			t.Errorf("settled %d, %v", n, err)
		}
		lines, err := w.Lockout.LockLines(ctx, tool, j.ID, lockout.LockPage{}, 99)
		w.must(err)
		var got []string
		for _, l := range lines {
			got = append(got, fmt.Sprint(l.Position, " ", l.Account, " ", l.Outcome))
		}
		want := []string{"2 u-1 locked", "3 u-1 twice", "4 u-2 locked", "5  unknown", "6 u-3 already_locked",
			"7 u-4 closed", "8 u-2 twice", "9  unknown", "10 u-5 locked"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("lines (-want +got):\n%s", diff)
		}
		c := w.caseOf("u-1")
		events, err := w.db.Events(ctx, c.ID)
		w.must(err)
		by := tool.Actor()
		by.Session = "" // is stored nowhere
		if c.OpenedBy != tool.ID || len(events) != 1 || events[0].By != by {
			t.Errorf("case %+v, events %+v", c, events)
		}
		_, err = w.Lockout.LockMany(ctx, tool, d)
		wantRefusal(t, err, refusal.JobEmpty)
	})
}

// TestLockManyIsAllowed: only a key for lockouts, only its own jobs, and of staff only whoever has
// proved lately that it is them.
func TestLockManyIsAllowed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		tool, again := w.program("tool", nil, apikey.LocksWrite), w.program("tool", nil, apikey.LocksWrite)
		other := w.program("other", nil, apikey.LocksWrite)
		weak := w.program("weak", nil, apikey.CasesRead, apikey.CasesDecide, apikey.AccountsRead)
		ines, ben := w.member("ines", staff.RoleSecurity), w.member("ben", staff.RoleSupport)
		w.crowd(1)
		ines.Session.ProvedAt = w.Now().Add(-time.Hour)
		for m, want := range map[*staff.Member]refusal.Code{weak: refusal.Denied, ben: refusal.Denied,
			ines: refusal.ProofNeeded} {
			_, err := w.Lockout.LockMany(ctx, m, order("user0"))
			wantRefusal(t, err, want)
		}
		_, err := w.Lockout.LockTrial(ctx, weak, order("user0"))
		wantRefusal(t, err, refusal.Denied)
		j, err := w.Lockout.LockMany(ctx, tool, order("user0"))
		w.must(err)
		own := w.draft(ines, "user0")
		for _, id := range []string{j.ID, own.ID, "none"} {
			_, read := w.Lockout.LockLines(ctx, other, id, lockout.LockPage{}, 9)
			_, seen := w.Lockout.LockState(ctx, other, id)
			for _, err := range []error{read, seen, w.Lockout.StopLock(ctx, other, id)} {
				if !errors.Is(err, security.ErrNotFound) {
					t.Errorf("job %s of somebody else: %v", id, err)
				}
			}
		}
		w.must(w.Lockout.StopLock(ctx, again, j.ID))
		v, err := w.Lockout.LockPreview(ctx, ines, j.ID, lockout.LockPage{})
		w.must(err)
		if v.Name != tool.Name || v.State() != "stopped" {
			t.Errorf("staff see %+v", v)
		}
	})
}

// TestLockManyOutlivesItsKey: what was begun with a good key goes on without it, in another process
// too, and staff may stop it.
func TestLockManyOutlivesItsKey(t *testing.T) {
	t.Parallel()
	for _, stopped := range []bool{false, true} {
		each(t, func(t *testing.T, w *world) {
			ctx, tool := t.Context(), w.program("tool", nil, apikey.LocksWrite)
			w.crowd(2)
			j, err := w.Lockout.LockMany(ctx, tool, order("user0", "user1"))
			w.must(err)
			_, err = w.APIKeys.Revoke(ctx, security.Operator("test"), tool.ID)
			w.must(err)
			want := 2
			if stopped {
				w.must(w.Lockout.StopLock(ctx, w.member("ines", staff.RoleSecurity), j.ID))
				want = 0
			}
			if n, err := newWorld(t, w.db).Lockout.RunLockJobs(ctx); n != want || err != nil {
				t.Errorf("settled %d, %v", n, err)
			}
		})
	}
}

// TestLockManyTogether: of the same list sent twice at once every account is locked once.
func TestLockManyTogether(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, tool := t.Context(), w.program("tool", nil, apikey.LocksWrite)
		names := w.crowd(20)
		errs := make([]error, 2)
		together(errs, func(int) error {
			_, err := w.Lockout.LockMany(ctx, tool, order(names...))
			return err
		})
		w.must(errors.Join(errs...))
		var wg sync.WaitGroup
		for range 2 {
			worker := newWorld(t, w.db)
			wg.Go(func() {
				if _, err := worker.Lockout.RunLockJobs(ctx); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		n := map[lockout.LockOutcome]int{}
		jobs, err := w.db.Bulk().LockJobs(ctx, 9)
		w.must(err)
		for _, j := range jobs {
			got, err := w.db.Bulk().LockTally(ctx, j.ID)
			w.must(err)
			for outcome, count := range got {
				n[outcome] += count
			}
		}
		want := map[lockout.LockOutcome]int{lockout.LockLocked: 20, lockout.LockAlready: 20}
		if diff := cmp.Diff(want, n); diff != "" || len(jobs) != 2 {
			t.Errorf("%d jobs (-want +got):\n%s", len(jobs), diff)
		}
	})
}
