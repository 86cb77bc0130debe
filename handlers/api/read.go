package api

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"regain/security"
	"regain/security/feed"
	"regain/security/market"
	"regain/security/review"
	"regain/security/staff"
)

// parameters are those that an address may have; another one would be taken for a filter that it is
// not, or for a dry run.
var parameters = map[string][]string{
	"listCases":         {"limit", "cursor", "updated_since", "account", "state"},
	"listTickets":       {"limit", "cursor", "updated_since", "account", "status", "department"},
	"listAccounts":      {"limit", "cursor", "state"},
	"listSignIns":       {"limit", "cursor", "account", "since", "until"},
	"listActivities":    {"limit", "cursor", "account", "since", "until"},
	"listLockLines":     {"limit", "cursor", "status"},
	"batchLocks":        {"dry_run"},
	"listOrganisations": {"limit", "cursor"},
	"listWebhooks":      {}, "listDeliveries": {"limit", "cursor"}}

// known refuses parameters that the operation does not know, and those that stand there twice.
func known(operation string, next echo.HandlerFunc) echo.HandlerFunc {
	names, list := parameters[operation]
	if !list {
		return next
	}
	return func(c echo.Context) error {
		for name, values := range c.QueryParams() {
			switch {
			case !slices.Contains(names, name):
				return &feed.LineError{Key: name, Code: feed.LineUnknownKey}
			case len(values) > 1:
				return &feed.LineError{Key: name, Code: feed.LineDuplicateKey}
			}
		}
		return next(c)
	}
}

// member is who asks where staff act.
func member(ctx context.Context) *staff.Member { return caller(ctx).Member() }

