package gallery

import (
	"github.com/a-h/templ"

	"regain/views"
	"regain/views/account"
)

// sampleAsk is what a page asks a browser for a passkey with.
func sampleAsk(action, label string) views.PasskeyForm {
	return views.PasskeyForm{Action: action, Label: say(label), Main: true,
		Else: say("passkey.else.code"),
		Options: `{"challenge":"QUJDREVGR0hJSktMTU5PUA","rpId":"localhost",` +
			`"userVerification":"required"}`}
}

func factorSamples() []Sample {
	return append(accountTwoFactorSamples(), passkeySamples()...)
}

func accountTwoFactorSamples() []Sample {
	page := func(set func(*account.TwoFactor), wrong ...views.Wrong) templ.Component {
		m := account.TwoFactor{On: true, App: true, Passkeys: say("passkeys", 2),
			SetUp: "/account/two-factor?replace=1"}
		m.Methods = sampleMethods()
		m.Methods = append(m.Methods[:1], m.Methods[2])
		set(&m)
		m.Page = signedInAs("/account/two-factor", wrong...)
		return m.View()
	}
	setUp := func(m *account.TwoFactor) {
		m.AppSetUp, m.Methods = sampleSetUp().AppSetUp, nil
		m.On, m.App, m.Passkeys, m.SetUp = false, false, as(""), ""
	}
	codes := sampleCodes()
	codes.Page = signedInAs("/account/two-factor")
	unsaved := sampleCodes()
	unsaved.Page = signedInAs("/account/two-factor", bad("saved", "codes_not_saved"))
	return []Sample{
		{"account-two-factor/normal", page(func(*account.TwoFactor) {})},
		{"account-two-factor/off", page(func(m *account.TwoFactor) {
			*m = account.TwoFactor{SetUp: "/account/prove"}
		})},
		{"account-two-factor/set-up", page(setUp)},
		{"account-two-factor/wrong", page(setUp, bad("code", "code_wrong"))},
		{"account-two-factor/replace", page(func(m *account.TwoFactor) {
			setUp(m)
			m.On, m.App, m.Replace = true, true, true
		})},
		{"account-two-factor/passkey-only", page(func(m *account.TwoFactor) {
			m.App, m.Methods, m.Passkeys, m.SetUp = false, m.Methods[1:], say("passkeys", 1),
				"/account/prove"
		})},
		{"account-two-factor/no-passkey", page(func(
			m *account.TwoFactor) {
			m.Passkeys = as("")
		})},
		{"account-two-factor/unsaved", page(func(m *account.TwoFactor) { m.Unsaved = true })},
		{"account-codes/normal", codes.View()},
		{"account-codes/not-saved", unsaved.View()},
	}
}

func samplePasskeys() []views.Passkey {
	return []views.Passkey{
		{ID: "k-1", Name: "Work laptop", Device: views.DeviceWords("firefox/linux"), Added: at("3 March 2025, 10:12"),
			LastUsed: at("19 November 2026, 22:40")},
		{ID: "k-2", Name: "iPhone", Device: views.DeviceWords("safari/iphone"), Added: at("21 November 2026, 14:06"),
			Synced: true},
	}
}

func samplePasskeysAt(path string) views.Passkeys {
	m := views.Passkeys{Path: path, List: samplePasskeys(), Name: "Chrome on Windows",
		Add: sampleAsk(path, "passkey.do.add")}
	m.Add.Create = true
	return m
}

func passkeySamples() []Sample {
	page := func(set func(*account.Passkeys), wrong ...views.Wrong) templ.Component {
		m := account.Passkeys{Passkeys: samplePasskeysAt("/account/passkeys")}
		set(&m)
		m.Page = signedInAs("/account/passkeys", wrong...)
		m.Signals = `{"accepted":{"rpId":"localhost","userId":"QQ","allAcceptedCredentialIds":[]}}`
		return m.View()
	}
	remove := func(set func(*account.RemoveFactor)) templ.Component {
		m := account.RemoveFactor{Page: signedInAs("/account/two-factor"), Passkey: true,
			Method: views.Method{ID: "k-1", Name: say("method.passkey", "Work laptop"),
				Added: at("3 March 2025, 10:12")}}
		set(&m)
		return m.View()
	}
	return []Sample{
		{"account-two-factor-remove/organisation", remove(func(m *account.RemoveFactor) {
			m.Keep, m.Organisation = "organisation", "Acme"
		})},
		{"account-passkeys/normal", page(func(*account.Passkeys) {})},
		{"account-passkeys/none", page(func(m *account.Passkeys) { m.List = nil })},
		{"account-passkeys/stale", page(func(m *account.Passkeys) {
			m.Add, m.Prove, m.Unsaved = views.PasskeyForm{}, "/account/prove", true
		})},
		{"account-passkeys/full", page(func(m *account.Passkeys) {
			m.Add, m.Full = views.PasskeyForm{}, true
		})},
		{"account-passkeys/useless", page(func(m *account.Passkeys) {
			m.Add, m.Useless = views.PasskeyForm{}, true
		})},
		{"account-passkeys/odd", page(func(m *account.Passkeys) { m.List[0].Odd = true })},
		{"account-passkeys/known", page(func(*account.Passkeys) {},
			bad("passkey", "passkey_known"))},
		{"account-passkeys/name", page(func(m *account.Passkeys) { m.List[1].Typed = " " },
			bad("k-2name", "label_missing"))},
		{"account-passkeys/long", page(func(m *account.Passkeys) {
			m.Name, m.List[0].Name, m.List[1].Name = longText, longWord, markup
		}, bad("name", "label_long", "60"))},
		{"account-two-factor-remove/passkey", remove(func(*account.RemoveFactor) {})},
		{"account-two-factor-remove/last", remove(func(m *account.RemoveFactor) {
			m.Last, m.Passkey, m.Method.Name = true, false, say("method.totp")
		})},
		{"account-two-factor-remove/short", remove(func(m *account.RemoveFactor) {
			m.Last, m.Keep = true, "short_password"
		})},
		{"account-two-factor-remove/required", remove(func(m *account.RemoveFactor) {
			m.Last, m.Keep = true, "policy"
		})},
	}
}
