package settings

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"io/fs"
	"math/big"
	netmail "net/mail"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgconn"
)

const testSecret = "dGhpcyBpcyB0aGUgc2VjcmV0IG9mIHRlc3RzIGFuZCBvZiBub3RoaW5nIGVsc2U="

// faultsOf are the names of bad settings when only these are set.
func faultsOf(t *testing.T, env map[string]string) []string {
	t.Helper()
	var c Config
	if err := kong.ApplyDefaults(&c); err != nil {
		t.Fatal(err)
	}
	c.BaseURL, c.Secret = "https://a.example", testSecret
	for k, v := range env {
		*map[string]*string{"BASE_URL": &c.BaseURL, "STAFF_BASE_URL": &c.StaffBaseURL, "SECRET": &c.Secret, "SECRET_FILE": &c.SecretFile,
			"MAIL": &c.Mail, "LISTEN": &c.Listen, "PROXIES": &c.TrustedProxies,
			"MIN": &c.PasswordMinLength, "TTL": &c.LinkTTLLockout, "BREACH": &c.BreachList,
			"FROM": &c.MailFrom, "DATABASE": &c.Database, "HOST": &c.HostURL, "OUR": &c.OurHosts,
			"HELO": &c.MailHelo, "COURIERS": &c.MailCouriers,
			"KEEP": &c.KeepLogins, "STRANGERS": &c.KeepStrangers, "REPORTS": &c.KeepReports, "SETTLED": &c.StaffSettled, "REPROOF": &c.ReproofWait,
			"STAFF_PASSKEYS": &c.StaffPasskeys, "PLAIN": &c.PlainHTTP, "METRICS": &c.MetricsListen,
			"HSTS": &c.HSTS, "DATABASE_CA": &c.DatabaseCA, "DATABASE_REPLICA": &c.DatabaseReplica,
			"STAFF_OIDC": &c.StaffOIDC, "STAFF_OIDC_CLIENT": &c.StaffOIDCClient, "STAFF_OIDC_CLAIM": &c.StaffOIDCClaim,
			"STAFF_OIDC_SECRET": &c.StaffOIDCSecret, "STAFF_OIDC_SECRET_FILE": &c.StaffOIDCSecretFile,
			"STAFF_OIDC_ACR": &c.StaffOIDCACR, "STAFF_OIDC_AMR": &c.StaffOIDCAMR, "STAFF_SIGNIN": &c.StaffSignIn,
			"MAIL_CA": &c.MailCA, "WORDS": &c.Words}[k] = v
	}
	var names []string
	for _, f := range c.Read().faults.all {
		names = append(names, strings.TrimPrefix(f.name, "REGAIN_"))
	}
	return names
}

func TestSecrets(t *testing.T) {
	t.Parallel()
	sequence := make([]byte, 32)
	for i := range sequence {
		sequence[i] = byte(3 * i)
	}
	b64 := func(b string) string { return base64.StdEncoding.EncodeToString([]byte(b)) }
	const random, another = "NBf36ij7dmiG7TgfrQ6mJrzX3MeGqArVYyP0i9mOVys=",
		"mvAUotMHXTv75yNaqcErZ2pXOUa/D7x41E2weDmew0c="
	for _, tt := range []struct {
		name, value string
		count       int  // of good secrets
		serves      bool // whether the portal would run with them
	}{
		{"random", random, 1, true},
		{"two, commas", random + "," + another, 2, true},
		{"two, lines", random + "\n" + another + "\n", 2, true},
		{"an old weak one", random + "," + testSecret, 2, true},
		{"the same twice", random + "," + random, 0, false},
		{"a bad second one", random + ",x", 0, false},
		{"a short second one", random + "," + b64("short"), 0, false},
		{"nothing but commas", ",,", 0, false},
		{"typed", testSecret, 1, false},
		{"of the demo", "cmVnYWluLWRlbW8tc2VjcmV0LWZvci1sb29wYmFjay1vbmx5IQ==", 1, false},
		{"zero", b64(strings.Repeat("\x00", 32)), 1, false},
		{"a sequence", b64(string(sequence)), 1, false},
		{"few bytes", b64(strings.Repeat("\x80\x01\xff\x07", 16)), 1, false},
	} {
		s := Config{Secret: tt.value}.Read()
		err := s.NeedToServe()
		serves := err == nil || !strings.Contains(err.Error(), "REGAIN_SECRET")
		if len(s.Secrets) != tt.count || serves != tt.serves {
			t.Errorf("%s: %d secrets, serves %v: %v", tt.name, len(s.Secrets), serves, err)
		}
		if bad := s.Need("REGAIN_SECRET"); (bad == nil) != (tt.count > 0) {
			t.Errorf("%s: commands get %v", tt.name, bad)
		}
	}
}

