package handlers

import (
	"net"
	"net/http/httptest"
	"net/netip"
	"testing"
)

// TestExtractor: what stands in the headers of proxies that are ours, in every spelling that they use.
func TestExtractor(t *testing.T) {
	t.Parallel()
	var proxies []*net.IPNet
	for _, n := range []string{"127.0.0.0/8", "10.0.0.0/8", "fd00::/8"} {
		_, network, err := net.ParseCIDR(n)
		if err != nil {
			t.Fatal(err)
		}
		proxies = append(proxies, network)
	}
	for _, tt := range []struct {
		name, peer    string
		forwardedFor  []string
		forwarded     []string
		want, refused string
	}{
		{"alone", "127.0.0.1:1", []string{"203.0.113.9"}, nil, "203.0.113.9", ""},
		{"peer is not ours", "192.0.2.1:1", []string{"203.0.113.9"}, nil, "192.0.2.1", ""},
		{"with a port", "127.0.0.1:1", []string{"203.0.113.9:51234"}, nil, "203.0.113.9", ""},
		{"IPv6", "127.0.0.1:1", []string{"2001:DB8::1"}, nil, "2001:db8::1", ""},
		{"IPv6 in brackets", "127.0.0.1:1", []string{"[2001:db8::1]"}, nil, "2001:db8::1", ""},
		{"IPv6 with a port", "127.0.0.1:1", []string{"[2001:db8::1]:443"}, nil, "2001:db8::1", ""},
		{"quotes", "127.0.0.1:1", []string{`"203.0.113.9"`}, nil, "203.0.113.9", ""},
		{"comma at the end", "127.0.0.1:1", []string{"203.0.113.9, "}, nil, "203.0.113.9", ""},
		{"commas all over", "127.0.0.1:1", []string{",, 203.0.113.9 ,,", ","}, nil, "203.0.113.9", ""},
		{"IPv4 in IPv6", "127.0.0.1:1", []string{"::ffff:203.0.113.9"}, nil, "203.0.113.9", ""},
		{"several proxies", "[fd00::2]:1", []string{"1.1.1.1, 203.0.113.9:5, 10.0.0.7"}, nil,
			"203.0.113.9", ""},
		{"several headers", "127.0.0.1:1", []string{"1.1.1.1", "203.0.113.9", "10.0.0.7:80"}, nil,
			"203.0.113.9", ""},
		{"all of them ours", "127.0.0.1:1", []string{"10.0.0.8, 10.0.0.7"}, nil, "10.0.0.8", ""},
		{"spoofed", "127.0.0.1:1", []string{"<script>, 203.0.113.9"}, nil, "203.0.113.9", ""},
		{"unreadable", "127.0.0.1:1", []string{"203.0.113.9, unknown"}, nil, "127.0.0.1", "unknown"},
		{"unreadable behind two", "127.0.0.1:1", []string{"_x, 10.0.0.7"}, nil, "10.0.0.7", "_x"},
		{"no header", "127.0.0.1:1", nil, nil, "127.0.0.1", ""},
		{"zone", "[fe80::1%eth0]:1", nil, nil, "fe80::1", ""},
		{"RFC 7239", "127.0.0.1:1", nil, []string{`for=203.0.113.9;proto=https;by=10.0.0.7`},
			"203.0.113.9", ""},
		{"RFC 7239, IPv6", "127.0.0.1:1", nil,
			[]string{`for=1.1.1.1, proto=http; For="[2001:db8:cafe::17]:4711"`}, "2001:db8:cafe::17", ""},
		{"RFC 7239, hidden", "127.0.0.1:1", nil, []string{`for=1.1.1.1, for=_hidden`}, "127.0.0.1",
			"_hidden"},
		{"RFC 7239, not said", "127.0.0.1:1", nil, []string{`for=1.1.1.1, proto=http`}, "127.0.0.1",
			"unknown"},
		{"both", "127.0.0.1:1", []string{"203.0.113.9"}, []string{"for=1.1.1.1"}, "203.0.113.9", ""},
	} {
		var refused string
		find := extractor(proxies, func(s string) { refused += s })
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = tt.peer
		r.Header["X-Forwarded-For"], r.Header["Forwarded"] = tt.forwardedFor, tt.forwarded
		for range 2 { // what cannot be read is said once
			if got := find(r); got != tt.want {
				t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
			}
		}
		if refused != tt.refused {
			t.Errorf("%s: %q could not be read, want %q", tt.name, refused, tt.refused)
		}
	}
}

func FuzzExtractor(f *testing.F) {
	for _, s := range []string{"203.0.113.9:51234", "[2001:db8::1]:443, x", `for="[::1]"`, `"`, "[", ","} {
		f.Add(s, s)
	}
	_, everywhere, err := net.ParseCIDR("127.0.0.0/8")
	if err != nil {
		f.Fatal(err)
	}
	find := extractor([]*net.IPNet{everywhere}, func(string) {})
	f.Fuzz(func(t *testing.T, forwardedFor, forwarded string) {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = "127.0.0.1:1"
		r.Header["X-Forwarded-For"], r.Header["Forwarded"] = []string{forwardedFor}, []string{forwarded}
		if got, err := netip.ParseAddr(find(r)); err != nil || got.Zone() != "" {
			t.Errorf("%q, %q: %v, %v", forwardedFor, forwarded, got, err)
		}
	})
}
