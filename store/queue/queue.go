// Package queue asks for the lists that staff work from, and counts what is in them. It makes the
// text and the arguments of a SELECT; the store sends them.
package queue

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"regain/security"
	"regain/security/desk"
	"regain/security/identifier"
	"regain/security/recovery"
	"regain/security/review"
	"regain/security/ticket"
	"regain/security/token"
	"regain/store/column"
	"regain/store/drill"
)

// question is a page of a list that is being put together.
type question struct {
	from, at, id string
	where        []string
	args         []any
}

// arg is the place of an argument.
func (q *question) arg(value any) string {
	q.args = append(q.args, value)
	return "$" + strconv.Itoa(len(q.args))
}

func (q *question) and(condition string) { q.where = append(q.where, condition) }

// beyond leaves out what stands before the cursor, and says in which order the rest comes.
func (q *question) beyond(after security.Cursor, newest bool) string {
	than, way, at := ">", "", column.MS(after.At)
	if newest {
		than, way = "<", " DESC"
		if after == (security.Cursor{}) {
			at = math.MaxInt64
		}
	}
	q.and(fmt.Sprintf("(%s, %s) %s (%s, %s)", q.at, q.id, than, q.arg(at), q.arg(after.ID)))
	return fmt.Sprintf(" ORDER BY %s%s, %s%s", q.at, way, q.id, way)
}

// sift keeps what passes the sieve. of names the case that a row is about, whole is what else a
// full reader searches.
func (q *question) sift(s review.Sieve, table, of, whole string) {
	if s.Words != "" {
		number, like := q.arg(token.SearchNumber(s.Words)), q.arg(pattern(s.Words))
		name := "username_fold LIKE " + like + ` ESCAPE '\'`
		if s.Whole {
			whole = " OR LOWER(" + whole + ") LIKE " + like + ` ESCAPE '\'`
		} else {
			name, whole = name+" AND username NOT LIKE '%@%'", ""
		}
		q.and("(" + table + ".number = " + number + " OR EXISTS (SELECT 1 FROM cases c WHERE c.id = " +
			of + " AND c.number = " + number + ") OR EXISTS (SELECT 1 FROM accounts a WHERE a.id = " +
			table + ".account_id AND " + name + ")" + whole + ")")
	}
	if s.Cause != "" {
		q.and("EXISTS (SELECT 1 FROM cases c WHERE c.id = " + of + " AND c.cause = " +
			q.arg(s.Cause) + ")")
	}
	if s.Holder == review.Nobody {
		q.and(table + ".assignee = ''")
	} else if s.Holder != "" {
		q.and(table + ".assignee = " + q.arg(s.Holder))
	}
	if !s.DueBy.IsZero() {
		q.and(table + ".due_at <= " + q.arg(column.MS(s.DueBy)))
	}
}

// pattern is what LIKE takes for a text that holds the words.
func pattern(words string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).
		Replace(identifier.Fold(words)) + "%"
}

// text is the whole SELECT; more stands behind FROM.
func (q *question) text(columns, more, order string, limit int) (string, []any) {
	text := "SELECT " + columns + " FROM " + q.from + more + " WHERE " +
		strings.Join(q.where, " AND ") + order + " LIMIT " + q.arg(limit)
	return text, q.args
}

// saidLast joins what a person wrote last on the ticket of each row.
func saidLast(ticket string) string {
	return ` LEFT JOIN (SELECT id AS said_id, ticket_id AS said_on, at AS said_at, author, by_staff,
		public, body, kind AS said_kind, args AS said_args, via AS said_via, seq FROM messages) AS said ON seq =
		(SELECT MAX(m.seq) FROM messages m WHERE m.author <> 'regain' AND m.ticket_id = ` + ticket + ")"
}

// SaidColumns are those of the last message of a row, empty where nothing was said, in the order of
// a message's own.
const SaidColumns = `, COALESCE(said_id, ''), COALESCE(said_on, ''), COALESCE(said_at, 0),
	COALESCE(author, ''), COALESCE(by_staff, ''), COALESCE(public, FALSE), COALESCE(body, ''),
	COALESCE(said_kind, ''), COALESCE(said_args, '[]'), COALESCE(said_via, '')`

// A caseList is one list of the queue of cases. The condition stands word by
// word in a partial index, so that a page costs what is on it and no more.
type caseList struct {
	from, where string
	at, id      string // the columns by which it is ordered
	newest      bool   // first
	cases       string // joins the cases when from is not them
}

// appealed tells whether a decline waits for a second look, as security.Case.Appealed does.
const appealed = "appealed_at > 0 AND appealed_at >= closed_at"

// pendingResume are the proposals that cases wait for, as their index has it.
const pendingResume = "state = 'pending' AND kind = 'resume'"

