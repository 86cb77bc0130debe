// Package federation has the samples of the pages of those who sign in by their organisation.
package federation

import (
	"regain/views"
	"regain/views/account"
	"regain/views/gallery/sample"
	"regain/views/owner"
	"regain/views/words"
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
	return append(ruled(), []sample.Sample{
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
	}...)
}

// ruled is what members see of the rules of their organisation: in the steps, where they prove themselves,
// and where they cannot.
func ruled() []sample.Sample {
	p := recovering()
	p.Marks, p.UntilOf = []string{"done", "done", "now", "open", "open"}, "Acme"
	key := views.PasskeyForm{Action: "/recovery/two-factor/passkey", Options: "{}", Main: true, Create: true,
		Label: words.Say("passkey.do.add"), Else: words.Say("passkey.else.browser")}
	kinds := views.Rules{Organisation: "Acme", Says: []words.Text{words.Say("rule.passkey")}}
	step := owner.TwoFactor{AppSetUp: views.AppSetUp{Page: p, Key: []string{"JBSW"}}, Passkey: key, NoApp: true,
		Rules: rules("Acme")}
	step.Rules.Says = append(step.Rules.Says[:1:1], kinds.Says...)
	long := step
	long.Rules.Organisation, long.UntilOf = sample.LongText, sample.LongText
	proof := key
	proof.Action, proof.Create, proof.Label = "/recovery/verify/passkey", false, words.Say("passkey.do.prove")
	proof.Else = words.Say("passkey.else.code")
	lost := owner.NoMailbox{Page: sample.Outside(), SSO: true}
	sent, odd := lost, lost
	sent.Sent, sent.Organisation = true, "Acme"
	sent.ReplyBy = sample.At("24 November 2026, 17:00 (London time)")
	odd.Sent, odd.Organisation = true, sample.Markup
	asked := views.Alert{Page: sample.SignedIn("/account/alerts/1"), Name: "account-alert", State: "open",
		Me: "/me", NotMe: "/not-me", Login: &views.Login{Outcome: "succeeded",
			When: sample.At("24 November 2026, 14:05 (London time)"), Reasons: []string{"outside_countries"}, OutsideOf: "Acme"}}
	verify := recovering()
	verify.Marks = []string{"now", "open", "open", "open", "open"}
	in := sample.SignedIn("/account/passkeys")
	in.UntilOf = "Acme"
	adds := key
	adds.Action = "/account/passkeys"
	return []sample.Sample{
		{Name: "recovery-two-factor/member", View: step.View()},
		{Name: "recovery-two-factor/member-long", View: long.View()},
		{Name: "recovery-verify/member", View: owner.Verify{Page: verify, NoApp: true, Passkey: proof,
			Rules: kinds}.View()},
		{Name: "account-passkeys/member", View: account.Passkeys{Page: in, Rules: kinds,
			Passkeys: views.Passkeys{Path: "/account/passkeys", Name: "Chrome on Windows", Add: adds}}.View()},
		{Name: "recover-no-mailbox/sso", View: lost.View()},
		{Name: "recover-no-mailbox/sent-organisation", View: sent.View()},
		{Name: "recover-no-mailbox/sent-markup", View: odd.View()},
		{Name: "account-alert/member", View: asked.View()},
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