// some is what a pointer points to, or nothing.
func some[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

// given points to what is not nothing.
func given[T comparable](v T) *T {
	if v == *new(T) {
		return nil
	}
	return &v
}

// most is what a limit says. One of 0 is not one that was left out.
func most(limit *int) int {
	if limit != nil && *limit == 0 {
		return -1
	}
	return some(limit)
}

// ask is what the parameters of a list say.
func ask(limit *int, cursor *string, since *time.Time, f market.Filter) market.Ask {
	f.Limit, f.Since = most(limit), some(since)
	return market.Ask{Filter: f, Cursor: some(cursor)}
}

// GetAccount implements StrictServerInterface.
func (x server) GetAccount(ctx context.Context, r GetAccountRequestObject) (GetAccountResponseObject,
	error) {
	a, err := x.Security.Market.Account(ctx, member(ctx), r.Account)
	if err != nil {
		return nil, err
	}
	out := GetAccount200JSONResponse{Id: a.ID, Username: a.Username, Type: a.Type, State: a.State(),
		LockedSince: given(a.LockedSince), Case: given(a.Case), Cause: given(string(a.Cause)),
		TwoFactor: append([]string{}, a.Factors...), Addresses: []Address{},
		PasswordUpdatedAt: given(a.PasswordAt), Organisation: given(a.Organisation)}
	for _, e := range a.Addresses {
		out.Addresses = append(out.Addresses, Address{Email: e.Email, Since: e.Since,
			Until: given(e.Until), NoticesOnly: e.Notice})
	}
	return out, nil
}

// ListCases implements StrictServerInterface.
func (x server) ListCases(ctx context.Context, r ListCasesRequestObject) (ListCasesResponseObject,
	error) {
	p := r.Params
	all, next, out, err := listed(ctx, x, ask(p.Limit, p.Cursor, p.UpdatedSince,
		market.Filter{Account: some(p.Account), State: some(p.State)}), x.Security.Market.Cases,
		func(c market.CaseRow, cursor *string) CaseLine {
			return CaseLine{Number: c.Number, Account: c.Account, State: string(c.State),
				Cause: given(string(c.Cause)), Ticket: given(c.Ticket), OpenedAt: c.OpenedAt,
				SecuredAt: given(c.SecuredAt), DueAt: c.DueAt, ClosedAt: given(c.ClosedAt),
				UpdatedAt: c.UpdatedAt, Cursor: cursor}
		})
	if out != nil || err != nil {
		return out, err
	}
	return ListCases200JSONResponse{Cases: all, Next: next}, nil
}

// GetCase implements StrictServerInterface.
func (x server) GetCase(ctx context.Context, r GetCaseRequestObject) (GetCaseResponseObject, error) {
	f, err := x.Security.Review.ReviewCase(ctx, member(ctx), r.Number)
	if err != nil {
		return nil, err
	}
	c := f.Case
	out := GetCase200JSONResponse{Number: c.Number, Account: c.Account, State: string(c.State),
		Cause: given(string(c.Cause)), ProposedCause: given(string(c.Proposed)), Facts: []Fact{},
		Evidence: said(c.Evidence, c.Remark), OpenedAt: c.OpenedAt, LockedAt: c.LockedAt,
		SecuredAt: given(c.SecuredAt), DueAt: c.DueAt, ClosedAt: given(c.ClosedAt),
		Holder: given(f.Staff[c.Assignee]), Version: version(f), Needs: append([]string{}, f.Needs...),
		Timeline: []Happened{}}
	for _, fact := range c.Facts {
		out.Facts = append(out.Facts, Fact{Code: fact.Code, At: fact.At})
	}
	if len(f.Tickets) > 0 && f.Tickets[0].Own {
		out.Ticket = &f.Tickets[0].Number
	}
	if p := f.Pending; p != nil {
		out.Proposal = &Proposal{By: f.Staff[p.By], At: p.At, ExpiresAt: p.ExpiresAt, Reason: p.Reason,
			Needs: append([]string{}, p.Needs...), Approvable: p.Approvable}
	}
	for _, e := range f.Trail {
		out.Timeline = append(out.Timeline, Happened{At: e.At, Kind: string(e.Kind),
			By: string(e.By.Kind)})
	}
	return out, nil
}

// version names the case and the facts about it as they were read.
func version(f review.CaseFile) string {
	return fmt.Sprintf("%d-%d", f.Case.Version, f.Account.FactsVersion)
}

// said is what a person wrote, or what the portal says.
func said(body string, r security.Remark) Said {
	s := Said{Body: body, Code: given(r.Kind)}
	if r.Kind != "" {
		args := append([]string{}, r.Args...)
		s.Arguments = &args
	}
	return s
}

// ListTickets implements StrictServerInterface.
func (x server) ListTickets(ctx context.Context, r ListTicketsRequestObject) (
	ListTicketsResponseObject, error) {
	p := r.Params
	all, next, out, err := listed(ctx, x, ask(p.Limit, p.Cursor, p.UpdatedSince,
		market.Filter{Account: some(p.Account), State: some(p.Status),
			Department: some(p.Department)}), x.Security.Market.Tickets,
		func(t market.TicketRow, cursor *string) Ticket {
			return Ticket{Number: t.Number, Account: t.Account, Case: given(t.Case),
				Department: t.Department, Status: string(t.Status), Priority: t.Priority,
				Topic: t.Topic, OpenedAt: t.OpenedAt, DueAt: t.DueAt, UpdatedAt: t.UpdatedAt,
				Messages: t.Messages, ExternalId: given(t.External), Cursor: cursor}
		})
	if out != nil || err != nil {
		return out, err
	}
	return ListTickets200JSONResponse{Tickets: all, Next: next}, nil
}

// GetTicket implements StrictServerInterface.
func (x server) GetTicket(ctx context.Context, r GetTicketRequestObject) (GetTicketResponseObject,
	error) {
	d, err := x.Security.Market.Ticket(ctx, member(ctx), r.Number)
	if err != nil {
		return nil, err
	}
	t := d.Ticket
	out := GetTicket200JSONResponse{Number: t.Number, Account: t.Account, Department: t.Department,
		Status: string(t.Status), Priority: t.Priority, Topic: t.Topic, OpenedAt: t.OpenedAt,
		DueAt: t.DueAt, ExternalId: given(d.External[""]), Subject: t.Subject,
		Version: fmt.Sprint(t.Version), Messages: []Message{}}
	if d.Case != nil {
		out.Case = &d.Case.Number
	}
	for _, m := range d.Messages {
		out.Messages = append(out.Messages, Message{Id: m.ID, At: m.At, Author: string(m.Author),
			By: given(d.Names[m.By]), Public: m.Public, Text: said(m.Body, m.Remark),
			ExternalId: given(d.External[m.ID])})
	}
	return out, nil
}