var caseLists = map[review.CaseTab]caseList{
	review.CaseTodo: {from: "cases", where: "(state IN ('secured', 'in_review') OR state = 'declined' AND " + appealed + ")",
		at: "due_at", id: "cases.id"},
	review.CaseMine: {from: "cases", where: `assignee <> ''
		AND state NOT IN ('resumed', 'declined')`, at: "due_at", id: "cases.id"},
	review.CaseWaiting: {from: "cases", where: "state IN ('locked', 'needs_owner')",
		at: "due_at", id: "cases.id"},
	review.CaseClosed: {from: "cases", where: "(state = 'resumed' OR state = 'declined' AND NOT (" + appealed + "))",
		at: "closed_at", id: "cases.id", newest: true},
	review.CaseSecond: {from: `(SELECT case_id AS waiting, at AS since FROM proposals
		WHERE ` + pendingResume + " AND " + drill.None("proposals") + ") AS pending", where: "waiting <> ''",
		at: "since", id: "waiting", cases: " JOIN cases ON cases.id = waiting"},
}

// Cases asks for one page of a list of cases: columns of the case, the moment by which the list is
// ordered, the username, and SaidColumns.
func Cases(f review.CaseFilter, columns string) (string, []any, error) {
	q, l, order, err := cases(f)
	if err != nil {
		return "", nil, err
	}
	text, args := q.text(columns+", "+q.at+`, (SELECT username FROM accounts
		WHERE accounts.id = cases.account_id)`+SaidColumns, l.cases+saidLast("cases.id"), order, f.Limit)
	return text, args, nil
}

// CountCases counts a list of cases, as far as f.Limit.
func CountCases(f review.CaseFilter) (string, []any, error) {
	q, l, order, err := cases(f)
	if err != nil {
		return "", nil, err
	}
	more := l.cases
	if f.Sieve == (review.Sieve{}) {
		more = ""
	}
	text, args := q.text("1", more, order, f.Limit)
	return counted(text), args, nil
}

func counted(page string) string { return "SELECT COUNT(*) FROM (" + page + ") AS page" }

func cases(f review.CaseFilter) (*question, caseList, string, error) {
	l, ok := caseLists[f.Tab]
	if !ok {
		return nil, l, "", fmt.Errorf("no list of cases %q", f.Tab)
	}
	q := &question{from: l.from, at: l.at, id: l.id, where: []string{l.where}}
	if l.cases == "" {
		q.and(drill.None("cases"))
	}
	if f.Sort != review.SortUsual {
		q.at, l.newest = "opened_at", f.Sort == review.SortNewest
	}
	if f.Tab == review.CaseMine {
		q.and("assignee = " + q.arg(f.Assignee))
	}
	order := q.beyond(f.After, l.newest)
	q.sift(f.Sieve, "cases", "cases.id", "cases.number")
	if f.State != "" {
		q.and("state = " + q.arg(f.State))
	}
	if !f.DueBy.IsZero() {
		q.and(owed)
	}
	return q, l, order, nil
}

// owed are the cases on which the owner waits for us, owing the tickets.
var (
	owed = "(" + in("state", recovery.Secured, recovery.InReview) +
		" OR state = 'declined' AND " + appealed + ")"
	owing = in("status", ticket.New, ticket.Open, ticket.OnHold)
)

// in is a condition of codes, which are constants.
func in[T ~string](column string, codes ...T) string {
	list := make([]string, len(codes))
	for i, c := range codes {
		list[i] = "'" + string(c) + "'"
	}
	return column + " IN (" + strings.Join(list, ", ") + ")"
}

// Tickets asks for one page of a queue of tickets: columns of the ticket, the moment by which the
// list is ordered, the username, the number of the case, and SaidColumns.
func Tickets(t desk.TicketQueue, columns string) (string, []any) {
	q, order := tickets(t)
	return q.text(columns+", "+q.at+`,
		COALESCE((SELECT username FROM accounts WHERE accounts.id = tickets.account_id), ''),
		COALESCE((SELECT number FROM cases WHERE cases.id = tickets.case_id), '')`+SaidColumns,
		saidLast("tickets.id"), order, t.Limit)
}

// CountTickets counts a queue of tickets, as far as t.Limit.
func CountTickets(t desk.TicketQueue) (string, []any) {
	q, order := tickets(t)
	text, args := q.text("1", "", order, t.Limit)
	return counted(text), args
}

func tickets(t desk.TicketQueue) (*question, string) {
	q := &question{from: "tickets", at: "due_at", id: "tickets.id"}
	if t.Sort != review.SortUsual {
		q.at = "opened_at"
	}
	q.and(drill.None("tickets"))
	q.and("department = " + q.arg(t.Department))
	q.and("status = " + q.arg(t.Status))
	order := q.beyond(t.After, t.Sort == review.SortNewest)
	q.sift(t.Sieve, "tickets", "tickets.case_id", "tickets.subject")
	if !t.DueBy.IsZero() {
		q.and(owing)
	}
	return q, order
}
