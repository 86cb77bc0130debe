package gallery

import "regain/views"

// marketSamples are the pages of the demo's marketplace.
func marketSamples() []Sample {
	page := func(wrong ...views.Wrong) views.Page {
		p := outside(wrong...)
		p.Dev = true
		return p
	}
	said := func(decision, why string) string {
		return "{\n  \"decision\": \"" + decision + "\",\n  \"reasons\": [\"" + why + "\"]\n}"
	}
	refused := func(why string) views.MarketAnswer {
		return views.MarketAnswer{Page: page(), State: "refuse", Reasons: []string{why},
			Said: said("refuse", why), Recover: "https://protect.market.example/recover"}
	}
	hook := views.MarketHook{ID: "e-1", Type: "account.locked", At: at("22 November 2026, 08:18"),
		Data: "{\n  \"account\": \"u-1001\",\n  \"sequence\": 7\n}"}
	another := views.MarketHook{ID: "e-2", Type: markup, At: hook.At, Data: longWord}
	return []Sample{
		{"market/normal", views.MarketSignIn{Page: page(), From: "home"}.View()},
		{"market/wrong", views.MarketSignIn{Page: page(bad("identifier", "sign_in_wrong.account")),
			Identifier: "ada", From: "abroad"}.View()},
		{"market/markup", views.MarketSignIn{Page: page(), Identifier: markup}.View()},
		{"market-allow/normal", views.MarketAnswer{Page: page(), State: "allow",
			Said: said("allow", "")}.View()},
		{"market-allow/answered", views.MarketAnswer{Page: page(), State: "allow"}.View()},
		{"market-challenge/normal", views.MarketAnswer{Page: page(), State: "challenge", Code: "123456",
			Question: "QUESTION", Said: said("challenge", "unfamiliar_country")}.View()},
		{"market-challenge/factor", views.MarketAnswer{Page: page(), State: "challenge",
			Question: "QUESTION", Said: said("challenge", "second_factor_due")}.View()},
		{"market-challenge/no code", views.MarketAnswer{Page: page(bad("code", "code_missing")),
			State: "challenge", Question: "QUESTION"}.View()},
		{"market-challenge/passkey", views.MarketAnswer{Page: page(), State: "challenge",
			Question: "QUESTION", Setup: "/account/two-factor", Said: said("challenge", "second_factor_due")}.View()},
		{"market-refuse/locked", refused("security_lockout").View()},
		{"market-refuse/closed", refused("account_closed").View()},
		{"market-refuse/stopped", refused("stopped").View()},
		{"market-hooks/empty", views.MarketHooks{Page: page()}.View()},
		{"market-hooks/list", views.MarketHooks{Page: page(),
			Hooks: []views.MarketHook{hook, another}}.View()},
	}
}
