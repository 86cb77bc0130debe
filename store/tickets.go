package store

import (
	"context"
	"strconv"
	"strings"

	"regain/security"
	"regain/security/casework"
	"regain/security/lockout"
	"regain/store/column"
	"regain/store/drill"
)

const ticketColumns = `id, number, account_id, case_id, department, status, priority, subject,
	opened_at, topic, assignee, due_at, kind, asked, version`

// ticketRead are the columns of tickets as they are read, with the number of their messages.
const ticketRead = ticketColumns + `, own_case IS NOT NULL,
	(SELECT COUNT(*) FROM messages WHERE ticket_id = tickets.id)`

const ticketQuery = "SELECT " + ticketRead + " FROM tickets "

func ticketFields(t *security.Ticket) []any {
	return []any{&t.ID, &t.Number, column.Optional(&t.Account), &t.Case, &t.Department, &t.Status, &t.Priority,
		&t.Subject, at(&t.OpenedAt), &t.Topic, &t.Assignee, at(&t.DueAt), &t.Kind, &t.Asked,
		&t.Version, &t.Own, &t.Messages}
}

// Ticket implements security.Store.
func (db *DB) Ticket(ctx context.Context, id string) (security.Ticket, error) {
	return find(ctx, db.reader(), ticketFields, ticketQuery+"WHERE id = $1", id)
}

// TicketByNumber implements the Store of several rooms.
func (db *DB) TicketByNumber(ctx context.Context, number string) (security.Ticket, error) {
	return find(ctx, db.reader(), ticketFields, ticketQuery+"WHERE number = $1", number)
}

// Tickets implements security.Store.
func (db *DB) Tickets(ctx context.Context, f security.TicketFilter) ([]security.Ticket, error) {
	var where []string
	var args []any
	for _, c := range []struct{ column, value string }{
		{"account_id", f.Account}, {"case_id", f.Case},
		{"department", f.Department}, {"status", string(f.Status)},
	} {
		if c.value != "" {
			args = append(args, c.value)
			where = append(where, c.column+" = $"+strconv.Itoa(len(args)))
		}
	}
	if f.Account == "" {
		where = append(where, drill.None("tickets"))
	}
	q := ticketQuery
	if len(where) > 0 {
		q += "WHERE " + strings.Join(where, " AND ")
	}
	q += " ORDER BY opened_at DESC, id DESC"
	if f.Limit > 0 {
		args = append(args, f.Limit)
		q += " LIMIT $" + strconv.Itoa(len(args))
	}
	return list(ctx, db.reader(), ticketFields, q, args...)
}

func (t tx) openTicket(ctx context.Context, w casework.OpenTicket) error {
	k := w.Ticket
	var own any
	if k.Own {
		own = k.Case
	}
	return t.one(ctx, "INSERT INTO tickets (updated_at, own_case, "+ticketColumns+`)
		VALUES ($1, $2, $3, $4, NULLIF($5, ''), $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 1)`,
		ms(t.at), own, k.ID, k.Number, k.Account, k.Case, k.Department, k.Status, k.Priority, k.Subject,
		ms(k.OpenedAt), k.Topic, k.Assignee, ms(k.DueAt), k.Kind, k.Asked)
}

func (t tx) saveTicket(ctx context.Context, w casework.SaveTicket) error {
	k := w.Ticket
	return t.one(ctx, `UPDATE tickets SET department = $1, status = $2, priority = $3,
		case_id = $4, topic = $5, assignee = $6, due_at = $7, updated_at = $8,
		version = version + 1 WHERE id = $9 AND version = $10`,
		k.Department, k.Status, k.Priority, k.Case, k.Topic, k.Assignee, ms(k.DueAt), ms(t.at),
		k.ID, k.Version)
}

