package risk_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"regain/security/risk"
)

func TestContradictions(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name              string
		loginIP, loginDev string
		answer            string
		hereIP, hereDev   string
		want              bool
	}{
		{"same device and address", "192.0.2.1", windows, risk.NotMe, "192.0.2.1", windows, true},
		{"the address written as IPv6", "::ffff:192.0.2.1", windows, risk.NotMe,
			"192.0.2.1", windows, true},
		{"same IPv6 network", "2001:db8::1", windows, risk.NotMe, "2001:db8::2", windows, true},
		{"next IPv6 network", "2001:db8::1", windows, risk.NotMe,
			"2001:db8:0:1::1", windows, false},
		{"next address", "192.0.2.1", windows, risk.NotMe, "192.0.2.2", windows, false},
		{"other device", "192.0.2.1", iphone, risk.NotMe, "192.0.2.1", windows, false},
		{"not sure", "192.0.2.1", windows, risk.Unsure, "192.0.2.1", windows, false},
		{"me", "192.0.2.1", windows, risk.Me, "192.0.2.1", windows, false},
		{"no answer", "192.0.2.1", windows, "", "192.0.2.1", windows, false},
		{"both devices unknown", "192.0.2.1", "", risk.NotMe,
			"192.0.2.1", "", false},
		{"both devices empty", "192.0.2.1", "", risk.NotMe, "192.0.2.1", "", false},
		{"both addresses empty", "", windows, risk.NotMe, "", windows, false},
		{"both addresses broken", "home", windows, risk.NotMe, "home", windows, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			l := login("a", 0, "GB", tt.loginDev)
			l.IP = tt.loginIP
			h := risk.History{
				Logins: []risk.Login{l}, Answers: map[string]string{"a": tt.answer},
			}
			var want []string
			if tt.want {
				want = []string{"a"}
			}
			here := risk.Place{Country: "GB", Device: tt.hereDev, IP: tt.hereIP}
			if diff := cmp.Diff(want, risk.Contradictions(h, here)); diff != "" {
				t.Errorf("ids (-want +got):\n%s", diff)
			}
		})
	}
}

func TestUnfamiliar(t *testing.T) {
	t.Parallel()
	home := []risk.Login{
		login("a", 3*day, "GB", windows), login("b", 2*day, "BR", iphone),
		stopped(login("c", day, "JP", "firefox/linux")),
		failed(login("d", day, "JP", "firefox/linux")),
	}
	tests := []struct {
		name            string
		logins          []risk.Login
		answer          string // to the odd login b
		country, device string
		want            bool // both
		alone           bool // the device, whatever the country
	}{
		{"at home", home, "", "GB", windows, false, false},
		{"known device abroad", home, "", "NZ", windows, false, false},
		{"new device at home", home, "", "GB", "firefox/mac", false, true},
		{"both new", home, "", "NZ", "firefox/mac", true, true},
		{"another name of a known device",
			[]risk.Login{login("a", 3*day, "GB", "safari/mac"), login("b", day, "GB", "safari/ipad")}, "",
			"NZ", "safari/ipad", true, true},
		{"where somebody was stopped", home, "", "JP", "firefox/linux", true, true},
		{"where an odd login came from", home, "", "BR", iphone, true, true},
		{"where the owner says to have been", home, risk.Me, "BR", iphone, false, false},
		{"where the owner denies to have been", home, risk.NotMe, "BR", iphone, true, true},
		{"new country, device hidden", home, "", "NZ", "", true, true},
		{"home, device hidden", home, "", "GB", "", false, true},
		{"new device, country unknown", home, "", "", "firefox/mac", true, true},
		{"nothing known of the place", home, "", "", "", true, true},
		{"nothing known of place and history", []risk.Login{login("a", day, "", "")}, "", "", "", false, false},
		{"no history", nil, "", "NZ", iphone, false, false},
		{"no trusted history", home[2:], "", "NZ", iphone, false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := risk.History{
				Logins: tt.logins, Answers: map[string]string{"b": tt.answer},
				Since: now.Add(-90 * day),
			}
			here := risk.Place{Country: tt.country, Device: tt.device}
			if got := risk.Unfamiliar(h, here); got != tt.want {
				t.Errorf("unfamiliar %v, want %v", got, tt.want)
			}
			if got := risk.UnfamiliarDevice(h, here); got != tt.alone {
				t.Errorf("unfamiliar device %v, want %v", got, tt.alone)
			}
		})
	}
}
