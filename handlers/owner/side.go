// Package owner is the open pages and the guided recovery: from the request for a link to the
// status of the case.
package owner

import (
	"slices"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/handlers/protect"
	"regain/security/guided"
	"regain/security/recovery"
)

// Side is the side of owners who recover, and the pages that anybody may open.
func Side(p *handlers.Portal) handlers.Side { return (&pages{p}).side() }

func (p *pages) side() handlers.Side {
	s := handlers.Side{Has: func(string) bool { return true }, Jar: p.Jar, Frame: p.page,
		Refused: p.elsewhere, SignedOut: func(c echo.Context, err error) error {
			return p.SignedOut(c, "session", "/recovery", "/recover", err)
		}}
	for _, r := range slices.Concat(p.publicRoutes(), p.recoveryRoutes(), waiting{p}.routes()) {
		s.Routes = append(s.Routes, p.door(r))
	}
	s.Routes = append(s.Routes, protect.Pages{Portal: p.Portal, Frame: p.page}.Routes()...)
	return s
}

func (p *pages) publicRoutes() []route {
	return []route{
		{method: get, path: "/", open: p.showHome},
		{method: get, path: "/help", open: p.showHelp},
		{method: post, path: handlers.ReportPath, open: p.TakeReport},
		{method: get, path: "/recover", kept: p.showRecover},
		{method: post, path: "/recover", kept: p.requestLink},
		{method: get, path: "/recover/sent",
			kept: func(c echo.Context) error { return p.sentPage(c) }},
		// for whoever presses Enter in the address bar after a wrong code
		{method: get, path: "/recover/code",
			kept: func(c echo.Context) error { return handlers.See(c, "/recover/sent") }},
		{method: post, path: "/recover/code", kept: p.useCode},
		{method: get, path: "/recover/no-mailbox", open: p.showNoMailbox},
		{method: post, path: "/recover/no-mailbox", open: p.reportNoMailbox},
		{method: get, path: "/r/:token", kept: p.showLink},
		{method: post, path: "/r/:token", kept: p.useLink},
		{method: get, path: "/r/:token/revoke", open: p.showRevoke},
		{method: post, path: "/r/:token/revoke", open: p.revokeLink},
		{method: post, path: "/r/:token/renew", kept: p.renewLink},
		{method: post, path: "/signout", open: p.signOut},
		{method: post, path: "/language", open: handlers.TakeLanguage(p.Portal)},
		{method: get, path: "/address/:token", open: p.showConfirmAddress},
		{method: post, path: "/address/:token", open: p.confirmAddress},
		{method: get, path: "/address/:token/undo", open: p.showUndoAddress},
		{method: post, path: "/address/:token/undo", open: p.undoAddress},
		{method: get, path: "/alert/:token/me", open: p.showAlertMe},
		{method: post, path: "/alert/:token/me", open: p.confirmAlert},
		{method: get, path: "/alert/:token/not-me", open: p.showAlertNotMe},
		{method: post, path: "/alert/:token/not-me", open: p.denyAlert},
		{method: get, path: "/password/:token", open: p.showContest},
		{method: post, path: "/password/:token", open: p.contest},
		{method: get, path: "/stop/:token", open: p.showVeto},
		{method: post, path: "/stop/:token", open: p.veto},
		{method: get, path: "/genuine", kept: p.showGenuine},
		{method: post, path: "/genuine", kept: p.checkMessage},
	}
}

func (p *pages) recoveryRoutes() []route {
	const (
		verify    = recovery.Verify
		password  = recovery.Password
		twoFactor = recovery.TwoFactor
		activity  = recovery.Activity
		support   = recovery.Support
	)
	return []route{
		{method: get, path: "/recovery",
			owned: func(c echo.Context, o *guided.Owner) error { return handlers.See(c, nextPath(o)) }},
		{method: post, path: "/recovery/extend", owned: p.extend},
		{method: get, path: "/recovery/verify", owned: p.showVerify, step: verify},
		{method: post, path: "/recovery/verify", owned: p.prove, step: verify},
		{method: post, path: "/recovery/verify/cannot", owned: p.cannotProve, step: verify},
		{method: post, path: "/recovery/verify/passkey", owned: p.recoverPasskey, step: verify},
		{method: get, path: "/recovery/password", owned: p.showPassword, step: password},
		{method: post, path: "/recovery/password", owned: p.updatePassword, step: password},
		{method: post, path: "/recovery/password/skip", owned: p.keepPassword, step: password},
		{method: post, path: "/recovery/password/sso", step: password,
			owned: func(c echo.Context, o *guided.Owner) error { return proveBySSO(p, c, o) }},
		{method: post, path: "/recovery/password/strength", owned: p.advise, step: password},
		{method: get, path: afterCarePath, owned: p.showAfterCare, step: support},
		{method: get, path: "/recovery/two-factor", owned: p.showTwoFactor, step: twoFactor},
		{method: post, path: "/recovery/two-factor", owned: p.postTwoFactor, step: twoFactor},
		{method: post, path: "/recovery/two-factor/passkey", owned: p.addPasskey, step: twoFactor},
		{method: post, path: "/recovery/two-factor/skip", owned: p.skipTwoFactor, step: twoFactor},
		{method: post, path: "/recovery/two-factor/keep", owned: p.keepTwoFactor, step: twoFactor},
		{method: post, path: "/recovery/two-factor/remove", owned: p.removeFactor, step: twoFactor},
		{method: post, path: "/recovery/two-factor/codes.txt", owned: p.sendCodes, step: twoFactor},
		{method: get, path: "/recovery/activity", owned: p.showActivity, step: activity},
		{method: post, path: "/recovery/activity", owned: p.answerLogins, step: activity},
		{method: get, path: "/recovery/support", owned: p.showSupport, step: support},
		{method: post, path: "/recovery/support", owned: p.sendSupport, step: support, files: true},
	}
}