// TestOrigin: the base URL is written as browsers write it, so that what they send is compared with
// the same.
func TestOrigin(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"https://Protect.Example":       "https://protect.example",
		"https://protect.example:443":   "https://protect.example",
		"https://protect.example:0443/": "https://protect.example",
		"https://protect.example:08443": "https://protect.example:8443",
		"https://schütz.example":        "https://xn--schtz-mva.example",
		"https://SCHÜTZ.example":        "https://xn--schtz-mva.example",
		"https://xn--schtz-mva.example": "https://xn--schtz-mva.example",
		"https://ｐｒｏｔｅｃｔ.example":       "https://protect.example",
		"http://localhost:80":           "http://localhost",
		"http://localhost:443":          "http://localhost:443",
		"http://[0:0::1]:8080":          "http://[::1]:8080",
		"http://127.0.0.1:8080":         "http://127.0.0.1:8080",
		"https://protect.example:0":     "",
		"https://protect.example:65536": "",
		"https://protect.example:":      "",
		"https://pro tect.example":      "",
		"https://-.example\u200b":       "",
		"https://protect..example":      "",
	} {
		s := (Config{BaseURL: typed}).Read()
		host := strings.TrimPrefix(strings.TrimPrefix(want, "https://"), "http://")
		if s.BaseURL != want || s.BaseHost != host {
			t.Errorf("%q: %q at %q, want %q", typed, s.BaseURL, s.BaseHost, want)
		}
	}
}

// TestAddressesOfOurs: a domain in letters beyond ASCII is kept as mail servers know it.
func TestAddressesOfOurs(t *testing.T) {
	t.Parallel()
	s := (Config{MailFrom: "Bücher <no-reply@bücher.example>", SupportEmail: "help@bücher.example",
		ReplyEmail: "reply@BÜCHER.example", AbuseEmail: "jörg@bücher.example"}).Read()
	got := []string{s.SupportEmail, s.ReplyEmail}
	want := []string{"help@xn--bcher-kva.example", "reply@xn--bcher-kva.example"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("addresses (-want +got):\n%s", diff)
	}
	from, err := netmail.ParseAddress(s.MailFrom)
	if err != nil || from.Name != "Bücher" || from.Address != "no-reply@xn--bcher-kva.example" {
		t.Errorf("mails are from %q: %v", s.MailFrom, err)
	}
	if got := s.Need("REGAIN_MAIL_FROM", "REGAIN_SUPPORT_EMAIL", "REGAIN_REPLY_EMAIL"); got != nil {
		t.Error(got)
	}
	if s.Need("REGAIN_ABUSE_EMAIL") == nil {
		t.Error("letters before the @ are taken")
	}
}

func TestGreeting(t *testing.T) {
	t.Parallel()
	for base, want := range map[string]string{"https://protect.example:8443": "protect.example",
		"http://localhost:8080": "localhost", "http://127.0.0.1": "[127.0.0.1]",
		"http://[::1]:80": "[IPv6:::1]", "": "localhost"} {
		if got := (Config{BaseURL: base}).Read().MailHelo; got != want {
			t.Errorf("%q: greets as %q, want %q", base, got, want)
		}
	}
}

