package gallery

import (
	"regain/views"
	"regain/views/desk"
)

// mine is the frame of a member's own account; here is the path of the page.
func mine(here string, wrong ...views.Wrong) desk.Mine {
	m := desk.Mine{Page: staffPage(wrong...)}
	for i := range m.Staff.Links {
		m.Staff.Links[i].Here = false
	}
	m.Staff.Me.Here = true
	for _, s := range [][2]string{{"/staff/me", "nav.overview"}} {
		m.Sections = append(m.Sections, views.NavLink{Path: s[0], Word: views.Text(s[1]),
			Here: s[0] == here})
	}
	return m
}

func meSamples() []Sample {
	me := desk.Me{Mine: mine("/staff/me"), Name: "Ines Rocha", Facts: []views.Fact{
		{Label: "Role", Value: views.Text("role.account_security")},
		{Label: "Email", Value: "ines@market.example", Code: true},
		{Label: "Joined", Value: "3 March 2025, 10:12 (UTC)"}},
		Ways: []desk.MyWay{{Title: "Authenticator app", Facts: []views.Fact{
			{Label: "Added", Value: "3 March 2025, 10:12 (UTC)"}}}}}
	long := me
	long.Name, long.Facts = longText, []views.Fact{{Label: "Email", Value: longWord + "@" + longWord,
		Code: true}}
	marked := me
	marked.Name, marked.Ways = markup, []desk.MyWay{{Title: markup, Path: "javascript:alert(1)",
		Do: markup}}
	return []Sample{
		{"staff-me/normal", me.View()},
		{"staff-me/long", long.View()},
		{"staff-me/markup", marked.View()},
	}
}
