package gallery

import (
	"github.com/a-h/templ"

	"regain/views"
)

func changeSamples() []Sample {
	return append(accountPasswordSamples(), append(accountAddressSamples(),
		addressLinkSamples()...)...)
}

func accountPasswordSamples() []Sample {
	page := func(set func(*views.AccountPassword), wrong ...views.Wrong) templ.Component {
		m := views.AccountPassword{Page: signedInAs("/account/password", wrong...), Username: "ada",
			MinLength: "15", MaxLength: "256"}
		set(&m)
		return m.View()
	}
	same := func(*views.AccountPassword) {}
	const at = "22 November 2026, 08:18 (London time)"
	return []Sample{
		{"account-password/normal", page(func(m *views.AccountPassword) { m.ChangedAt = at })},
		{"account-password/never-changed", page(same)},
		{"account-password/missing", page(same, bad("current_password", "password_missing"))},
		{"account-password/wrong", page(same, bad("current_password", "password_wrong"))},
		{"account-password/off", page(same, bad("current_password", "password_off"))},
		{"account-password/short", page(same, bad("new_password", "password_short", "15"))},
		{"account-password/same", page(same, bad("new_password", "password_same"))},
		{"account-password/done", page(func(m *views.AccountPassword) {
			m.Done, m.ChangedAt = true,
				at
		})},
		{"account-password/done-two-factor", page(func(m *views.AccountPassword) {
			m.Done, m.TwoFactor, m.ChangedAt = true, true, at
		})},
		{"account-password/markup", page(func(m *views.AccountPassword) {
			m.Username, m.Brand = markup, markup
		})},
	}
}

func accountAddressSamples() []Sample {
	main := &views.AddressLine{Email: "ada@example.org", Since: "3 March 2024, 10:12 (London time)"}
	second := &views.AddressLine{Email: "byron@mail.example",
		Since: "1 November 2026, 19:40 (London time)"}
	waits := &views.AddressPending{Email: "ada@new.example",
		AskedAt: "22 November 2026, 08:18 (London time)",
		Until:   "23 November 2026, 08:18 (London time)"}
	list := func(m views.AccountAddresses) templ.Component {
		m.Page = signedInAs("/account/addresses")
		return m.View()
	}
	one := func(m views.AccountAddress, wrong ...views.Wrong) templ.Component {
		m.Page = signedInAs("/account/addresses", wrong...)
		return m.View()
	}
	young := views.AccountAddresses{Main: main, Second: second, Proof: "ada@old.example",
		ProvesFrom: "6 December 2026, 08:18 (London time)"}
	none := young
	none.Proof = ""
	odd := views.AccountAddresses{Main: &views.AddressLine{Email: longWord + "@" + longWord +
		".example", Since: longText},
		Second:      &views.AddressLine{Email: markup, Since: markup},
		MainPending: &views.AddressPending{Email: markup, AskedAt: markup, Until: markup},
		Proof:       markup}
	return []Sample{
		{"account-addresses/normal", list(views.AccountAddresses{Main: main, Second: second,
			Proof: main.Email})},
		{"account-addresses/alone", list(views.AccountAddresses{Main: main, Proof: main.Email})},
		{"account-addresses/waiting", list(views.AccountAddresses{Main: main, MainPending: waits,
			SecondPending: waits, Proof: main.Email})},
		{"account-addresses/changed-lately", list(young)},
		{"account-addresses/nothing-counts", list(none)},
		{"account-addresses/none", list(views.AccountAddresses{})},
		{"account-addresses/odd", list(odd)},
		{"account-address/own", one(views.AccountAddress{Old: main.Email})},
		{"account-address/second", one(views.AccountAddress{Second: true})},
		{"account-address/second-change", one(views.AccountAddress{Second: true,
			Old: second.Email})},
		{"account-address/missing", one(views.AccountAddress{Old: main.Email},
			bad("email", "email_missing"))},
		{"account-address/no-address", one(views.AccountAddress{Old: main.Email, Email: markup},
			bad("email", "email_invalid"))},
		{"account-address/same", one(views.AccountAddress{Old: main.Email, Email: main.Email},
			bad("email", "address_same"))},
		{"account-address-remove/normal", views.AccountAddressRemove{Page: signedInAs(
			"/account/addresses"),
			Email: second.Email}.View()},
	}
}

func addressLinkSamples() []Sample {
	confirm := func(state string, set ...func(*views.AddressConfirm)) templ.Component {
		m := views.AddressConfirm{Page: outside(), State: state, Masked: "a••••",
			Email: "a••••@n••••.example", Old: "a••••@e••••.org", Path: "/address/TOKEN",
			Until: "23 November 2026, 08:18 (UTC)"}
		for _, change := range set {
			change(&m)
		}
		return m.View()
	}
	second := func(m *views.AddressConfirm) { m.Second, m.Old = true, "" }
	undo := func(state string) templ.Component {
		return views.AddressUndo{Page: outside(), State: state, Masked: "a••••",
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
		{"address-confirm/markup", confirm("pending", func(m *views.AddressConfirm) {
			m.Masked, m.Email, m.Old, m.Path = markup, markup, longWord, "javascript:alert(1)"
		})},
		{"address-undo/normal", undo("confirmed")},
		{"address-undo/done", undo("undone")},
		{"address-undo/cancelled", undo("cancelled")},
		{"address-undo/expired", undo("expired")},
		{"address-undo/unknown", undo("unknown")},
	}
}
