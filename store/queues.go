package store

import (
	"context"

	"regain/security/desk"
	"regain/security/review"
	"regain/store/queue"
)

// CaseQueue implements review.Store.
func (db *DB) CaseQueue(ctx context.Context, f review.CaseFilter) ([]review.CaseRow, error) {
	q, args, err := queue.Cases(f, caseColumns)
	if err != nil {
		return nil, err
	}
	return list(ctx, db.reader(), func(r *review.CaseRow) []any {
		return append(append(caseFields(&r.Case), at(&r.At), &r.Username), messageFields(&r.Last)...)
	}, q, args...)
}

// CountCases implements review.Store.
func (db *DB) CountCases(ctx context.Context, f review.CaseFilter) (int, error) {
	q, args, err := queue.CountCases(f)
	if err != nil {
		return 0, err
	}
	return find(ctx, db.reader(), counted, q, args...)
}

func counted(n *int) []any { return []any{n} }

// TicketQueue implements desk.Store.
func (db *DB) TicketQueue(ctx context.Context, t desk.TicketQueue) ([]desk.TicketRow, error) {
	q, args := queue.Tickets(t, ticketRead)
	return list(ctx, db.reader(), func(r *desk.TicketRow) []any {
		return append(append(ticketFields(&r.Ticket), at(&r.At), &r.Username, &r.CaseNumber),
			messageFields(&r.Last)...)
	}, q, args...)
}

// CountTickets implements desk.Store.
func (db *DB) CountTickets(ctx context.Context, t desk.TicketQueue) (int, error) {
	q, args := queue.CountTickets(t)
	return find(ctx, db.reader(), counted, q, args...)
}

// Figures implements desk.Store.
func (db *DB) Figures(ctx context.Context, f desk.FigureAsk) ([]desk.Figure, error) {
	q, args := queue.Figures(f)
	return list(ctx, db.reports(), func(x *desk.Figure) []any {
		return []any{&x.Kind, &x.Name, &x.N, &x.More}
	}, q, args...)
}
