package host

import (
	"context"
	"strconv"

	"regain/security"
	"regain/security/alert"
	"regain/security/casework"
	"regain/security/market"
	"regain/store/ask"
	"regain/store/column"
	"regain/store/drill"
)

// listed is the SELECT of one page of a list, in the order of the moments in the column at. state is the
// column that Filter.State is about.
func listed(table, at, state, columns string, f market.Filter, args ...any) (string, []any) {
	arg := func(v any) string {
		args = append(args, v)
		return "$" + strconv.Itoa(len(args))
	}
	if f.After == (security.Cursor{}) {
		f.After.At = f.Since // every id comes behind an empty one
	}
	q := "SELECT " + columns + " FROM " + table + " WHERE (" + at + ", id) > (" +
		arg(column.MS(f.After.At)) + ", " + arg(f.After.ID) + ") AND " + drill.None(table)
	if !f.Until.IsZero() {
		q += " AND " + at + " < " + arg(column.MS(f.Until))
	}
	if f.Account != "" {
		q += " AND account_id = " + arg(f.Account)
	}
	// The rest is looked at on the way: by an index of its own it would have to be sorted, and SQLite
	// takes one for a plain comparison.
	for _, c := range [][2]string{{state, f.State}, {"department", f.Department}} {
		if c[0] != "" && c[1] != "" {
			q += " AND (" + c[0] + " = " + arg(c[1]) + ") = TRUE"
		}
	}
	return q + " ORDER BY " + at + ", id" + " LIMIT " + arg(f.Limit), args
}

// ListedCases implements market.Store.
func (s Store) ListedCases(ctx context.Context, f market.Filter) ([]market.CaseRow, error) {
	q, args := listed("cases", "updated_at", "state", `id, number, account_id, state, cause,
		COALESCE((SELECT number FROM tickets WHERE tickets.id = cases.ticket_id), ''), opened_at,
		secured_at, due_at, closed_at, updated_at`, f)
	return ask.List(ctx, s.Conn, func(r *market.CaseRow) []any {
		return []any{&r.ID, &r.Number, &r.Account, &r.State, &r.Cause, &r.Ticket,
			column.Time(&r.OpenedAt), column.Time(&r.SecuredAt), column.Time(&r.DueAt),
			column.Time(&r.ClosedAt), column.Time(&r.UpdatedAt)}
	}, q, args...)
}

// ListedTickets implements market.Store.
func (s Store) ListedTickets(ctx context.Context, f market.Filter) ([]market.TicketRow, error) {
	q, args := listed("tickets", "updated_at", "status", `id, number, account_id,
		COALESCE((SELECT number FROM cases WHERE cases.id = tickets.case_id), ''), department, priority,
		topic, status, opened_at, due_at, updated_at,
		(SELECT COUNT(*) FROM messages WHERE ticket_id = tickets.id),
		COALESCE((SELECT external_id FROM outside WHERE ticket_id = tickets.id AND holder = $1
			AND message_id = ''), '')`, f, f.Holder)
	return ask.List(ctx, s.Conn, func(r *market.TicketRow) []any {
		return []any{&r.ID, &r.Number, column.Optional(&r.Account), &r.Case, &r.Department, &r.Priority, &r.Topic,
			&r.Status, column.Time(&r.OpenedAt), column.Time(&r.DueAt), column.Time(&r.UpdatedAt),
			&r.Messages, &r.External}
	}, q, args...)
}

const outsideColumns = "holder, external_id, kind, ticket_id, message_id"

func outsideFields(x *casework.NameOutside) []any {
	return []any{&x.Holder, &x.External, &x.Kind, &x.Ticket, &x.Message}
}

// Outside implements market.Store.
func (s Store) Outside(ctx context.Context, holder, ticket string) (map[string]string, error) {
	all, err := ask.List(ctx, s.Conn, outsideFields, "SELECT "+outsideColumns+
		" FROM outside WHERE ticket_id = $1 AND holder = $2", ticket, holder)
	names := map[string]string{}
	for _, x := range all {
		names[x.Message] = x.External
	}
	return names, err
}

// Inside implements market.Store.
func (s Store) Inside(ctx context.Context, holder string, kind casework.OutsideKind,
	external string) (casework.NameOutside, error) {
	return ask.One(ctx, s.Conn, outsideFields, "SELECT "+outsideColumns+
		" FROM outside WHERE holder = $1 AND kind = $2 AND external_id = $3", holder, kind, external)
}

// NameOutside is the statement of a casework.NameOutside.
func NameOutside(w casework.NameOutside) (string, []any, error) {
	return "INSERT INTO outside (" + outsideColumns + ") VALUES ($1, $2, $3, $4, $5)",
		[]any{w.Holder, w.External, w.Kind, w.Ticket, w.Message}, nil
}

// MoveAlert is the statement of an alert.MoveAlert.
func MoveAlert(w alert.MoveAlert) (string, []any, error) {
	return "UPDATE alerts SET activity_id = $1 WHERE activity_id = $2 AND activity_id <> ''", []any{w.To, w.From}, nil
}

// DropActivity is the statement of an alert.DropActivity.
func DropActivity(w alert.DropActivity) (string, []any, error) {
	return "DELETE FROM activities WHERE id = $1", []any{w.ID}, nil
}
