package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"

	"regain/cmd/regain/settings"
	"regain/views"
)

func TestEveryBadSettingIsNamed(t *testing.T) {
	t.Parallel()
	c := newCLI(t)
	c.env = map[string]string{
		"REGAIN_LISTEN": "8080", "REGAIN_BASE_URL": "http://protect.example.org",
		"REGAIN_DATABASE": "mysql://u:hunter2@h/d", "REGAIN_SECRET": "aHVudGVyMg==",
		"REGAIN_MAIL": "smtp://user:hunter2@", "REGAIN_MAIL_FROM": "nobody",
		"REGAIN_MAIL_HELO": "my portal", "REGAIN_MAIL_COURIERS": "0",
		"REGAIN_BRAND": strings.Repeat("x", 61), "REGAIN_HOST_URL": "ftp://x", "REGAIN_OUR_HOSTS": "example.com, com",
		"REGAIN_SUPPORT_EMAIL": "x", "REGAIN_ESCALATION_EMAIL": "a@b\r\nc", "REGAIN_ABUSE_EMAIL": "@",
		"REGAIN_TRUSTED_PROXIES": "10.0.0.0/8, 300.0.0.0/8", "REGAIN_PASSWORD_MIN_LENGTH": "7",
		"REGAIN_PASSWORD_MIN_LENGTH_MFA": "many", "REGAIN_BREACH_LIST": "file:/does/not/exist",
		"REGAIN_GEO": "/does/not/exist", "REGAIN_LINK_TTL_LOCKOUT": "25h",
		"REGAIN_LINK_TTL_REQUESTED": "0s", "REGAIN_CODE_TTL": "-5m", "REGAIN_ESCALATE_AFTER": "soon",
		"REGAIN_TWO_FACTOR": "optional", "REGAIN_STAFF_PASSKEYS": "yes", "REGAIN_METRICS_LISTEN": "x:y",
		"REGAIN_API_LISTEN":  "8080",
		"REGAIN_KEEP_LOGINS": "89d", "REGAIN_KEEP_LINKS": "6d", "REGAIN_KEEP_MAILS": "forever",
		"REGAIN_KEEP_SESSIONS": "2159h", "REGAIN_KEEP_STRANGERS": "6d", "REGAIN_KEEP_ATTACHMENTS": "8d",
		"REGAIN_CLAMD": "tcp:hunter2", "REGAIN_ATTACHMENTS": "s3://key:hunter2@host",
		"REGAIN_ATTACHMENT_TYPES": "image/png,text/html",
		"REGAIN_DATABASE_CA":      "/does/not/exist",
		"REGAIN_MAIL_CA":          "settings_test.go", "REGAIN_PLAIN_HTTP": "yes", "REGAIN_HSTS": "off",
		"REGAIN_STAFF_BASE_URL": "staff.example.org", "REGAIN_SIGNAL_ACTIONS": "account_enabled=lock",
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

func TestFlagWinsOverVariable(t *testing.T) {
	t.Parallel()
	c := withoutDatabase(t)
	other := filepath.Join(t.TempDir(), "other.db")
	c.ok("migrate", "--database", "sqlite:"+other)
	if _, err := os.Stat(other); err != nil {
		t.Error(err)
	}
	if r := c.run("account", "show", "ada"); !strings.Contains(r.stderr, "no database") {
		t.Errorf("the variable's database was made too: %s", r.stderr)
	}
}

// defaults is the configuration of whoever sets nothing.
func defaults(t testing.TB) (c settings.Config) {
	t.Helper()
	if err := kong.ApplyDefaults(&c); err != nil {
		t.Fatal(err)
	}
	return c
}

// TestWordsThatCanBeReplaced: each that a folder may hold is said, and each that is said can be replaced.
func TestWordsThatCanBeReplaced(t *testing.T) {
	t.Parallel()
	if diff := cmp.Diff(views.SafeThings, settings.WordNames); diff != "" {
		t.Errorf("words (-said +replaced):\n%s", diff)
	}
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
	_, help, _ := strings.Cut(newCLI(t).ok("--help"), settings.Group)
	for _, m := range regexp.MustCompile(`--([a-z-]+)=("?)([^"\s]*)`).FindAllStringSubmatch(help, -1) {
		want = append(want, settings.Variable(m[1]))
		if m[2] != "" {
			defaults[settings.Variable(m[1])] = m[3]
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
