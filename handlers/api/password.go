package api

import (
	"context"

	"regain/security/feed"
)

// PutPassword implements StrictServerInterface.
func (x server) PutPassword(ctx context.Context, r PutPasswordRequestObject) (PutPasswordResponseObject,
	error) {
	l, left, err := feed.ParsePassword(*r.Body, r.Account)
	if err != nil {
		return nil, err
	}
	taken, err := x.Security.Feed.TellPassword(ctx, caller(ctx).Actor(), l)
	return PutPassword200JSONResponse{Account: r.Account, Status: PasswordResultStatus(taken),
		Warnings: faults(left)}, err
}
