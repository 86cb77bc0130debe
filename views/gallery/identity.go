package gallery

import (
	"slices"

	"github.com/a-h/templ"

	"regain/views"
	"regain/views/desk"
)

// doorstep is the frame of the staff pages before anybody is signed in.
func doorstep(wrong ...views.Wrong) views.Page {
	p := samplePage()
	p.Staff, p.Wrong = &views.StaffBar{}, wrong
	return p
}

// staffPage is the frame of the staff pages, with every section there is.
func staffPage(wrong ...views.Wrong) views.Page {
	p := doorstep(wrong...)
	p.SignOut, p.Until, p.SecondsLeft = true, at("14:32 (UTC)"), 900
	p.Staff.Who, p.Staff.Role = "Ines Rocha", say("role.account_security")
	p.Staff.Me = views.NavLink{Path: "/staff/me", Word: say("nav.me")}
	p.Staff.Keys = true
	p.Staff.Links = []views.NavLink{{Path: "/staff", Word: say("nav.overview")}}
	for _, word := range []string{"cases", "tickets", "accounts", "lock", "people", "keys", "webhooks"} {
		p.Staff.Links = append(p.Staff.Links, views.NavLink{Path: "/staff/" + word,
			Word: say("nav." + word), Here: word == "people"})
	}
	return p
}

// halfway is the frame for somebody who has shown the password, or an invitation, alone.
func halfway(wrong ...views.Wrong) views.Page {
	p := staffPage(wrong...)
	p.Staff.Links, p.Staff.Me = nil, views.NavLink{}
	return p
}

func staffSamples() []Sample {
	list := append(staffDoorSamples(), staffJoinSamples()...)
	list = append(list, staffPeopleSamples()...)
	for _, kind := range []string{"refused", "cross_site", "unknown", "method", "conflict",
		"too_large", "media_type", "too_many", "fault", "busy", "cookies"} {
		list = append(list, Sample{"problem/staff-" + kind,
			views.Problem{Page: staffPage(), Kind: kind, Back: "/staff"}.View()})
	}
	return append(list,
		Sample{"problem/staff-denied", views.Problem{Page: staffPage(), Kind: "refused",
			Code: "denied", Back: "/staff"}.View()},
		Sample{"problem/staff-wait", views.Problem{Page: staffPage(), Kind: "wait", Waits: &sampleWaits}.View()},
		Sample{"problem/staff-last", views.Problem{Page: staffPage(), Kind: "refused",
			Code: "staff_last_admin", Back: "/staff"}.View()})
}

