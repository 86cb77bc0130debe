package lockout

import (
	"context"
	"fmt"

	"regain/security"
	"regain/security/audit"
	"regain/security/staff"
)

// LockSummary is a job and how its items stand.
type LockSummary struct {
	LockJob
	Name  string // of whoever drafted it
	Tally map[LockOutcome]int
}

// State is the word for how far the job is.
func (j LockSummary) State() string {
	switch {
	case j.StartedAt.IsZero():
		return "draft"
	case j.DoneAt.IsZero():
		return "running"
	case j.Tally[LockStopped] > 0:
		return "stopped"
	}
	return "done"
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

// pageItems is how many items of one outcome a page shows.
const pageItems = 100

// LockOutcomes lists them in the order in which they are shown.
var LockOutcomes = []LockOutcome{LockWaits, LockLocked, LockStopped, LockUnknown, LockAmbiguous, LockAlready,
	LockClosed, LockTwice}

// LockPreview shows a job: before its start who would be locked, who not and
// why, and afterwards what became of each. That somebody else than whoever
// drafted it has seen the names goes on record.
func (s *Service) LockPreview(ctx context.Context, m *staff.Member, id string,
	p LockPage) (LockView, error) {
	sum, err := s.LockState(ctx, m, id)
	if err != nil {
		return LockView{}, err
	}
	v := LockView{LockSummary: sum}
	for _, outcome := range LockOutcomes {
		if sum.Tally[outcome] == 0 || p.Outcome != "" && p.Outcome != outcome {
			continue
		}
		list, err := s.lockPage(ctx, id, LockPage{outcome, p.After})
		if err != nil {
			return LockView{}, err
		}
		v.Lists = append(v.Lists, list)
	}
	return v, s.lockViewed(ctx, m, sum.LockJob)
}

// LockState is how a job stands, without any name.
func (s *Service) LockState(ctx context.Context, m *staff.Member, id string) (LockSummary, error) {
	if err := s.Staff.Permit(ctx, m, staff.RightReview, "lock_job.show"); err != nil {
		return LockSummary{}, err
	}
	j, err := s.lockJobFor(ctx, m, id)
	if err != nil {
		return LockSummary{}, fmt.Errorf("read lock job: %w", err)
	}
	return s.summariseLock(ctx, j)
}

// LockLines are the lines of a job that p asks for, most of them at once.
func (s *Service) LockLines(ctx context.Context, m *staff.Member, id string, p LockPage, most int) (
	[]LockItem, error) {
	if err := s.Staff.Permit(ctx, m, staff.RightReview, "lock_job.lines"); err != nil {
		return nil, err
	}
	j, err := s.lockJobFor(ctx, m, id)
	if err != nil {
		return nil, fmt.Errorf("read lock job: %w", err)
	}
	items, err := s.Jobs.LockItems(ctx, id, p.Outcome, p.After, most)
	if err != nil {
		return nil, fmt.Errorf("read lock items: %w", err)
	}
	return items, s.lockViewed(ctx, m, j)
}

// lockJobFor reads a job. A program knows of those of its own name alone.
func (s *Service) lockJobFor(ctx context.Context, m *staff.Member, id string) (LockJob, error) {
	j, err := s.Jobs.LockJob(ctx, id)
	if err != nil || m.Holder == "" {
		return j, err
	}
	by, err := s.Staff.Who(ctx, j.By)
	if err == nil && by.Holder != m.Holder {
		err = security.ErrNotFound
	}
	return j, err
}

// lockViewed records that somebody of staff has seen the names of a colleague's job.
func (s *Service) lockViewed(ctx context.Context, m *staff.Member, j LockJob) error {
	if j.By == m.ID || m.Holder != "" {
		return nil
	}
	e := s.Staff.StaffEvent(m, audit.LockViewed, s.Now())
	e.Data = map[string]string{"job": j.ID}
	return s.Store.Commit(ctx, e)
}

// LockFile is every line of a job, with what became of it.
func (s *Service) LockFile(ctx context.Context, m *staff.Member, id string) ([]LockItem, error) {
	if err := s.Staff.Permit(ctx, m, staff.RightReview, "lock_job.file"); err != nil {
		return nil, err
	}
	if _, err := s.Jobs.LockJob(ctx, id); err != nil {
		return nil, fmt.Errorf("read lock job: %w", err)
	}
	items, err := s.Jobs.LockItems(ctx, id, "", 0, MaxLockItems)
	if err != nil {
		return nil, fmt.Errorf("read lock items: %w", err)
	}
	return items, s.Staff.ListTaken(ctx, m, "lock_job "+id, len(items))
}

func (s *Service) lockPage(ctx context.Context, job string, p LockPage) (LockList, error) {
	items, err := s.Jobs.LockItems(ctx, job, p.Outcome, p.After, pageItems+1)
	if err != nil {
		return LockList{}, fmt.Errorf("read lock items: %w", err)
	}
	l := LockList{Outcome: p.Outcome, Items: items}
	if len(items) > pageItems {
		l.Items = items[:pageItems]
		l.Next = l.Items[pageItems-1].Position
	}
	return l, nil
}

func (s *Service) summariseLock(ctx context.Context, j LockJob) (LockSummary, error) {
	by, err := s.Staff.Who(ctx, j.By)
	if err != nil {
		return LockSummary{}, fmt.Errorf("read staff: %w", err)
	}
	n, err := s.Jobs.LockTally(ctx, j.ID)
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
	jobs, err := s.Jobs.LockJobs(ctx, RecentJobs)
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
