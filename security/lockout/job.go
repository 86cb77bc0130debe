package lockout

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"regain/security"
	"regain/security/audit"
	"regain/security/limits"
	"regain/security/recovery"
	"regain/security/refusal"
	"regain/security/staff"
	"regain/security/token"
)

// maxLockItems bounds one job.
const maxLockItems = 20_000

// LockDraft is what a member of staff types to lock many accounts. List has one
// name a line: an account id, a username or an address; Cause is "" where the
// triage rule shall propose it for each.
type LockDraft struct {
	List, Cause, Evidence string
}

// DraftLock finds out what each line of the list names and stores it as a job
// that is not started yet, so that it can be looked at first. It refuses with
// ListEmpty, ListLong, CauseUnknown, EvidenceMissing or EvidenceLong, and more than
// limits.LockDrafts, each of which looks up many, with TooManyRequests.
func (s *Service) DraftLock(ctx context.Context, m *staff.Member, d LockDraft) (LockJob, error) {
	if err := s.Staff.Permit(ctx, m, staff.RightReview, "lock_job.draft"); err != nil {
		return LockJob{}, err
	}
	names, err := d.names()
	if err != nil {
		return LockJob{}, err
	}
	evidence, err := CheckLockout(recovery.Cause(d.Cause), d.Evidence)
	if err != nil {
		return LockJob{}, err
	}
	now := s.Now()
	if err := s.Spend(ctx, limits.LockDrafts, m.ID, now); err != nil {
		return LockJob{}, err
	}
	j := LockJob{ID: token.ID(), By: m.ID, Visitor: m.Session.Visitor, Cause: d.Cause,
		Evidence: evidence, DraftedAt: now}
	items, err := s.lockItems(ctx, j.ID, names)
	if err != nil {
		return LockJob{}, err
	}
	e := s.Staff.StaffEvent(m, audit.LockDrafted, now)
	e.Data = jobData(j, tally(items))
	if err := s.Store.Commit(ctx, e, DraftLockJob{j, items}); err != nil {
		return LockJob{}, fmt.Errorf("draft lock job: %w", err)
	}
	return j, nil
}

func (d LockDraft) names() ([]string, error) {
	names := listed(d.List)
	switch {
	case len(names) == 0:
		return nil, security.Refuse("list", refusal.ListEmpty)
	case len(names) > maxLockItems:
		return nil, security.Refuse("list", refusal.ListLong, strconv.Itoa(maxLockItems))
	}
	return names, nil
}

// listed reads one name a line. A file may begin with a byte order mark, end
// its lines as any system does, and have a comma behind each name.
func listed(list string) []string {
	var names []string
	for line := range strings.Lines(strings.ReplaceAll(list, "\r", "\n")) {
		name := strings.TrimFunc(security.Clean(line), func(r rune) bool {
			return unicode.IsSpace(r) || r == ',' || r == '\ufeff'
		})
		if len(name) > security.MaxIdentifier { // nobody is called so; the dots see to that
			name = strings.ToValidUTF8(name[:security.MaxIdentifier], "") + "…"
		}
		if name != "" {
			names = append(names, name)
		}
	}
	return names
}

// lockItems gives each name the outcome that locking it now would have.
func (s *Service) lockItems(ctx context.Context, job string, names []string) ([]LockItem, error) {
	meant, err := s.Meant(ctx, names)
	if err != nil {
		return nil, err
	}
	items := make([]LockItem, len(names))
	seen := map[string]bool{}
	for i, found := range meant {
		item := LockItem{Job: job, Position: i + 1, Typed: names[i], Outcome: LockUnknown}
		if len(found) > 1 {
			item.Outcome = LockAmbiguous
		}
		if len(found) == 1 {
			item.Account, item.Outcome = found[0].ID, lockable(found[0])
			if seen[item.Account] {
				item.Outcome = LockTwice
			}
			seen[item.Account] = true
		}
		items[i] = item
	}
	return items, nil
}

// lockable is LockWaits for an account that can be locked, and otherwise why
// it cannot.
func lockable(a security.Account) LockOutcome {
	switch {
	case a.Locked():
		return LockAlready
	case a.Closed:
		return LockClosed
	}
	return LockWaits
}

func (s *Service) accountsIn(ctx context.Context, ids []string) (map[string]security.Account,
	error) {
	list, err := s.Store.AccountsIn(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("read accounts: %w", err)
	}
	all := make(map[string]security.Account, len(list))
	for _, a := range list {
		all[a.ID] = a
	}
	return all, nil
}

func tally(items []LockItem) map[LockOutcome]int {
	n := map[LockOutcome]int{}
	for _, i := range items {
		n[i.Outcome]++
	}
	return n
}

// jobData is what the audit trail holds of a job: its id and how many items
// have which outcome.
func jobData(j LockJob, n map[LockOutcome]int) map[string]string {
	data := map[string]string{"job": j.ID}
	for outcome, count := range n {
		data[string(outcome)] = strconv.Itoa(count)
	}
	return data
}

// steered reads a job and its tally for m, who wants to do what to it, and begins the line of the audit
// trail about it.
func (s *Service) steered(ctx context.Context, m *staff.Member, id, what string, kind audit.Kind) (
	j LockJob, n map[LockOutcome]int, e security.Event, err error) {
	if err = s.Staff.Permit(ctx, m, staff.RightReview, what); err != nil {
		return j, n, e, err
	}
	err = errors.Join(security.Fetched(&j, "lock job")(s.Store.LockJob(ctx, id)),
		security.Fetched(&n, "lock items")(s.Store.LockTally(ctx, id)))
	e = s.Staff.StaffEvent(m, kind, s.Now())
	e.Data = jobData(j, n)
	return j, n, e, err
}

// StartLock lets the workers lock what waits in a job. It refuses with
// JobStarted, with JobNotYours, or with JobEmpty when nothing waits: the lockouts
// count as those of whoever drafted the job, and four eyes go by that.
func (s *Service) StartLock(ctx context.Context, m *staff.Member, id string) error {
	j, n, e, err := s.steered(ctx, m, id, "lock_job.start", audit.LockStarted)
	switch {
	case err != nil:
		return err
	case !j.StartedAt.IsZero():
		return security.Refuse("", refusal.JobStarted)
	case j.By != m.ID:
		return security.Refuse("", refusal.JobNotYours)
	case n[LockWaits] == 0:
		return security.Refuse("", refusal.JobEmpty)
	}
	err = s.Store.Commit(ctx, e, StartLockJob{id, e.At})
	if errors.Is(err, security.ErrConflict) {
		return security.Refuse("", refusal.JobStarted)
	}
	return err
}

// StopLock ends a job that runs. What is locked stays so; what waits is left alone. Whoever reviews
// cases may stop a job, also a colleague's. It refuses with JobNotRunning.
func (s *Service) StopLock(ctx context.Context, m *staff.Member, id string) error {
	_, _, e, err := s.steered(ctx, m, id, "lock_job.stop", audit.LockStopped)
	if err != nil {
		return err
	}
	err = s.Store.Commit(ctx, e, FinishLockJob{id, e.At}, LeaveLockItems{id})
	if errors.Is(err, security.ErrConflict) {
		return security.Refuse("", refusal.JobNotRunning)
	}
	return err
}
