package market

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"regain/security"
	"regain/security/recovery"
	"regain/security/staff"
	"regain/security/ticket"
)

// PageSize is how many rows a page has unless somebody asks for fewer or more, MostRows at most.
const (
	PageSize = 100
	MostRows = 500
)

// FilterError names what of an Ask is no such value.
type FilterError string

// Error implements error.
func (e FilterError) Error() string { return "filter: " + string(e) }

// Ask asks for a page of a list.
type Ask struct {
	Filter
	Cursor string // Next of the page before; "" for the first
}

// Page is one page of a list. Next is the cursor of what follows, "" when nothing does; Cursor is that
// of what follows a row.
type Page[T any] struct {
	Rows   []T
	Next   string
	Cursor func(T) string
}

// Cases lists cases in the order in which they changed last, the latest in the end. One that changes
// meanwhile comes once more. What is asked for wrongly is a FilterError.
func (s *Service) Cases(ctx context.Context, m *staff.Member, q Ask) (Page[CaseRow], error) {
	if err := s.Staff.Permit(ctx, m, staff.RightReview, "case.all"); err != nil {
		return Page[CaseRow]{}, err
	}
	if q.State != "" && !slices.Contains(recovery.States, recovery.State(q.State)) {
		return Page[CaseRow]{}, FilterError("state")
	}
	return page(ctx, s, "cases", q, s.Market.ListedCases,
		func(r CaseRow) security.Cursor { return security.Cursor{At: r.UpdatedAt, ID: r.ID} })
}

// Tickets is Cases for tickets.
func (s *Service) Tickets(ctx context.Context, m *staff.Member, q Ask) (Page[TicketRow], error) {
	if err := s.Staff.Permit(ctx, m, staff.RightRead, "ticket.all"); err != nil {
		return Page[TicketRow]{}, err
	}
	switch {
	case q.State != "" && !slices.Contains(ticket.Statuses, ticket.Status(q.State)):
		return Page[TicketRow]{}, FilterError("status")
	case q.Department != "" && !slices.Contains(ticket.Departments, q.Department):
		return Page[TicketRow]{}, FilterError("department")
	}
	q.Holder = m.Holder
	return page(ctx, s, "tickets", q, s.Market.ListedTickets,
		func(r TicketRow) security.Cursor { return security.Cursor{At: r.UpdatedAt, ID: r.ID} })
}

// page reads a page of a list, and one row more to know whether something follows.
func page[T any](ctx context.Context, s *Service, list string, q Ask,
	read func(context.Context, Filter) ([]T, error), at func(T) security.Cursor) (Page[T], error) {
	var p Page[T]
	if q.Limit == 0 {
		q.Limit = PageSize
	}
	if q.Limit < 1 || q.Limit > MostRows {
		return p, FilterError("limit")
	}
	f, n := q.Filter, q.Limit
	// It is bound to the list that it goes on with.
	of := strings.Join([]string{list, f.Account, f.State, f.Department}, "\n")
	var ok bool
	if f.After, ok = s.after(of, q.Cursor); !ok {
		return p, FilterError("cursor")
	}
	f.Limit = n + 1
	rows, err := read(ctx, f)
	if err != nil {
		return p, fmt.Errorf("read list of %s: %w", list, err)
	}
	p.Cursor = func(row T) string { return s.cursor(of, at(row)) }
	if len(rows) > n {
		rows, p.Next = rows[:n], p.Cursor(rows[n-1])
	}
	p.Rows = rows
	return p, nil
}

// cursor is the text of a cursor, which nobody can make but us.
func (s *Service) cursor(of string, c security.Cursor) string {
	plain := strconv.FormatInt(c.At.UnixMilli(), 10) + " " + c.ID
	return base64.RawURLEncoding.EncodeToString([]byte(plain + " " +
		s.Keys.Digest("cursor", of+"\n"+plain)))
}

// after reads the text of a cursor; "" is the beginning.
func (s *Service) after(of, text string) (c security.Cursor, ok bool) {
	if text == "" {
		return c, true
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	plain, digest, _ := strings.Cut(string(raw), " ")
	id, digest, ok := strings.Cut(digest, " ")
	ms, bad := strconv.ParseInt(plain, 10, 64)
	if err != nil || bad != nil || !ok ||
		!slices.Contains(s.Keys.DigestAll("cursor", of+"\n"+plain+" "+id), digest) {
		return c, false
	}
	return security.Cursor{At: time.UnixMilli(ms).UTC(), ID: id}, true
}
