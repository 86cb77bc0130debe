package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// tlsLines are the lines of a file of settings about listeners and TLS.
func tlsLines(text string) (all []string) {
	for line := range strings.Lines(text) {
		name, _, _ := strings.Cut(line, "=")
		switch name {
		case "REGAIN_TLS", "REGAIN_LISTEN", "REGAIN_REDIRECT_LISTEN":
			all = append(all, strings.TrimSpace(line))
		}
	}
	return all
}

// Lines of the unit.
const (
	mayBind = "\nAmbientCapabilities=CAP_NET_BIND_SERVICE\nCapabilityBoundingSet=CAP_NET_BIND_SERVICE\n"
	mayNone = "\nCapabilityBoundingSet=\n"
	toAll   = "\n#IPAddressDeny=any\n"
	toSelf  = "\nIPAddressDeny=any\n"
)

// TestInitTLS: what is said about TLS decides where the portal listens, what its unit may do and whom it talks with.
func TestInitTLS(t *testing.T) {
	t.Parallel()
	files, _ := certified(t, 1<<40, "protect.example.org")
	open := []string{"REGAIN_LISTEN=:443", "REGAIN_TLS=acme", "REGAIN_REDIRECT_LISTEN=:80"}
	for _, tt := range []struct {
		name  string
		args  []string
		lines []string
		unit  []string
		told  string
	}{
		{"nothing said", nil, nil, []string{mayNone, toSelf}, "Put a proxy with a certificate before 127.0.0.1:8080"},
		{"a proxy", []string{"--tls", "proxy"}, nil, []string{mayNone, toSelf}, "Put a proxy"},
		{"an authority", []string{"--tls", "acme"}, open, []string{mayBind, toAll}, "of a staging authority first"},
		{"files", []string{"--tls", files}, []string{open[0], "REGAIN_TLS=" + files, open[2]}, []string{mayBind, toAll},
			"speaks TLS at :443 with your certificate"},
		{"a listener of one's own", []string{"--tls", "acme", "--listen", "127.0.0.1:8443"},
			[]string{"REGAIN_LISTEN=127.0.0.1:8443", "REGAIN_TLS=acme"}, []string{mayNone, toSelf}, "on, 127.0.0.1:8443, has"},
		{"the port of TLS alone", []string{"--tls", "acme", "--listen", ":443"},
			[]string{"REGAIN_LISTEN=:443", "REGAIN_TLS=acme"}, []string{mayBind, toAll}, "on, :443, has"},
		{"a proxy elsewhere", []string{"--listen", "0.0.0.0:8080", "--plain-http", "behind-proxy"},
			[]string{"REGAIN_LISTEN=0.0.0.0:8080"}, []string{mayNone, toAll}, "before 0.0.0.0:8080"},
		{"mail by a low port", []string{"--abuse-email", "abuse@example.org", "--inbound-listen", "smtp:127.0.0.1:25"},
			nil, []string{mayBind, toSelf}, "Put a proxy"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c, dir, init := newPlace(t)
			full := append(append(init, answered(dir)...), tt.args...)
			told := c.ok(full...)
			made := filesIn(t, dir)
			if diff := cmp.Diff(tt.lines, tlsLines(made["settings"])); diff != "" {
				t.Errorf("settings (-want +got):\n%s", diff)
			}
			for _, line := range tt.unit {
				if !strings.Contains(made["regain.service"], line) {
					t.Errorf("the unit lacks %q:\n%s", line, made["regain.service"])
				}
			}
			if !strings.Contains(told, tt.told) {
				t.Errorf("%q is not told:\n%s", tt.told, told)
			}
			c.ok(full...)
			if diff := cmp.Diff(made, filesIn(t, dir)); diff != "" {
				t.Errorf("a second run changed (-before +after):\n%s", diff)
			}
			if tt.name != "an authority" {
				return
			}
			r := c.run(append(append(init, answered(dir)...), "--tls", "proxy")...)
			if r.status != 1 || !strings.Contains(r.stderr, "says otherwise about REGAIN_TLS") {
				t.Errorf("status %d: %s", r.status, r.stderr)
			}
		})
	}
}

// TestInitAddress: who speaks TLS is a word after the public address, and goes with the answer that it was in.
func TestInitAddress(t *testing.T) {
	t.Parallel()
	for last, want := range map[string][]string{
		"https://protect.example.org":       nil,
		"https://protect.example.org proxy": nil,
		"https://protect.example.org acme":  {"REGAIN_LISTEN=:443", "REGAIN_TLS=acme", "REGAIN_REDIRECT_LISTEN=:80"},
	} {
		c, dir, init := newPlace(t)
		c.in = strings.Join([]string{"https://portal acme", "https://a.example tls", "https://a.example acme please", last,
			""}, "\n")
		args := answered(dir)[2:] // all but the address
		r := c.run(append(init, args...)...)
		if r.status != 0 {
			t.Fatalf("%s: status %d: %s%s", last, r.status, r.stdout, r.stderr)
		}
		for _, said := range []string{"no authority issues a certificate for portal", "want acme or proxy after",
			"at most one word after"} {
			if n := strings.Count(r.stderr, said); n != 1 {
				t.Errorf("%q is said %d times:\n%s", said, n, r.stderr)
			}
		}
		if diff := cmp.Diff(want, tlsLines(filesIn(t, dir)["settings"])); diff != "" {
			t.Errorf("%s (-want +got):\n%s", last, diff)
		}
	}
}
