package desk

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/handlers/trust"
	"regain/security"
	"regain/security/access"
	"regain/security/refusal"
	"regain/security/staff"
	"regain/views"
	"regain/views/words"
	"regain/views/zone"
)

const (
	get  = http.MethodGet
	post = http.MethodPost
)

// pages answers requests for the pages of this side.
type pages struct{ *handlers.Portal }

// route is one address of staff. Exactly one of open, kept, halfway and staffed is set.
type route struct {
	method, path string
	open, kept   echo.HandlerFunc
	// halfway is for members of staff at one stage of signing in, or at any when stage is "";
	// staffed is for those who are signed in and whose role has the right.
	halfway func(echo.Context, *staff.Member) error
	stage   access.Stage
	staffed func(echo.Context, *staff.Member) error
	right   staff.Right
	body    int64
}

// door puts the rule of its door before a page.
func (p *pages) door(r route) handlers.Route {
	at := handlers.Route{Method: r.method, Path: r.path, Right: r.right, Body: r.body,
		Door:  handlers.Staff,
		Serve: func(c echo.Context) error { return p.serveStaff(c, r) }}
	switch {
	case r.open != nil:
		at.Door, at.Serve = handlers.Open, r.open
	case r.kept != nil:
		at.Door, at.Serve = handlers.Kept, r.kept
	case r.halfway != nil:
		at.Door = handlers.Halfway
	}
	return at
}

// serveStaff lets a member of staff through to a route of their stage, and to the rest once
// they are signed in and their role has the right to it.
func (p *pages) serveStaff(c echo.Context, r route) error {
	ctx := c.Request().Context()
	if !handlers.IsText(c.Request().URL.Path) {
		return echo.ErrNotFound
	}
	m, err := p.Security.Staff.EnterStaff(ctx, handlers.Visitor(c),
		p.StaffJar(c).Get(handlers.InSession))
	if err != nil {
		return err
	}
	stage := m.Stage()
	clock := zone.Of(m.TimeZone)
	handlers.Know(c, m, "/staff", clock)
	if m.TimeZone != "" {
		c.SetRequest(c.Request().WithContext(zone.With(ctx, clock)))
	}
	if m.Session.Moved && !handlers.UnderPath(r.path, provePath) && r.path != signOutPath {
		return security.Refuse("", refusal.ProofNeeded)
	}
	if r.halfway != nil {
		if r.stage != "" && stage != r.stage {
			return handlers.See(c, stagePaths[stage])
		}
		return r.halfway(c, m)
	}
	if stage != access.StageIn {
		return handlers.Instead(p.Portal, c, stagePaths[stage])
	}
	err = p.Security.Staff.Allow(ctx, m, staff.Attempt{Right: r.right, What: r.method + " " +
		r.path,
		On: strings.Join(c.ParamValues(), " ")})
	if err != nil {
		return err
	}
	return r.staffed(c, m)
}

const verifyPath = "/staff/signin/verify"

// stagePaths is the page of each stage.
var stagePaths = map[access.Stage]string{
	access.StageSetUp:  "/staff/setup",
	access.StageVerify: verifyPath,
	access.StageCodes:  "/staff/codes",
	access.StageIn:     "/staff",
}

// second gathers what the member can show at path. A passkey has an address of its own.
func second(p *pages, c echo.Context, m *staff.Member, path string, refused *security.Refusal) (
	handlers.Second, error) {
	f, err := p.Second(c, m.Session, m.Factors, m.Codes, path+"/passkey", refused)
	if f.Passkey.Only = p.Security.Staff.MustUsePasskey(m); f.Passkey.Only {
		f.Passkey.Else = words.Say("passkey.else.browser")
	}
	return f, err
}

// deskPage makes the frame of a staff page.
func (p *pages) deskPage(c echo.Context, wrong ...views.Wrong) views.Page {
	page := p.Frame(c, wrong...)
	page.Staff = &views.StaffBar{}
	m := handlers.Found[staff.Member](c)
	if m == nil {
		return page
	}
	page.Staff.Who, page.Staff.Role = m.Name, words.Say("role."+string(m.Role))
	page.SignOut = true
	stage := m.Stage()
	if stage == access.StageIn {
		page.Staff.Links = staffLinks(c, m)
		page.Staff.Me = navLink(c, mePath, "nav.me")
		page.Staff.Keys = p.DeviceJar(c).Get(handlers.InKeys) == ""
	}
	page.Until = handlers.WorldClock.Hour(m.Session.Until())
	if stage != access.StageVerify { // whose end nothing puts off
		page.SecondsLeft = p.SecondsTo(m.Session.Until())
	}
	return page
}

// staffLinks is the navigation: what the role has the right to.
func staffLinks(c echo.Context, m *staff.Member) []views.NavLink {
	home := navLink(c, "/staff", "nav.overview")
	home.Here = c.Request().URL.Path == home.Path
	links := []views.NavLink{home}
	for _, l := range []struct {
		right staff.Right
		path  string
		word  string
	}{
		{staff.RightReview, "/staff/cases", "nav.cases"},
		{staff.RightRead, "/staff/tickets", "nav.tickets"},
		{staff.RightRead, "/staff/accounts", "nav.accounts"},
		{staff.RightTrust, trust.ReportsPath, "nav.reports"},
		{staff.RightReview, "/staff/lock", "nav.lock"},
		{staff.RightManage, "/staff/people", "nav.people"},
		{staff.RightManage, "/staff/keys", "nav.keys"},
		{staff.RightManage, "/staff/webhooks", "nav.webhooks"},
	} {
		if m.Role.Has(l.right) {
			links = append(links, navLink(c, l.path, l.word))
			if l.path == trust.ReportsPath && trust.Has(c.Request().URL.Path) {
				links[len(links)-1].Here = true
			}
		}
	}
	return links
}

// navLink is a place of a navigation; word is its key.
func navLink(c echo.Context, path, word string) views.NavLink {
	return views.NavLink{Path: path, Word: words.Say(word),
		Here: handlers.UnderPath(c.Request().URL.Path, path)}
}
