package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// newPlace is a command line without settings, and a folder that is not there yet.
func newPlace(t *testing.T) (c *cli, dir string, init []string) {
	t.Helper()
	c, dir = newCLI(t), filepath.Join(t.TempDir(), "regain")
	self, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	clear(c.env)
	return c, dir, []string{"init", "--dir", dir, "--user", self.Username}
}

// answered are flags for everything that is asked.
func answered(dir string) []string {
	return []string{"--base-url", "https://protect.example.org", "--brand", "Acme", "--support-email",
		"help@example.org", "--database", "sqlite:" + dir + "/regain.db", "--mail", "dir:" + dir + "/mail",
		"--admin", "ida@example.org", "--analyst", "ana@example.org"}
}

// filesIn are the names and contents of the files of a folder, those of the database left out.
func filesIn(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	entries, err := os.ReadDir(dir)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.IsDir() || strings.HasPrefix(e.Name(), "regain.db") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all[e.Name()] = string(text)
	}
	return all
}

// TestInit: whoever answers five questions, some of them wrongly first, has a portal that serves, and
// the first two have their invitations.
func TestInit(t *testing.T) {
	t.Parallel()
	c, dir, init := newPlace(t)
	c.in = strings.Join([]string{"http://protect.example.org", "https://protect.example.org", "Acme",
		"Acme & Sons <help>", "Acme & Sons <help@example.org>", "mysql://x", "sqlite:here.db", "", "smtp://u@h", "",
		"dir:" + dir + "/mail", "ida@example.org", "ida@example.org, Ida@example.org",
		"ida@example.org, ana@example.org", ""}, "\n")
	r := c.run(init...)
	if r.status != 0 {
		t.Fatalf("status %d: %s%s", r.status, r.stdout, r.stderr)
	}
	for _, said := range []string{"http:// is for loopback only", "between < and >", "is no e-mail address",
		"want sqlite:PATH or postgres://", "want a whole path", "not smtp://user:password@host:587", "no usual answer",
		"want two addresses", "name two"} {
		if n := strings.Count(r.stderr, said); n != 1 {
			t.Errorf("%q is said %d times:\n%s", said, n, r.stderr)
		}
	}
	made := filesIn(t, dir)
	want := "REGAIN_BASE_URL=https://protect.example.org\nREGAIN_DATABASE=sqlite:" + dir + "/regain.db\nREGAIN_SECRET_FILE=" +
		dir + "/secret\nREGAIN_MAIL=dir:" + dir + "/mail\nREGAIN_BRAND=\"Acme & Sons\"\nREGAIN_SUPPORT_EMAIL=help@example.org\n"
	if _, lines, _ := strings.Cut(made["settings"], "checks them.\n"); lines != want {
		t.Errorf("settings:\n%s", made["settings"])
	}
	if s := strings.TrimSpace(made["secret"]); len(s) < 43 || strings.Contains(r.stdout+r.stderr+made["settings"], s) {
		t.Errorf("the secret %q is short or told", s)
	}
	for _, line := range []string{"\nEnvironmentFile=" + dir + "/settings\n", "\nReadWritePaths=" + dir + "\n",
		"\nReadWritePaths=" + dir + "/mail\n", "\nIPAddressDeny=any\n"} {
		if !strings.Contains(made["regain.service"], line) {
			t.Errorf("the unit lacks %q:\n%s", line, made["regain.service"])
		}
	}
	for name, mode := range map[string]os.FileMode{"": 0o700, "secret": 0o600, "settings": 0o600, "regain.service": 0o644,
		"regain.db": 0o600} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Mode().Perm() != mode {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
	c.env["REGAIN_MAIL"] = "dir:" + dir + "/mail"
	if m := c.mails(); len(m) != 2 {
		t.Errorf("%d mails", len(m))
	}
	clear(c.env)

	c.in = ""
	var again struct {
		Wrote, Kept []string
		Staff       []struct{ Email, State string }
	}
	if err := json.Unmarshal([]byte(c.ok(append(init, "--json")...)), &again); err != nil ||
		len(again.Wrote) != 0 || len(again.Kept) != 3 || len(again.Staff) != 2 {
		t.Errorf("again: %+v, %v", again, err)
	}
	if diff := cmp.Diff(made, filesIn(t, dir)); diff != "" {
		t.Errorf("a second run changed (-before +after):\n%s", diff)
	}
	if status, _ := c.start("--settings", filepath.Join(dir, "settings")).get("/readyz"); status != 200 {
		t.Errorf("the portal is not ready: %d", status)
	}
}

// TestInitByFlags: a script says everything, and what is wrong or lacks is told at once.
func TestInitByFlags(t *testing.T) {
	t.Parallel()
	c, dir, init := newPlace(t)
	for _, tt := range []struct {
		name, code string
		status     int
		says       []string
		args       []string
	}{
		{"nothing", "unanswered", 1, []string{"--base-url", "--brand and --support-email", "--database", "--mail",
			"--admin and --analyst"}, nil},
		{"two wrong", "settings", 2, []string{"--base-url: http:// is for loopback only", "--admin, --analyst: \"ana\" is no e-mail address"},
			append(answered(dir), "--base-url", "http://protect.example.org", "--analyst", "ana")},
		{"a secret", "secret_given", 1, []string{dir + "/secret"}, append(answered(dir), "--secret", testSecret)},
		{"no user", "no_user", 1, []string{"useradd"}, append(answered(dir), "--user", "nobody-of-that-name")},
		{"odd folder", "odd_path", 2, []string{"systemd"}, append(answered(dir), "--dir", dir+" x")},
	} {
		r := c.run(append(append([]string{}, init...), append(tt.args, "--json")...)...)
		// What is asked stands there too; the last line is the result.
		lines := strings.Split(strings.TrimSpace(r.stderr), "\n")
		var told struct {
			Error struct{ Code, Message string }
		}
		last := lines[len(lines)-1]
		err := json.Unmarshal([]byte(last[strings.Index(last, "{"):]), &told)
		if err != nil || r.status != tt.status || told.Error.Code != tt.code {
			t.Errorf("%s: status %d, %v: %s", tt.name, r.status, err, r.stderr)
		}
		for _, s := range tt.says {
			if !strings.Contains(told.Error.Message, s) {
				t.Errorf("%s: %q is not told: %s", tt.name, s, told.Error.Message)
			}
		}
	}
	if made := filesIn(t, dir); len(made) != 0 {
		t.Errorf("was written: %v", made)
	}
	c.ok(append(init, answered(dir)...)...)
	before := filesIn(t, dir)
	r := c.run(append(append(init, answered(dir)...), "--brand", "Another")...)
	if r.status != 1 || !strings.Contains(r.stderr, "says otherwise about REGAIN_BRAND") {
		t.Errorf("status %d: %s", r.status, r.stderr)
	}
	if diff := cmp.Diff(before, filesIn(t, dir)); diff != "" {
		t.Errorf("changed (-before +after):\n%s", diff)
	}
}

// TestInitGoesOn: what stopped half-way goes on once it is mended, and nobody is invited twice.
func TestInitGoesOn(t *testing.T) {
	t.Parallel()
	c, dir, init := newPlace(t)
	full := append(init, answered(dir)...)
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	old := newCLI(t)
	old.env["REGAIN_DATABASE"] = "sqlite:" + dir + "/regain.db"
	old.give("account", adaLine)
	r := c.run(full...)
	if r.status != 1 || !strings.Contains(r.stderr, "not the secret of the database") || !strings.Contains(r.stderr, "goes on from here") {
		t.Fatalf("status %d: %s", r.status, r.stderr)
	}
	if err := os.WriteFile(filepath.Join(dir, "secret"), []byte(testSecret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c.ok(full...)
	c.ok(full...)
	c.env["REGAIN_MAIL"] = "dir:" + dir + "/mail"
	if m := c.mails(); len(m) != 2 {
		t.Errorf("%d mails", len(m))
	}
}

// TestInitStopped: Ctrl-C leaves nothing behind while anything is asked.
func TestInitStopped(t *testing.T) {
	t.Parallel()
	_, dir, init := newPlace(t)
	in, typed := io.Pipe()
	defer typed.Close()
	var out, said bytes.Buffer
	ctx, stop := context.WithCancel(t.Context())
	p := &program{getenv: func(string) string { return "" }, stdin: in, stdout: &out, stderr: &said}
	ended := make(chan int)
	go func() { ended <- p.run(ctx, init) }()
	if _, err := io.WriteString(typed, "https://protect.example.org\n"); err != nil {
		t.Fatal(err)
	}
	stop()
	if status := <-ended; status != 1 || !strings.Contains(said.String(), "stopped; nothing was written") {
		t.Errorf("status %d: %s", status, &said)
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("%s: %v", dir, err)
	}
}
