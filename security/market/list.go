package market

import (
	"context"
	"slices"
	"strings"

	"regain/security"
	"regain/security/paging"
	"regain/security/recovery"
	"regain/security/sight"
	"regain/security/staff"
	"regain/security/ticket"
)

// Ask asks for a page of a list.
type Ask struct {
	Filter
	Cursor string // Next of the page before; "" for the first
}

// Cases lists cases in the order in which they changed last, the latest in the end. One that changes
// meanwhile comes once more. Its cause is for who may know it. What is asked for wrongly is a paging.Error.
func (s *Service) Cases(ctx context.Context, m *staff.Member, q Ask) (paging.Page[CaseRow], error) {
	if err := s.Staff.Permit(ctx, m, staff.RightReview, "case.all"); err != nil {
		return paging.Page[CaseRow]{}, err
	}
	if q.State != "" && !slices.Contains(recovery.States, recovery.State(q.State)) {
		return paging.Page[CaseRow]{}, paging.Error("state")
	}
	p, err := page(ctx, s, "cases", q, s.Market.ListedCases,
		func(r CaseRow) security.Cursor { return security.Cursor{At: r.UpdatedAt, ID: r.ID} })
	for i, r := range p.Rows {
		p.Rows[i].Cause = sight.Of(m.Role, false).Case(security.Case{Cause: r.Cause}).Cause
	}
	return p, err
}

// Tickets is Cases for tickets.
func (s *Service) Tickets(ctx context.Context, m *staff.Member, q Ask) (paging.Page[TicketRow], error) {
	if err := s.Staff.Permit(ctx, m, staff.RightRead, "ticket.all"); err != nil {
		return paging.Page[TicketRow]{}, err
	}
	switch {
	case q.State != "" && !slices.Contains(ticket.Statuses, ticket.Status(q.State)):
		return paging.Page[TicketRow]{}, paging.Error("status")
	case q.Department != "" && !slices.Contains(ticket.Departments, q.Department):
		return paging.Page[TicketRow]{}, paging.Error("department")
	}
	q.Holder = m.Holder
	return page(ctx, s, "tickets", q, s.Market.ListedTickets,
		func(r TicketRow) security.Cursor { return security.Cursor{At: r.UpdatedAt, ID: r.ID} })
}

// page reads a page of a list.
func page[T any](ctx context.Context, s *Service, list string, q Ask,
	read func(context.Context, Filter) ([]T, error), at func(T) security.Cursor) (paging.Page[T], error) {
	f := q.Filter
	list = strings.Join([]string{list, f.Account, f.State, f.Department}, "\n")
	return paging.Read(ctx, s.Core, list, paging.Ask{Limit: f.Limit, Cursor: q.Cursor},
		func(ctx context.Context, after security.Cursor, limit int) ([]T, error) {
			f.After, f.Limit = after, limit
			return read(ctx, f)
		}, at)
}
