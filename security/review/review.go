package review

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"regain/security"
	"regain/security/audit"
	"regain/security/lockout"
	"regain/security/recovery"
	"regain/security/refusal"
	"regain/security/staff"
)

// CaseTabs lists the lists of the queue in the order of a day's work.
var CaseTabs = []CaseTab{CaseTodo, CaseMine, CaseSecond, CaseWaiting, CaseClosed}

// CasePageSize is how many cases stand on one page of a list, and MostCounted how
// far the cases of a list are counted: one more means that there are more.
const (
	CasePageSize = 25
	MostCounted  = 99
)

// CaseLine is a case in the queue.
type CaseLine struct {
	CaseRow
	Holder   string           // name of whoever has it; "" when nobody does
	Standing lockout.Standing // of the proposal to resume that waits; "" when there is none
}

// CasePage is one page of a list of the queue.
type CasePage struct {
	Tab    CaseTab
	Lines  []CaseLine
	Next   security.Cursor // where the next page begins; zero when there is none
	Counts map[CaseTab]int // at most MostCounted+1 each; CaseClosed is not counted
}

// CaseList reads a page of the queue; a list that there is not is CaseTodo. The
// zero Cursor is its beginning.
func (s *Service) CaseList(ctx context.Context, m *staff.Member, tab CaseTab,
	after security.Cursor) (CasePage, error) {
	if err := s.Staff.Permit(ctx, m, staff.RightReview, "case.list"); err != nil {
		return CasePage{}, err
	}
	page := CasePage{Tab: CaseTodo, Counts: map[CaseTab]int{}}
	for _, t := range CaseTabs {
		if t == tab {
			page.Tab = t
		}
		if t == CaseClosed {
			continue // it only grows
		}
		n, err := s.Store.CountCases(ctx, t, m.ID, MostCounted+1)
		if err != nil {
			return page, fmt.Errorf("count cases: %w", err)
		}
		page.Counts[t] = n
	}
	rows, err := s.Store.CaseQueue(ctx,
		CaseFilter{Tab: page.Tab, Assignee: m.ID, After: after, Limit: CasePageSize + 1})
	if err != nil {
		return page, fmt.Errorf("read queue: %w", err)
	}
	if len(rows) > CasePageSize {
		last := rows[CasePageSize-1]
		rows, page.Next = rows[:CasePageSize], security.Cursor{At: last.At, ID: last.ID}
	}
	page.Lines, err = s.caseLines(ctx, rows)
	return page, err
}

func (s *Service) caseLines(ctx context.Context, rows []CaseRow) ([]CaseLine, error) {
	names, err := s.StaffNames(ctx)
	if err != nil {
		return nil, err
	}
	lines := make([]CaseLine, len(rows))
	for i, r := range rows {
		lines[i] = CaseLine{CaseRow: r, Holder: names[r.Assignee]}
		if r.State != recovery.InReview {
			continue // nobody proposes to resume it
		}
		a, err := s.Store.Account(ctx, r.Account)
		if err != nil {
			return nil, fmt.Errorf("read account: %w", err)
		}
		p, err := s.resumeProposal(ctx, r.Case)
		if err != nil {
			return nil, err
		}
		if p != nil {
			lines[i].Standing = p.Standing(a, s.Now())
		}
	}
	return lines, nil
}

// StaffNames are the names of all members of staff, by their id.
func (s *Service) StaffNames(ctx context.Context) (map[string]string, error) {
	all, err := s.Store.StaffMembers(ctx)
	if err != nil {
		return nil, fmt.Errorf("read members of staff: %w", err)
	}
	names := make(map[string]string, len(all))
	for _, m := range all {
		names[m.ID] = m.Name
	}
	return names, nil
}

// resumeProposal is the proposal to resume the case that nobody has decided; nil
// when there is none.
func (s *Service) resumeProposal(ctx context.Context, c security.Case) (*lockout.Proposal, error) {
	p, err := s.Lockout.Pending(ctx, c.Account, lockout.ProposeResume)
	if r, ok := errors.AsType[*security.Refusal](err); ok && r.Code == refusal.ProposalNone {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &p, nil
}

// caseOf reads a case by its number, in small or capital letters, and its account.
func (s *Service) caseOf(ctx context.Context, number string) (security.Case, security.Account,
	error) {
	c, err := s.Store.CaseByNumber(ctx, strings.ToUpper(strings.TrimSpace(number)))
	if err != nil {
		return c, security.Account{}, err
	}
	a, err := s.Store.Account(ctx, c.Account)
	if err != nil {
		return c, a, fmt.Errorf("read account of case: %w", err)
	}
	return c, a, nil
}

// caseEvent is an audit line of what a member of staff does to a case.
func (s *Service) caseEvent(m *staff.Member, kind audit.Kind, c security.Case,
	now time.Time) security.Event {
	e := s.Staff.StaffEvent(m, kind, now)
	e.Account, e.Case = c.Account, c.ID
	return e
}

// CaseMoves is what happened to a case lately.
type CaseMoves struct {
	Username string            // of the owner
	Trail    []security.Event  // newest first, at most three, views left out
	Staff    map[string]string // names by id
}

// CaseMoves tells somebody who came too late what happened to a case meanwhile.
func (s *Service) CaseMoves(ctx context.Context, m *staff.Member, number string) (CaseMoves,
	error) {
	if err := s.Staff.Permit(ctx, m, staff.RightReview, "case.moves"); err != nil {
		return CaseMoves{}, err
	}
	c, a, err := s.caseOf(ctx, number)
	if err != nil {
		return CaseMoves{}, err
	}
	trail, err := s.Store.Events(ctx, c.ID)
	if err != nil {
		return CaseMoves{}, fmt.Errorf("read history: %w", err)
	}
	moves := CaseMoves{Username: a.Username}
	for _, e := range slices.Backward(trail) {
		if e.Kind != audit.AccountViewed && len(moves.Trail) < 3 {
			moves.Trail = append(moves.Trail, e)
		}
	}
	moves.Staff, err = s.StaffNames(ctx)
	return moves, err
}
