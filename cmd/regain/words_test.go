package main

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/cmd/regain/doctor"
	"regain/cmd/regain/drill"
	"regain/security"
	"regain/security/audit"
)

func TestAmbiguousNames(t *testing.T) {
	t.Parallel()
	c := newCLI(t)
	c.give("account", adaLine, strings.Replace(bobLine, "bob@", "ada@", 1))
	want := `{"error":{"code":"ambiguous","message":"ada@example.org names more than one account: ` +
		`ada (u-1001), bob (u-1002); name one by its id"}}`
	for _, args := range []string{"account show", "case show", "link", "lock --evidence e"} {
		r := c.run(append(strings.Fields(args), "ada@example.org", "--json")...)
		if r.status != 1 || r.stdout != "" {
			t.Errorf("%s: status %d, output %q", args, r.status, r.stdout)
		}
		wantShape(t, r.stderr, want)
	}
	if m := c.mails(); len(m) != 0 {
		t.Errorf("mails %q", m)
	}
}

// TestIDFirst: whoever chooses the id of another account as username neither keeps commands from it nor is hit
// by them. A spelling that is the id of nobody is refused.
func TestIDFirst(t *testing.T) {
	t.Parallel()
	c := newCLI(t)
	c.give("account", adaLine, strings.Replace(bobLine, `"bob"`, `"u-1001"`, 1),
		strings.Replace(strings.Replace(adaLine, "u-1001", "ada", 1), `"username":"ada"`, `"username":"cat"`, 1))
	for _, args := range []string{"account show", "link", "lock --evidence e", "case show", "account erase"} {
		r := c.run(append(strings.Fields(args), "U-1001", "--json")...)
		if r.status != 1 || !strings.Contains(r.stderr, `"ambiguous"`) {
			t.Errorf("%s U-1001: status %d, %s", args, r.status, r.stderr)
		}
	}
	for _, tt := range []struct{ args, want string }{
		{"account show u-1001", `"username":"ada"`}, {"account show u-1002", `"username":"u-1001"`},
		{"account show ada", `"username":"cat"`}, {"link u-1001", `"account":"u-1001"`},
		{"sessions end --account u-1001", `"account":"u-1001"`},
		{"lock u-1001 --evidence e", `"account":"u-1001"`}, {"case show u-1001", `"account":"u-1001"`},
		{"account show u-1002", `"state":"active"`}, {"account erase u-1002", `"account":"u-1002"`},
		{"account show u-1001", `"state":"locked"`},
	} {
		if got := c.ok(append(strings.Fields(tt.args), "--json")...); !strings.Contains(got, tt.want) {
			t.Errorf("%s: %s, want %s", tt.args, got, tt.want)
		}
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	c := newCLI(t)
	c.give("account", adaLine, bobLine)
	for _, tt := range []struct {
		args, stdin    string
		status         int
		stdout, stderr string
	}{
		{"lock", "", 2, "",
			"regain: lock: expected <who> and --evidence=TEXT\nregain: see regain --help\n"},
		{"lock ada", "", 2, "",
			"regain: missing flags: --evidence=TEXT\nregain: see regain --help\n"},
		{"lock --evidence e", "", 2, "", "regain: expected \"<who>\"\nregain: see regain --help\n"},
		{"lock ada --evidence e --cause robbed", "", 2, "", `regain: --cause must be one of ` +
			`"compromised","hijacked" but got "robbed"` + "\nregain: see regain --help\n"},
		{"ticket list --status lost", "", 2, "", `regain: --status must be one of "new","open",` +
			`"pending","on_hold","solved","closed" but got "lost"` +
			"\nregain: see regain --help\n"},
		{"account import -", adaLine + "\n{}", 1,
			`{"added":0,"updated":0,"unchanged":1,"refused":1}` + "\n",
			"line 2: \"id\" is missing\nregain: 1 line was refused; the others are kept\n"},
		{"account show bob", "", 0, "Account     bob (u-1002)\nName        Bob\n" +
			"E-mail      bob@example.org\nType        client\nState       active\n" +
			"Two-factor  none\nPassword    never updated here\n", ""},
		{"lock bob@example.org --evidence e --cause hijacked", "", 0,
			"Locked bob (u-1002) as hijacked: case C-1001.\nProposed cause: compromised\n", ""},
		{"link u-1001", "", 0,
			"A fresh recovery link goes to the address on file of ada (u-1001). Older links are dead.\n", ""},
	} {
		c.in = tt.stdin
		r := c.run(strings.Fields(tt.args)...)
		if diff := cmp.Diff(result{tt.status, tt.stdout, tt.stderr}, r,
			cmp.AllowUnexported(result{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.args, diff)
		}
	}
}

func TestEveryResultInJSON(t *testing.T) {
	t.Parallel()
	c := newCLI(t)
	copied := filepath.Join(t.TempDir(), "copy.db")
	for _, tt := range []struct{ args, stdin, want string }{
		{"migrate", "", `{"ok":true}`},
		{"account import -", adaLine, `{"added":1,"updated":0,"unchanged":0,"refused":0}`},
		{"login import -", loginLine, `{"added":1,"updated":0,"unchanged":0,"refused":0}`},
		{"activity import -", changeLine, `{"added":1,"updated":0,"unchanged":0,"refused":0}`},
		{"ticket import -", ticketLine, `{"added":1,"updated":0,"unchanged":0,"refused":0}`},
		{"link ada", "", `{"account":"u-1001","sent":true}`},
		{"link ada --mail smtp://127.0.0.1:1", "", `{"account":"u-1001","sent":false}`},
		{"backup " + copied, "", `{"file":"` + copied + `"}`},
		{"audit verify", "", `{"lines":7,"ok":true}`},
		{"secret rotate", "", `{"sealed":0,"damaged":0,"retired":[]}`},
		{"sessions end --account ada", "", `{"account":"u-1001","ended":true}`},
		{"sessions end --all", "", `{"account":null,"ended":true}`},
	} {
		c.in = tt.stdin
		wantShape(t, c.ok(append(strings.Fields(tt.args), "--json")...), tt.want)
	}
	// A drill tells how far it came, also where nobody serves.
	r := c.run("drill", "--to", drillTo, "--within", "1ms", "--json")
	var told drill.Report
	d := json.NewDecoder(strings.NewReader(r.stdout))
	d.DisallowUnknownFields()
	if err := d.Decode(&told); err != nil || d.More() || r.status != 1 || len(told.Legs) != 13 || told.OK {
		t.Errorf("status %d, %v, %+v of %s", r.status, err, told, r.stdout)
	}
	var report []doctor.Checkup
	if err := json.Unmarshal([]byte(c.ok("doctor", "--json")), &report); err != nil ||
		len(report) != 17 {
		t.Errorf("%d checks: %v, %v", len(report), report, err)
	}
}

// lineOf is what the doctor says of one matter, and how the command ended.
func (c *cli) lineOf(name string) (string, int) {
	c.t.Helper()
	r := c.run("doctor")
	for l := range strings.Lines(r.stdout) {
		if before, _, _ := strings.Cut(l, ":"); strings.HasSuffix(before, " "+name) {
			return strings.TrimSpace(l), r.status
		}
	}
	c.t.Fatalf("nothing of %s in\n%s", name, r.stdout)
	return "", 0
}

func TestDoctorLooksAtTheDatabase(t *testing.T) {
	t.Parallel()
	c := withoutDatabase(t)
	raw, err := sql.Open("sqlite3", strings.TrimPrefix(c.env["REGAIN_DATABASE"], "sqlite:"))
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	change := func(q string) {
		t.Helper()
		if _, err := raw.ExecContext(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	}
	expect := func(name, want string, status int) {
		t.Helper()
		if got, s := c.lineOf(name); got != want || s != status {
			t.Errorf("%q with status %d, want %q with %d", got, s, want, status)
		}
	}
	change("PRAGMA user_version = 0") // makes the file
	all, err := filepath.Glob("../../store/migrations/*.sql")
	other, otherErr := filepath.Glob("../../store/migrations/*.postgres.sql")
	if err != nil || otherErr != nil || len(all) == 0 {
		t.Fatal(err, otherErr)
	}
	expect("database", fmt.Sprintf(
		"FAIL database: %d migrations are not applied; run regain migrate",
		len(all)-len(other)+2), 1)
	c.give("account", adaLine)
	expect("database", "ok database: sqlite, can be read and written", 0)
	delete(c.env, "REGAIN_MAIL")
	c.ok("link", "ada")
	c.ok("link", "ada")
	c.env["REGAIN_MAIL"] = "dir:" + t.TempDir()
	expect("outbox", "ok outbox: 2 waiting, 0 given up", 0)
	change("UPDATE outbox SET gave_up_at = 1 WHERE id = (SELECT MIN(id) FROM outbox)")
	expect("outbox", "warn outbox: 1 waiting, 1 given up", 0)
	c.ok("key", "create", "feed", "--scope", "events:write")
	c.ok("key", "create", "sign-in", "--scope", "signins", "--expires", "15d")
	expect("keys", "ok keys: 2 in use", 0)
	c.ok("key", "create", "sign-in", "--scope", "signins", "--expires", "13d")
	expect("keys", "warn keys: these end soon: sign-in on "+
		clock().AddDate(0, 0, 13).Format(time.DateOnly), 0)

	_, x := c.open()
	later := clock().Add(2 * doctor.Leeway)
	err = x.db.Commit(t.Context(), security.Event{ID: "later", At: later, Kind: audit.LinkSent})
	if err != nil {
		t.Fatal(err)
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	said, status := c.lineOf("clock")
	end := "but the newest audit line is from " + later.Format(time.RFC3339)
	if !strings.HasPrefix(said, "FAIL clock: ") || !strings.HasSuffix(said, end) || status != 1 {
		t.Errorf("%q with status %d, want it to fail with %q", said, status, end)
	}
}
