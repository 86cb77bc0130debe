package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"regain/security/access"
	"regain/security/account"
	"regain/security/guided"
	"regain/security/recovery"
	"regain/security/staff"
)

// route is one address. Exactly one of open, owned, midway, account, halfway and staffed is set.
type route struct {
	method, path string
	// open is for anybody; owned only for whoever holds a living recovery session.
	open  echo.HandlerFunc
	owned func(echo.Context, *guided.Owner) error
	// midway is for whoever signed in with a password and owes the second factor, account for
	// signed-in owners; with fresh only after a proof of the last minutes.
	midway, account func(echo.Context, *account.SignedIn) error
	fresh           bool
	// halfway is for members of staff at one stage of signing in, or at any when stage is "";
	// staffed is for those who are signed in and whose role has the right.
	halfway func(echo.Context, *staff.Member) error
	stage   access.Stage
	staffed func(echo.Context, *staff.Member) error
	right   staff.Right
	// body is the size of the largest form, in bytes; 0 stands for the usual one. Only a form
	// with a size of its own may bring files.
	body int64
	// step is the step of the recovery that the address belongs to, if it does.
	step recovery.Step
}

const (
	get  = http.MethodGet
	post = http.MethodPost
)

// routes is the one table of all addresses; HEAD works wherever GET does.
func (p *portal) routes() []route {
	all := append(p.publicRoutes(), p.recoveryRoutes()...)
	for _, more := range [][]route{p.staffRoutes(), p.deskRoutes(), p.ticketRoutes(),
		p.caseRoutes(), p.lockRoutes(), p.signInRoutes(), p.overviewRoutes(), p.factorRoutes(),
		p.changeRoutes(), p.alertRoutes(), p.dataRoutes()} {
		all = append(all, more...)
	}
	if p.Dev != nil {
		all = append(all, p.devRoutes()...)
	}
	return all
}

func (p *portal) publicRoutes() []route {
	return []route{
		{method: get, path: "/", open: p.showHome},
		{method: get, path: "/help", open: p.showHelp},
		{method: get, path: "/recover", open: p.showRecover},
		{method: post, path: "/recover", open: p.requestLink},
		{method: get, path: "/recover/sent", open: p.showSent},
		{method: get, path: "/recover/code", open: p.showSentAgain},
		{method: post, path: "/recover/code", open: p.useCode},
		{method: get, path: "/recover/no-mailbox", open: p.showNoMailbox},
		{method: post, path: "/recover/no-mailbox", open: p.reportNoMailbox},
		{method: get, path: "/r/:token", open: p.showLink},
		{method: post, path: "/r/:token", open: p.useLink},
		{method: get, path: "/r/:token/revoke", open: p.showRevoke},
		{method: post, path: "/r/:token/revoke", open: p.revokeLink},
		{method: post, path: "/r/:token/renew", open: p.renewLink},
		{method: post, path: "/signout", open: p.signOut},
		{method: get, path: "/.well-known/change-password", open: p.showWhereToChange},
		{method: get, path: "/.well-known/security.txt", open: p.showSecurityContact},
		{method: get, path: "/robots.txt", open: p.showRobots},
		{method: get, path: "/healthz", open: p.showHealth},
		{method: get, path: "/readyz", open: p.showReady},
		{method: get, path: "/static/:name", open: p.sendStatic},
	}
}

func (p *portal) recoveryRoutes() []route {
	const (
		verify    = recovery.Verify
		password  = recovery.Password
		twoFactor = recovery.TwoFactor
		activity  = recovery.Activity
		support   = recovery.Support
	)
	return []route{
		{method: get, path: "/recovery", owned: p.showNext},
		{method: post, path: "/recovery/extend", owned: p.extend},
		{method: get, path: "/recovery/verify", owned: p.showVerify, step: verify},
		{method: post, path: "/recovery/verify", owned: p.prove, step: verify},
		{method: post, path: "/recovery/verify/cannot", owned: p.cannotProve, step: verify},
		{method: get, path: "/recovery/password", owned: p.showPassword, step: password},
		{method: post, path: "/recovery/password", owned: p.updatePassword, step: password},
		{method: post, path: "/recovery/password/skip", owned: p.keepPassword, step: password},
		{method: post, path: "/recovery/password/strength", owned: p.advise, step: password},
		{method: get, path: "/recovery/two-factor", owned: p.showTwoFactor, step: twoFactor},
		{method: post, path: "/recovery/two-factor", owned: p.postTwoFactor, step: twoFactor},
		{method: post, path: "/recovery/two-factor/skip", owned: p.skipTwoFactor, step: twoFactor},
		{method: post, path: "/recovery/two-factor/keep", owned: p.keepTwoFactor, step: twoFactor},
		{method: post, path: "/recovery/two-factor/remove", owned: p.removeFactor, step: twoFactor},
		{method: post, path: "/recovery/two-factor/codes.txt", owned: p.sendCodes, step: twoFactor},
		{method: get, path: "/recovery/activity", owned: p.showActivity, step: activity},
		{method: post, path: "/recovery/activity", owned: p.answerLogins, step: activity},
		{method: get, path: "/recovery/support", owned: p.showSupport, step: support},
		{method: post, path: "/recovery/support", owned: p.sendSupport, step: support},
		{method: get, path: "/recovery/status", owned: p.showStatus},
		{method: post, path: "/recovery/status/message", owned: p.sendMessage},
		{method: post, path: "/recovery/status/escalate", owned: p.askUrgent},
	}
}

// serve is the handler of a route behind what the table demands: a session, and the order of
// the steps. Going straight to a later step leads back to the first unmet one.
func (p *portal) serve(r route) echo.HandlerFunc {
	switch {
	case r.open != nil:
		return r.open
	case r.halfway != nil, r.staffed != nil:
		return func(c echo.Context) error { return p.serveStaff(c, r) }
	case r.midway != nil, r.account != nil:
		return func(c echo.Context) error { return p.serveAccount(c, r) }
	}
	return func(c echo.Context) error {
		o, err := p.enter(c)
		if err != nil {
			return err
		}
		if r.step != "" && !o.Progress.Open(r.step) {
			return p.outOfOrder(c, o)
		}
		return r.owned(c, o)
	}
}

// outOfOrder leads to where the owner stands.
func (p *portal) outOfOrder(c echo.Context, o *guided.Owner) error {
	if !o.Over() {
		p.warn(c, "sequence_fail")
	}
	return see(c, nextPath(o))
}

// nextPath is the page of the first unmet step, or the status page when none is left.
func nextPath(o *guided.Owner) string {
	if next := o.Progress.Next(); next != "" {
		return "/recovery/" + string(next)
	}
	return "/recovery/status"
}
