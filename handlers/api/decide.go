package api

import (
	"context"
	"encoding/json"
	"fmt"

	"regain/handlers"
	"regain/security/feed"
	"regain/security/recovery"
	"regain/security/refusal"
	"regain/security/review"
	"regain/security/staff"
	"regain/security/token"
)

// LockAccount implements StrictServerInterface.
func (x server) LockAccount(ctx context.Context, r LockAccountRequestObject) (
	LockAccountResponseObject, error) {
	form, err := feed.ParseForm(*r.Body, []string{"evidence"}, "cause")
	if err != nil {
		return nil, err
	}
	out := LockAccount200JSONResponse{Account: r.Account, Status: "locked"}
	out.Case, err = x.Security.Desk.LockAccountBy(ctx, member(ctx), r.Account,
		recovery.Cause(form["cause"]), form["evidence"])
	if handlers.Is(err, refusal.AlreadyLocked) {
		out.Status, err = "unchanged", nil
	}
	return out, err
}

// decide reads a decision about a case, which has to tell the keys of what, and hands it over.
func (x server) decide(ctx context.Context, number string, raw *json.RawMessage, what []string,
	do func(context.Context, *staff.Member, review.Decision, map[string]string) (bool, error)) (
	Decided, error) {
	form, err := feed.ParseForm(*raw, what, "version")
	if err != nil {
		return Decided{}, err
	}
	d := review.Decision{Number: number, Reason: form["reason"] + form["message"]}
	if v := form["version"]; v != "" {
		if _, err := fmt.Sscanf(v, "%d-%d", &d.Version, &d.FactsVersion); err != nil || d.Version < 1 ||
			v != fmt.Sprintf("%d-%d", d.Version, d.FactsVersion) {
			return Decided{}, &feed.LineError{Key: "version", Code: feed.LineChoice}
		}
	}
	proposed, err := do(ctx, member(ctx), d, form)
	return Decided{Number: token.FoldNumber(number), Proposed: proposed}, err
}

// decided is a use case that proposes nothing.
func decided(do func(context.Context, *staff.Member, review.Decision) error) func(context.Context,
	*staff.Member, review.Decision, map[string]string) (bool, error) {
	return func(ctx context.Context, m *staff.Member, d review.Decision, _ map[string]string) (bool,
		error) {
		return false, do(ctx, m, d)
	}
}

var reasoned = []string{"reason"}

// TakeCase implements StrictServerInterface.
func (x server) TakeCase(ctx context.Context, r TakeCaseRequestObject) (TakeCaseResponseObject, error) {
	out, err := x.decide(ctx, r.Number, r.Body, nil, decided(func(ctx context.Context, m *staff.Member,
		d review.Decision) error {
		return x.Security.Review.TakeCase(ctx, m, d.Number, d.Version)
	}))
	return TakeCase200JSONResponse(out), err
}

// AskOwner implements StrictServerInterface.
func (x server) AskOwner(ctx context.Context, r AskOwnerRequestObject) (AskOwnerResponseObject, error) {
	out, err := x.decide(ctx, r.Number, r.Body, []string{"message"},
		decided(x.Security.Review.AskOwner))
	return AskOwner200JSONResponse(out), err
}

// ResumeCase implements StrictServerInterface.
func (x server) ResumeCase(ctx context.Context, r ResumeCaseRequestObject) (ResumeCaseResponseObject,
	error) {
	out, err := x.decide(ctx, r.Number, r.Body, []string{"reason", "version"}, func(ctx context.Context,
		m *staff.Member, d review.Decision, _ map[string]string) (bool, error) {
		return x.Security.Review.ResumeCase(ctx, m, d)
	})
	return ResumeCase200JSONResponse(out), err
}

// ApproveResume implements StrictServerInterface.
func (x server) ApproveResume(ctx context.Context, r ApproveResumeRequestObject) (
	ApproveResumeResponseObject, error) {
	out, err := x.decide(ctx, r.Number, r.Body, nil, decided(func(ctx context.Context, m *staff.Member,
		d review.Decision) error {
		return x.Security.Review.ApproveResume(ctx, m, d.Number)
	}))
	return ApproveResume200JSONResponse(out), err
}

// SendBackResume implements StrictServerInterface.
func (x server) SendBackResume(ctx context.Context, r SendBackResumeRequestObject) (
	SendBackResumeResponseObject, error) {
	out, err := x.decide(ctx, r.Number, r.Body, reasoned, decided(func(ctx context.Context,
		m *staff.Member, d review.Decision) error {
		return x.Security.Review.SendBackResume(ctx, m, d.Number, d.Reason)
	}))
	return SendBackResume200JSONResponse(out), err
}

// DeclineCase implements StrictServerInterface.
func (x server) DeclineCase(ctx context.Context, r DeclineCaseRequestObject) (
	DeclineCaseResponseObject, error) {
	out, err := x.decide(ctx, r.Number, r.Body, reasoned, decided(x.Security.Review.DeclineCase))
	return DeclineCase200JSONResponse(out), err
}

// ChangeCause implements StrictServerInterface.
func (x server) ChangeCause(ctx context.Context, r ChangeCauseRequestObject) (
	ChangeCauseResponseObject, error) {
	out, err := x.decide(ctx, r.Number, r.Body, []string{"cause", "reason"}, func(ctx context.Context,
		m *staff.Member, d review.Decision, form map[string]string) (bool, error) {
		return false, x.Security.Review.ChangeCause(ctx, m, d, recovery.Cause(form["cause"]))
	})
	return ChangeCause200JSONResponse(out), err
}

// DemandPassword implements StrictServerInterface.
func (x server) DemandPassword(ctx context.Context, r DemandPasswordRequestObject) (
	DemandPasswordResponseObject, error) {
	out, err := x.decide(ctx, r.Number, r.Body, reasoned, decided(x.Security.Review.DemandPassword))
	return DemandPassword200JSONResponse(out), err
}

// ReopenCase implements StrictServerInterface.
func (x server) ReopenCase(ctx context.Context, r ReopenCaseRequestObject) (ReopenCaseResponseObject,
	error) {
	out, err := x.decide(ctx, r.Number, r.Body, reasoned, decided(x.Security.Review.ReopenCase))
	return ReopenCase200JSONResponse(out), err
}
