package settings

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"
)

// filesOf makes a certificate for a host and its key, and says how a setting names them.
func filesOf(t *testing.T, host string, mode os.FileMode) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{host}}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	at := func(name, kind string, der []byte, mode os.FileMode) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	return "files:" + at("cert.pem", "CERTIFICATE", der, 0o644) + "," + at("key.pem", "PRIVATE KEY", plain, mode)
}

// TestTLS: how the portal speaks TLS itself, and everything that is wrong about it at once.
func TestTLS(t *testing.T) {
	t.Parallel()
	ca, good := authority(t), filesOf(t, "a.example", 0o600)
	const name, directory, email, roots, redirect, plain = "REGAIN_TLS", "REGAIN_ACME_DIRECTORY",
		"REGAIN_ACME_EMAIL", "REGAIN_ACME_CA", "REGAIN_REDIRECT_LISTEN", "REGAIN_PLAIN_HTTP"
	for _, tt := range []struct {
		what   string
		c      Config
		faults []string
	}{
		{"nothing", Config{}, nil}, {"on", Config{TLS: "on"}, []string{name}},
		{"acme", Config{TLS: "acme", Listen: ":443", APIListen: "10.0.0.5:8443", RedirectListen: ":80"}, nil},
		{"an authority of one's own", Config{TLS: "acme", ACMEDirectory: "https://ca.example:14000/dir",
			ACMEEmail: "ops@a.example", ACMECA: ca}, nil},
		{"all wrong", Config{TLS: "acme", ACMEDirectory: "http://ca.example/dir", ACMEEmail: "ops",
			ACMECA: ca + "x", RedirectListen: "80", PlainHTTP: "behind-proxy"},
			[]string{plain, redirect, directory, email, roots}},
		{"the rest without it", Config{ACMEDirectory: "https://ca.example/dir", ACMEEmail: "o@a.example", ACMECA: ca,
			RedirectListen: ":80"}, []string{directory, email, roots, redirect}},
		{"numbers for others", Config{TLS: "acme", MetricsListen: "10.0.0.5:9090"}, []string{"REGAIN_METRICS_LISTEN"}},
		{"acme for this machine", Config{TLS: "acme", BaseURL: "http://localhost:8080"}, []string{name}},
		{"acme for an address", Config{TLS: "acme", BaseURL: "https://192.0.2.1"}, []string{name}},
		{"acme for a name without a dot", Config{TLS: "acme", BaseURL: "https://portal"}, []string{name}},
		{"files", Config{TLS: good, Listen: ":443"}, nil},
		{"files for another host", Config{TLS: good, BaseURL: "https://b.example"}, []string{name}},
		{"files for one of two hosts", Config{TLS: good, StaffBaseURL: "https://b.example"}, []string{name}},
		{"a key that others may read", Config{TLS: filesOf(t, "a.example", 0o644)}, []string{name}},
		{"one file", Config{TLS: "files:" + ca}, []string{name}},
		{"files that are not there", Config{TLS: "files:/none,/none"}, []string{name}},
		{"no key", Config{TLS: "files:" + ca + "," + ca}, []string{name}},
		{"files and an authority", Config{TLS: good, ACMECA: ca}, []string{roots}},
	} {
		var all Config
		if err := kong.ApplyDefaults(&all); err != nil {
			t.Fatal(err)
		}
		all.Secret, all.BaseURL, all.TLS, all.PlainHTTP = testSecret, "https://a.example", tt.c.TLS, tt.c.PlainHTTP
		all.ACMEDirectory, all.ACMEEmail, all.ACMECA = tt.c.ACMEDirectory, tt.c.ACMEEmail, tt.c.ACMECA
		all.RedirectListen, all.APIListen = tt.c.RedirectListen, tt.c.APIListen
		all.MetricsListen, all.StaffBaseURL = tt.c.MetricsListen, tt.c.StaffBaseURL
		if tt.c.BaseURL != "" {
			all.BaseURL = tt.c.BaseURL
		}
		if tt.c.Listen != "" {
			all.Listen = tt.c.Listen
		}
		s := all.Read()
		var got []string
		for _, f := range s.faults.all {
			got = append(got, f.name)
		}
		if diff := cmp.Diff(tt.faults, got); diff != "" {
			t.Errorf("%s: faults (-want +got):\n%s%s", tt.what, diff, s.faults.all)
		}
		if tt.faults == nil && s.TLS.On() != (tt.c.TLS != "") {
			t.Errorf("%s: on is %v", tt.what, s.TLS.On())
		}
	}
}

// TestTLSHosts: certificates are for the hosts of the portal and of the console, each once; who comes by plain
// HTTP is sent to their origins.
func TestTLSHosts(t *testing.T) {
	t.Parallel()
	c := Config{TLS: "acme", BaseURL: "https://Protect.example:8443", StaffBaseURL: "https://staff.example"}
	got := c.Read().TLS
	if strings.Join(got.Hosts, " ") != "protect.example staff.example" || got.Directory != letsEncrypt ||
		got.Origins["protect.example"] != "https://protect.example:8443" ||
		got.Origins["staff.example"] != "https://staff.example" {
		t.Errorf("%+v", got)
	}
	c.StaffBaseURL = ""
	if got := c.Read().TLS; len(got.Hosts) != 1 {
		t.Errorf("hosts %v", got.Hosts)
	}
}
