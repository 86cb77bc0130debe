package gallery

import (
	"github.com/a-h/templ"

	"regain/views"
	"regain/views/account"
	"regain/views/owner"
)

func changeSamples() []Sample {
	return append(accountPasswordSamples(), append(accountAddressSamples(),
		append(addressLinkSamples(), append(contestSamples(), vetoSamples()...)...)...)...)
}

func accountPasswordSamples() []Sample {
	page := func(set func(*account.Password), wrong ...views.Wrong) templ.Component {
		m := account.Password{Page: signedInAs("/account/password", wrong...), Username: "ada",
			MinLength: 15, MaxLength: 256}
		set(&m)
		return m.View()
	}
	same := func(*account.Password) {}
	const then = "22 November 2026, 08:18 (London time)"
	return []Sample{
		{"account-password/normal", page(func(m *account.Password) { m.ChangedAt = at(then) })},
		{"account-password/never-changed", page(same)},
		{"account-password/missing", page(same, bad("current_password", "password_missing"))},
		{"account-password/wrong", page(same, bad("current_password", "password_wrong"))},
		{"account-password/off", page(same, bad("current_password", "password_off"))},
		{"account-password/short", page(same, bad("new_password", "password_short", "15"))},
		{"account-password/same", page(same, bad("new_password", "password_same"))},
		{"account-password/done", page(func(m *account.Password) {
			m.Done, m.ChangedAt = true, at(then)
		})},
		{"account-password/done-two-factor", page(func(m *account.Password) {
			m.Done, m.TwoFactor, m.ChangedAt = true, true, at(then)
		})},
		{"account-password/markup", page(func(m *account.Password) {
			m.Username, m.Brand = markup, markup
		})},
	}
}

func accountAddressSamples() []Sample {
	main := &account.AddressLine{Email: "ada@example.org",
		Since: at("3 March 2024, 10:12 (London time)")}
	second := &account.AddressLine{Email: "byron@mail.example",
		Since: at("1 November 2026, 19:40 (London time)")}
	waits := &account.AddressPending{Email: "ada@new.example",
		AskedAt: at("22 November 2026, 08:18 (London time)"),
		Until:   at("23 November 2026, 08:18 (London time)")}
	list := func(m account.Addresses) templ.Component {
		m.Page = signedInAs("/account/addresses")
		return m.View()
	}
	one := func(m account.ChangeAddress, wrong ...views.Wrong) templ.Component {
		m.Page = signedInAs("/account/addresses", wrong...)
		return m.View()
	}
	young := account.Addresses{Main: main, Second: second, Proof: "ada@old.example",
		ProvesFrom: at("6 December 2026, 08:18 (London time)")}
	none := young
	none.Proof = ""
	odd := account.Addresses{Main: &account.AddressLine{Email: longWord + "@" + longWord +
		".example", Since: at(sampleDawn)},
		Second:      &account.AddressLine{Email: markup, Since: at(sampleDawn)},
		MainPending: &account.AddressPending{Email: markup, AskedAt: at(sampleDawn), Until: at(sampleDawn)},
		Proof:       markup}
	return []Sample{
		{"account-addresses/normal", list(account.Addresses{Main: main, Second: second,
			Proof: main.Email})},
		{"account-addresses/alone", list(account.Addresses{Main: main, Proof: main.Email})},
		{"account-addresses/waiting", list(account.Addresses{Main: main, MainPending: waits,
			SecondPending: waits, Proof: main.Email})},
		{"account-addresses/changed-lately", list(young)},
		{"account-addresses/nothing-counts", list(none)},
		{"account-addresses/none", list(account.Addresses{})},
		{"account-addresses/odd", list(odd)},
		{"account-address/own", one(account.ChangeAddress{Old: main.Email})},
		{"account-address/first", one(account.ChangeAddress{})},
		{"account-address/second", one(account.ChangeAddress{Second: true})},
		{"account-address/second-change", one(account.ChangeAddress{Second: true,
			Old: second.Email})},
		{"account-address/missing", one(account.ChangeAddress{Old: main.Email},
			bad("email", "email_missing"))},
		{"account-address/no-address", one(account.ChangeAddress{Old: main.Email, Email: markup},
			bad("email", "email_invalid"))},
		{"account-address/same", one(account.ChangeAddress{Old: main.Email, Email: main.Email},
			bad("email", "address_same"))},
		{"account-address-remove/normal", account.RemoveAddress{Page: signedInAs(
			"/account/addresses"),
			Email: second.Email}.View()},
	}
}

