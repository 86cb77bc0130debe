package review

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"regain/security"
	"regain/security/audit"
	"regain/security/lockout"
	"regain/security/recovery"
	"regain/security/refusal"
	"regain/security/sight"
	"regain/security/staff"
	"regain/security/token"
)

// CaseTabs lists the lists of the queue in the order of a day's work.
var CaseTabs = []CaseTab{CaseTodo, CaseMine, CaseSecond, CaseWaiting, CaseClosed}

// CasePageSize is how many cases or tickets stand on one page of a list, MostCounted how far the
// lists beside it are counted, one more means that there are more, and MostInFile how many a file
// has and how far the list itself is counted.
const (
	CasePageSize = 25
	MostCounted  = 99
	MostInFile   = 5000
)

// CaseLine is a case in the queue.
type CaseLine struct {
	CaseRow
	Holder   string           // name of whoever has it; "" when nobody does
	Standing lockout.Standing // of the proposal to resume that waits; "" when there is none
}

// CaseAsk asks for one page of a list; one that there is not is CaseTodo. The zero After is its
// beginning.
type CaseAsk struct {
	Tab   CaseTab
	State recovery.State
	After security.Cursor
	Sieve
}

// CasePage is one page of a list of the queue.
type CasePage struct {
	Tab    CaseTab
	Lines  []CaseLine
	Total  int               // of all pages, at most MostInFile+1
	Next   security.Cursor   // where the next page begins; zero when there is none
	Counts map[CaseTab]int   // of the lists, at most MostCounted+1 each; CaseClosed is not counted
	Names  map[string]string // of staff, by id
}

// filter is what the member asks of the store, and the names of staff.
func (s *Service) filter(ctx context.Context, m *staff.Member, ask CaseAsk, limit int) (CaseFilter,
	map[string]string, error) {
	if !slices.Contains(CaseTabs, ask.Tab) {
		ask.Tab = CaseTodo
	}
	sieve, names, err := s.Sieved(ctx, m, ask.Sieve)
	return CaseFilter{Tab: ask.Tab, Assignee: m.ID, After: ask.After, Limit: limit, State: ask.State,
		Sieve: sieve}, names, err
}

// Sieved is the sieve as it is when the member asks, who may find and filter by what they may read.
// With it come the names of staff, by id.
func (s *Service) Sieved(ctx context.Context, m *staff.Member, f Sieve) (Sieve, map[string]string,
	error) {
	names, err := s.Staff.Names(ctx)
	if f.Whole = sight.Of(m.Role, false).Full; !f.Whole {
		f.Cause = ""
	}
	if f.Holder == Me {
		f.Holder = m.ID
	}
	if _, known := names[f.Holder]; !known && f.Holder != Nobody {
		f.Holder = ""
	}
	return f, names, err
}

// CaseList reads a page of the queue.
func (s *Service) CaseList(ctx context.Context, m *staff.Member, ask CaseAsk) (CasePage, error) {
	if err := s.Staff.Permit(ctx, m, staff.RightReview, "case.list"); err != nil {
		return CasePage{}, err
	}
	f, names, err := s.filter(ctx, m, ask, CasePageSize+1)
	if err != nil {
		return CasePage{}, err
	}
	page := CasePage{Tab: f.Tab, Names: names}
	if page.Counts, err = s.counts(ctx, m); err != nil {
		return page, err
	}
	rows, err := s.Store.CaseQueue(ctx, f)
	if err != nil {
		return page, fmt.Errorf("read queue: %w", err)
	}
	if len(rows) > CasePageSize {
		last := rows[CasePageSize-1]
		rows, page.Next = rows[:CasePageSize], security.Cursor{At: last.At, ID: last.ID}
	}
	f.After, f.Limit = security.Cursor{}, MostInFile+1
	if page.Total, err = s.Store.CountCases(ctx, f); err != nil {
		return page, fmt.Errorf("count list: %w", err)
	}
	return page, s.caseLines(ctx, &page, rows)
}