func TestSettings(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte(testSecret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	raw := base64.RawURLEncoding.EncodeToString([]byte(strings.Repeat("\xff\xfe", 16)))
	for _, tt := range []struct {
		key, value string
		faults     []string
	}{
		{"BASE_URL", "https://a.example/", nil}, {"BASE_URL", "http://localhost:8080", nil},
		{"BASE_URL", "http://127.0.0.1", nil}, {"BASE_URL", "http://[::1]:80", nil},
		{"STAFF_BASE_URL", "https://staff.a.example", nil}, {"STAFF_BASE_URL", "https://a.example", nil},
		{"STAFF_BASE_URL", "https://a.example:8443", []string{"STAFF_BASE_URL"}},
		{"STAFF_BASE_URL", "http://a.example", []string{"STAFF_BASE_URL"}},
		{"STAFF_BASE_URL", "https://a.example/staff", []string{"STAFF_BASE_URL"}},
		{"BASE_URL", "", []string{"BASE_URL"}}, {"BASE_URL", "http://a.example", []string{"BASE_URL"}},
		{"BASE_URL", "a.example", []string{"BASE_URL"}}, {"BASE_URL", "https://a.example/x", []string{"BASE_URL"}},
		{"BASE_URL", "https://u@a.example", []string{"BASE_URL"}}, {"BASE_URL", "https://a.example?x", []string{"BASE_URL"}},
		{"BASE_URL", "http://localhost.evil.example", []string{"BASE_URL"}}, {"BASE_URL", "javascript:x", []string{"BASE_URL"}},
		{"SECRET", raw, nil}, {"SECRET", "", []string{"SECRET"}}, {"SECRET", "not base64 at all!", []string{"SECRET"}},
		{"SECRET", base64.StdEncoding.EncodeToString(make([]byte, 31)), []string{"SECRET"}},
		{"SECRET_FILE", file, []string{"SECRET"}}, // beside REGAIN_SECRET
		{"MAIL", "dir:mail", nil}, {"MAIL", "smtps://u:p@h", nil}, {"MAIL", "dir:", []string{"MAIL"}},
		{"MAIL", "http://h", []string{"MAIL"}}, {"FROM", "A <a@b.example>", nil}, {"FROM", "a@b\n", []string{"MAIL_FROM"}},
		{"HELO", "mx-1.example", nil}, {"HELO", "localhost", nil}, {"HELO", "[192.0.2.1]", nil},
		{"HELO", "[IPv6:::1]", nil}, {"HELO", "a b", []string{"MAIL_HELO"}},
		{"HELO", "a\r\nQUIT", []string{"MAIL_HELO"}}, {"HELO", "-a.example", []string{"MAIL_HELO"}},
		{"HELO", "a_b.example", []string{"MAIL_HELO"}}, {"HELO", "[]", []string{"MAIL_HELO"}},
		{"COURIERS", "1", nil}, {"COURIERS", "32", nil}, {"COURIERS", "0", []string{"MAIL_COURIERS"}},
		{"COURIERS", "33", []string{"MAIL_COURIERS"}}, {"COURIERS", "two", []string{"MAIL_COURIERS"}},
		{"LISTEN", "localhost:8080", nil}, {"LISTEN", "[::1]:8080", nil},
		{"LISTEN", "x:99999", []string{"LISTEN"}}, {"LISTEN", ":8080", []string{"LISTEN"}},
		{"LISTEN", "0.0.0.0:8080", []string{"LISTEN"}}, {"LISTEN", "10.0.0.5:8080", []string{"LISTEN"}},
		{"METRICS", "10.0.0.5:9090", []string{"METRICS_LISTEN"}}, {"METRICS", "127.0.0.1:9090", nil},
		{"PLAIN", "behind-proxy", nil}, {"PLAIN", "true", []string{"PLAIN_HTTP"}},
		{"HSTS", "preload", nil}, {"HSTS", "off", []string{"HSTS"}},
		{"MAIL_CA", file, []string{"MAIL_CA"}}, {"MAIL_CA", file + "x", []string{"MAIL_CA"}},
		{"MAIL_CA", os.DevNull, []string{"MAIL_CA"}},
		{"DATABASE_CA", file, []string{"DATABASE_CA"}},
		{"DATABASE_REPLICA", "postgres://h/d", []string{"DATABASE_REPLICA"}},
		{"PROXIES", "10.0.0.0/8,::1/128 1.2.3.4", nil}, {"PROXIES", "10.0.0.0/33", []string{"TRUSTED_PROXIES"}},
		{"MIN", "8", nil}, {"MIN", "65", []string{"PASSWORD_MIN_LENGTH"}}, {"TTL", "24h", nil},
		{"TTL", "24h1s", []string{"LINK_TTL_LOCKOUT"}}, {"BREACH", "hibp:https://h.example", nil},
		{"BREACH", "hibp:http://h.example", []string{"BREACH_LIST"}}, {"BREACH", "file:" + file, nil},
		{"BREACH", "file:" + filepath.Dir(file), []string{"BREACH_LIST"}},
		{"STRANGERS", "7d", nil}, {"STRANGERS", "6d", []string{"KEEP_STRANGERS"}},
		{"STRANGERS", "", []string{"KEEP_STRANGERS"}}, {"STRANGERS", "36501d", []string{"KEEP_STRANGERS"}},
		{"KEEP", "90d", nil}, {"KEEP", "2160h", nil}, {"KEEP", "36500d", nil},
		{"KEEP", "89d", []string{"KEEP_LOGINS"}}, {"KEEP", "36501d", []string{"KEEP_LOGINS"}},
		{"KEEP", "-400d", []string{"KEEP_LOGINS"}}, {"KEEP", "1.5d", []string{"KEEP_LOGINS"}},
		{"KEEP", "70000d", []string{"KEEP_LOGINS"}}, {"KEEP", "d", []string{"KEEP_LOGINS"}},
		{"SETTLED", "0d", nil}, {"SETTLED", "48h", nil}, {"SETTLED", "-1h", []string{"STAFF_SETTLED"}},
		{"REPROOF", "0", nil}, {"REPROOF", "2d", nil}, {"REPROOF", "-1h", []string{"REPROOF_WAIT"}},
		{"SETTLED", "soon", []string{"STAFF_SETTLED"}},
		{"DATABASE", "postgres://h/d?sslmode=verify-full", nil}, {"DATABASE", "sqlite:", []string{"DATABASE"}},
		{"OUR", "example.com, help.example.co.uk localhost", nil}, {"OUR", "co.uk", []string{"OUR_HOSTS"}},
		{"OUR", "example.com, 192.0.2.1", []string{"OUR_HOSTS"}}, {"OUR", "https://example.com/x", []string{"OUR_HOSTS"}},
		{"OUR", "bit.ly", []string{"OUR_HOSTS"}},
		{"HOST", "https://www.example.org/x", nil}, {"HOST", "http://www.example.org", []string{"HOST_URL"}},
	} {
		t.Run(tt.key+" "+tt.value, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.faults, faultsOf(t, map[string]string{tt.key: tt.value})); diff != "" {
				t.Errorf("faults (-want +got):\n%s", diff)
			}
		})
	}
	if got := faultsOf(t, map[string]string{"SECRET": "", "SECRET_FILE": file}); got != nil {
		t.Errorf("faults %v of a secret in a file", got)
	}
	if got := faultsOf(t, map[string]string{"SECRET": "", "SECRET_FILE": file + "x"}); len(got) != 2 {
		t.Errorf("faults %v of a file that is missing", got)
	}
}

