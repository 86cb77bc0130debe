package lockout

import (
	"context"
	"fmt"

	"regain/security/audit"
	"regain/security/staff"
)

// LockSummary is a job and how its items stand.
type LockSummary struct {
	LockJob
	Name  string // of whoever drafted it
	Tally map[LockOutcome]int
}

// LockView is a job as its page shows it.
type LockView struct {
	LockSummary
	Lists []LockList // of the outcomes that any item has
}

// LockList is one page of the items with one outcome.
type LockList struct {
	Outcome LockOutcome
	Items   []LockItem
	Next    int // the page that begins after this position follows; 0: none does
}

// LockPage asks for the items of one outcome that stand after a position; the
// zero LockPage for the first of every outcome.
type LockPage struct {
	Outcome LockOutcome
	After   int
}

// lockPage is how many items of one outcome a page shows.
const lockPage = 100

// lockOutcomes lists them in the order in which they are shown.
var lockOutcomes = []LockOutcome{LockWaits, LockLocked, LockStopped, LockUnknown, LockAmbiguous, LockAlready,
	LockClosed, LockTwice}

// LockPreview shows a job: before its start who would be locked, who not and
// why, and afterwards what became of each. That somebody else than whoever
// drafted it has seen the names goes on record.
func (s *Service) LockPreview(ctx context.Context, m *staff.Member, id string,
	p LockPage) (LockView, error) {
	if err := s.Staff.Permit(ctx, m, staff.RightReview, "lock_job.show"); err != nil {
		return LockView{}, err
	}
	j, err := s.Store.LockJob(ctx, id)
	if err != nil {
		return LockView{}, fmt.Errorf("read lock job: %w", err)
	}
	sum, err := s.summariseLock(ctx, j)
	if err != nil {
		return LockView{}, err
	}
	v := LockView{LockSummary: sum}
	for _, outcome := range lockOutcomes {
		if sum.Tally[outcome] == 0 || p.Outcome != "" && p.Outcome != outcome {
			continue
		}
		list, err := s.lockList(ctx, id, LockPage{outcome, p.After})
		if err != nil {
			return LockView{}, err
		}
		v.Lists = append(v.Lists, list)
	}
	if j.By == m.ID {
		return v, nil
	}
	e := s.Staff.StaffEvent(m, audit.LockViewed, s.Now())
	e.Data = map[string]string{"job": id}
	return v, s.Store.Commit(ctx, e)
}

// LockFile is every line of a job, with what became of it.
func (s *Service) LockFile(ctx context.Context, m *staff.Member, id string) ([]LockItem, error) {
	if err := s.Staff.Permit(ctx, m, staff.RightReview, "lock_job.file"); err != nil {
		return nil, err
	}
	if _, err := s.Store.LockJob(ctx, id); err != nil {
		return nil, fmt.Errorf("read lock job: %w", err)
	}
	items, err := s.Store.LockItems(ctx, id, "", 0, maxLockItems)
	if err != nil {
		return nil, fmt.Errorf("read lock items: %w", err)
	}
	return items, s.Staff.ListTaken(ctx, m, "lock_job "+id, len(items))
}

func (s *Service) lockList(ctx context.Context, job string, p LockPage) (LockList, error) {
	items, err := s.Store.LockItems(ctx, job, p.Outcome, p.After, lockPage+1)
	if err != nil {
		return LockList{}, fmt.Errorf("read lock items: %w", err)
	}
	l := LockList{Outcome: p.Outcome, Items: items}
	if len(items) > lockPage {
		l.Items = items[:lockPage]
		l.Next = l.Items[lockPage-1].Position
	}
	return l, nil
}

func (s *Service) summariseLock(ctx context.Context, j LockJob) (LockSummary, error) {
	by, err := s.Staff.Who(ctx, j.By)
	if err != nil {
		return LockSummary{}, fmt.Errorf("read staff: %w", err)
	}
	n, err := s.Store.LockTally(ctx, j.ID)
	if err != nil {
		return LockSummary{}, fmt.Errorf("count lock items: %w", err)
	}
	return LockSummary{LockJob: j, Name: by.Name, Tally: n}, nil
}

// RecentJobs is how many jobs LockJobs lists at most.
const RecentJobs = 10

// LockJobs lists the newest jobs of everybody.
func (s *Service) LockJobs(ctx context.Context, m *staff.Member) ([]LockSummary, error) {
	if err := s.Staff.Permit(ctx, m, staff.RightReview, "lock_job.list"); err != nil {
		return nil, err
	}
	jobs, err := s.Store.LockJobs(ctx, RecentJobs)
	if err != nil {
		return nil, fmt.Errorf("read lock jobs: %w", err)
	}
	all := make([]LockSummary, len(jobs))
	for i, j := range jobs {
		if all[i], err = s.summariseLock(ctx, j); err != nil {
			return nil, err
		}
	}
	return all, nil
}
