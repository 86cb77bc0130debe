package store

import (
	"context"
	"strconv"
	"strings"

	"regain/security"
)

const ticketColumns = `id, number, account_id, case_id, department, status, priority, subject,
	opened_at, version`

// ticketQuery reads tickets with the number of their messages.
const ticketQuery = "SELECT " + ticketColumns + `, own_case IS NOT NULL,
	(SELECT COUNT(*) FROM messages WHERE ticket_id = tickets.id) FROM tickets `

func ticketFields(t *security.Ticket) []any {
	return []any{&t.ID, &t.Number, &t.Account, &t.Case, &t.Department, &t.Status, &t.Priority,
		&t.Subject, at(&t.OpenedAt), &t.Version, &t.Own, &t.Messages}
}

// Ticket implements security.Store.
func (db *DB) Ticket(ctx context.Context, id string) (security.Ticket, error) {
	return find(ctx, db.reader(), ticketFields, ticketQuery+"WHERE id = $1", id)
}

// Tickets implements security.Store.
func (db *DB) Tickets(ctx context.Context, f security.TicketFilter) ([]security.Ticket, error) {
	if f.Limit == 0 {
		f.Limit = 200
	}
	var where []string
	var args []any
	for _, c := range []struct{ column, value string }{
		{"account_id", f.Account}, {"case_id", f.Case},
		{"department", f.Department}, {"status", f.Status},
	} {
		if c.value != "" {
			args = append(args, c.value)
			where = append(where, c.column+" = $"+strconv.Itoa(len(args)))
		}
	}
	q := ticketQuery
	if len(where) > 0 {
		q += "WHERE " + strings.Join(where, " AND ")
	}
	args = append(args, f.Limit)
	q += " ORDER BY opened_at DESC, id DESC LIMIT $" + strconv.Itoa(len(args))
	return list(ctx, db.reader(), ticketFields, q, args...)
}

func (t tx) openTicket(ctx context.Context, k security.Ticket) error {
	var own any
	if k.Own {
		own = k.Case
	}
	return t.one(ctx, "INSERT INTO tickets ("+ticketColumns+`, own_case)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10)`,
		k.ID, k.Number, k.Account, k.Case, k.Department, k.Status, k.Priority, k.Subject,
		ms(k.OpenedAt), own)
}

func (t tx) saveTicket(ctx context.Context, k security.Ticket) error {
	return t.one(ctx, `UPDATE tickets SET department = $1, status = $2, priority = $3,
		case_id = $4, version = version + 1 WHERE id = $5 AND version = $6`,
		k.Department, k.Status, k.Priority, k.Case, k.ID, k.Version)
}

func (t tx) adoptTickets(ctx context.Context, w security.AdoptTickets) error {
	return t.run(ctx, `UPDATE tickets SET department = $1,
		case_id = CASE WHEN case_id = '' THEN $2 ELSE case_id END, version = version + 1
		WHERE account_id = $3 AND status NOT IN ('solved', 'closed')`,
		security.AccountSecurity, w.Case, w.Account)
}

func (t tx) raiseTicket(ctx context.Context, w security.RaiseTicket) error {
	return t.one(ctx, "UPDATE tickets SET priority = $1, version = version + 1 WHERE id = $2",
		security.PriorityHigh, w.Ticket)
}

// Messages implements security.Store.
func (db *DB) Messages(ctx context.Context, ticket string) ([]security.Message, error) {
	return list(ctx, db.reader(), func(m *security.Message) []any {
		return []any{&m.ID, &m.Ticket, at(&m.At), &m.Author, &m.Public, &m.Body}
	}, `SELECT id, ticket_id, at, author, public, body FROM messages
		WHERE ticket_id = $1 ORDER BY at, id`, ticket)
}

func (t tx) addMessage(ctx context.Context, m security.Message) error {
	return t.one(ctx, `INSERT INTO messages (id, ticket_id, at, author, public, body)
		VALUES ($1, $2, $3, $4, $5, $6)`, m.ID, m.Ticket, ms(m.At), m.Author, m.Public, m.Body)
}

// Notes implements security.Store.
func (db *DB) Notes(ctx context.Context, account string) ([]security.Note, error) {
	return list(ctx, db.reader(), func(n *security.Note) []any {
		return []any{&n.ID, &n.Account, &n.Case, at(&n.At), &n.Action, &n.Department, &n.Cause,
			&n.Evidence, &n.NextStep}
	}, `SELECT id, account_id, case_id, at, action, department, cause, evidence, next_step
		FROM notes WHERE account_id = $1 ORDER BY at, id`, account)
}

func (t tx) addNote(ctx context.Context, n security.Note) error {
	return t.one(ctx, `INSERT INTO notes
		(id, account_id, case_id, at, action, department, cause, evidence, next_step)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		n.ID, n.Account, n.Case, ms(n.At), n.Action, n.Department, n.Cause, n.Evidence,
		n.NextStep)
}
