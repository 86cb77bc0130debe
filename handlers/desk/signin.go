package desk

import (
	"errors"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security"
	"regain/security/access"
	"regain/security/staff"
	"regain/views"
	page "regain/views/desk"
)

func (p *pages) staffRoutes() []route {
	const (
		setUp  = access.StageSetUp
		codes  = access.StageCodes
		manage = staff.RightManage
	)
	return []route{
		{method: post, path: handlers.StaffReportPath, open: p.TakeReport},
		{method: get, path: "/staff/signin", kept: p.showStaffSignIn},
		{method: post, path: "/staff/signin", kept: p.signInStaff},
		{method: get, path: "/staff/join/:token", kept: p.showJoin},
		{method: post, path: "/staff/join/:token", kept: p.beginSetUp},
		{method: get, path: "/staff/setup", halfway: p.showSetUp, stage: setUp},
		{method: post, path: "/staff/setup", halfway: p.finishSetUp, stage: setUp},
		{method: get, path: "/staff/codes", halfway: p.showStaffCodes, stage: codes},
		{method: post, path: "/staff/codes", halfway: p.saveStaffCodes, stage: codes},
		{method: post, path: "/staff/codes.txt", halfway: p.sendStaffCodes, stage: codes},
		{method: post, path: signOutPath, halfway: p.signOutStaff},
		{method: post, path: "/staff/extend", halfway: p.extendStaff},
		{method: get, path: "/staff", staffed: p.showDesk, right: staff.RightSignedIn},
		{method: get, path: "/staff/people", staffed: people{p}.show, right: manage},
		{method: post, path: "/staff/people", staffed: people{p}.invite, right: manage},
		{method: post, path: "/staff/people/approve", staffed: people{p}.decide, right: manage},
		{method: post, path: "/staff/people/send-back", staffed: people{p}.decide, right: manage},
		{method: post, path: "/staff/people/:id/disable", staffed: people{p}.disable, right: manage},
	}
}

// here is the member whose living session the browser holds already, at whatever stage; nil
// for anybody else.
func (p *pages) here(c echo.Context) (*staff.Member, error) {
	m, err := p.Security.Staff.EnterStaff(c.Request().Context(), handlers.Visitor(c),
		p.StaffJar(c).Get(handlers.InSession))
	if handlers.IsSignedOut(err) {
		return nil, nil
	}
	return m, err
}

func (p *pages) showStaffSignIn(c echo.Context) error {
	m, err := p.here(c)
	if err != nil {
		return err
	}
	if m != nil {
		return handlers.See(c, "/staff")
	}
	return staffSignInPage(p, c, p.Identifier(c))
}

func staffSignInPage(p *pages, c echo.Context, email string, refused ...views.Wrong) (err error) {
	m := page.SignIn{Email: email}
	if m.Issuer, err = issuerHost(p.Portal, c); err != nil {
		return err
	}
	m.Only = m.Issuer != "" && p.Security.Policy.StaffSSOOnly
	if m.Only { // what was refused has no field on this page
		for i := range refused {
			refused[i].Field = ""
		}
	}
	m.Page = p.deskPage(c, refused...)
	return handlers.Form(c, m.Page, m.View())
}

// signInStaff takes the password as it was typed: nothing is trimmed or cut.
func (p *pages) signInStaff(c echo.Context) error {
	r := c.Request()
	email := r.PostFormValue("identifier")
	session, err := p.Security.Staff.SignInStaff(r.Context(), handlers.Visitor(c), email,
		r.PostFormValue("password"))
	if w := handlers.Wrong(err); w != nil {
		return staffSignInPage(p, c, email, w...)
	}
	if err != nil {
		return err
	}
	p.StaffJar(c).Put(handlers.InSession, session)
	return handlers.See(c, verifyPath)
}

// enter lets in whoever has shown a second factor, in a browser that is known from now on.
func (p *pages) enter(c echo.Context, session, path string) error {
	p.StaffJar(c).Put(handlers.InSession, session)
	if _, err := p.KnowDevice(c, access.StaffSession, session); err != nil {
		return err
	}
	return handlers.See(c, path)
}

// signOutStaff leaves nothing behind in the browser.
func (p *pages) signOutStaff(c echo.Context, m *staff.Member) error {
	ctx := c.Request().Context()
	begun, err := p.Security.Federation.Trusted.SSOSession(ctx, m.Session.ID)
	if err != nil && !errors.Is(err, security.ErrNotFound) {
		return err
	}
	if err := p.Security.Staff.SignOutStaff(ctx, m); err != nil {
		return err
	}
	handlers.Forget(c, p.StaffJar(c))
	if begun.Session != "" {
		p.StaffJar(c).Put(handlers.InSSOOut, begun.SessionID)
		return handlers.See(c, ssoPath+"/out")
	}
	p.StaffJar(c).Put(handlers.InFlash, "staff_signed_out")
	return handlers.See(c, "/staff/signin")
}

func (p *pages) extendStaff(c echo.Context, m *staff.Member) error {
	if err := p.Security.Access.ExtendSession(c.Request().Context(), m.Session); err != nil {
		return err
	}
	m.Session.SeenAt = p.Security.Now()
	if !handlers.WantsJSON(c) {
		return p.Done(c, "/staff", "staff_extended")
	}
	return p.SendUntil(c, m.Session.Until())
}
