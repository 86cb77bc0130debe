package api

import (
	"context"

	"regain/security/feed"
)

// TellSignIn implements StrictServerInterface.
func (x server) TellSignIn(ctx context.Context, r TellSignInRequestObject) (
	TellSignInResponseObject, error) {
	l, _, err := feed.ParseSignIn(*r.Body, x.Security.Now())
	if err != nil {
		return nil, err
	}
	d, err := x.Security.Feed.TellSignIn(ctx, caller(ctx).Actor(), l)
	if err != nil {
		return nil, err
	}
	out := TellSignIn200JSONResponse{Account: l.Account, Signin: l.ID,
		Decision: DecisionDecision(d.Verdict), Reasons: []DecisionReasons{},
		SecondFactor: []DecisionSecondFactor{}}
	for _, why := range d.Reasons {
		out.Reasons = append(out.Reasons, DecisionReasons(why))
	}
	for _, kind := range d.Factors {
		out.SecondFactor = append(out.SecondFactor, DecisionSecondFactor(kind))
	}
	if d.Verdict == feed.Refuse {
		url := x.Origin() + "/recover"
		out.RecoverUrl = &url
	}
	return out, nil
}
