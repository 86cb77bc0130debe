package main

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestEveryBadSettingIsNamed(t *testing.T) {
	t.Parallel()
	c := newCLI(t)
	c.env = map[string]string{
		"REGAIN_LISTEN": "8080", "REGAIN_BASE_URL": "http://protect.example.org",
		"REGAIN_DATABASE": "mysql://u:hunter2@h/d", "REGAIN_SECRET": "aHVudGVyMg==",
		"REGAIN_MAIL": "smtp://user:hunter2@", "REGAIN_MAIL_FROM": "nobody",
		"REGAIN_BRAND": strings.Repeat("x", 61), "REGAIN_HOST_URL": "ftp://x",
		"REGAIN_SUPPORT_EMAIL": "x", "REGAIN_ESCALATION_EMAIL": "a@b\r\n", "REGAIN_ABUSE_EMAIL": "@",
		"REGAIN_TRUSTED_PROXIES": "10.0.0.0/8, 300.0.0.0/8", "REGAIN_PASSWORD_MIN_LENGTH": "7",
		"REGAIN_PASSWORD_MIN_LENGTH_MFA": "many", "REGAIN_BREACH_LIST": "file:/does/not/exist",
		"REGAIN_GEO": "/does/not/exist", "REGAIN_LINK_TTL_LOCKOUT": "25h",
		"REGAIN_LINK_TTL_REQUESTED": "0s", "REGAIN_CODE_TTL": "-5m", "REGAIN_ESCALATE_AFTER": "soon",
		"REGAIN_TWO_FACTOR": "optional", "REGAIN_METRICS_LISTEN": "x:y",
		"REGAIN_KEEP_LOGINS": "89d", "REGAIN_KEEP_LINKS": "6d", "REGAIN_KEEP_MAILS": "forever",
		"REGAIN_KEEP_SESSIONS": "2159h",
	}
	r := c.run("serve")
	if r.status != 1 || r.stdout != "" {
		t.Errorf("status %d, output %q", r.status, r.stdout)
	}
	named := map[string]bool{}
	for line := range strings.Lines(r.stderr) {
		name, _, _ := strings.Cut(strings.TrimPrefix(line, "regain: "), ":")
		named[name] = true
	}
	want := map[string]bool{}
	for name := range c.env {
		want[name] = true
	}
	if diff := cmp.Diff(want, named); diff != "" {
		t.Errorf("named settings (-want +got):\n%s\n%s", diff, r.stderr)
	}
	for _, secret := range []string{"hunter2", "aHVudGVyMg"} {
		if strings.Contains(r.stderr, secret) {
			t.Errorf("a secret is repeated: %s", r.stderr)
		}
	}
}

// faultsOf are the names of bad settings when only these are set.
func faultsOf(env map[string]string) []string {
	c := config{Listen: "127.0.0.1:8080", Database: "sqlite:x", Brand: "B", PasswordMinLength: "15",
		PasswordMinLengthMFA: "8", LinkTTLLockout: "24h", LinkTTLRequested: "1h", CodeTTL: "10m",
		EscalateAfter: "72h", KeepLogins: "400d", KeepLinks: "90d", KeepMails: "400d",
		KeepSessions: "90d", TwoFactor: "recommended", BaseURL: "https://a.example", Secret: testSecret}
	for k, v := range env {
		*map[string]*string{"BASE_URL": &c.BaseURL, "SECRET": &c.Secret, "SECRET_FILE": &c.SecretFile,
			"MAIL": &c.Mail, "LISTEN": &c.Listen, "PROXIES": &c.TrustedProxies,
			"MIN": &c.PasswordMinLength, "TTL": &c.LinkTTLLockout, "BREACH": &c.BreachList,
			"FROM": &c.MailFrom, "DATABASE": &c.Database, "HOST": &c.HostURL,
			"KEEP": &c.KeepLogins}[k] = v
	}
	var names []string
	for _, f := range c.settings().faults.all {
		names = append(names, strings.TrimPrefix(f.name, "REGAIN_"))
	}
	return names
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
		{"BASE_URL", "", []string{"BASE_URL"}}, {"BASE_URL", "http://a.example", []string{"BASE_URL"}},
		{"BASE_URL", "a.example", []string{"BASE_URL"}}, {"BASE_URL", "https://a.example/x", []string{"BASE_URL"}},
		{"BASE_URL", "https://u@a.example", []string{"BASE_URL"}}, {"BASE_URL", "https://a.example?x", []string{"BASE_URL"}},
		{"BASE_URL", "http://localhost.evil.example", []string{"BASE_URL"}}, {"BASE_URL", "javascript:x", []string{"BASE_URL"}},
		{"SECRET", raw, nil}, {"SECRET", "", []string{"SECRET"}}, {"SECRET", "not base64 at all!", []string{"SECRET"}},
		{"SECRET", base64.StdEncoding.EncodeToString(make([]byte, 31)), []string{"SECRET"}},
		{"SECRET_FILE", file, []string{"SECRET"}}, // beside REGAIN_SECRET
		{"MAIL", "dir:mail", nil}, {"MAIL", "smtps://u:p@h", nil}, {"MAIL", "dir:", []string{"MAIL"}},
		{"MAIL", "http://h", []string{"MAIL"}}, {"FROM", "A <a@b.example>", nil}, {"FROM", "a@b\n", []string{"MAIL_FROM"}},
		{"LISTEN", ":8080", nil}, {"LISTEN", "x:99999", []string{"LISTEN"}},
		{"PROXIES", "10.0.0.0/8,::1/128 1.2.3.4", nil}, {"PROXIES", "10.0.0.0/33", []string{"TRUSTED_PROXIES"}},
		{"MIN", "8", nil}, {"MIN", "65", []string{"PASSWORD_MIN_LENGTH"}}, {"TTL", "24h", nil},
		{"TTL", "24h1s", []string{"LINK_TTL_LOCKOUT"}}, {"BREACH", "hibp:https://h.example", nil},
		{"BREACH", "hibp:http://h.example", []string{"BREACH_LIST"}}, {"BREACH", "file:" + file, nil},
		{"BREACH", "file:" + filepath.Dir(file), []string{"BREACH_LIST"}},
		{"KEEP", "90d", nil}, {"KEEP", "2160h", nil}, {"KEEP", "36500d", nil},
		{"KEEP", "89d", []string{"KEEP_LOGINS"}}, {"KEEP", "36501d", []string{"KEEP_LOGINS"}},
		{"KEEP", "-400d", []string{"KEEP_LOGINS"}}, {"KEEP", "1.5d", []string{"KEEP_LOGINS"}},
		{"KEEP", "70000d", []string{"KEEP_LOGINS"}}, {"KEEP", "d", []string{"KEEP_LOGINS"}},
		{"DATABASE", "postgres://h/d", nil}, {"DATABASE", "sqlite:", []string{"DATABASE"}},
		{"HOST", "https://www.example.org/x", nil}, {"HOST", "http://www.example.org", []string{"HOST_URL"}},
	} {
		t.Run(tt.key+" "+tt.value, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.faults, faultsOf(map[string]string{tt.key: tt.value})); diff != "" {
				t.Errorf("faults (-want +got):\n%s", diff)
			}
		})
	}
	if got := faultsOf(map[string]string{"SECRET": "", "SECRET_FILE": file}); got != nil {
		t.Errorf("faults %v of a secret in a file", got)
	}
	if got := faultsOf(map[string]string{"SECRET": "", "SECRET_FILE": file + "x"}); len(got) != 2 {
		t.Errorf("faults %v of a file that is missing", got)
	}
}

