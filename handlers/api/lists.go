package api

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"regain/security/market"
	"regain/security/paging"
	"regain/security/staff"
)

// flow is an answer of lines that is written bit by bit.
type flow func(*json.Encoder, func() error) error

// begin writes it. The connection may rest only so long.
func (f flow) begin(w http.ResponseWriter) error {
	p := &paced{ResponseController: http.NewResponseController(w), out: w}
	out := bufio.NewWriter(p)
	sent := func() error { return errors.Join(out.Flush(), p.Flush()) }
	return errors.Join(f(json.NewEncoder(out), sent), sent())
}

// VisitListCasesResponse implements ListCasesResponseObject.
func (f flow) VisitListCasesResponse(w http.ResponseWriter) error { return f.begin(w) }

// VisitListTicketsResponse implements ListTicketsResponseObject.
func (f flow) VisitListTicketsResponse(w http.ResponseWriter) error { return f.begin(w) }

// VisitListAccountsResponse implements ListAccountsResponseObject.
func (f flow) VisitListAccountsResponse(w http.ResponseWriter) error { return f.begin(w) }

// VisitListSignInsResponse implements ListSignInsResponseObject.
func (f flow) VisitListSignInsResponse(w http.ResponseWriter) error { return f.begin(w) }

// VisitListActivitiesResponse implements ListActivitiesResponseObject.
func (f flow) VisitListActivitiesResponse(w http.ResponseWriter) error { return f.begin(w) }

// VisitListLockLinesResponse implements ListLockLinesResponseObject.
func (f flow) VisitListLockLinesResponse(w http.ResponseWriter) error { return f.begin(w) }

// VisitBatchLocksResponse implements BatchLocksResponseObject.
func (f flow) VisitBatchLocksResponse(w http.ResponseWriter) error { return f.begin(w) }

// flowing lets the answer to whoever accepts lines last longer than others.
func flowing(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		for kind := range strings.SplitSeq(r.Header.Get(echo.HeaderAccept), ",") {
			name, with, err := mime.ParseMediaType(kind)
			if err == nil && name == lines && with["q"] != "0" && r.Method == http.MethodGet {
				c.SetRequest(r.WithContext(context.WithValue(context.WithoutCancel(r.Context()),
					requestKey{}, request{Context: c})))
				break
			}
		}
		return next(c)
	}
}

// listed answers with a page of a list, or to whoever accepts lines with all that follows: a page is
// read when the one before is written, so that never more than one of them is held. Its first page
// fails as everything else does; later the last line tells of it.
func listed[R, L any](ctx context.Context, x server, q market.Ask, read func(context.Context,
	*staff.Member, market.Ask) (paging.Page[R], error), line func(R, *string) L) (all []L, next *string,
	out flow, err error) {
	asked, flows := ctx.Value(requestKey{}).(request)
	whole := flows && q.Limit == 0
	if whole {
		q.Limit = paging.Most
	}
	page, err := read(ctx, member(ctx), q)
	if err != nil {
		return nil, nil, nil, err
	}
	if !flows {
		all = []L{}
		for _, row := range page.Rows {
			all = append(all, line(row, nil))
		}
		return all, given(page.Next), nil, nil
	}
	return nil, nil, func(to *json.Encoder, sent func() error) error {
		var end ListEnd
		end.End.Next = given(q.Cursor)
		for {
			for _, row := range page.Rows {
				end.End.Rows, end.End.Next = end.End.Rows+1, new(page.Cursor(row))
				if err := to.Encode(line(row, end.End.Next)); err != nil {
					return err
				}
			}
			if !whole || page.Next == "" {
				return to.Encode(end)
			}
			if err := sent(); err != nil {
				return err
			}
			q.Cursor = page.Next
			if err = x.Security.APIKeys.Still(ctx, caller(ctx)); err == nil {
				page, err = read(ctx, member(ctx), q)
			}
			if err != nil {
				return to.Encode(BatchBroken{Problem: x.problem(asked, err)})
			}
		}
	}, nil
}

// ListAccounts implements StrictServerInterface.
func (x server) ListAccounts(ctx context.Context, r ListAccountsRequestObject) (
	ListAccountsResponseObject, error) {
	p := r.Params
	all, next, out, err := listed(ctx, x, ask(p.Limit, p.Cursor, nil,
		market.Filter{State: some(p.State)}), x.Security.Market.Accounts,
		func(a market.AccountRow, cursor *string) AccountLine {
			return AccountLine{Id: a.ID, State: a.State, LockedSince: given(a.LockedSince),
				Case: given(a.Case), Cursor: cursor}
		})
	if out != nil || err != nil {
		return out, err
	}
	return ListAccounts200JSONResponse{Accounts: all, Next: next}, nil
}

// ListSignIns implements StrictServerInterface.
func (x server) ListSignIns(ctx context.Context, r ListSignInsRequestObject) (
	ListSignInsResponseObject, error) {
	p := r.Params
	all, next, out, err := listed(ctx, x, ask(p.Limit, p.Cursor, p.Since,
		market.Filter{Account: some(p.Account), Until: some(p.Until)}), x.Security.Market.Logins,
		func(l market.LoginRow, cursor *string) SignInLine {
			return SignInLine{Id: l.ID, Account: l.Account, At: l.At, Outcome: l.Outcome,
				StoppedBy: given(l.StoppedBy), Cursor: cursor}
		})
	if out != nil || err != nil {
		return out, err
	}
	return ListSignIns200JSONResponse{Signins: all, Next: next}, nil
}

// ListActivities implements StrictServerInterface.
func (x server) ListActivities(ctx context.Context, r ListActivitiesRequestObject) (
	ListActivitiesResponseObject, error) {
	p := r.Params
	all, next, out, err := listed(ctx, x, ask(p.Limit, p.Cursor, p.Since,
		market.Filter{Account: some(p.Account), Until: some(p.Until)}), x.Security.Market.Activities,
		func(a market.ActivityRow, cursor *string) ActivityLine {
			return ActivityLine{Id: a.ID, Account: a.Account, At: a.At, Kind: a.Kind, Cursor: cursor}
		})
	if out != nil || err != nil {
		return out, err
	}
	return ListActivities200JSONResponse{Activities: all, Next: next}, nil
}
