package security_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"regain/security"
	"regain/security/audit"
	"regain/security/lockout"
	"regain/security/refusal"
	"regain/security/staff"
)

// TestStopLock: what is locked stays locked, what waits is left alone, and everybody may stop.
func TestStopLock(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ines, omar := w.member("ines", staff.RoleSecurity), w.member("omar", staff.RoleSecurity)
		ben := w.member("ben", staff.RoleSupport)
		j := w.draft(ines, append(w.crowd(3), "nobody")...)
		wantRefusal(t, w.Lockout.StopLock(ctx, ines, j.ID), refusal.JobNotRunning)
		w.must(w.Lockout.StartLock(ctx, ines, j.ID))
		wantRefusal(t, w.Lockout.StopLock(ctx, ben, j.ID), refusal.Denied)
		w.commit(audit.AccountLocked, lockout.SettleLockItem{Job: j.ID, Position: 1,
			Outcome: lockout.LockLocked})
		w.advance(time.Minute)
		before := w.lines()
		w.must(w.Lockout.StopLock(ctx, omar, j.ID))
		if w.lines() != before+1 {
			t.Error("it is not on record")
		}
		if n, err := w.Lockout.RunLockJobs(ctx); n != 0 || err != nil {
			t.Errorf("a stopped job settles %d, %v", n, err)
		}
		want := "user0 locked, user1 stopped, user2 stopped, nobody unknown"
		if got := strings.Join(w.items(j.ID), ", "); got != want {
			t.Errorf("lines: %s", got)
		}
		stopped, err := w.db.Bulk().LockJob(ctx, j.ID)
		if err != nil || !stopped.DoneAt.Equal(w.Now()) {
			t.Errorf("stopped: %+v, %v", stopped, err)
		}
		wantRefusal(t, w.Lockout.StopLock(ctx, ines, j.ID), refusal.JobNotRunning)
		wantRefusal(t, w.Lockout.StartLock(ctx, ines, j.ID), refusal.JobStarted)
	})
}

// TestStopLockRace stops a job while a worker is at it: a line is locked with its account, or is
// left alone with it.
func TestStopLockRace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ines := w.member("ines", staff.RoleSecurity)
		j := w.draft(ines, w.crowd(crowded)...)
		w.must(w.Lockout.StartLock(ctx, ines, j.ID))
		errs, worker := make([]error, 4), newWorld(t, w.db)
		together(errs, func(i int) error {
			if i == 0 {
				_, err := worker.Lockout.RunLockJobs(ctx)
				return err
			}
			return w.Lockout.StopLock(ctx, ines, j.ID)
		})
		w.must(errs[0])
		stops := 0
		for _, err := range errs[1:] {
			if err == nil {
				stops++
				continue
			}
			wantRefusal(t, err, refusal.JobNotRunning)
		}
		items, err := w.db.Bulk().LockItems(ctx, j.ID, "", 0, crowded)
		w.must(err)
		left := 0
		for _, item := range items {
			a, err := w.db.Account(ctx, item.Account)
			w.must(err)
			if a.Locked() != (item.Outcome == lockout.LockLocked) {
				t.Fatalf("%s is %s, and its account locked: %v", item.Typed, item.Outcome, a.Locked())
			}
			if item.Outcome == lockout.LockStopped {
				left++
			}
		}
		if stops > 1 || stops == 0 && left > 0 {
			t.Errorf("stopped %d times, %d lines are left", stops, left)
		}
	})
}

// meanwhile lets something happen between what a worker has read and what it commits.
type meanwhile struct {
	lockout.Store
	do func()
}

// CommitAll implements lockout.Store.
func (m meanwhile) CommitAll(ctx context.Context, changes []security.Change) ([]error, error) {
	m.do()
	return m.Store.CommitAll(ctx, changes)
}

// TestStopLockMeanwhile stops a job whose worker is about to commit what it has read: it locks nobody.
func TestStopLockMeanwhile(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ines := w.member("ines", staff.RoleSecurity)
		j := w.draft(ines, w.crowd(3)...)
		w.must(w.Lockout.StartLock(ctx, ines, j.ID))
		worker := newWorld(t, w.db)
		worker.Lockout.Store = meanwhile{w.db, sync.OnceFunc(func() {
			w.must(w.Lockout.StopLock(ctx, ines, j.ID))
		})}
		if n, err := worker.Lockout.RunLockJobs(ctx); n != 0 || err != nil {
			t.Errorf("settled %d, %v", n, err)
		}
		if got := strings.Join(w.items(j.ID), ", "); got != "user0 stopped, user1 stopped, user2 stopped" {
			t.Errorf("lines: %s", got)
		}
		if a, err := w.db.Account(ctx, "u-0"); a.Locked() || err != nil {
			t.Errorf("an account is locked: %v, %v", a.Locked(), err)
		}
	})
}

// TestLockFile gives every line, and it is on record who took them along.
func TestLockFile(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ines, ben := w.member("ines", staff.RoleSecurity), w.member("ben", staff.RoleSupport)
		j := w.draft(ines, append(w.crowd(2), "nobody")...)
		before := w.lines()
		items, err := w.Lockout.LockFile(t.Context(), ines, j.ID)
		if err != nil || len(items) != 3 || items[2].Typed != "nobody" || w.lines() != before+1 {
			t.Errorf("%+v, %v, %d lines on record", items, err, w.lines()-before)
		}
		_, err = w.Lockout.LockFile(t.Context(), ben, j.ID)
		wantRefusal(t, err, refusal.Denied)
	})
}
