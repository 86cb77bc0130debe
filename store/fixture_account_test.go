package store_test

import (
	"time"

	"regain/security"
	"regain/security/passkey"
)

// own is what a person has to do with as one who signs in. All ids begin with the account's.
type own struct {
	session security.Session
	passkey security.Factor // is not stored
	change  security.AddressChange
	watch   security.Watch
	alert   security.Alert
	export  security.Export
}

func ownOf(p person) own {
	id := p.account.ID
	return own{
		session: security.Session{Kind: security.AccountSession, ID: id + "-signed-in", Subject: id,
			Generation: 1, StartedAt: now, SeenAt: now, EndsAt: now.Add(10 * time.Minute),
			Stage: security.StageVerify, Visitor: p.session.Visitor},
		passkey: security.Factor{ID: id + "-passkey", Subject: id, Kind: security.FactorPasskey,
			Name: "blue key", AddedAt: now, Recovery: p.attempt.ID, Visitor: p.session.Visitor,
			Key: passkey.Key{ID: []byte(id + "-credential"), User: []byte{0, 1},
				Public: []byte{2, 255}, Count: 5, BackupEligible: true, BackedUp: true,
				Transports: []string{"usb", "nfc"}}},
		change: security.AddressChange{ID: id + "-change", Account: id, Email: "New@example.org",
			Old: id + "-address", AskedAt: now, EndsAt: now.Add(time.Hour),
			State: security.ChangePending, Visitor: p.session.Visitor},
		watch: security.Watch{Account: id, Familiar: []byte(`{"v":1}`), MailedAt: now, Version: 1},
		alert: security.Alert{ID: id + "-alert", Account: id, Kind: security.AlertUnfamiliar,
			Login: p.login.ID, At: now, Outcome: "succeeded",
			Reasons: []string{"new_country", "new_device"}, Country: "NO",
			Device: "firefox/linux"},
		export: security.Export{ID: id + "-export", Account: id, AskedAt: now,
			EndsAt: now.Add(time.Hour)},
	}
}

func (o own) writes() []security.Write {
	return []security.Write{
		security.StartSession{Session: o.session},
		security.AskAddressChange{Change: o.change},
		security.SaveWatch{Watch: with(o.watch, func(w *security.Watch) { w.Version = 0 })},
		security.AddAlert{Alert: o.alert},
		security.AskExport{Export: o.export},
	}
}
