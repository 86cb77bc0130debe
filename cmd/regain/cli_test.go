package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regain/cmd/regain/demo"
	"regain/store/storetest"
)

const (
	testSecret  = "NBf36ij7dmiG7TgfrQ6mJrzX3MeGqArVYyP0i9mOVys="
	otherSecret = "mvAUotMHXTv75yNaqcErZ2pXOUa/D7x41E2weDmew0c="
)

// cli runs commands on a migrated database of its own.
type cli struct {
	t   testing.TB
	env map[string]string
	in  string // standard input
}

func newCLI(t testing.TB) *cli {
	dir := t.TempDir()
	return &cli{t: t, env: map[string]string{
		"REGAIN_DATABASE": storetest.File(t, filepath.Join(dir, "test.db")),
		"REGAIN_SECRET":   testSecret,
		"REGAIN_MAIL":     "dir:" + filepath.Join(dir, "mail"),
		"REGAIN_BASE_URL": "https://protect.example.org",
	}}
}

// withoutDatabase is newCLI before there is a database.
func withoutDatabase(t testing.TB) *cli {
	c := newCLI(t)
	c.env["REGAIN_DATABASE"] = "sqlite:" + filepath.Join(t.TempDir(), "new.db")
	return c
}

// result is what a command said.
type result struct {
	status         int
	stdout, stderr string
}

func (c *cli) run(args ...string) result {
	c.t.Helper()
	var out, errs bytes.Buffer
	p := &program{getenv: func(k string) string { return c.env[k] },
		stdin: strings.NewReader(c.in), stdout: &out, stderr: &errs}
	return result{p.run(c.t.Context(), args), out.String(), errs.String()}
}

// ok is run for commands that must succeed; it returns their output.
func (c *cli) ok(args ...string) string {
	c.t.Helper()
	r := c.run(args...)
	if r.status != 0 {
		c.t.Fatalf("%s: status %d, %s", args, r.status, r.stderr)
	}
	return r.stdout
}

// give imports lines of one kind.
func (c *cli) give(kind string, lines ...string) string {
	c.t.Helper()
	c.in = strings.Join(lines, "\n")
	defer func() { c.in = "" }()
	return c.ok(kind, "import", "-")
}

// mails are the texts of the delivered mails.
func (c *cli) mails() []string {
	c.t.Helper()
	folder := strings.TrimPrefix(c.env["REGAIN_MAIL"], "dir:")
	letters, err := demo.Mailbox(folder)(c.t.Context())
	if err != nil {
		c.t.Fatal(err)
	}
	var texts []string
	for _, l := range letters {
		texts = append(texts, l.Kind+" to "+l.To+"\n"+l.Text)
	}
	return texts
}

const (
	adaLine = `{"id":"u-1001","username":"ada","email":"ada@example.org","name":"Ada Byron",` +
		`"type":"freelancer","created_at":"2020-01-01T00:00:00Z"}`
	bobLine    = `{"id":"u-1002","username":"bob","email":"bob@example.org","name":"Bob","type":"client"}`
	loginLine  = `{"account":"u-1001","at":"2020-05-01T08:30:00Z","ip":"1.2.3.4","outcome":"succeeded"}`
	changeLine = `{"account":"u-1001","at":"2020-05-01T08:30:00Z","kind":"payment","summary":"s"}`
	ticketLine = `{"id":"z-9","account":"u-1001","department":"Customer Support","status":"open",` +
		`"subject":"I cannot sign in","at":"2020-05-01T08:30:00Z"}`
)

var moment = regexp.MustCompile(`"20\d\d-\d\d-\d\dT[0-9:.]+Z"`)

// shape reads one JSON value, and nothing else, with every time made equal.
func shape(t testing.TB, text string) any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(moment.ReplaceAllString(text, `"TIME"`)), &v); err != nil {
		t.Fatalf("%v in %q", err, text)
	}
	return v
}