func TestFlagWinsOverVariable(t *testing.T) {
	t.Parallel()
	c := newCLI(t)
	other := filepath.Join(t.TempDir(), "other.db")
	c.ok("migrate", "--database", "sqlite:"+other)
	if _, err := os.Stat(other); err != nil {
		t.Error(err)
	}
	if r := c.run("account", "show", "ada"); !strings.Contains(r.stderr, "no database") {
		t.Errorf("the variable's database was made too: %s", r.stderr)
	}
}

func TestEverySettingHasAVariable(t *testing.T) {
	t.Parallel()
	c := newCLI(t)
	help := c.ok("--help")
	for _, name := range []string{"LISTEN", "BASE_URL", "DATABASE", "SECRET", "SECRET_FILE", "MAIL",
		"MAIL_FROM", "BRAND", "HOST_URL", "SUPPORT_EMAIL", "ESCALATION_EMAIL", "ABUSE_EMAIL",
		"TRUSTED_PROXIES", "PASSWORD_MIN_LENGTH", "PASSWORD_MIN_LENGTH_MFA", "BREACH_LIST", "GEO",
		"LINK_TTL_LOCKOUT", "LINK_TTL_REQUESTED", "CODE_TTL", "ESCALATE_AFTER", "TWO_FACTOR",
		"METRICS_LISTEN", "KEEP_LOGINS", "KEEP_LINKS", "KEEP_MAILS", "KEEP_SESSIONS"} {
		flag := "--" + strings.ToLower(strings.ReplaceAll(name, "_", "-")) + "="
		if !strings.Contains(help, "  "+flag) {
			t.Errorf("no flag %s", flag)
		}
		if got := variable(strings.Trim(flag, "-=")); got != "REGAIN_"+name {
			t.Errorf("flag %s has the variable %s", flag, got)
		}
	}
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
		got, err := parseAge(tt.in)
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
		d, err := parseAge(s)
		if days, ok := strings.CutSuffix(s, "d"); ok && err == nil {
			if n, err := strconv.Atoi(days); err != nil || d != time.Duration(n)*24*time.Hour || d < 0 {
				t.Errorf("%q: %v, %v", s, d, err)
			}
		}
	})
}

// TestREADMEListsSettings: the table has every setting with its default, and none that is gone.
func TestREADMEListsSettings(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	var want, got []string
	defaults := map[string]string{}
	_, help, _ := strings.Cut(newCLI(t).ok("--help"), settingsGroup)
	for _, m := range regexp.MustCompile(`--([a-z-]+)=("?)([^"\s]*)`).FindAllStringSubmatch(help, -1) {
		want = append(want, variable(m[1]))
		if m[2] != "" {
			defaults[variable(m[1])] = m[3]
		}
	}
	name := regexp.MustCompile("`(REGAIN_[A-Z_]+)`")
	for line := range strings.Lines(string(readme)) {
		if !strings.HasPrefix(line, "| `REGAIN_") {
			continue
		}
		columns := strings.Split(line, " | ")
		for _, m := range name.FindAllStringSubmatch(columns[0], -1) {
			got = append(got, m[1])
			if !strings.Contains(columns[1], defaults[m[1]]) {
				t.Errorf("the default of %s is %q, not %q", m[1], defaults[m[1]], columns[1])
			}
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("settings (-have +README):\n%s", diff)
	}
}
