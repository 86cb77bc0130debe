package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"regain/security"
)

// TestRestore: a thief who was in when the copy was made is out when it is put back, and the trail
// says so.
func TestRestore(t *testing.T) {
	t.Parallel()
	c := newCLI(t)
	ctx := t.Context()
	c.give("account", alanLine, adaLine)
	c.ok("lock", "ada", "--evidence", "e")
	_, x := c.open()
	session, err := x.service.Account.SignIn(ctx, security.Visitor{}, "alan", "password of alan")
	must(t, err)
	link, err := x.db.LiveLink(ctx, "u-1001")
	must(t, err)
	copied := filepath.Join(t.TempDir(), "copy.db")
	c.ok("backup", copied)
	c.give("account", bobLine)
	c.ok("lock", "alan", "--evidence", "e")
	c.ok("account", "erase", "bob")
	c.give("account", bobLine)
	if r := c.run("restore", copied); r.status != 1 || !strings.Contains(r.stderr, "locked") {
		t.Errorf("while the database is open: status %d: %s", r.status, r.stderr)
	}
	must(t, x.Close())
	c.ok("account", "show", "bob")
	if r := c.run("restore", copied+"x"); r.status != 1 {
		t.Errorf("without the file: %s", r.stdout)
	}
	c.env["REGAIN_SECRET"] = otherSecret
	if r := c.run("restore", copied); r.status != 1 || !strings.Contains(r.stderr, "not the secret") {
		t.Errorf("with a foreign secret: status %d: %s", r.status, r.stderr)
	}
	c.env["REGAIN_SECRET"] = testSecret
	was, err := os.ReadFile(copied)
	must(t, err)
	told, _ := shape(t, c.ok("restore", copied, "--json")).(map[string]any)
	if is, err := os.ReadFile(copied); err != nil || !bytes.Equal(was, is) {
		t.Errorf("the copy is another one now: %v", err)
	}
	if files, err := os.ReadDir(filepath.Dir(copied)); err != nil || len(files) != 1 {
		t.Errorf("beside the copy: %v, %v", files, err)
	}
	before, _ := told["before"].(string)
	since, err := json.Marshal(told["since"])
	must(t, err)
	wantShape(t, string(since), `[{"account":"u-1003","at":"TIME","kind":"account.locked"},
		{"account":"u-1002","at":"TIME","kind":"account.erased"}]`)
	c.ok("lock", "alan", "--evidence", "e")
	if said := c.ok("restore", copied); !strings.Contains(said, "  account.locked            u-1003\n") {
		t.Errorf("restore says %s", said)
	}
	if r := c.run("account", "show", "bob"); r.status != 1 {
		t.Errorf("bob came after the copy: %s", r.stdout)
	}
	c.ok("audit", "verify")
	_, x = c.open()
	if _, err := x.service.Account.EnterAccount(ctx, security.Visitor{}, session); err == nil {
		t.Error("the session of before lives")
	}
	tok := x.service.Lockout.LinkToken(link.ID)
	if _, err := x.service.Lockout.UseLink(ctx, security.Visitor{}, tok); err == nil {
		t.Error("the link of before lives")
	}
	must(t, x.Close())
	c.unguarded() // the file is a database of its own
	own := strings.TrimPrefix(c.env["REGAIN_DATABASE"], "sqlite:")
	c.env["REGAIN_DATABASE"] = "sqlite:" + before
	c.ok("account", "show", "bob")
	left, err := filepath.Glob(own + ".restoring*")
	if len(left) > 0 || err != nil {
		t.Errorf("left behind: %v, %v", left, err)
	}
	for _, end := range []string{".restoring", ".restoring-from"} {
		name := before + end
		must(t, os.Link(copied, name))
		if r := c.run("restore", name, "--json"); r.status != 1 || !strings.Contains(r.stderr, `"file_ours"`) {
			t.Errorf("%s: status %d: %s", end, r.status, r.stderr)
		}
		if _, err := os.Stat(name); err != nil {
			t.Errorf("what was given is gone: %v", err)
		}
	}
	c.env["REGAIN_DATABASE"] = "postgres://localhost/d"
	if r := c.run("restore", copied); r.status != 1 || !strings.Contains(r.stderr, "pg_restore") {
		t.Errorf("PostgreSQL: status %d: %s", r.status, r.stderr)
	}
	if info, err := os.Stat(own); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("file %v, %v", info, err)
	}
}
