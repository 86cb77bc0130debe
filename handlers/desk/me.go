package desk

import (
	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security/access"
	"regain/security/staff"
	"regain/views"
	page "regain/views/desk"
	"regain/views/words"
)

const mePath = "/staff/me"

// self answers requests of members of staff about their own account.
type self struct{ desk *pages }

func (p self) routes() []route {
	all := []route{{method: get, path: mePath, staffed: p.show},
		{method: post, path: mePath, staffed: p.setTimeZone},
		{method: get, path: myPassword, staffed: p.showPassword},
		{method: post, path: myPassword, staffed: p.changePassword},
		{method: post, path: myPassword + "/strength", staffed: p.advise},
		{method: get, path: myTwoFactor, staffed: p.showTwoFactor},
		{method: post, path: myTwoFactor, staffed: p.setAuthenticator},
		{method: post, path: myTwoFactor + "/renew", staffed: p.renewCodes},
		{method: get, path: mySessions, staffed: p.showSessions},
		{method: post, path: mySessions + "/end", staffed: p.endSession},
		{method: post, path: mySessions + "/end-others", staffed: p.endSessions}}
	for i := range all {
		all[i].right = staff.RightSignedIn
	}
	return append(all, p.keyRoutes()...)
}

// mine is the frame of the pages of a member's own account.
func (p self) mine(c echo.Context, wrong ...views.Wrong) page.Mine {
	m := page.Mine{Page: p.desk.deskPage(c, wrong...)}
	for _, s := range [...][2]string{
		{mePath, "nav.overview"}, {myPassword, "nav.password"}, {myTwoFactor, "nav.two_factor"},
		{myPasskeys, "nav.passkeys"}, {mySessions, "nav.sessions"},
	} {
		l := navLink(c, s[0], s[1])
		l.Here = l.Path == c.Request().URL.Path || l.Here && l.Path != mePath
		m.Sections = append(m.Sections, l)
	}
	return m
}

func (p self) show(c echo.Context, m *staff.Member) error { return p.overview(c, m, m.TimeZone) }

// setTimeZone takes the zone in which the member reads times.
func (p self) setTimeZone(c echo.Context, m *staff.Member) error {
	typed := c.Request().PostFormValue("time_zone")
	err := p.desk.Security.Staff.SetTimeZone(c.Request().Context(), m, typed)
	if w := handlers.Wrong(err); w != nil {
		return p.overview(c, m, typed, w...)
	}
	return p.desk.After(c, err, mePath, "me_zone")
}

// overview is the page of the member's own account around the zone that was typed.
func (p self) overview(c echo.Context, m *staff.Member, typed string, wrong ...views.Wrong) error {
	tell := handlers.WorldClock.Tell
	v := page.Me{Mine: p.mine(c, wrong...), Name: m.Name, TimeZone: typed, Facts: []views.Fact{
		{Label: words.Say("desk_label.role"), Value: words.Say("role." + string(m.Role))},
		{Label: words.Say("desk_label.email"), Value: words.As(m.Email), Code: true},
		{Label: words.Say("staff_since.active"), At: tell(m.JoinedAt)}}}
	ways := func(path string, all ...views.Method) {
		for _, x := range all {
			v.Ways = append(v.Ways, page.MyWay{Title: x.Name.String(), Facts: x.Facts(), Path: path,
				Do: "Look after it"})
		}
	}
	ways(myTwoFactor, p.methods(m)...)
	for _, f := range access.Passkeys(m.Factors) {
		ways(myPasskeys, handlers.Method(f, handlers.WorldClock, p.desk.Security.Now()))
	}
	return handlers.Form(c, v.Page, v.View())
}

// methods are the second factors of the member.
func (p self) methods(m *staff.Member) []views.Method {
	list := handlers.CodesMethod(m.Codes, handlers.WorldClock)
	if app, ok := access.Authenticator(m.Factors); ok {
		list = append([]views.Method{handlers.Method(app, handlers.WorldClock,
			p.desk.Security.Now())}, list...)
	}
	return list
}
