package security_test

import (
	"testing"

	"regain/security"
	"regain/security/audit"
	"regain/security/passkey"
	"regain/security/webhook"
)

// TestNewsPlace: where a passkey lived is known from the passkey; of several that go together it is
// known only if they all lived in the same kind of place.
func TestNewsPlace(t *testing.T) {
	t.Parallel()
	key := func(ways ...string) security.Factor {
		return security.Factor{Subject: "u", Kind: security.FactorPasskey, Key: passkey.Key{Transports: ways}}
	}
	gone := func(all ...security.Factor) (writes []security.Write) {
		for _, f := range all {
			writes = append(writes, f.Removed(start))
		}
		return writes
	}
	for name, tt := range map[string]struct {
		writes []security.Write
		want   passkey.Place
	}{
		"added":    {[]security.Write{security.AddFactor{Factor: key("internal")}}, passkey.Platform},
		"removed":  {gone(key("usb")), passkey.Roaming},
		"unknown":  {gone(key()), ""},
		"the same": {gone(key("usb"), key("nfc")), passkey.Roaming},
		"two":      {gone(key("usb"), key("internal")), ""},
	} {
		all := webhook.Of(security.Event{Kind: audit.PasskeyRemoved, Account: "u"}, tt.writes)
		if len(all) != 1 || all[0].Place != tt.want {
			t.Errorf("%s: %+v", name, all)
		}
	}
}
