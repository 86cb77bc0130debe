package api

import (
	"context"
	"slices"
	"time"

	"regain/handlers"
	"regain/security"
	"regain/security/apikey"
	"regain/security/feed"
)

// TellSignIn implements StrictServerInterface.
func (x server) TellSignIn(ctx context.Context, r TellSignInRequestObject) (
	TellSignInResponseObject, error) {
	start := time.Now()
	t, _, err := feed.ParseSignIn(*r.Body, x.Security.Now())
	if err != nil {
		return nil, err
	}
	if id, again := ctx.Value(sameSignIn{}).(string); again {
		t.ID = id
	}
	who := caller(ctx)
	if t.Password != "" {
		err = x.Security.APIKeys.Allow(ctx, who, apikey.PasswordsVerify, "tellSignIn")
		if err != nil {
			return nil, err
		}
	}
	d, err := x.Security.Feed.TellSignIn(ctx, who.Actor(), t)
	if err != nil {
		return nil, err
	}
	if t.Password != "" && slices.Contains(d.Reasons, feed.WrongCredentials) {
		handlers.RefuseLater(ctx, x.Portal, start)
	}
	return TellSignIn200JSONResponse(x.decision(d, t.ID)), nil
}

// decision is d as it is written.
func (x server) decision(d feed.Decision, signIn string) Decision {
	out := Decision{Signin: signIn, Decision: DecisionDecision(d.Verdict),
		Reasons: []DecisionReasons{}, SecondFactor: []DecisionSecondFactor{}}
	if d.Account != "" {
		out.Account = &d.Account
	}
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
	if owes := slices.Contains(d.Reasons, feed.SecondFactorDue) ||
		slices.Contains(d.Reasons, feed.SecondFactorWrong); owes && !slices.Contains(d.Factors, security.FactorTOTP) {
		url := x.Origin() + "/account/two-factor"
		out.FactorUrl = &url
	}
	if d.Retry > 0 {
		seconds := handlers.Seconds(d.Retry)
		out.RetryAfter = &seconds
	}
	return out
}
