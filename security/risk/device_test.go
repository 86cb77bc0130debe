package risk_test

import (
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"regain/security/risk"
)

const (
	kit      = " AppleWebKit/537.36 (KHTML, like Gecko) "
	apple    = " AppleWebKit/605.1.15 (KHTML, like Gecko) "
	iphone17 = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X)" + apple
	win10    = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"
)

var agents = []struct{ name, agent, code string }{
	{"chrome", win10 + kit + "Chrome/126.0.0.0 Safari/537.36",
		"chrome/windows"},
	{"chrome, later version", win10 + kit + "Chrome/131.0.6778.86 Safari/537.36",
		"chrome/windows"},
	{"safari on a phone", iphone17 + "Version/17.5 Mobile/15E148 Safari/604.1",
		"safari/iphone"},
	{"chrome on a phone", iphone17 + "CriOS/126.0.6478.35 Mobile/15E148 Safari/604.1",
		"chrome/iphone"},
	{"safari on a tablet", "Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X)" + apple +
		"Version/16.6 Mobile/15E148 Safari/604.1", "safari/ipad"},
	{"safari on a mac", "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)" + apple +
		"Version/17.4 Safari/605.1.15", "safari/mac"},
	{"android", "Mozilla/5.0 (Linux; Android 10; K)" + kit +
		"Chrome/126.0.0.0 Mobile Safari/537.36", "chrome/android"},
	{"samsung", "Mozilla/5.0 (Linux; Android 13; SAMSUNG SM-S918B)" + kit +
		"SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36",
		"samsung_browser/android"},
	{"firefox", "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
		"firefox/linux"},
	{"edge", win10 + kit + "Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0",
		"edge/windows"},
	{"opera", win10 + kit + "Chrome/125.0.0.0 Safari/537.36 OPR/111.0.0.0",
		"opera/windows"},
	{"internet explorer", "Mozilla/5.0 (Windows NT 10.0; Trident/7.0; rv:11.0) like Gecko",
		"internet_explorer/windows"},
	{"chromebook", "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0)" + kit +
		"Chrome/126.0.0.0 Safari/537.36", "chrome/chromeos"},
	{"words of a stranger", win10 + kit + "Chrome/1.0 Safari/1.0 Call-0800-UNLOCK/1.0",
		"other/windows"},
	{"empty", "", ""},
	{"program", "curl/8.5.0", ""},
	{"no system", "Mozilla/5.0" + kit + "Chrome/126.0.0.0 Safari/537.36", ""},
	{"garbage", "\x00\xff<script>alert(1)</script>", ""},
	{"system past the limit", strings.Repeat("x", 512) + " (Windows NT 10.0) Chrome/126.0",
		""},
	{"huge", win10 + kit + "Chrome/126.0.0.0 Safari/537.36 " + strings.Repeat("(", 1<<20),
		"chrome/windows"},
}

func TestDevice(t *testing.T) {
	t.Parallel()
	for _, tt := range agents {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := risk.Device(tt.agent); got != tt.code {
				t.Errorf("%q, want %q", got, tt.code)
			}
		})
	}
}

const large = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)" + apple
const tablet = "Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X)" + apple
const x11 = "Mozilla/5.0 (X11; Linux x86_64)" + kit
const robot = "Mozilla/5.0 (Linux; Android 10; K)" + kit

// TestOtherNamesOfADevice: what a browser sends in its two modes, at home, either of them first; and
// what only looks like it.
func TestOtherNamesOfADevice(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, one, other string
		want             []risk.Reason
	}{
		{"safari", large + "Version/17.4 Safari/605.1.15",
			tablet + "Version/17.4 Mobile/15E148 Safari/604.1", nil},
		{"chrome on a tablet", large + "CriOS/126 Version/11.1.1 Safari/605.1.15",
			tablet + "CriOS/126.0.6478.35 Mobile/15E148 Safari/604.1", nil},
		{"firefox on a tablet", large + "FxiOS/127.0 Safari/605.1.15",
			tablet + "FxiOS/127.0 Mobile/15E148 Safari/605.1.15", nil},
		{"edge on a tablet", large + "Version/17.0 EdgiOS/125.0.2535.60 Safari/605.1.15",
			tablet + "Version/17.0 EdgiOS/125.0.2535.60 Mobile/15E148 Safari/605.1.15", nil},
		{"android as linux, which any script runs on", x11 + "Chrome/126.0.0.0 Safari/537.36",
			robot + "Chrome/126.0.0.0 Mobile Safari/537.36", []risk.Reason{device}},
		{"another browser", large + "Version/17.4 Safari/605.1.15",
			tablet + "CriOS/126.0.6478.35 Mobile/15E148 Safari/604.1", []risk.Reason{device}},
		{"no browser that is known", large + "Stranger/1.0", tablet + "Stranger/1.0",
			[]risk.Reason{device}},
		{"a phone", large + "Version/17.4 Safari/605.1.15",
			iphone17 + "Version/17.5 Mobile/15E148 Safari/604.1", []risk.Reason{device}},
		{"other systems", win10 + kit + "Chrome/126.0.0.0 Safari/537.36",
			x11 + "Chrome/126.0.0.0 Safari/537.36", []risk.Reason{device}},
		{"a tablet and android", tablet + "CriOS/126.0.6478.35 Mobile/15E148 Safari/604.1",
			robot + "Chrome/126.0.0.0 Mobile Safari/537.36", []risk.Reason{device}},
		{"no system", large + "Version/17.4 Safari/605.1.15", "", []risk.Reason{device}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for _, pair := range [][2]string{{tt.one, tt.other}, {tt.other, tt.one}} {
				known, then := risk.Device(pair[0]), risk.Device(pair[1])
				if known == "" {
					continue // nothing is known of the account then
				}
				f := risk.FamiliarOf(risk.History{Logins: logins{login("a", 60*day, "GB", known)}})
				got := f.Judge(login("b", 0, "GB", then))
				if diff := cmp.Diff(tt.want, got, cmpopts.EquateEmpty()); diff != "" {
					t.Errorf("%q after %q (-want +got):\n%s", then, known, diff)
				}
			}
		})
	}
}

func FuzzDevice(f *testing.F) {
	for _, a := range agents {
		f.Add(a.agent)
	}
	f.Fuzz(func(t *testing.T, agent string) {
		code := risk.Device(agent)
		if len(code) > 40 || strings.Contains(code, " ") {
			t.Errorf("code %q", code)
		}
		for _, r := range code {
			if r > unicode.MaxASCII || !unicode.IsPrint(r) {
				t.Errorf("%q in %q", r, code)
			}
		}
	})
}
