package federation

import (
	"regain/views"
	"regain/views/account"
	"regain/views/desk"
	"regain/views/gallery/sample"
	"regain/views/words"
)

const host = "id.market.example"

// Console is each page of staff that an issuer, or an organisation, changes.
func Console() []sample.Sample {
	door := sample.Outside()
	door.Staff = &views.StaffBar{}
	came := func(state string) desk.SSO { return desk.SSO{Page: door, State: state, Host: host} }
	out := came("out")
	out.To = "https://" + host + "/session/end?client_id=regain"
	odd := came("refused")
	odd.Host = sample.LongWord + sample.Markup
	refused := sample.Outside(sample.Bad("identifier", "staff_sso_only"))
	refused.Staff = &views.StaffBar{}
	goes := desk.Prove{Page: staffed(), Issuer: host, Next: "/staff/cases/C-1042/resume"}
	only, waits := goes, desk.Prove{Page: staffed(), Issuer: host, To: "/staff/cases/C-1042/resume",
		Kept: []desk.Kept{{Name: "reason", Value: "The owner called from the number on file."}}}
	only.Only = true
	not, odder := waits, waits
	not.Page, not.Only = staffed(sample.Bad("sso", "staff_not_proved")), true
	odder.Issuer, odder.To, odder.Kept = sample.Markup, sample.Markup, []desk.Kept{{Name: "reason", Value: sample.Markup}}
	closed := sample.Outside(sample.Bad("", "staff_sso_only"))
	closed.Staff = &views.StaffBar{}
	asked := account.TwoFactor{SetUp: "/account/prove", Rules: rules("Acme")}
	asked.Page = sample.SignedIn("/account/two-factor")
	return []sample.Sample{
		{Name: "staff-signin/sso", View: desk.SignIn{Page: door, Issuer: host}.View()},
		{Name: "staff-signin/sso-only", View: desk.SignIn{Page: door, Issuer: host, Only: true}.View()},
		{Name: "staff-signin/sso-refused", View: desk.SignIn{Page: refused, Issuer: host, Email: "ines@market.example"}.View()},
		{Name: "staff-signin/sso-only-refused", View: desk.SignIn{Page: closed, Issuer: host, Only: true}.View()},
		{Name: "staff-signin-sso/refused", View: came("refused").View()},
		{Name: "staff-signin-sso/over", View: came("over").View()},
		{Name: "staff-signin-sso/down", View: came("down").View()},
		{Name: "staff-signin-sso/out", View: out.View()},
		{Name: "staff-signin-sso/there", View: came("out").View()},
		{Name: "staff-signin-sso/markup", View: odd.View()},
		{Name: "staff-prove/sso", View: goes.View()},
		{Name: "staff-prove/sso-only", View: only.View()},
		{Name: "staff-prove/sso-form", View: waits.View()},
		{Name: "staff-prove/sso-not-yet", View: not.View()},
		{Name: "staff-prove/sso-markup", View: odder.View()},
		{Name: "staff-organisation/normal", View: organisation("Acme", true).View()},
		{Name: "staff-organisation/bare", View: organisation("Acme", false).View()},
		{Name: "staff-organisation/long", View: organisation(sample.LongText, true).View()},
		{Name: "staff-organisation/markup", View: organisation(sample.Markup, false).View()},
		{Name: "account-two-factor/member", View: asked.View()},
		{Name: "account-sessions/member", View: account.Sessions{Page: sample.SignedIn("/account/sessions"),
			Zone: words.As("London time"), Rules: rules(sample.Markup)}.View()},
	}
}

// rules are some that an organisation has.
func rules(of string) views.Rules {
	return views.Rules{Organisation: of, Says: []words.Text{words.Say("rule.second_factor"),
		words.Say("rule.idle", words.Say("unit.minute", 15)), words.Say("rule.sso")}}
}

// organisation is one that asks for everything, or for nothing.
func organisation(name string, all bool) desk.Organisation {
	say := func(code string) words.Text { return words.Say("desk_page.organisation." + code) }
	m := desk.Organisation{Page: staffed(), ID: "acme", Name: name}
	fact := func(label string, asked, bare words.Text) {
		if !all {
			asked = bare
		}
		m.Facts = append(m.Facts, views.Fact{Label: say(label), Value: asked})
	}
	fact("members", words.Number(12), words.Number(0))
	fact("domains", words.Facts(words.As("acme.example"), words.As(sample.LongWord+".example")), say("none"))
	fact("notice", words.As("security@acme.example"), say("none"))
	fact("idle", words.Say("unit.minute", 15), say("as_ours"))
	fact("whole", words.Say("unit.hour", 4), say("as_ours"))
	fact("second_factor", say("required"), say("optional"))
	fact("kinds", words.Facts(words.Say("method.passkey")), words.Facts(say("any")))
	fact("sso", say("required"), say("optional"))
	fact("countries", words.Facts(views.CountryWords("GB"), views.CountryWords("ES")), say("any"))
	m.Facts = append(m.Facts, views.Fact{Label: say("changed"), At: sample.At("24 November 2026, 14:05 (UTC)")})
	return m
}

// staffed is the frame of an analyst who is signed in.
func staffed(wrong ...views.Wrong) views.Page {
	p := sample.Page()
	p.Wrong, p.SignOut, p.Until, p.SecondsLeft = wrong, true, sample.At("14:32 (UTC)"), 900
	p.Staff = &views.StaffBar{Who: "Ines Prado", Role: words.Say("role.account_security"), Keys: true,
		Me: views.NavLink{Path: "/staff/me", Word: words.Say("nav.me")}}
	for _, word := range []string{"cases", "tickets", "accounts"} {
		p.Staff.Links = append(p.Staff.Links, views.NavLink{Path: "/staff/" + word, Word: words.Say("nav." + word)})
	}
	return p
}