// counts are how many cases stand in each list for the member.
func (s *Service) counts(ctx context.Context, m *staff.Member) (map[CaseTab]int, error) {
	counts := map[CaseTab]int{}
	for _, t := range CaseTabs {
		if t == CaseClosed {
			continue // it only grows
		}
		n, err := s.Store.CountCases(ctx, CaseFilter{Tab: t, Assignee: m.ID, Limit: MostCounted + 1})
		if err != nil {
			return nil, fmt.Errorf("count cases: %w", err)
		}
		counts[t] = n
	}
	return counts, nil
}

// CaseFile reads a list for a file, from its beginning and at most MostInFile of it, and records
// that the member took it along. It refuses more than limits.ListFiles with TooManyRequests.
func (s *Service) CaseFile(ctx context.Context, m *staff.Member, ask CaseAsk) (CasePage, error) {
	if err := s.Staff.Permit(ctx, m, staff.RightReview, "case.file"); err != nil {
		return CasePage{}, err
	}
	f, names, err := s.filter(ctx, m, ask, MostInFile)
	if err != nil {
		return CasePage{}, err
	}
	rows, err := s.Store.CaseQueue(ctx, f)
	if err != nil {
		return CasePage{}, fmt.Errorf("read queue: %w", err)
	}
	page := CasePage{Tab: f.Tab, Names: names}
	for _, r := range rows {
		page.Lines = append(page.Lines, CaseLine{CaseRow: r, Holder: names[r.Assignee]})
	}
	return page, s.Staff.ListTaken(ctx, m, "cases", len(rows))
}

// NextCase is the number of the case to go on with behind this one: the first of CaseTodo that no
// colleague is at, and from the beginning again behind the last. "": there is none.
func (s *Service) NextCase(ctx context.Context, m *staff.Member, number string) (string, error) {
	c, _, err := s.caseOf(ctx, m, "case.next", number)
	if err != nil {
		return "", err
	}
	for _, after := range []security.Cursor{{At: c.DueAt, ID: c.ID}, {}} {
		rows, err := s.Store.CaseQueue(ctx, CaseFilter{Tab: CaseTodo, After: after, Limit: MostCounted})
		if err != nil {
			return "", fmt.Errorf("read queue: %w", err)
		}
		for _, r := range rows {
			if r.ID != c.ID && (r.Assignee == m.ID || !freshlyTaken(r.Case, s.Now())) {
				return r.Number, nil
			}
		}
	}
	return "", nil
}

// caseLines puts the rows on the page, with who has each and how its proposal stands.
func (s *Service) caseLines(ctx context.Context, page *CasePage, rows []CaseRow) error {
	page.Lines = make([]CaseLine, len(rows))
	for i, r := range rows {
		page.Lines[i] = CaseLine{CaseRow: r, Holder: page.Names[r.Assignee]}
		if r.State != recovery.InReview {
			continue // nobody proposes to resume it
		}
		a, err := s.Store.Account(ctx, r.Account)
		if err != nil {
			return fmt.Errorf("read account: %w", err)
		}
		p, err := s.resumeProposal(ctx, r.Case)
		if err != nil {
			return err
		}
		if p != nil {
			page.Lines[i].Standing = p.Standing(a, s.Now())
		}
	}
	return nil
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

// caseOf reads a case by its number, in small or capital letters, and its account, for m who wants to
// do what to it.
func (s *Service) caseOf(ctx context.Context, m *staff.Member, what, number string) (security.Case,
	security.Account, error) {
	if err := s.Staff.Permit(ctx, m, staff.RightReview, what); err != nil {
		return security.Case{}, security.Account{}, err
	}
	c, err := s.Store.CaseByNumber(ctx, token.FoldNumber(number))
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
	c, a, err := s.caseOf(ctx, m, "case.moves", number)
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
	moves.Staff, err = s.Staff.Names(ctx)
	return moves, err
}