func (t tx) adoptTickets(ctx context.Context, w lockout.AdoptTickets) error {
	return t.run(ctx, `UPDATE tickets SET department = $1,
		assignee = CASE WHEN department = $1 THEN assignee ELSE '' END,
		case_id = CASE WHEN case_id = '' THEN $2 ELSE case_id END, updated_at = $4,
		version = version + 1 WHERE account_id = $3 AND status NOT IN ('solved', 'closed')
			AND (department <> $1 OR case_id = '')`,
		security.AccountSecurity, w.Case, w.Account, ms(t.at))
}

func (t tx) raiseTicket(ctx context.Context, w casework.RaiseTicket) error {
	return t.one(ctx, `UPDATE tickets SET priority = $1, updated_at = $2, version = version + 1
		WHERE id = $3`, security.PriorityHigh, ms(t.at), w.Ticket)
}

func (t tx) wakeTicket(ctx context.Context, w casework.WakeTicket) error {
	return t.run(ctx, `UPDATE tickets SET status = 'open', due_at = CASE WHEN status IN ('new', 'on_hold')
		AND due_at > 0 AND due_at < $1 THEN due_at ELSE $1 END, updated_at = $2,
		woken_at = $2, version = version + 1 WHERE id = $3 AND status NOT IN ('open', 'closed')`,
		ms(w.DueAt), ms(t.at), w.ID)
}

func messageFields(m *security.Message) []any {
	return []any{&m.ID, &m.Ticket, at(&m.At), &m.Author, &m.By, &m.Public, &m.Body, &m.Kind,
		column.Codes(&m.Args), &m.Via}
}

// Messages implements security.Store.
func (db *DB) Messages(ctx context.Context, ticket string, more ...string) ([]security.Message, error) {
	args := []any{ticket}
	for _, id := range more {
		args = append(args, id)
	}
	return list(ctx, db.reader(), messageFields, `SELECT id, ticket_id, at, author, by_staff, public,
		body, kind, args, via FROM messages WHERE ticket_id IN (`+column.Places(len(args))+") ORDER BY seq", args...)
}

func (t tx) addMessage(ctx context.Context, w casework.AddMessage) error {
	m := w.Message
	args, err := column.EncodeCodes(m.Args)
	if err != nil {
		return err
	}
	err = t.one(ctx, `INSERT INTO messages (id, ticket_id, at, author, by_staff, public, body,
		kind, args, via, seq) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,
		(SELECT COALESCE(MAX(seq), 0) + 1 FROM messages))`,
		m.ID, m.Ticket, ms(m.At), m.Author, m.By, m.Public, m.Body, m.Kind, args, m.Via)
	if err != nil {
		return err
	}
	return t.run(ctx, "UPDATE tickets SET updated_at = $1 WHERE id = $2", ms(t.at), m.Ticket)
}

// Notes implements the Store of several rooms.
func (db *DB) Notes(ctx context.Context, account string) ([]security.Note, error) {
	return list(ctx, db.reader(), func(n *security.Note) []any {
		return []any{&n.ID, &n.Account, &n.Case, at(&n.At), &n.Action, &n.Department, &n.Cause,
			&n.Evidence, &n.NextStep, &n.Remark.Kind, column.Codes(&n.Remark.Args)}
	}, `SELECT id, account_id, case_id, at, action, department, cause, evidence, next_step,
		evidence_kind, evidence_args FROM notes WHERE account_id = $1 ORDER BY seq`, account)
}

func (t tx) addNote(ctx context.Context, w security.AddNote) error {
	n := w.Note
	args, err := column.EncodeCodes(n.Remark.Args)
	if err != nil {
		return err
	}
	return t.one(ctx, `INSERT INTO notes
		(id, account_id, case_id, at, action, department, cause, evidence, next_step,
			evidence_kind, evidence_args, seq)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11,
			(SELECT COALESCE(MAX(seq), 0) + 1 FROM notes WHERE account_id = $2))`,
		n.ID, n.Account, n.Case, ms(n.At), n.Action, n.Department, n.Cause, n.Evidence,
		n.NextStep, n.Remark.Kind, args)
}
