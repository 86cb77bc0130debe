package api

import (
	"context"

	"regain/security"
	"regain/security/feed"
)

// PutAccount implements StrictServerInterface.
func (x server) PutAccount(ctx context.Context, r PutAccountRequestObject) (PutAccountResponseObject,
	error) {
	a, left, err := feed.ParseAccount(*r.Body)
	if err == nil && a.ID != r.Account {
		err = &feed.LineError{Key: "id", Code: feed.LineChoice, Detail: "the address has another one"}
	}
	if err != nil {
		return nil, err
	}
	out, err := one(ctx, a.ID, a, left, x.Security.Feed.ImportAccounts)
	return PutAccount200JSONResponse{ResultJSONResponse(out)}, err
}

// TellActivity implements StrictServerInterface.
func (x server) TellActivity(ctx context.Context, r TellActivityRequestObject) (
	TellActivityResponseObject, error) {
	a, left, err := feed.ParseActivity(*r.Body)
	if err != nil {
		return nil, err
	}
	out, err := one(ctx, a.ID, a, left, x.Security.Feed.ImportActivities)
	return TellActivity200JSONResponse{ResultJSONResponse(out)}, err
}

// one puts one thing, of which its reader has left something out.
func one[L any](ctx context.Context, id string, line L, left feed.Warnings,
	put func(context.Context, security.Actor, []L) ([]feed.LineResult, error)) (Result, error) {
	results, err := put(ctx, caller(ctx).Actor(), []L{line})
	if err != nil {
		return Result{}, err
	}
	if results[0].Err != nil {
		return Result{}, results[0].Err
	}
	return Result{Id: id, Status: ResultStatus(results[0].Outcome.String()),
		Warnings: faults(append(left, results[0].Warnings...))}, nil
}

func faults(left feed.Warnings) []Fault {
	all := []Fault{}
	for _, w := range left {
		all = append(all, fault(w))
	}
	return all
}
