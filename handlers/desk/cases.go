package desk

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security"
	"regain/security/recovery"
	"regain/security/refusal"
	"regain/security/review"
	"regain/security/staff"
	"regain/security/token"
	"regain/views"
	page "regain/views/desk"
	"regain/views/words"
)

const casesPath = "/staff/cases"

// caseRoutes are the pages on which Account Security reviews and decides.
func (p *pages) caseRoutes() []route {
	all := []route{{method: get, path: casesPath, staffed: queues{p}.showCases},
		{method: get, path: casesPath + ".csv", staffed: queues{p}.sendCases}}
	one := casesPath + "/:number"
	for _, r := range []route{
		{method: get, path: "", staffed: p.showCase},
		{method: get, path: "/next", staffed: queues{p}.nextCase},
		{method: post, path: "/take", staffed: p.takeCase},
		{method: post, path: "/ask", staffed: p.askOwner},
		{method: post, path: "/cause", staffed: p.changeCause},
		{method: post, path: "/new-password", staffed: p.demandPassword},
		{method: get, path: "/resume", staffed: p.showEnd(review.EndResume)},
		{method: post, path: "/resume", staffed: p.resumeCase},
		{method: get, path: "/approve", staffed: p.showEnd(review.EndApprove)},
		{method: post, path: "/approve", staffed: p.approveResume},
		{method: post, path: "/send-back", staffed: p.sendBackResume},
		{method: get, path: "/decline", staffed: p.showEnd(review.EndDecline)},
		{method: post, path: "/decline", staffed: p.declineCase},
		{method: post, path: "/reopen", staffed: p.reopenCase},
	} {
		r.path = one + r.path
		all = append(all, r)
	}
	for i := range all {
		all[i].right = staff.RightReview
	}
	return all
}

// casePath is the page of a case. Numbers are shown in capital letters whatever was typed.
func casePath(number string) string {
	return casesPath + "/" + url.PathEscape(token.FoldNumber(number))
}

// caseDue is by when the owner is to hear. Where it is the owner's turn, or everything is
// decided, it is since when.
func caseDue(c security.Case, now time.Time) views.Due {
	switch {
	case c.State.Over() && !c.Appealed():
		return views.Due{At: handlers.WorldTime(c.ClosedAt)}
	case c.State == recovery.Locked:
		return views.Due{At: handlers.WorldTime(c.OpenedAt), Kind: "plain",
			Word: words.Say("case_due.locked")}
	case c.State == recovery.NeedsOwner:
		return views.Due{At: handlers.WorldTime(c.TakenAt), Kind: "plain",
			Word: words.Say("case_due.needs_owner")}
	}
	return handlers.Due(c.DueAt, now)
}

// decision is what a form about a case says; reason is the field of its text.
func decision(c echo.Context, reason string) review.Decision {
	r := c.Request()
	facts, err := strconv.ParseInt(r.PostFormValue("facts_version"), 10, 64)
	d := review.Decision{Number: c.Param("number"), Version: formVersion(c), FactsVersion: facts,
		Reason: r.PostFormValue(reason)}
	if err != nil {
		d.FactsVersion = review.FactsUnseen
	}
	return d
}

func (p *pages) takeCase(c echo.Context, m *staff.Member) error {
	err := p.Security.Review.TakeCase(c.Request().Context(), m, c.Param("number"), formVersion(c))
	return p.caseDone(c, m, err, "case_taken")
}

func (p *pages) askOwner(c echo.Context, m *staff.Member) error {
	d := decision(c, "message")
	err := p.Security.Review.AskOwner(c.Request().Context(), m, d)
	if w := ofForm("ask_", handlers.Wrong(err)); w != nil {
		if w[0].Code == string(refusal.MessageMissing) {
			w[0].Code = "case_question_missing"
		}
		return p.refusedCase(c, m, page.CaseDecide{Message: page.Reply{Text: d.Reason}}, w)
	}
	return p.caseDone(c, m, err, "case_asked")
}

