package gallery

import (
	"regain/views"
	"regain/views/desk"
	"slices"

	"github.com/a-h/templ"
)

// mine is the frame of a member's own account; here is the path of the page.
func mine(here string, wrong ...views.Wrong) desk.Mine {
	m := desk.Mine{Page: staffPage(wrong...)}
	for i := range m.Staff.Links {
		m.Staff.Links[i].Here = false
	}
	m.Staff.Me.Here = true
	for _, s := range [][2]string{{"/staff/me", "nav.overview"}, {"/staff/me/password", "nav.password"},
		{"/staff/me/two-factor", "nav.two_factor"}, {"/staff/me/passkeys", "nav.passkeys"},
		{"/staff/me/sessions", "nav.sessions"}} {
		m.Sections = append(m.Sections, views.NavLink{Path: s[0], Word: say(s[1]),
			Here: s[0] == here})
	}
	return m
}

func meSamples() []Sample {
	me := desk.Me{Mine: mine("/staff/me"), Name: "Ines Rocha", Facts: []views.Fact{
		{Label: say("export_head.role"), Value: say("role.account_security")},
		{Label: say("desk_head.email"), Value: as("ines@market.example"), Code: true},
		{Label: say("staff_since.active"), At: at("3 March 2025, 10:12 (UTC)")}},
		Ways: []desk.MyWay{{Title: "Authenticator app", Facts: []views.Fact{
			{Label: say("label.added"), At: at("3 March 2025, 10:12 (UTC)")}}}}}
	long := me
	long.Name, long.Facts = longText, []views.Fact{{Label: say("desk_head.email"), Value: as(longWord + "@" + longWord),
		Code: true}}
	marked := me
	marked.Name, marked.Ways = markup, []desk.MyWay{{Title: markup, Path: "javascript:alert(1)",
		Do: markup}}
	refused := me
	refused.Mine, refused.TimeZone = mine("/staff/me", bad("time_zone", "zone_unknown")), "Berlin"
	return slices.Concat([]Sample{
		{"staff-me/normal", me.View()},
		{"staff-me/zone-refused", refused.View()},
		{"staff-me/long", long.View()},
		{"staff-me/markup", marked.View()},
	}, myPasswordSamples(), myFactorSamples(), myPasskeySamples(),
		mySessionSamples())
}

func myPasswordSamples() []Sample {
	page := func(wrong ...views.Wrong) templ.Component {
		return desk.MyPassword{Mine: mine("/staff/me/password", wrong...), Email: "ines@market.example",
			MinLength: 15, MaxLength: 1000}.View()
	}
	return []Sample{
		{"staff-me-password/normal", page()},
		{"staff-me-password/wrong", page(bad("current_password", "password_wrong"))},
		{"staff-me-password/short", page(bad("new_password", "password_short", "15"))},
	}
}

func myFactorSamples() []Sample {
	const path = "/staff/me/two-factor"
	normal := desk.MyTwoFactor{Mine: mine(path), Methods: []views.Method{
		{Name: say("method.totp"), Added: at("3 March 2025, 10:12 (UTC)"),
			LastUsed: at("20 November 2026, 08:30 (UTC)"), Removable: true},
		{Name: say("method.codes"), Info: as("9 left"), Added: at("3 March 2025, 10:12 (UTC)")}}}
	replace := func(wrong ...views.Wrong) templ.Component {
		m := normal
		m.Mine, m.SetUp = mine(path, wrong...), sampleSetUp().AppSetUp
		m.SetUp.Page = m.Page
		return m.View()
	}
	marked := normal
	marked.Methods = []views.Method{{Name: as(markup), Info: as(markup), Added: at(sampleDawn)}}
	return []Sample{
		{"staff-me-two-factor/normal", normal.View()},
		{"staff-me-two-factor/replace", replace()},
		{"staff-me-two-factor/wrong", replace(bad("code", "code_wrong"))},
		{"staff-me-two-factor/markup", marked.View()},
	}
}

func myPasskeySamples() []Sample {
	const path = "/staff/me/passkeys"
	page := func(set func(*desk.MyPasskeys), wrong ...views.Wrong) templ.Component {
		m := desk.MyPasskeys{Mine: mine(path, wrong...), Passkeys: samplePasskeysAt(path)}
		set(&m)
		return m.View()
	}
	return []Sample{
		{"staff-me-passkeys/normal", page(func(*desk.MyPasskeys) {})},
		{"staff-me-passkeys/must", page(func(m *desk.MyPasskeys) { m.Must, m.List = true, nil })},
		{"staff-me-passkeys/stale", page(func(m *desk.MyPasskeys) {
			m.Add, m.Prove, m.Signals = views.PasskeyForm{}, "/staff/prove", "{}"
		})},
		{"staff-me-passkeys/needed", page(func(m *desk.MyPasskeys) {
			m.Keep, m.List = true, m.List[:1]
		})},
		{"staff-me-passkeys/name", page(func(m *desk.MyPasskeys) { m.List[1].Typed = " " },
			bad("k-2name", "label_missing"))},
		{"staff-me-passkeys/markup", page(func(m *desk.MyPasskeys) {
			m.Name, m.List[0].Name, m.List[1].Name = longText, longWord, markup
		})},
	}
}

func mySessionSamples() []Sample {
	page := func(all ...desk.MySession) templ.Component {
		return desk.MySessions{Mine: mine("/staff/me/sessions"), Sessions: all}.View()
	}
	facts := []views.Fact{{Label: say("label.place"), Value: as("United Kingdom, 198.51.100.7")},
		{Label: say("label.last_used"), At: at("20 November 2026, 08:30 (UTC)")}}
	here := desk.MySession{ID: "1", Device: "Firefox on Linux", This: true, Known: true, Facts: facts}
	return []Sample{
		{"staff-me-sessions/normal", page(here,
			desk.MySession{ID: "2", Device: "Safari on iPhone", Known: true, Facts: facts},
			desk.MySession{ID: "3", Device: "Chrome on Windows", Half: true, Facts: facts},
			desk.MySession{ID: "4", Device: "Edge on Windows", Known: true, Over: at("19 November 2026, 22:10"),
				Facts: facts})},
		{"staff-me-sessions/only", page(here)},
		{"staff-me-sessions/markup", page(here, desk.MySession{ID: markup, Device: markup,
			Facts: []views.Fact{{Label: as(markup), Value: as(markup)}}})},
	}
}
