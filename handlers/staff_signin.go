package handlers

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"regain/security"
	"regain/security/access"
	"regain/security/refusal"
	"regain/security/staff"
	"regain/views"
)

func (p *portal) staffRoutes() []deskRoute {
	const (
		verify = access.StageVerify
		setUp  = access.StageSetUp
		codes  = access.StageCodes
		manage = staff.RightManage
	)
	return []deskRoute{
		{method: get, path: "/staff/signin", open: p.showStaffSignIn},
		{method: post, path: "/staff/signin", open: p.signInStaff},
		{method: get, path: "/staff/join/:token", open: p.showJoin},
		{method: post, path: "/staff/join/:token", open: p.beginSetUp},
		{method: get, path: "/staff/signin/verify", halfway: p.showStaffVerify, stage: verify},
		{method: post, path: "/staff/signin/verify", halfway: p.proveStaff, stage: verify},
		{method: get, path: "/staff/setup", halfway: p.showSetUp, stage: setUp},
		{method: post, path: "/staff/setup", halfway: p.finishSetUp, stage: setUp},
		{method: get, path: "/staff/codes", halfway: p.showStaffCodes, stage: codes},
		{method: post, path: "/staff/codes", halfway: p.saveStaffCodes, stage: codes},
		{method: post, path: "/staff/codes.txt", halfway: p.sendStaffCodes, stage: codes},
		{method: post, path: "/staff/signout", halfway: p.signOutStaff},
		{method: post, path: "/staff/extend", halfway: p.extendStaff},
		{method: get, path: "/staff", staffed: p.showDesk, right: staff.RightSignedIn},
		{method: get, path: "/staff/people", staffed: p.showPeople, right: manage},
		{method: post, path: "/staff/people", staffed: p.inviteStaff, right: manage},
		{method: post, path: "/staff/people/:id/disable", staffed: p.disableStaff, right: manage},
	}
}

// showDesk leads to where the work of the role begins.
func (p *portal) showDesk(c echo.Context, m *staff.Member) error {
	switch m.Role {
	case staff.RoleSecurity:
		return see(c, "/staff/cases")
	case staff.RoleAdmin:
		return see(c, "/staff/people")
	}
	return see(c, "/staff/accounts")
}

// here is the member whose living session the browser holds already, at whatever stage; nil
// for anybody else.
func (p *portal) here(c echo.Context) (*staff.Member, error) {
	m, err := p.Security.Staff.EnterStaff(c.Request().Context(), visitor(c),
		p.staffJar(c).get(inSession))
	if isSignedOut(err) {
		return nil, nil
	}
	return m, err
}

func (p *portal) showStaffSignIn(c echo.Context) error {
	m, err := p.here(c)
	if err != nil {
		return err
	}
	if m != nil {
		return see(c, "/staff")
	}
	return render(c, http.StatusOK, views.StaffSignIn{Page: p.deskPage(c)}.View())
}

// signInStaff takes the password as it was typed: nothing is trimmed or cut.
func (p *portal) signInStaff(c echo.Context) error {
	r := c.Request()
	email := r.PostFormValue("identifier")
	session, err := p.Security.Staff.SignInStaff(r.Context(), visitor(c), email,
		r.PostFormValue("password"))
	if w := wrong(err); w != nil {
		m := views.StaffSignIn{Page: p.deskPage(c, w...), Email: email}
		return form(c, m.Page, m.View())
	}
	if err != nil {
		return err
	}
	p.staffJar(c).put(inSession, session)
	return see(c, "/staff/signin/verify")
}

func (p *portal) showStaffVerify(c echo.Context, _ *staff.Member) error {
	return render(c, http.StatusOK, views.StaffVerify{Page: p.deskPage(c)}.View())
}

func (p *portal) proveStaff(c echo.Context, m *staff.Member) error {
	session, err := p.Security.Staff.ProveStaff(c.Request().Context(), m,
		c.Request().PostFormValue("code"))
	if r, ok := errors.AsType[*security.Refusal](err); ok && r.Code == refusal.TooManyTries {
		retryAfter(c, r.Retry)
		p.warn(c, "authn_login_fail_max")
		return render(c, http.StatusTooManyRequests, views.StaffVerify{Page: p.deskPage(c),
			WaitUntil: p.retryTime(c, r.Retry)}.View())
	}
	if w := wrong(err); w != nil {
		v := views.StaffVerify{Page: p.deskPage(c, w...)}
		return form(c, v.Page, v.View())
	}
	if err != nil {
		return err
	}
	p.staffJar(c).put(inSession, session)
	return see(c, "/staff")
}

// signOutStaff leaves nothing behind in the browser.
func (p *portal) signOutStaff(c echo.Context, m *staff.Member) error {
	if err := p.Security.Staff.SignOutStaff(c.Request().Context(), m); err != nil {
		return err
	}
	j := p.staffJar(c)
	clear(j.session.Values)
	c.Response().Header().Set("Clear-Site-Data", `"cache", "storage"`)
	j.put(inFlash, "staff_signed_out")
	return see(c, "/staff/signin")
}

func (p *portal) extendStaff(c echo.Context, m *staff.Member) error {
	if err := p.Security.Access.ExtendSession(c.Request().Context(), m.Session); err != nil {
		return err
	}
	m.Session.SeenAt = p.Security.Now()
	if !wantsJSON(c) {
		return p.done(c, "/staff", "staff_extended")
	}
	return p.sendUntil(c, m.Session.Until(), worldClock)
}