func (p *pages) changeCause(c echo.Context, m *staff.Member) error {
	d, cause := decision(c, "reason"), c.Request().PostFormValue("cause")
	err := p.Security.Review.ChangeCause(c.Request().Context(), m, d, recovery.Cause(cause))
	w := handlers.Wrong(err)
	if w != nil && w[0].Field == "reason" {
		w = ofForm("cause_", w)
	}
	if w != nil {
		return p.refusedCase(c, m, page.CaseDecide{NewCause: cause, Reason: d.Reason}, w)
	}
	return p.caseDone(c, m, err, "case_cause")
}

func (p *pages) demandPassword(c echo.Context, m *staff.Member) error {
	d := decision(c, "reason")
	err := p.Security.Review.DemandPassword(c.Request().Context(), m, d)
	if w := ofForm("password_", handlers.Wrong(err)); w != nil {
		return p.refusedCase(c, m, page.CaseDecide{DemandWhy: d.Reason}, w)
	}
	return p.caseDone(c, m, err, "case_password")
}

func (p *pages) sendBackResume(c echo.Context, m *staff.Member) error {
	reason := c.Request().PostFormValue("reason")
	err := p.Security.Review.SendBackResume(c.Request().Context(), m, c.Param("number"), reason)
	if w := ofForm("back_", handlers.Wrong(err)); w != nil {
		return p.refusedCase(c, m, page.CaseDecide{Back: reason}, w)
	}
	return p.caseDone(c, m, err, "case_sent_back")
}

func (p *pages) reopenCase(c echo.Context, m *staff.Member) error {
	d := decision(c, "reason")
	err := p.Security.Review.ReopenCase(c.Request().Context(), m, d)
	if w := ofForm("again_", handlers.Wrong(err)); w != nil {
		return p.refusedCase(c, m, page.CaseDecide{AgainWhy: d.Reason, Again: "form"}, w)
	}
	return p.caseDone(c, m, err, "case_reopened")
}

// ofForm ties refusals to one of several forms of a page.
func ofForm(name string, list []views.Wrong) []views.Wrong {
	for i := range list {
		list[i].Field = name + list[i].Field
	}
	return list
}

// caseDone leads back to the case, or says why not.
func (p *pages) caseDone(c echo.Context, m *staff.Member, err error, flash string) error {
	if err != nil {
		return p.caseRefused(c, m, err)
	}
	return p.Done(c, casePath(c.Param("number")), flash)
}

// overtaken are the refusals of somebody who came too late, or has not taken the case.
var overtaken = map[refusal.Code]bool{
	refusal.CaseTakenBy: true, refusal.CaseNotYours: true, refusal.CaseNotInReview: true,
	refusal.CaseStale: true, refusal.CaseNotSecured: true, refusal.OtherCase: true, refusal.ProposalPending: true,
	refusal.ProposalNone: true, refusal.ProposalVoid: true, refusal.ProposalOld: true,
}

// caseRefused answers what nobody can mend in the form: with what happened meanwhile, or with
// the way back to the case.
func (p *pages) caseRefused(c echo.Context, m *staff.Member, err error) error {
	declined, _ := errors.AsType[*security.Refusal](err)
	switch {
	case errors.Is(err, security.ErrConflict):
		return p.caseMoved(c, m, &security.Refusal{Code: "case_moved.why"})
	case declined == nil, ofNoForm(declined):
		return err
	case overtaken[declined.Code]:
		return p.caseMoved(c, m, declined)
	}
	return p.Problem(c, http.StatusForbidden, views.Problem{Kind: "case",
		Code: string(declined.Code), Args: declined.Args, Back: casePath(c.Param("number"))})
}

func (p *pages) caseMoved(c echo.Context, m *staff.Member, why *security.Refusal) error {
	number := c.Param("number")
	moves, err := p.Security.Review.CaseMoves(c.Request().Context(), m, number)
	if err != nil {
		return err
	}
	v := page.CaseMoved{Page: p.deskPage(c), Path: casePath(number),
		Number: token.FoldNumber(number)}
	args := why.Args
	if why.Code == refusal.CaseTakenBy && len(args) > 1 {
		since, _ := time.Parse(time.RFC3339, args[1])
		args, v.Since = args[:1], handlers.WorldTime(since)
	}
	v.Why = words.Coded(string(why.Code), args)
	for _, e := range moves.Trail {
		v.Moves = append(v.Moves, p.teller().TrailLine(e, moves.Username, moves.Staff))
	}
	return handlers.Render(c, http.StatusConflict, v.View())
}