func staffDoorSamples() []Sample {
	door := func(email string, p views.Page) templ.Component {
		return desk.SignIn{Page: p, Email: email}.View()
	}
	verify := func(wait string, wrong ...views.Wrong) templ.Component {
		return desk.Verify{Page: halfway(wrong...), WaitUntil: at(wait)}.View()
	}
	codes := func(wrong ...views.Wrong) templ.Component {
		m := sampleCodes()
		m.Page = halfway(wrong...)
		return m.View()
	}
	prove := func(m desk.Prove, wrong ...views.Wrong) templ.Component {
		m.Page = staffPage(wrong...)
		return m.View()
	}
	waits := desk.Prove{To: "/staff/cases/C-1042/resume", Kept: []desk.Kept{
		{Name: "reason", Value: "The owner called from the number on file."},
		{Name: "version", Value: "7"}}}
	waited := waits
	waited.WaitUntil = at("14:05 (UTC)")
	asked := waits
	asked.Passkey = sampleAsk("/staff/prove/passkey", "passkey.do.prove")
	return []Sample{
		{"staff-signin/normal", door("", doorstep())},
		{"staff-signin/empty", door("", doorstep(bad("identifier", "email_missing")))},
		{"staff-signin/no-password", door("ines@market.example",
			doorstep(bad("password", "password_missing")))},
		{"staff-signin/wrong", door("ines@market.example",
			doorstep(bad("identifier", "sign_in_wrong")))},
		{"staff-signin/over", door("", flashed(doorstep(), "staff_session_over"))},
		{"staff-signin/gone", door("", flashed(doorstep(), "staff_session_gone"))},
		{"staff-signin/signed-out", door("", flashed(doorstep(), "staff_signed_out"))},
		{"staff-signin/long", door(longText, doorstep(bad("identifier", "sign_in_wrong")))},
		{"staff-signin/markup", door(markup, doorstep(bad("identifier", "sign_in_wrong")))},
		{"staff-signin-verify/normal", verify("")},
		{"staff-signin-verify/missing", verify("", bad("code", "code_missing"))},
		{"staff-signin-verify/letters", verify("", bad("code", "code_letters"))},
		{"staff-signin-verify/wrong", verify("", bad("code", "code_wrong"))},
		{"staff-signin-verify/spent", verify("", bad("code", "code_spent"))},
		{"staff-signin-verify/off", verify("", bad("code", "factor_off", "staff"))},
		{"staff-signin-verify/wait", verify("14:05 (UTC)")},
		{"staff-signin-verify/passkey", desk.Verify{Page: halfway(), Passkey: sampleAsk(
			"/staff/signin/verify/passkey", "passkey.do.prove")}.View()},
		{"staff-prove/normal", prove(desk.Prove{Next: "/staff/cases/C-1042/resume"})},
		{"staff-prove/form", prove(waits)},
		{"staff-prove/moved", prove(desk.Prove{Moved: true, Next: "/staff/tickets"})},
		{"staff-prove/wrong", prove(waits, bad("code", "code_wrong"))},
		{"staff-prove/wait", prove(waited)},
		{"staff-prove/passkey", prove(asked, bad("passkey", "passkey_failed"))},
		{"staff-prove/markup", prove(desk.Prove{To: markup,
			Kept: []desk.Kept{{Name: "reason", Value: markup}}})},
		{"staff-codes/normal", codes()},
		{"staff-codes/not-saved", codes(bad("saved", "codes_not_saved"))},
	}
}

func staffJoinSamples() []Sample {
	join := func(state string) templ.Component {
		return desk.Join{Page: doorstep(), State: state, Start: "/staff/join/TOKEN",
			Masked: "b••••@m••••.example", Role: say("role.support"),
			WorksUntil: at("24 November 2026, 09:30 (UTC)")}.View()
	}
	setUp := func(name string, wrong ...views.Wrong) templ.Component {
		m := desk.SetUp{AppSetUp: sampleSetUp().AppSetUp, Name: name, Email: "ben@market.example",
			Role: say("role.support"), MinLength: 15, MaxLength: 256}
		m.Page = halfway(wrong...)
		return m.View()
	}
	return []Sample{
		{"staff-join/normal", join("")},
		{"staff-join/expired", join("expired")},
		{"staff-join/used", join("used")},
		{"staff-join/unknown", join("unknown")},
		{"staff-join/markup", desk.Join{Page: doorstep(), Start: "javascript:alert(1)",
			Masked: markup, Role: as(markup), WorksUntil: at(sampleDawn)}.View()},
		{"staff-setup/normal", setUp("Ben Okafor")},
		{"staff-setup/no-name", setUp("", bad("name", "name_missing"))},
		{"staff-setup/long-name", setUp(longText, bad("name", "name_long", "200"))},
		{"staff-setup/short", setUp("Ben Okafor", bad("new_password", "password_short", "15"))},
		{"staff-setup/wrong", setUp("Ben Okafor", bad("code", "code_wrong"))},
		{"staff-setup/skew", setUp("Ben Okafor", bad("code", "code_skew", "4"))},
		{"staff-setup/markup", setUp(markup, bad("code", "code_missing"))},
	}
}