func TestPlainHTTPBehindAProxy(t *testing.T) {
	t.Parallel()
	if got := faultsOf(t, map[string]string{"LISTEN": ":8080", "METRICS": "10.0.0.5:9090",
		"PLAIN": "behind-proxy"}); got != nil {
		t.Errorf("faults %v", got)
	}
}

// TestStaffPasskeys: they can be demanded only where browsers make some.
func TestStaffPasskeys(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		value, base, staff string
		bad                bool
	}{
		{"required", "https://a.example", "", false}, {"required", "http://localhost:80", "", false},
		{"required", "http://127.0.0.1:80", "", true}, {"optional", "http://127.0.0.1:80", "", false},
		{"required", "http://127.0.0.1:80", "https://staff.a.example", false},
		{"required", "https://a.example", "https://[2001:db8::1]", true},
		{"yes", "https://a.example", "", true}, {"", "https://a.example", "", true},
	} {
		got := faultsOf(t, map[string]string{"STAFF_PASSKEYS": tt.value, "BASE_URL": tt.base,
			"STAFF_BASE_URL": tt.staff})
		if (len(got) > 0) != tt.bad || tt.bad && got[0] != "STAFF_PASSKEYS" {
			t.Errorf("%+v: faults %v", tt, got)
		}
	}
}

// TestPrivate: a secret is its owner's to read, and at most the group's that root gave it to.
func TestPrivate(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		mode        fs.FileMode
		owner, self int
		want        bool
	}{
		{0o600, 1000, 1000, true}, {0o400, 1000, 1000, true}, {0o400, 0, 0, true},
		{0o644, 1000, 1000, false}, {0o604, 1000, 1000, false}, {0o601, 1000, 1000, false},
		{0o640, 1000, 1000, false}, {0o620, 1000, 1000, false}, {0o640, 1000, 0, false},
		{0o440, 0, 1000, true}, {0o640, 0, 1000, true}, {0o660, 0, 1000, false},
		{0o444, 0, 1000, false}, {0o640, 0, 0, false}, {0o640, -1, 1000, false},
	} {
		if got := private(tt.mode, tt.owner, tt.self); got != tt.want {
			t.Errorf("%o of %d for %d: %v", tt.mode, tt.owner, tt.self, got)
		}
	}
}

