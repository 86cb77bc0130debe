package views

import "github.com/a-h/templ"

func changeSamples() []Sample {
	return append(accountPasswordSamples(), append(accountAddressSamples(),
		addressLinkSamples()...)...)
}

func accountPasswordSamples() []Sample {
	page := func(set func(*AccountPassword), wrong ...Wrong) templ.Component {
		m := AccountPassword{Page: signedInAs("/account/password", wrong...), Username: "ada",
			MinLength: "15", MaxLength: "256"}
		set(&m)
		return m.View()
	}
	same := func(*AccountPassword) {}
	const at = "22 November 2026, 08:18 (London time)"
	return []Sample{
		{"account-password/normal", page(func(m *AccountPassword) { m.ChangedAt = at })},
		{"account-password/never-changed", page(same)},
		{"account-password/missing", page(same, bad("current_password", "password_missing"))},
		{"account-password/wrong", page(same, bad("current_password", "password_wrong"))},
		{"account-password/off", page(same, bad("current_password", "password_off"))},
		{"account-password/short", page(same, bad("new_password", "password_short", "15"))},
		{"account-password/same", page(same, bad("new_password", "password_same"))},
		{"account-password/done", page(func(m *AccountPassword) { m.Done, m.ChangedAt = true, at })},
		{"account-password/done-two-factor", page(func(m *AccountPassword) {
			m.Done, m.TwoFactor, m.ChangedAt = true, true, at
		})},
		{"account-password/markup", page(func(m *AccountPassword) {
			m.Username, m.Brand = markup, markup
		})},
	}
}

func accountAddressSamples() []Sample {
	main := &AddressLine{"ada@example.org", "3 March 2024, 10:12 (London time)"}
	second := &AddressLine{"byron@mail.example", "1 November 2026, 19:40 (London time)"}
	waits := &AddressPending{"ada@new.example", "22 November 2026, 08:18 (London time)",
		"23 November 2026, 08:18 (London time)"}
	list := func(m AccountAddresses) templ.Component {
		m.Page = signedInAs("/account/addresses")
		return m.View()
	}
	one := func(m AccountAddress, wrong ...Wrong) templ.Component {
		m.Page = signedInAs("/account/addresses", wrong...)
		return m.View()
	}
	young := AccountAddresses{Main: main, Second: second, Proof: "ada@old.example",
		ProvesFrom: "6 December 2026, 08:18 (London time)"}
	none := young
	none.Proof = ""
	odd := AccountAddresses{Main: &AddressLine{longWord + "@" + longWord + ".example", longText},
		Second:      &AddressLine{markup, markup},
		MainPending: &AddressPending{markup, markup, markup}, Proof: markup}
	return []Sample{
		{"account-addresses/normal", list(AccountAddresses{Main: main, Second: second,
			Proof: main.Email})},
		{"account-addresses/alone", list(AccountAddresses{Main: main, Proof: main.Email})},
		{"account-addresses/waiting", list(AccountAddresses{Main: main, MainPending: waits,
			SecondPending: waits, Proof: main.Email})},
		{"account-addresses/changed-lately", list(young)},
		{"account-addresses/nothing-counts", list(none)},
		{"account-addresses/none", list(AccountAddresses{})},
		{"account-addresses/odd", list(odd)},
		{"account-address/own", one(AccountAddress{Old: main.Email})},
		{"account-address/second", one(AccountAddress{Second: true})},
		{"account-address/second-change", one(AccountAddress{Second: true, Old: second.Email})},
		{"account-address/missing", one(AccountAddress{Old: main.Email},
			bad("email", "email_missing"))},
		{"account-address/no-address", one(AccountAddress{Old: main.Email, Email: markup},
			bad("email", "email_invalid"))},
		{"account-address/same", one(AccountAddress{Old: main.Email, Email: main.Email},
			bad("email", "address_same"))},
		{"account-address-remove/normal", AccountAddressRemove{signedInAs("/account/addresses"),
			second.Email}.View()},
	}
}

func addressLinkSamples() []Sample {
	confirm := func(state string, set ...func(*AddressConfirm)) templ.Component {
		m := AddressConfirm{Page: outside(), State: state, Masked: "a••••",
			Email: "a••••@n••••.example", Old: "a••••@e••••.org", Path: "/address/TOKEN",
			Until: "23 November 2026, 08:18 (UTC)"}
		for _, change := range set {
			change(&m)
		}
		return m.View()
	}
	second := func(m *AddressConfirm) { m.Second, m.Old = true, "" }
	undo := func(state string) templ.Component {
		return AddressUndo{Page: outside(), State: state, Masked: "a••••",
			Email: "a••••@n••••.example", Old: "a••••@e••••.org", Path: "/address/TOKEN/undo",
			Until: "24 November 2026, 08:18 (UTC)"}.View()
	}
	return []Sample{
		{"address-confirm/own", confirm("pending")},
		{"address-confirm/second", confirm("pending", second)},
		{"address-confirm/confirmed", confirm("confirmed")},
		{"address-confirm/confirmed-second", confirm("confirmed", second)},
		{"address-confirm/cancelled", confirm("cancelled")},
		{"address-confirm/expired", confirm("expired")},
		{"address-confirm/undone", confirm("undone")},
		{"address-confirm/unknown", confirm("unknown")},
		{"address-confirm/markup", confirm("pending", func(m *AddressConfirm) {
			m.Masked, m.Email, m.Old, m.Path = markup, markup, longWord, "javascript:alert(1)"
		})},
		{"address-undo/normal", undo("confirmed")},
		{"address-undo/done", undo("undone")},
		{"address-undo/cancelled", undo("cancelled")},
		{"address-undo/expired", undo("expired")},
		{"address-undo/unknown", undo("unknown")},
	}
}
