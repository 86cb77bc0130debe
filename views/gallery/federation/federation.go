// Package federation has the samples of the pages of those who sign in by their organisation.
package federation

import (
	"regain/views"
	"regain/views/account"
	"regain/views/gallery/sample"
	"regain/views/owner"
)

// Samples is each of these pages in every state.
func Samples() []sample.Sample {
	door := func(name, state string, wrong ...views.Wrong) account.SSO {
		p := sample.Outside(wrong...)
		p.Account = &views.AccountBar{}
		m := account.SSO{Page: p, State: state, Next: "/account"}
		if name != "" {
			m.Organisation, m.ID = name, "acme"
		}
		return m
	}
	required := door("Acme", "")
	required.Required = true
	typed := door("", "", sample.Bad("identifier", "sso_unknown"))
	typed.Identifier = "ada@nowhere.example"
	frame := door("", "").Page
	const at = "https://login.acme.example/authorize?state=x"
	signedIn := func(name string) account.Password {
		return account.Password{Page: sample.SignedIn("/account/password"), Elsewhere: name}
	}
	step := owner.Password{Page: recovering(), Elsewhere: "Acme"}
	done, keep, odd := step, step, step
	done.Done, done.Deniable, done.Continue = true, true, "/recovery/two-factor"
	done.DoneAt = sample.At("24 November 2026, 14:05 (London time)")
	keep.MayKeep = true
	odd.Elsewhere = sample.Markup
	return []sample.Sample{
		{Name: "signin/sso", View: account.SignIn{Page: frame, Next: "/account", SSO: true}.View()},
		{Name: "signin-sso/normal", View: door("", "").View()},
		{Name: "signin-sso/unknown", View: typed.View()},
		{Name: "signin-sso/over", View: door("", "over").View()},
		{Name: "signin-sso/organisation", View: door("Acme", "").View()},
		{Name: "signin-sso/required", View: required.View()},
		{Name: "signin-sso/refused", View: door("Acme", "refused").View()},
		{Name: "signin-sso/down", View: door("Acme", "down").View()},
		{Name: "signin-sso/organisation-over", View: door("Acme", "over").View()},
		{Name: "signin-sso/long", View: door(sample.LongText, "refused").View()},
		{Name: "signin-sso/markup", View: door(sample.Markup, "down").View()},
		{Name: "signin-sso-leave/normal", View: account.SSOLeave{Page: frame, Organisation: "Acme", To: at,
			Host: "login.acme.example"}.View()},
		{Name: "signin-sso-leave/markup", View: account.SSOLeave{Page: frame, Organisation: sample.Markup,
			To: at, Host: sample.LongWord}.View()},
		{Name: "signin-sso-out/normal", View: account.SSOOut{Page: frame, Organisation: "Acme", To: at}.View()},
		{Name: "signin-sso-out/there", View: account.SSOOut{Page: frame, Organisation: "Acme"}.View()},
		{Name: "account-prove/sso", View: account.Prove{Page: sample.SignedIn("/account"), Username: "ada",
			ByPassword: true, Organisation: "Acme", Next: "/account/addresses/own"}.View()},
		{Name: "account-password/elsewhere", View: signedIn("Acme").View()},
		{Name: "account-password/elsewhere-markup", View: signedIn(sample.Markup).View()},
		{Name: "recovery-password/elsewhere", View: step.View()},
		{Name: "recovery-password/elsewhere-done", View: done.View()},
		{Name: "recovery-password/elsewhere-keep", View: keep.View()},
		{Name: "recovery-password/elsewhere-markup", View: odd.View()},
	}
}

// recovering is the frame of a recovery in which the owner is verified.
func recovering() views.Page {
	p := sample.Page()
	p.Home, p.SignOut, p.Verified, p.Who = "/recovery", true, true, "ada"
	p.Until, p.SecondsLeft = sample.At("14:32 (London time)"), 1200
	p.Marks = []string{"done", "now", "open", "open", "open"}
	return p
}