// TestDatabaseServers: off this machine, a server has to prove who it is.
func TestDatabaseServers(t *testing.T) {
	t.Parallel()
	ca := authority(t)
	typed := strings.NewReplacer(" ", "%20", "&", "%26").Replace(ca)
	const missing, bad = "no such file", "the server is not verified"
	for _, tt := range []struct{ address, ca, fault string }{
		{"postgres://u:p@h/d", "", bad}, {"postgres://u:p@h/d?sslmode=disable", "", bad},
		{"postgres://u:p@h/d?sslmode=prefer", "", bad}, {"postgresql://h/d?sslmode=allow", "", bad},
		{"postgres://u:p@h/d?sslmode=require", "", bad},
		{"postgres://u:p@h/d?sslmode=verify-ca", "", bad}, // anybody's certificate would do
		{"postgres://u:p@h/d?sslmode=verify-full", "", ""},
		{"postgres://u:p@h/d?sslmode=verify-full&sslrootcert=" + typed, "", ""},
		{"postgres://u:p@h/d?sslmode=verify-ca&sslrootcert=" + typed, "", ""},
		{"postgres://u:p@h/d?sslmode=verify-full&sslrootcert=/none", "", missing},
		{"postgres://u:p@10.0.0.5:5433/d", "", bad}, {"postgres://u:p@localhost.example/d", "", bad},
		{"postgres://u:p@localhost,h/d", "", bad}, {"postgres://localhost/d?host=h", "", bad},
		{"postgres://u:p@h,localhost:5433/d?sslmode=disable", "", bad},
		{"postgres://u:p@localhost/d", "", ""}, {"postgres://127.0.0.1:5433/d", "", ""},
		{"postgres://[::1]/d?sslmode=disable", "", ""}, {"postgres:///d?host=/run/postgresql", "", ""},
		{"postgres://u:p@h/d", ca, ""}, {"postgres://u:p@h/d?", ca, ""},
		{"postgres://u:p?q@h/d?application_name=x", ca, ""}, {"postgres://u:p@h1:1,h2:2/d", ca, ""},
		{"postgres://u:p@h/d?sslmode=verify-ca", ca, ""}, {"postgres://u:p@h/d?sslmode=disable", ca, bad},
		{"postgres://u:p@h/d?sslmode=prefer", ca, bad}, {"postgres://u:p@localhost/d?sslmode=allow", ca, bad},
		{"postgres://u:p@h/d?sslrootcert=/none", ca, ""}, {"postgres://localhost/d", ca, ""},
		{"postgres:///d?host=/run/postgresql", ca, ""},
		{"postgres://u:hunter2%zz@h/d", "", "written as %XX"},
	} {
		var f faults
		got := f.database("REGAIN_DATABASE", tt.address, tt.ca)
		said := f.all.Error()
		if (said == "") != (tt.fault == "") || !strings.Contains(said, tt.fault) ||
			strings.Contains(said, "hunter2") {
			t.Errorf("%s: %q, want %q", tt.address, said, tt.fault)
		}
		if tt.ca == "" || strings.HasPrefix(tt.address, "postgres:///") {
			continue
		}
		c, err := pgconn.ParseConfig(got)
		if err != nil || tt.fault == "" && (c.TLSConfig.RootCAs == nil || c.Database != "d") {
			t.Errorf("%s became %s, which reads as %+v, %v", tt.address, got, c, err)
		}
	}
}

// authority is a file with a certificate.
func authority(t *testing.T) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), IsCA: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "own & only.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	if err := os.WriteFile(path, text, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestParseAge(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		in   string
		want time.Duration
		ok   bool
	}{
		{"400d", 9600 * time.Hour, true}, {"0d", 0, true}, {"9600h", 9600 * time.Hour, true},
		{"90m", 90 * time.Minute, true}, {"65535d", 65535 * 24 * time.Hour, true},
		{"65536d", 0, false}, {"d", 0, false}, {"-1d", 0, false}, {"+1d", 0, false},
		{"1h1d", 0, false}, {"400", 0, false}, {"", 0, false}, {"400 d", 0, false},
	} {
		got, err := ParseAge(tt.in)
		if (err == nil) != tt.ok || tt.ok && got != tt.want {
			t.Errorf("%q: %v, %v", tt.in, got, err)
		}
	}
}

func FuzzParseAge(f *testing.F) {
	for _, s := range []string{"400d", "9600h", "65536d", "-1d", "d", "1h30m"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ParseAge(s)
		if days, ok := strings.CutSuffix(s, "d"); ok && err == nil {
			if n, err := strconv.Atoi(days); err != nil || d != time.Duration(n)*24*time.Hour || d < 0 {
				t.Errorf("%q: %v, %v", s, d, err)
			}
		}
	})
}
