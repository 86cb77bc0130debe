package risk_test

import (
	"strings"
	"testing"
	"unicode"

	"regain/security/risk"
)

const (
	kit      = " AppleWebKit/537.36 (KHTML, like Gecko) "
	apple    = " AppleWebKit/605.1.15 (KHTML, like Gecko) "
	iphone17 = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X)" + apple
	win10    = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"
)

var agents = []struct{ name, agent, label, key string }{
	{"chrome", win10 + kit + "Chrome/126.0.0.0 Safari/537.36",
		"Chrome on Windows", "chrome/windows"},
	{"chrome, later version", win10 + kit + "Chrome/131.0.6778.86 Safari/537.36",
		"Chrome on Windows", "chrome/windows"},
	{"safari on a phone", iphone17 + "Version/17.5 Mobile/15E148 Safari/604.1",
		"Safari on iPhone", "safari/iphone"},
	{"chrome on a phone", iphone17 + "CriOS/126.0.6478.35 Mobile/15E148 Safari/604.1",
		"Chrome on iPhone", "chrome/iphone"},
	{"safari on a tablet", "Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X)" + apple +
		"Version/16.6 Mobile/15E148 Safari/604.1", "Safari on iPad", "safari/ipad"},
	{"safari on a mac", "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)" + apple +
		"Version/17.4 Safari/605.1.15", "Safari on Mac", "safari/mac"},
	{"android", "Mozilla/5.0 (Linux; Android 10; K)" + kit +
		"Chrome/126.0.0.0 Mobile Safari/537.36", "Chrome on Android", "chrome/android"},
	{"samsung", "Mozilla/5.0 (Linux; Android 13; SAMSUNG SM-S918B)" + kit +
		"SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36",
		"Samsung Browser on Android", "samsung browser/android"},
	{"firefox", "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
		"Firefox on Linux", "firefox/linux"},
	{"edge", win10 + kit + "Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0",
		"Edge on Windows", "edge/windows"},
	{"opera", win10 + kit + "Chrome/125.0.0.0 Safari/537.36 OPR/111.0.0.0",
		"Opera on Windows", "opera/windows"},
	{"internet explorer", "Mozilla/5.0 (Windows NT 10.0; Trident/7.0; rv:11.0) like Gecko",
		"Internet Explorer on Windows", "internet explorer/windows"},
	{"chromebook", "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0)" + kit +
		"Chrome/126.0.0.0 Safari/537.36", "Chrome on ChromeOS", "chrome/chromeos"},
	{"words of a stranger", win10 + kit + "Chrome/1.0 Safari/1.0 Call-0800-UNLOCK/1.0",
		"Other browser on Windows", "other browser/windows"},
	{"empty", "", "Unknown device", ""},
	{"program", "curl/8.5.0", "Unknown device", ""},
	{"no system", "Mozilla/5.0" + kit + "Chrome/126.0.0.0 Safari/537.36", "Unknown device", ""},
	{"garbage", "\x00\xff<script>alert(1)</script>", "Unknown device", ""},
	{"system past the limit", strings.Repeat("x", 512) + " (Windows NT 10.0) Chrome/126.0",
		"Unknown device", ""},
	{"huge", win10 + kit + "Chrome/126.0.0.0 Safari/537.36 " + strings.Repeat("(", 1<<20),
		"Chrome on Windows", "chrome/windows"},
}

func TestDevice(t *testing.T) {
	t.Parallel()
	for _, tt := range agents {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			label, key := risk.Device(tt.agent)
			if label != tt.label || key != tt.key {
				t.Errorf("%q, %q; want %q, %q", label, key, tt.label, tt.key)
			}
		})
	}
}

func FuzzDevice(f *testing.F) {
	for _, a := range agents {
		f.Add(a.agent)
	}
	f.Fuzz(func(t *testing.T, agent string) {
		label, key := risk.Device(agent)
		if label == "" || len(label) > 40 || len(key) > 40 {
			t.Errorf("label %q, key %q", label, key)
		}
		if (key == "") != (label == risk.UnknownDevice) {
			t.Errorf("label %q with key %q", label, key)
		}
		for _, r := range label + key {
			if r > unicode.MaxASCII || !unicode.IsPrint(r) {
				t.Errorf("%q in %q, %q", r, label, key)
			}
		}
	})
}
