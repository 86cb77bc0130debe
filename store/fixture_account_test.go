package store_test

import (
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/account"
	"regain/security/alert"
	"regain/security/passkey"
	"regain/security/privacy"
)

// own is what a person has to do with as one who signs in. All ids begin with the account's.
type own struct {
	session access.Session
	passkey security.Factor // is not stored
	change  account.AddressChange
	watch   alert.Watch
	alert   alert.Alert
	export  privacy.Export
}

func ownOf(p person) own {
	id := p.account.ID
	return own{
		session: access.Session{Kind: access.AccountSession, ID: id + "-signed-in", Subject: id,
			Generation: 1, StartedAt: now, SeenAt: now, EndsAt: now.Add(10 * time.Minute),
			Stage: access.StageVerify, Visitor: p.session.Visitor},
		passkey: security.Factor{ID: id + "-passkey", Subject: id, Kind: security.FactorPasskey,
			Name: "blue key", AddedAt: now, Recovery: p.attempt.ID, Visitor: p.session.Visitor,
			Key: passkey.Key{ID: []byte(id + "-credential"), User: []byte{0, 1},
				Public: []byte{2, 255}, Count: 5, BackupEligible: true, BackedUp: true,
				Transports: []string{"usb", "nfc"}}},
		change: account.AddressChange{ID: id + "-change", Account: id, Email: "New@example.org",
			Old: id + "-address", AskedAt: now, EndsAt: now.Add(time.Hour),
			State: account.ChangePending, Visitor: p.session.Visitor},
		watch: alert.Watch{Account: id, Familiar: []byte(`{"v":1}`), MailedAt: now, Version: 1},
		alert: alert.Alert{ID: id + "-alert", Account: id, Kind: alert.AlertUnfamiliar,
			Login: p.login.ID, At: now, Outcome: "succeeded",
			Reasons: []string{"new_country", "new_device"}, Country: "NO",
			Device: "firefox/linux"},
		export: privacy.Export{ID: id + "-export", Account: id, AskedAt: now,
			EndsAt: now.Add(time.Hour)},
	}
}

func (o own) writes() []security.Write {
	return []security.Write{
		access.StartSession{Session: o.session},
		account.AskAddressChange{Change: o.change},
		alert.SaveWatch{Watch: with(o.watch, func(w *alert.Watch) { w.Version = 0 })},
		alert.AddAlert{Alert: o.alert},
		privacy.AskExport{Export: o.export},
	}
}