// sampleInvitations are proposals in every state.
func sampleInvitations() []desk.Invitation {
	one := func(id, state string) desk.Invitation {
		return desk.Invitation{ID: id, Email: id + "@market.example", State: state,
			Facts: []views.Fact{{Label: say("export_head.role"), Value: say("role.admin")},
				{Label: as("Proposed"), Value: as("Max Weber,"), At: at(sampleDawn + " (UTC)")}}}
	}
	all := []desk.Invitation{one("lise", "waits"), one("emil", "waits"), one("vera", "waits"),
		one("zoe", "sent_back"), one("iris", "approved"), one("noor", "over")}
	all[0].Approvable, all[1].Own = true, true
	all[2].Bound = say("proposal_together")
	all[3].Facts = append(all[3].Facts, views.Fact{Label: say("desk_label.why"), Value: as(longText)},
		views.Fact{Label: as("Decided"), Value: as(markup)})
	return all
}

func staffPeopleSamples() []Sample {
	off := "/staff/people/s-2/disable"
	people := []desk.Person{
		{Name: "Ines Rocha", Email: "ines@market.example", Role: say("role.admin"),
			State: "active", Since: at("3 March 2025, 10:12 (UTC)"), Self: true},
		{Name: "Ben Okafor", Email: "ben@market.example", Role: say("role.support"),
			State: "active", Since: at("4 March 2025, 09:00 (UTC)"), Disable: off},
		{Email: "new@market.example", Role: say("role.account_security"), State: "invited",
			Since: at("22 November 2026, 09:30 (UTC)"), Disable: off},
		{Name: "Carl Voss", Email: "carl@market.example", Role: say("role.support"),
			State: "disabled", Since: at("1 May 2026, 17:20 (UTC)")},
	}
	show := func(m desk.People, p views.Page) templ.Component {
		m.Page = p
		bar := m.Staff
		bar.Role, bar.Links = say("role.admin"), slices.Delete(bar.Links, 3, 4)[1:]
		if m.People == nil {
			m.People = people
		}
		return m.View()
	}
	return []Sample{
		{"staff-people/normal", show(desk.People{}, staffPage())},
		{"staff-people/alone", show(desk.People{People: people[:1]}, staffPage())},
		{"staff-people/invited", show(desk.People{}, flashed(staffPage(), "staff_invited"))},
		{"staff-people/proposed", show(desk.People{Proposed: sampleInvitations()},
			flashed(staffPage(), "staff_proposed"))},
		{"staff-people/sent-back", show(desk.People{Proposed: sampleInvitations()[3:]},
			flashed(staffPage(), "staff_sent_back"))},
		{"staff-people/no-reason", show(desk.People{Proposed: sampleInvitations()},
			staffPage(bad("lise_reason", "reason_missing")))},
		{"staff-people/disabled", show(desk.People{}, flashed(staffPage(), "staff_disabled"))},
		{"staff-people/empty", show(desk.People{}, staffPage(bad("email", "email_missing")))},
		{"staff-people/invalid", show(desk.People{Email: "ben", Name: "Ben", Role: "support"},
			staffPage(bad("email", "email_invalid")))},
		{"staff-people/known", show(desk.People{Email: "ben@market.example", Role: "admin"},
			staffPage(bad("email", "staff_known")))},
		{"staff-people/no-role", show(desk.People{Email: "eve@market.example"},
			staffPage(bad("role", "role_unknown")))},
		{"staff-people/long", show(desk.People{People: []desk.Person{{Name: longText,
			Email: longWord + "@" + longWord + ".example", Role: as(longWord), State: "active",
			Since: at(sampleDawn), Disable: off}}}, staffPage())},
		{"staff-people/markup", show(desk.People{People: []desk.Person{{Name: markup,
			Email: markup, Role: as(markup), State: "active", Since: at(sampleDawn),
			Disable: "javascript:alert(1)"}}, Email: markup, Name: markup},
			staffPage(bad("email", "email_invalid")))},
	}
}
