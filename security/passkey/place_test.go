package passkey_test

import (
	"testing"

	"regain/security/passkey"
)

// TestPlace: where a passkey lives is said only where the browser told.
func TestPlace(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		ways []string
		want passkey.Place
	}{
		{nil, ""}, {[]string{"hybrid"}, ""},
		{[]string{"internal"}, passkey.Platform}, {[]string{"hybrid", "internal"}, passkey.Platform},
		{[]string{"usb"}, passkey.Roaming}, {[]string{"nfc", "usb"}, passkey.Roaming},
		{[]string{"smart-card"}, passkey.Roaming}, {[]string{"usb", "hybrid"}, passkey.Roaming},
	} {
		if got := (passkey.Key{Transports: tt.ways}).Place(); got != tt.want {
			t.Errorf("%v: %q, want %q", tt.ways, got, tt.want)
		}
	}
}
