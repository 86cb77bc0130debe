package lockout

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"regain/security"
	"regain/security/audit"
	"regain/security/recovery"
)

// lockBatch is how many items go into one transaction: many, so that the disk
// is waited for seldom, and not so many that other commits wait long.
const lockBatch = 200

// lockTries is how often a job may be gone through in vain.
const lockTries = 5

// RunLockJobs locks what waits in the jobs that were started, and returns how
// many items it settled. It may be stopped anywhere and run by several workers
// at once: an item is settled in the commit that locks its account.
func (s *Service) RunLockJobs(ctx context.Context) (int, error) {
	jobs, err := s.Jobs.RunningLockJobs(ctx)
	if err != nil {
		return 0, fmt.Errorf("read lock jobs: %w", err)
	}
	settled := 0
	var failed []error
	for _, j := range jobs {
		n, err := s.runLockJob(ctx, j)
		settled += n
		if err != nil {
			failed = append(failed, fmt.Errorf("lock job %s: %w", j.ID, err))
		}
	}
	return settled, errors.Join(failed...)
}

// runLockJob goes through what waits until nothing does: where the world moved
// under an item it waits on, and is looked at again.
func (s *Service) runLockJob(ctx context.Context, j LockJob) (int, error) {
	settled := 0
	for lost := 0; lost < lockTries; {
		found, n, err := s.lockWaiting(ctx, j)
		settled += n
		switch {
		case err != nil:
			return settled, err
		case found == 0:
			return settled, s.finishLockJob(ctx, j)
		case n == 0:
			lost++
		}
	}
	return settled, security.ErrConflict
}

// lockWaiting goes through the items that wait, once, and returns how many it
// found and how many of them it settled. While a batch is committed the next one
// is read, for an account is in a job only once.
func (s *Service) lockWaiting(ctx context.Context, j LockJob) (found, settled int, err error) {
	batch, after, err := s.readLocks(ctx, j, 0)
	for err == nil && len(batch) > 0 {
		var committing sync.WaitGroup
		var kept int
		var failed error
		now := batch
		committing.Go(func() { kept, failed = s.commitLocks(ctx, now) })
		batch, after, err = s.readLocks(ctx, j, after)
		committing.Wait()
		found, settled, err = found+len(now), settled+kept, errors.Join(failed, err)
	}
	return found, settled, err
}

// commitLocks counts the changes that were kept; those that met a moved world
// were not.
func (s *Service) commitLocks(ctx context.Context, changes []security.Change) (int, error) {
	errs, err := s.Store.CommitAll(ctx, changes)
	if err != nil {
		return 0, fmt.Errorf("commit: %w", err)
	}
	kept := 0
	for _, err := range errs {
		switch {
		case err == nil:
			kept++
		case !errors.Is(err, security.ErrConflict):
			return kept, fmt.Errorf("commit: %w", err)
		}
	}
	return kept, nil
}

// readLocks makes the changes of the next items that wait after a position, and
// returns where they end; none are left when there are no changes.
func (s *Service) readLocks(ctx context.Context, j LockJob, after int) ([]security.Change, int,
	error) {
	items, err := s.Jobs.LockItems(ctx, j.ID, LockWaits, after, lockBatch)
	if err != nil {
		return nil, 0, fmt.Errorf("read lock items: %w", err)
	}
	if len(items) == 0 {
		return nil, after, nil
	}
	changes, err := s.lockChanges(ctx, j, items)
	return changes, items[len(items)-1].Position, err
}

// lockChanges is one change for each item: a lockout, or the record of why there
// is none any more.
func (s *Service) lockChanges(ctx context.Context, j LockJob, items []LockItem) ([]security.Change,
	error) {
	ids := make([]string, len(items))
	for i, item := range items {
		ids[i] = item.Account
	}
	accounts, err := s.accountsIn(ctx, ids)
	if err != nil {
		return nil, err
	}
	number, err := s.Store.NextNumbers(ctx, "case", len(items))
	if err != nil {
		return nil, fmt.Errorf("draw case numbers: %w", err)
	}
	changes := make([]security.Change, len(items))
	for i, item := range items {
		c := security.Case{Number: fmt.Sprint("C-", number+int64(i)),
			Cause:    recovery.Cause(j.Cause),
			Evidence: j.Evidence}
		if changes[i], err = s.lockChange(ctx, j, item, accounts[item.Account], c); err != nil {
			return nil, err
		}
	}
	return changes, nil
}

// lockChange acts for whoever drafted the job: they set the lockout.
func (s *Service) lockChange(ctx context.Context, j LockJob, item LockItem, a security.Account,
	c security.Case) (security.Change, error) {
	by := security.Actor{Kind: j.ByKind, ID: j.By, Visitor: j.Visitor}
	if outcome := lockable(a); outcome != LockWaits {
		e := s.Event(by, audit.LockLeftOut, s.Now())
		e.Account, e.Case = a.ID, a.Case
		e.Data = map[string]string{"job": j.ID, "outcome": string(outcome)}
		return security.Change{Event: e, Writes: []security.Write{SettleLockItem{Job: j.ID,
			Position: item.Position,
			Outcome:  outcome}}}, nil
	}
	l, err := s.Lockout(ctx, by, a, c, Denials{})
	if err != nil {
		return security.Change{}, err
	}
	l.Event.Data["job"] = j.ID
	settle := SettleLockItem{j.ID, item.Position, LockLocked, l.Event.Case}
	return security.Change{Event: l.Event, Writes: append([]security.Write{settle}, l.Writes...)},
		nil
}

// finishLockJob ends a job in which nothing waits, unless another worker did.
func (s *Service) finishLockJob(ctx context.Context, j LockJob) error {
	n, err := s.Jobs.LockTally(ctx, j.ID)
	if err != nil {
		return fmt.Errorf("count lock items: %w", err)
	}
	now := s.Now()
	e := s.Event(security.Actor{Kind: security.BySystem}, audit.LockFinished, now)
	e.Data = jobData(j, n)
	err = s.Store.Commit(ctx, e, FinishLockJob{j.ID, now})
	if errors.Is(err, security.ErrConflict) {
		return nil
	}
	return err
}