func wantShape(t testing.TB, got, want string) {
	t.Helper()
	if diff := cmp.Diff(shape(t, want), shape(t, got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestShapesOfJSON(t *testing.T) {
	t.Parallel()
	c := newCLI(t)
	wantShape(t, c.give("account", adaLine, bobLine, adaLine),
		`{"added":2,"updated":0,"unchanged":1,"refused":0}`)
	wantShape(t, c.give("login", loginLine, loginLine),
		`{"added":1,"updated":0,"unchanged":1,"refused":0}`)
	wantShape(t, c.give("activity", changeLine), `{"added":1,"updated":0,"unchanged":0,"refused":0}`)
	wantShape(t, c.give("ticket", ticketLine), `{"added":1,"updated":0,"unchanged":0,"refused":0}`)
	wantShape(t, c.ok("account", "show", "ada", "--json"), `{"id":"u-1001","username":"ada",
		"name":"Ada Byron","email":"ada@example.org","type":"freelancer","state":"active",
		"case":null,"two_factor":[],"notes":[],"password_updated_at":null}`)
	locked := `{"number":"C-1001","account":"u-1001","state":"locked","cause":"compromised",
		"proposed_cause":"compromised","facts":[],"evidence":"Stopped <login> & more","ticket":null,
		"opened_at":"TIME","secured_at":null,"timeline":[
		{"at":"TIME","what":"Security lockout","kind":"account.locked","by":"operator"}]}`
	wantShape(t, c.ok("lock", "ada", "--evidence", "Stopped <login> & more", "--json"), locked)
	wantShape(t, c.ok("case", "show", "c-1001", "--json"), locked)
	wantShape(t, c.ok("case", "show", "ada", "--json"), locked)
	wantShape(t, c.ok("account", "show", "u-1001", "--json"), `{"id":"u-1001","username":"ada",
		"name":"Ada Byron","email":"ada@example.org","type":"freelancer","state":"locked",
		"case":"C-1001","two_factor":[],"notes":["[ACTION] Security Lockout\n`+
		`[DEPARTMENT] Account Security\n[CAUSE] (Comp) User’s Account Is Compromised\n`+
		`[EVIDENCE] Stopped <login> & more\n[NEXT STEP] Reassign related tickets to Account Security"],
		"password_updated_at":null}`)
	wantShape(t, c.ok("ticket", "list", "--json"), `[{"number":"T-2001","account":"u-1001",
		"case":"C-1001","department":"Account Security","status":"open","priority":"normal",
		"subject":"I cannot sign in","opened_at":"TIME","messages":0}]`)
	wantShape(t, c.ok("ticket", "list", "--json", "--department", "Customer Support"), `[]`)
	wantShape(t, c.ok("audit", "verify", "--json"), `{"lines":7,"ok":true}`)
}

func TestHijackedIsProposed(t *testing.T) {
	t.Parallel()
	c := newCLI(t)
	c.give("account", adaLine)
	c.give("account", strings.Replace(adaLine, "ada@example.org", "new@example.org", 1))
	got := c.ok("lock", "ada", "--evidence", "e", "--json")
	v, _ := shape(t, got).(map[string]any)
	facts, _ := v["facts"].([]any)
	if v["cause"] != "hijacked" || v["proposed_cause"] != "hijacked" || len(facts) != 1 {
		t.Errorf("locked as %v, proposed %v, facts %v", v["cause"], v["proposed_cause"], facts)
	}
	kinds := map[string]bool{}
	for _, m := range c.mails() {
		first, _, _ := strings.Cut(m, "\n")
		kinds[first] = strings.Contains(m, "https://protect.example.org/r/")
	}
	want := map[string]bool{"locked_out to ada@example.org": true, "locked_out to new@example.org": false,
		"email_changed to ada@example.org": false, "email_changed to new@example.org": false}
	if diff := cmp.Diff(want, kinds); diff != "" {
		t.Errorf("mails and whether they hold the link (-want +got):\n%s\n%q", diff, c.mails())
	}
}

func TestStatuses(t *testing.T) {
	t.Parallel()
	c := newCLI(t)
	c.give("account", adaLine, bobLine)
	c.ok("lock", "bob", "--cause", "hijacked", "--evidence", "e")
	for _, tt := range []struct {
		args   string
		status int
		code   string // under --json
	}{
		{"nonsense", 2, ""},
		{"lock ada --json", 2, "usage"},
		{"lock --evidence e --json", 2, "usage"},
		{"lock ada --evidence e --cause robbed --json", 2, "usage"},
		{"ticket list --status lost --json", 2, "usage"},
		{"account show nobody --json", 1, "not_found"},
		{"case show C-9 --json", 1, "not_found"},
		{"case show ada --json", 1, "not_found"},
		{"lock bob --evidence e --json", 1, "already_locked"},
		{"lock nobody --evidence e --json", 1, "not_found"},
		{"lock ada --evidence e --secret x --json", 1, "settings"},
		{"account import /does/not/exist", 1, ""},
		{"link nobody", 1, ""},
		{"--help", 0, ""}, {"lock --help", 0, ""}, {"--version", 0, ""}, {"account --help", 0, ""},
		{"link ada", 0, ""}, {"link bob", 0, ""}, {"ticket list", 0, ""}, {"case show bob", 0, ""},
		{"account show ada", 0, ""}, {"audit verify", 0, ""}, {"migrate", 0, ""},
	} {
		t.Run(tt.args, func(t *testing.T) {
			r := c.run(strings.Fields(tt.args)...)
			if r.status != tt.status {
				t.Errorf("status %d, want %d: %s", r.status, tt.status, r.stderr)
			}
			if tt.code == "" {
				return
			}
			var e struct {
				Error struct{ Code, Message string }
			}
			if err := json.Unmarshal([]byte(r.stderr), &e); err != nil || r.stdout != "" {
				t.Fatalf("%v in %q, output %q", err, r.stderr, r.stdout)
			}
			if e.Error.Code != tt.code || e.Error.Message == "" {
				t.Errorf("error %+v, want code %q", e.Error, tt.code)
			}
		})
	}
	v, _ := shape(t, c.ok("case", "show", "bob", "--json")).(map[string]any)
	if v["evidence"] != "e" || v["number"] != "C-1001" {
		t.Errorf("a refused lockout changed the case: %v", v)
	}
}

func TestLinkIsNeverPrinted(t *testing.T) {
	t.Parallel()
	c := newCLI(t)
	c.give("account", adaLine)
	r := c.run("link", "ada")
	if said := r.stdout + r.stderr; r.status != 0 || strings.Contains(said, "/r/") {
		t.Errorf("status %d: %s", r.status, said)
	}
	if m := c.mails(); len(m) != 1 || !strings.Contains(m[0], "https://protect.example.org/r/") {
		t.Errorf("mails %q", m)
	}
}

func TestMailStaysQueued(t *testing.T) {
	t.Parallel()
	for name, mail := range map[string]string{"none": "", "server down": "smtp://127.0.0.1:1"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCLI(t)
			c.give("account", adaLine)
			later := c.env["REGAIN_MAIL"]
			c.env["REGAIN_MAIL"] = mail
			r := c.run("lock", "ada", "--evidence", "e", "--json")
			if r.status != 0 || !strings.Contains(r.stderr, "queued") {
				t.Errorf("status %d: %s", r.status, r.stderr)
			}
			shape(t, r.stdout)
			if mail != "" {
				return // not due again yet
			}
			c.env["REGAIN_MAIL"] = later
			c.ok("link", "ada")
			if n := len(c.mails()); n != 2 {
				t.Errorf("%d mails, want the queued one too", n)
			}
		})
	}
}

func TestBackup(t *testing.T) {
	t.Parallel()
	c := newCLI(t)
	c.give("account", adaLine)
	copied := filepath.Join(t.TempDir(), "copy.db")
	c.ok("backup", copied)
	if r := c.run("backup", copied); r.status != 1 {
		t.Errorf("status %d for a file that exists", r.status)
	}
	before := c.ok("account", "show", "ada", "--json")
	c.env["REGAIN_DATABASE"] = "sqlite:" + copied
	if diff := cmp.Diff(before, c.ok("account", "show", "ada", "--json")); diff != "" {
		t.Errorf("copy (-want +got):\n%s", diff)
	}
	c.ok("audit", "verify")
}

func TestAuditVerifyNeedsTheKey(t *testing.T) {
	t.Parallel()
	c := newCLI(t)
	c.give("account", adaLine)
	delete(c.env, "REGAIN_SECRET")
	if r := c.run("audit", "verify"); r.status != 1 || !strings.Contains(r.stderr, "REGAIN_SECRET") {
		t.Errorf("status %d: %s", r.status, r.stderr)
	}
}

func TestReadersMakeNoDatabase(t *testing.T) {
	t.Parallel()
	c := withoutDatabase(t)
	copied := "backup " + filepath.Join(t.TempDir(), "copy.db")
	for _, args := range []string{"account show ada", "ticket list", "case show C-1", copied, "doctor"} {
		if r := c.run(strings.Fields(args)...); r.status != 1 {
			t.Errorf("%s: status %d", args, r.status)
		}
	}
	if _, err := os.Stat(strings.TrimPrefix(c.env["REGAIN_DATABASE"], "sqlite:")); err == nil {
		t.Error("a database was made")
	}
}

func TestDoctor(t *testing.T) {
	t.Parallel()
	c := newCLI(t)
	lines := strings.Split(strings.TrimSpace(c.ok("doctor")), "\n")
	var names []string
	for _, l := range lines {
		name, _, _ := strings.Cut(l, ":")
		names = append(names, name)
	}
	want := []string{"ok settings", "ok secret", "ok database", "ok replica", "ok mail", "ok outbox", "ok inbound", "ok keys",
		"ok webhooks", "ok certificate", "ok signals", "ok streams", "ok usernames", "ok attachments", "ok clock",
		"ok geo", "ok breach list"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte(testSecret+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	delete(c.env, "REGAIN_SECRET")
	c.env["REGAIN_SECRET_FILE"] = secret
	c.env["REGAIN_MAIL"] = "smtp://127.0.0.1:1"
	c.env["REGAIN_GEO"] = secret
	c.env["REGAIN_TWO_FACTOR"] = "perhaps"
	r := c.run("doctor")
	for _, name := range []string{"settings", "secret", "mail", "geo"} {
		if !strings.Contains(r.stdout, "FAIL "+name+":") {
			t.Errorf("no failure of %s in\n%s", name, r.stdout)
		}
	}
	if r.status != 1 || strings.Contains(r.stdout+r.stderr, testSecret) {
		t.Errorf("status %d: %s%s", r.status, r.stdout, r.stderr)
	}
}
