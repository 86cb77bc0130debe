package lockout

import (
	"context"
	"errors"
	"fmt"
	"slices"
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

// MaxLockItems bounds one job.
const MaxLockItems = 20_000

// LockDraft is what a member of staff types to lock many accounts. List has one
// name a line: an account id, a username or an address; Cause is "" where the
// triage rule shall propose it for each. A program tells Names instead.
type LockDraft struct {
	List, Cause, Evidence string
	Names                 []LockName
}

// LockName is one line of a list: the id of an account, or else whatever staff may type to name one.
type LockName struct {
	Line      int // from 1, as in the list
	ID, Typed string
}

// DraftLock finds out what each line of the list names and stores it as a job
// that is not started yet, so that it can be looked at first. It refuses with
// ListEmpty, ListLong, CauseUnknown, EvidenceMissing or EvidenceLong, and more than
// limits.LockDrafts, each of which looks up many, with TooManyRequests.
func (s *Service) DraftLock(ctx context.Context, m *staff.Member, d LockDraft) (LockJob, error) {
	j, items, err := s.lockList(ctx, m, "lock_job.draft", d)
	if err != nil {
		return LockJob{}, err
	}
	return j, s.keepLockList(ctx, m, audit.LockDrafted, j, items)
}

// LockMany is DraftLock and StartLock at once, for a program. It refuses with JobEmpty, too, and
// makes no job then. That its key ends later does not stop the job: staff may, and so may every
// key of the same name.
func (s *Service) LockMany(ctx context.Context, m *staff.Member, d LockDraft) (LockJob, error) {
	j, items, err := s.lockList(ctx, m, "lock_job.start", d)
	switch {
	case err != nil:
		return LockJob{}, err
	case tally(items)[LockWaits] == 0:
		return LockJob{}, security.Refuse("", refusal.JobEmpty)
	}
	return j, s.keepLockList(ctx, m, audit.LockStarted, j, items, StartLockJob{j.ID, j.DraftedAt})
}

// LockTrial is the lines that LockMany would begin with, and makes no job. That somebody has had the
// names looked up goes on record, as for ListTaken.
func (s *Service) LockTrial(ctx context.Context, m *staff.Member, d LockDraft) ([]LockItem, error) {
	_, items, err := s.lockList(ctx, m, "lock_job.try", d)
	if err != nil {
		return nil, err
	}
	return items, s.Staff.ListTaken(ctx, m, "lock_trial", len(items))
}

// lockList makes a job of a draft, for the member who wants to do what with it. Nothing of it is kept
// yet.
func (s *Service) lockList(ctx context.Context, m *staff.Member, what string, d LockDraft) (LockJob,
	[]LockItem, error) {
	if err := s.Staff.Permit(ctx, m, staff.RightReview, what); err != nil {
		return LockJob{}, nil, err
	}
	names, err := d.names()
	if err != nil {
		return LockJob{}, nil, err
	}
	evidence, err := CheckLockout(recovery.Cause(d.Cause), d.Evidence)
	if err != nil {
		return LockJob{}, nil, err
	}
	now := s.Now()
	if err := s.Spend(ctx, limits.LockDrafts, m.ID, now); err != nil {
		return LockJob{}, nil, err
	}
	j := LockJob{ID: token.ID(), By: m.ID, ByKind: m.Actor().Kind, Visitor: m.Session.Visitor,
		Cause: d.Cause, Evidence: evidence, DraftedAt: now}
	items, err := s.lockItems(ctx, j.ID, names)
	return j, items, err
}

// keepLockList commits a new job.
func (s *Service) keepLockList(ctx context.Context, m *staff.Member, kind audit.Kind, j LockJob,
	items []LockItem, more ...security.Write) error {
	e := s.Staff.StaffEvent(m, kind, j.DraftedAt)
	e.Data = jobData(j, tally(items))
	if err := s.Store.Commit(ctx, e, append([]security.Write{DraftLockJob{j, items}},
		more...)...); err != nil {
		return fmt.Errorf("keep lock job: %w", err)
	}
	return nil
}

func (d LockDraft) names() ([]LockName, error) {
	names := append(d.Names, listed(d.List)...)
	switch {
	case len(names) == 0:
		return nil, security.Refuse("list", refusal.ListEmpty)
	case len(names) > MaxLockItems:
		return nil, security.Refuse("list", refusal.ListLong, strconv.Itoa(MaxLockItems))
	}
	return names, nil
}

// listed reads one name a line. A file may begin with a byte order mark, end
// its lines as any system does, and have a comma behind each name.
func listed(list string) []LockName {
	var names []LockName
	for line := range strings.Lines(strings.ReplaceAll(list, "\r", "\n")) {
		name := strings.TrimFunc(security.Clean(line), func(r rune) bool {
			return unicode.IsSpace(r) || r == ',' || r == '\ufeff'
		})
		if len(name) > security.MaxIdentifier { // nobody is called so; the dots see to that
			name = strings.ToValidUTF8(name[:security.MaxIdentifier], "") + "…"
		}
		if name != "" {
			names = append(names, LockName{Line: len(names) + 1, Typed: name})
		}
	}
	return names
}

// lookedUp is how many names are looked up at once: all accounts of a long list would be much to hold.
const lookedUp = 1000

// lockItems gives each name the outcome that locking it now would have.
func (s *Service) lockItems(ctx context.Context, job string, names []LockName) ([]LockItem, error) {
	items := make([]LockItem, 0, len(names))
	seen := map[string]bool{}
	for some := range slices.Chunk(names, lookedUp) {
		meant, err := s.named(ctx, some)
		if err != nil {
			return nil, err
		}
		for i, found := range meant {
			item := LockItem{Job: job, Position: some[i].Line, Typed: some[i].ID + some[i].Typed,
				Outcome: LockUnknown}
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
			items = append(items, item)
		}
	}
	return items, nil
}

// named lists for each name every account that it means; more than one where nothing says which.
func (s *Service) named(ctx context.Context, names []LockName) ([][]security.Account, error) {
	var typed, ids []string
	for _, n := range names {
		if n.ID != "" {
			ids = append(ids, n.ID)
		} else {
			typed = append(typed, n.Typed)
		}
	}
	meant, err := s.Meant(ctx, typed)
	if err != nil {
		return nil, err
	}
	byID, err := s.accountsIn(ctx, ids)
	all := make([][]security.Account, len(names))
	for i, n := range names {
		if n.ID == "" {
			all[i], meant = idFirst(n.Typed, meant[0]), meant[1:]
		} else if a, ok := byID[n.ID]; ok {
			all[i] = []security.Account{a}
		}
	}
	return all, err
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
		if !security.IsDrill(a.ID) {
			all[a.ID] = a
		}
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
	err = errors.Join(security.Fetched(&j, "lock job")(s.lockJobFor(ctx, m, id)),
		security.Fetched(&n, "lock items")(s.Jobs.LockTally(ctx, id)))
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
// cases may stop a job, also a colleague's; a program those of its own name. It refuses with
// JobNotRunning.
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
