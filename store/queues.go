package store

import (
	"context"
	"fmt"
	"math"

	"regain/security"
	"regain/security/desk"
	"regain/security/review"
)

// A caseList is one list of the queue of cases. The condition stands word by
// word in a partial index, so that a page costs what is on it and no more.
type caseList struct {
	from, where string
	at, id      string // the columns by which it is ordered
	newest      bool   // first
	cases       string // joins the cases when from is not them
}

var caseLists = map[review.CaseTab]caseList{
	review.CaseTodo: {from: "cases", where: `(state IN ('secured', 'in_review')
		OR state = 'declined' AND appealed_at > 0 AND appealed_at >= closed_at)`, at: "due_at", id: "id"},
	review.CaseMine: {from: "cases", where: `assignee = $4 AND assignee <> ''
		AND state NOT IN ('resumed', 'declined')`, at: "due_at", id: "id"},
	review.CaseWaiting: {from: "cases", where: "state IN ('locked', 'needs_owner')",
		at: "due_at", id: "id"},
	review.CaseClosed: {from: "cases", where: `(state = 'resumed'
		OR state = 'declined' AND NOT (appealed_at > 0 AND appealed_at >= closed_at))`, at: "closed_at", id: "id", newest: true},
	review.CaseSecond: {from: `(SELECT case_id AS waiting, at AS since FROM proposals
		WHERE state = 'pending' AND kind = 'resume') AS pending`, where: "waiting <> ''",
		at: "since", id: "waiting", cases: " JOIN cases ON cases.id = waiting"},
}

// page is the query of one page. Its arguments are where the last page ended,
// $1 and $2, the limit, $3, and for CaseMine whose, $4.
func (l caseList) page(columns, join string) string {
	beyond, order := ">", l.at+", "+l.id
	if l.newest {
		beyond, order = "<", l.at+" DESC, "+l.id+" DESC"
	}
	return "SELECT " + columns + " FROM " + l.from + join + " WHERE " + l.where + " AND (" +
		l.at + ", " + l.id + ") " + beyond + " ($1, $2) ORDER BY " + order + " LIMIT $3"
}

// listOf finds the list that f asks for, and the arguments of its page.
func listOf(f review.CaseFilter) (l caseList, args []any, err error) {
	l, ok := caseLists[f.Tab]
	if !ok {
		return l, nil, fmt.Errorf("no list of cases %q", f.Tab)
	}
	after := ms(f.After.At)
	if l.newest && f.After == (security.Cursor{}) {
		after = math.MaxInt64
	}
	args = []any{after, f.After.ID, f.Limit}
	if f.Tab == review.CaseMine {
		args = append(args, f.Assignee)
	}
	return l, args, nil
}

// CaseQueue implements review.Store.
func (db *DB) CaseQueue(ctx context.Context, f review.CaseFilter) ([]review.CaseRow, error) {
	l, args, err := listOf(f)
	if err != nil {
		return nil, err
	}
	columns := caseColumns + ", " + l.at +
		", (SELECT username FROM accounts WHERE accounts.id = cases.account_id)"
	return list(ctx, db.reader(), func(r *review.CaseRow) []any {
		return append(caseFields(&r.Case), at(&r.At), &r.Username)
	}, l.page(columns, l.cases), args...)
}

// CountCases implements review.Store.
func (db *DB) CountCases(ctx context.Context, tab review.CaseTab, assignee string,
	most int) (int, error) {
	l, args, err := listOf(review.CaseFilter{Tab: tab, Assignee: assignee, Limit: most})
	if err != nil {
		return 0, err
	}
	return find(ctx, db.reader(), func(n *int) []any { return []any{n} },
		"SELECT COUNT(*) FROM ("+l.page("1", "")+") AS page", args...)
}

const ticketRowQuery = ticketSelect + `,
	(SELECT username FROM accounts WHERE accounts.id = tickets.account_id),
	COALESCE((SELECT number FROM cases WHERE cases.id = tickets.case_id), '') FROM tickets `

// TicketQueue implements desk.Store.
func (db *DB) TicketQueue(ctx context.Context, q desk.TicketQueue) ([]desk.TicketRow, error) {
	where := "WHERE department = $1 AND status = $2 AND (due_at, id) > ($3, $4) "
	args := []any{q.Department, q.Status, ms(q.After.At), q.After.ID, q.Limit}
	if q.Mine != "" || q.Unassigned {
		where, args = where+"AND assignee = $6 ", append(args, q.Mine)
	}
	return list(ctx, db.reader(), func(r *desk.TicketRow) []any {
		return append(ticketFields(&r.Ticket), &r.Username, &r.CaseNumber)
	}, ticketRowQuery+where+"ORDER BY due_at, id LIMIT $5", args...)
}
