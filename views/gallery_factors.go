package views

import "github.com/a-h/templ"

// sampleAsk is what a page asks a browser for a passkey with.
func sampleAsk(action, label string) PasskeyForm {
	return PasskeyForm{Action: action, Label: label, Main: true, Else: Text("passkey.else.code"),
		Options: `{"challenge":"QUJDREVGR0hJSktMTU5PUA","rpId":"localhost",` +
			`"userVerification":"required"}`}
}

func factorSamples() []Sample {
	return append(accountTwoFactorSamples(), passkeySamples()...)
}

func accountTwoFactorSamples() []Sample {
	page := func(set func(*AccountTwoFactor), wrong ...Wrong) templ.Component {
		m := AccountTwoFactor{On: true, App: true, Passkeys: "2 passkeys",
			SetUp: "/account/two-factor?replace=1"}
		m.Methods = sampleMethods()
		m.Methods = append(m.Methods[:1], m.Methods[2])
		set(&m)
		m.Page = signedInAs("/account/two-factor", wrong...)
		return m.View()
	}
	setUp := func(m *AccountTwoFactor) {
		m.TwoFactor = sampleSetUp()
		m.On, m.App, m.Passkeys, m.SetUp = false, false, "", ""
	}
	codes := sampleCodes()
	codes.Page = signedInAs("/account/two-factor")
	unsaved := sampleCodes()
	unsaved.Page = signedInAs("/account/two-factor", bad("saved", "codes_not_saved"))
	return []Sample{
		{"account-two-factor/normal", page(func(*AccountTwoFactor) {})},
		{"account-two-factor/off", page(func(m *AccountTwoFactor) {
			*m = AccountTwoFactor{SetUp: "/account/prove"}
		})},
		{"account-two-factor/set-up", page(setUp)},
		{"account-two-factor/wrong", page(setUp, bad("code", "code_wrong"))},
		{"account-two-factor/replace", page(func(m *AccountTwoFactor) {
			setUp(m)
			m.On, m.App, m.Replace = true, true, true
		})},
		{"account-two-factor/passkey-only", page(func(m *AccountTwoFactor) {
			m.App, m.Methods, m.Passkeys, m.SetUp = false, m.Methods[1:], "1 passkey", "/account/prove"
		})},
		{"account-two-factor/no-passkey", page(func(m *AccountTwoFactor) { m.Passkeys = "" })},
		{"account-two-factor/unsaved", page(func(m *AccountTwoFactor) { m.Unsaved = true })},
		{"account-codes/normal", codes.View()},
		{"account-codes/not-saved", unsaved.View()},
	}
}

func samplePasskeys() []Passkey {
	return []Passkey{
		{ID: "k-1", Name: "Work laptop", Device: "Firefox on Linux", Added: "3 March 2025, 10:12",
			LastUsed: "19 November 2026, 22:40"},
		{ID: "k-2", Name: "iPhone", Device: "Safari on iPhone", Added: "21 November 2026, 14:06",
			Synced: true},
	}
}

func passkeySamples() []Sample {
	page := func(set func(*AccountPasskeys), wrong ...Wrong) templ.Component {
		m := AccountPasskeys{Passkeys: samplePasskeys(), Name: "Chrome on Windows",
			Add: sampleAsk("/account/passkeys", Text("passkey.do.add"))}
		set(&m)
		m.Page = signedInAs("/account/passkeys", wrong...)
		m.Signals = `{"accepted":{"rpId":"localhost","userId":"QQ","allAcceptedCredentialIds":[]}}`
		return m.View()
	}
	remove := func(set func(*AccountRemove)) templ.Component {
		m := AccountRemove{Page: signedInAs("/account/two-factor"), Passkey: true,
			Method: Method{ID: "k-1", Name: "Passkey “Work laptop”", Added: "3 March 2025, 10:12"}}
		set(&m)
		return m.View()
	}
	return []Sample{
		{"account-passkeys/normal", page(func(*AccountPasskeys) {})},
		{"account-passkeys/none", page(func(m *AccountPasskeys) { m.Passkeys = nil })},
		{"account-passkeys/stale", page(func(m *AccountPasskeys) {
			m.Add, m.Prove, m.Unsaved = PasskeyForm{}, "/account/prove", true
		})},
		{"account-passkeys/full", page(func(m *AccountPasskeys) { m.Add, m.Full = PasskeyForm{}, true })},
		{"account-passkeys/useless", page(func(m *AccountPasskeys) {
			m.Add, m.Useless = PasskeyForm{}, true
		})},
		{"account-passkeys/odd", page(func(m *AccountPasskeys) { m.Passkeys[0].Odd = true })},
		{"account-passkeys/known", page(func(*AccountPasskeys) {}, bad("passkey", "passkey_known"))},
		{"account-passkeys/name", page(func(m *AccountPasskeys) { m.Passkeys[1].Typed = " " },
			bad("k-2name", "label_missing"))},
		{"account-passkeys/long", page(func(m *AccountPasskeys) {
			m.Name, m.Passkeys[0].Name, m.Passkeys[1].Name = longText, longWord, markup
		}, bad("name", "label_long", "60"))},
		{"account-two-factor-remove/passkey", remove(func(*AccountRemove) {})},
		{"account-two-factor-remove/last", remove(func(m *AccountRemove) {
			m.Last, m.Passkey, m.Method.Name = true, false, Text("method.totp")
		})},
		{"account-two-factor-remove/short", remove(func(m *AccountRemove) {
			m.Last, m.Keep = true, true
		})},
		{"account-two-factor-remove/required", remove(func(m *AccountRemove) {
			m.Last, m.Keep, m.Required = true, true, true
		})},
	}
}
