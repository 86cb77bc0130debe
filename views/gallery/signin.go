package gallery

import (
	"github.com/a-h/templ"

	"regain/views"
	"regain/views/account"
	"regain/views/owner"
)

// entrance is the frame of the pages that lead to the signed-in ones.
func entrance(wrong ...views.Wrong) views.Page {
	p := samplePage()
	p.Account, p.Wrong = &views.AccountBar{}, wrong
	return p
}

// betweenSteps is entrance for whoever has shown the password.
func betweenSteps(wrong ...views.Wrong) views.Page {
	p := entrance(wrong...)
	p.Home, p.SignOut, p.Until = "/account", true, at("14:12 (London time)")
	return p
}

func signInSamples() []Sample {
	door := func(identifier string, p views.Page) templ.Component {
		return account.SignIn{Page: p, Identifier: identifier, Next: "/account"}.View()
	}
	ask := views.PasskeyForm{Action: "/signin/passkey", Offer: true,
		Options: sampleAsk("", "").Options,
		Label:   say("passkey.do.signin"), Else: say("passkey.else.password")}
	later := account.SignIn{Page: entrance(), WaitUntil: at("14:05 (UTC)")}
	odd := ask
	odd.WaitUntil = at("14:05 (UTC)")
	wrong := bad("identifier", "sign_in_wrong", "account")
	return append([]Sample{
		{"signin/normal", door("", entrance())},
		{"signin/passkey", account.SignIn{Page: entrance(), Next: "/account/alerts",
			Passkey: ask}.View()},
		{"signin/passkey-failed", account.SignIn{Page: entrance(bad("passkey", "passkey_failed")),
			Passkey: ask}.View()},
		{"signin/passkey-wait", account.SignIn{Page: entrance(), Passkey: odd}.View()},
		{"signin/empty", door("", entrance(bad("identifier", "identifier_missing")))},
		{"signin/no-password", door("ada", entrance(bad("password", "password_missing")))},
		{"signin/wrong", door("ada@example.org", entrance(wrong))},
		{"signin/long", door(longText, entrance(bad("identifier", "identifier_long")))},
		{"signin/markup", door(markup, entrance(wrong))},
		{"signin/wait", later.View()},
		{"signin/over", door("", flashed(entrance(), "account_session_over"))},
		{"signin/ruled", door("", flashed(entrance(), "account_session_ruled"))},
		{"signin/gone", door("", flashed(entrance(), "account_session_gone"))},
		{"signin/signed-out", door("", flashed(entrance(), "signed_out_all"))},
		{"signin-locked/normal", stopped("ada", "locked")},
		{"signin-locked/markup", stopped(markup, "locked")},
		{"signin-locked/unfinished", stopped("ada", "unfinished")},
		{"signin-locked/review", stopped("ada", "review")},
		{"signin-locked/overdue", stopped("ada", "overdue")},
		{"signin-locked/needs-owner", stopped("ada", "needs_owner")},
		{"signin-locked/declined", stopped("ada", "declined")},
		{"signin-short/normal", account.SignInStopped{Page: entrance(), Identifier: "ada",
			State: "short"}.View()},
		{"home/signed-out-account", owner.Home{Page: flashed(outside(), "signed_out_here")}.View()},
	}, append(verifySamples(), append(proveSamples(), linkOtherSamples()...)...)...)
}

func stopped(who, state string) templ.Component {
	m := account.SignInStopped{Page: entrance(), Identifier: who, State: state}
	if state == "review" || state == "overdue" {
		m.NextWord = at("24 November 2026, 16:40 (London time)")
	}
	return m.View()
}

func verifySamples() []Sample {
	page := func(set func(*account.SignInVerify), wrong ...views.Wrong) templ.Component {
		m := account.SignInVerify{Page: betweenSteps(wrong...)}
		set(&m)
		return m.View()
	}
	normal := func(*account.SignInVerify) {}
	passkey := sampleAsk("/signin/verify/passkey", "passkey.do.prove")
	return []Sample{
		{"signin-verify/normal", page(normal)},
		{"signin-verify/next", page(func(
			m *account.SignInVerify) {
			m.Next = "/account/alerts?x=1&y=2"
		})},
		{"signin-verify/empty", page(normal, bad("code", "code_missing"))},
		{"signin-verify/wrong", page(normal, bad("code", "code_wrong"))},
		{"signin-verify/spent", page(normal, bad("code", "code_spent"))},
		{"signin-verify/off", page(normal, bad("code", "factor_off"))},
		{"signin-verify/wait", page(func(
			m *account.SignInVerify) {
			m.WaitUntil = at("14:05 (London time)")
		})},
		{"signin-verify/no-codes", page(func(m *account.SignInVerify) { m.NoCodes = true })},
		{"signin-verify/passkey", page(func(m *account.SignInVerify) { m.Passkey = passkey })},
		{"signin-verify/passkey-wait", page(func(m *account.SignInVerify) {
			m.Passkey = passkey
			m.Passkey.WaitUntil = at("14:05 (London time)")
		})},
		{"signin-verify/passkey-only", page(func(m *account.SignInVerify) {
			m.Passkey, m.NoApp, m.NoCodes = passkey, true, true
		})},
	}
}

func proveSamples() []Sample {
	page := func(set func(*account.Prove), wrong ...views.Wrong) templ.Component {
		m := account.Prove{Page: signedInAs("/account/prove", wrong...), Username: "ada",
			Next: "/account/addresses"}
		set(&m)
		return m.View()
	}
	password := func(m *account.Prove) { m.ByPassword = true }
	return []Sample{
		{"account-prove/code", page(func(*account.Prove) {})},
		{"account-prove/wrong", page(func(*account.Prove) {}, bad("code", "code_wrong"))},
		{"account-prove/recovery-code", page(func(m *account.Prove) { m.NoApp = true })},
		{"account-prove/passkey", page(func(m *account.Prove) {
			m.Passkey = sampleAsk("/account/prove/passkey", "passkey.do.prove")
		})},
		{"account-prove/passkey-only", page(func(m *account.Prove) {
			m.Passkey = sampleAsk("/account/prove/passkey", "passkey.do.prove")
			m.NoApp, m.NoCodes = true, true
		}, bad("passkey", "passkey_failed"))},
		{"account-prove/wait", page(func(
			m *account.Prove) {
			m.WaitUntil = at("14:05 (London time)")
		})},
		{"account-prove/password", page(password)},
		{"account-prove/password-wrong", page(password, bad("password", "password_wrong"))},
		{"account-prove/password-off", page(password, bad("password", "password_off"))},
		{"account-prove/password-wait", page(func(m *account.Prove) {
			m.ByPassword, m.WaitUntil = true, at("14:05 (London time)")
		})},
		{"account-prove/markup", page(func(m *account.Prove) {
			m.ByPassword, m.Username = true,
				markup
		})},
	}
}

func linkOtherSamples() []Sample {
	locked, checkUp := sampleLink(), sampleLink()
	locked.Other, checkUp.Other = "bob", longWord
	checkUp.Cause, checkUp.LockedAt, checkUp.Reason = "", views.Moment{}, as("")
	return []Sample{
		{"link/other", locked.View()},
		{"link/other-check-up", checkUp.View()},
		{"link-other/normal", owner.LinkOther{Page: outside(), Start: "/r/TOKEN", Masked: "a••••",
			Other: "bob"}.View()},
		{"link-other/markup", owner.LinkOther{Page: outside(), Start: "javascript:alert(1)",
			Masked: markup, Other: markup}.View()},
	}
}