func vetoSamples() []Sample {
	m := owner.Veto{Page: outside(), Masked: "a••••", Action: "set_address",
		To: "a••••@n••••.example", Due: at("23 November 2026, 08:18 (UTC)"), Path: "/stop/token"}
	as := func(name, state, action, to string) Sample {
		m := m
		m.State, m.Action, m.To = state, action, to
		if state == "done" {
			m.Use = sampleUse()
		}
		return Sample{"reproof-stop/" + name, m.View()}
	}
	return []Sample{
		as("open", "open", m.Action, m.To),
		as("two-factor", "open", "remove_factor", ""),
		as("done", "done", m.Action, m.To),
		as("over", "over", m.Action, m.To),
		as("unknown", "unknown", "", ""),
	}
}

func contestSamples() []Sample {
	m := owner.Contest{Page: outside(), Masked: "a••••", At: at("22 November 2026, 08:18 (UTC)"),
		What: "password_changed", Locked: true, LinkTo: "a••••@e••••.org", Path: "/password/token"}
	as := func(state string, set func(*owner.Contest)) templ.Component {
		m := m
		m.State = state
		set(&m)
		return m.View()
	}
	same := func(*owner.Contest) {}
	factor := func(m *owner.Contest) { m.What, m.Locked = "two_factor_changed", false }
	return []Sample{
		{"password-contest/open", as("open", same)},
		{"password-contest/factor", as("open", factor)},
		{"password-contest/factor-done", as("done", factor)},
		{"password-contest/factor-over", as("over", factor)},
		{"password-contest/not-locked", as("open", func(m *owner.Contest) { m.Locked = false })},
		{"password-contest/done", as("done", func(m *owner.Contest) { m.Use = sampleUse() })},
		{"password-contest/no-address", as("done", func(m *owner.Contest) { m.LinkTo = "" })},
		{"password-contest/over", as("over", same)},
		{"password-contest/unknown", as("unknown", same)},
	}
}

func addressLinkSamples() []Sample {
	confirm := func(state string, set ...func(*owner.AddressConfirm)) templ.Component {
		m := owner.AddressConfirm{Page: outside(), State: state, Masked: "a••••",
			Email: "a••••@n••••.example", Old: "a••••@e••••.org", Path: "/address/TOKEN",
			Until: at("23 November 2026, 08:18 (UTC)")}
		for _, change := range set {
			change(&m)
		}
		return m.View()
	}
	second := func(m *owner.AddressConfirm) { m.Second, m.Old = true, "" }
	undo := func(state string, set ...func(*owner.AddressUndo)) templ.Component {
		m := owner.AddressUndo{Page: outside(), State: state, Masked: "a••••",
			Email: "a••••@n••••.example", Old: "a••••@e••••.org", Path: "/address/TOKEN/undo",
			Until: at("24 November 2026, 08:18 (UTC)")}
		for _, change := range set {
			change(&m)
		}
		return m.View()
	}
	return []Sample{
		{"address-confirm/own", confirm("pending")},
		{"address-confirm/second", confirm("pending", second)},
		{"address-confirm/first", confirm("confirmed", func(m *owner.AddressConfirm) { m.Old = "" })},
		{"address-confirm/confirmed", confirm("confirmed", func(m *owner.AddressConfirm) { m.Use = sampleUse() })},
		{"address-confirm/confirmed-second", confirm("confirmed", second)},
		{"address-confirm/cancelled", confirm("cancelled")},
		{"address-confirm/expired", confirm("expired")},
		{"address-confirm/undone", confirm("undone")},
		{"address-confirm/unknown", confirm("unknown")},
		{"address-confirm/markup", confirm("pending", func(m *owner.AddressConfirm) {
			m.Masked, m.Email, m.Old, m.Path = markup, markup, longWord, "javascript:alert(1)"
		})},
		{"address-undo/normal", undo("confirmed")},
		{"address-undo/done", undo("undone", func(m *owner.AddressUndo) { m.Use = sampleUse() })},
		{"address-undo/cancelled", undo("cancelled")},
		{"address-undo/expired", undo("expired")},
		{"address-undo/unknown", undo("unknown")},
	}
}
