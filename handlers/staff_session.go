package handlers

import (
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"regain/security"
	"regain/security/access"
	"regain/security/staff"
	"regain/views"
)

const memberKey = "member"

// member is the member of staff that enterStaff found, or nil.
func member(c echo.Context) *staff.Member {
	m, _ := c.Get(memberKey).(*staff.Member)
	return m
}

// deskRoute is one address of staff. Exactly one of open, halfway and staffed is set.
type deskRoute struct {
	method, path string
	open         echo.HandlerFunc
	// halfway is for members of staff at one stage of signing in, or at any when stage is "";
	// staffed is for those who are signed in and whose role has the right.
	halfway func(echo.Context, *staff.Member) error
	stage   access.Stage
	staffed func(echo.Context, *staff.Member) error
	right   staff.Right
	body    int64
}

func (p *portal) deskSide() Side {
	s := Side{Has: func(path string) bool { return underPath(path, "/staff") }, Jar: p.staffJar,
		Frame: p.deskPage, SignedOut: p.staffSignedOut, Back: "/staff",
		Refused: func(echo.Context, *security.Refusal) (bool, error) { return false, nil }}
	for _, r := range slices.Concat(p.staffRoutes(), p.deskRoutes(), p.ticketRoutes(),
		p.caseRoutes(), p.lockRoutes()) {
		s.Routes = append(s.Routes, p.deskDoor(r))
	}
	return s
}

// deskDoor puts the rule of its door before a page.
func (p *portal) deskDoor(r deskRoute) Route {
	at := Route{Method: r.method, Path: r.path, Right: r.right, Body: r.body, Door: Staff,
		Serve: func(c echo.Context) error { return p.serveStaff(c, r) }}
	switch {
	case r.open != nil:
		at.Door, at.Serve = Open, r.open
	case r.halfway != nil:
		at.Door = Halfway
	}
	return at
}

// serveStaff lets a member of staff through to a route of their stage, and to the rest once
// they are signed in and their role has the right to it.
func (p *portal) serveStaff(c echo.Context, r deskRoute) error {
	ctx := c.Request().Context()
	if !isText(c.Request().URL.Path) {
		return echo.ErrNotFound
	}
	m, err := p.Security.Staff.EnterStaff(ctx, visitor(c), p.staffJar(c).get(inSession))
	if err != nil {
		return err
	}
	stage := m.Stage()
	c.Set(memberKey, m)
	know(c, "/staff", worldClock)
	if r.halfway != nil {
		if r.stage != "" && stage != r.stage {
			return see(c, stagePaths[stage])
		}
		return r.halfway(c, m)
	}
	if stage != access.StageIn {
		return see(c, stagePaths[stage])
	}
	err = p.Security.Staff.Allow(ctx, m, staff.Attempt{Right: r.right, What: r.method + " " +
		r.path,
		On: strings.Join(c.ParamValues(), " ")})
	if err != nil {
		return err
	}
	return r.staffed(c, m)
}

// stagePaths is the page of each stage.
var stagePaths = map[access.Stage]string{
	access.StageSetUp:  "/staff/setup",
	access.StageVerify: "/staff/signin/verify",
	access.StageCodes:  "/staff/codes",
	access.StageIn:     "/staff",
}

// deskPage makes the frame of a staff page.
func (p *portal) deskPage(c echo.Context, wrong ...views.Wrong) views.Page {
	page := p.frame(c, wrong...)
	page.Staff = &views.StaffBar{}
	m := member(c)
	if m == nil {
		return page
	}
	page.Staff.Who, page.Staff.Role = m.Name, views.Text("role."+string(m.Role))
	page.SignOut = true
	stage := m.Stage()
	if stage == access.StageIn {
		page.Staff.Links = staffLinks(c, m)
	}
	page.Until = worldClock.Hour(m.Session.Until())
	if stage != access.StageVerify { // whose end nothing puts off
		page.SecondsLeft = p.secondsTo(m.Session.Until())
	}
	return page
}

// staffLinks is the navigation: what the role has the right to.
func staffLinks(c echo.Context, m *staff.Member) []views.NavLink {
	var links []views.NavLink
	for _, l := range []struct {
		right staff.Right
		path  string
		word  string
	}{
		{staff.RightReview, "/staff/cases", "nav.cases"},
		{staff.RightRead, "/staff/tickets", "nav.tickets"},
		{staff.RightRead, "/staff/accounts", "nav.accounts"},
		{staff.RightReview, "/staff/lock", "nav.lock"},
		{staff.RightManage, "/staff/people", "nav.people"},
	} {
		if m.Role.Has(l.right) {
			links = append(links, views.NavLink{Path: l.path, Word: views.Text(l.word),
				Here: underPath(c.Request().URL.Path, l.path)})
		}
	}
	return links
}

// staffSignedOut answers whoever holds no living staff session; see signedOut.
func (p *portal) staffSignedOut(c echo.Context) error {
	j := p.staffJar(c)
	if j.get(inSession) == "" {
		return see(c, "/staff/signin")
	}
	if !safe(c.Request().Method) {
		return see(c, "/staff")
	}
	p.warn(c, "session_use_after_expire")
	j.put(inSession, "")
	j.put(inFlash, "staff_session_over")
	return see(c, "/staff/signin")
}
