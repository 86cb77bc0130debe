package main

import (
	"encoding/json"
	"strings"
	"testing"

	"regain/cmd/regain/drill"
	"regain/store/storetest"
)

const drillTo = "drill@ops.example"

// drillReport runs a drill with --json and reads what it tells.
func (c *cli) drillReport(args ...string) (drill.Report, result) {
	c.t.Helper()
	r := c.run(append([]string{"drill", "--to", drillTo, "--json"}, args...)...)
	var told drill.Report
	if err := json.Unmarshal([]byte(r.stdout), &told); err != nil {
		c.t.Fatalf("%v in %q, %s", err, r.stdout, r.stderr)
	}
	return told, r
}

// leg is how one leg of a drill went.
func leg(t testing.TB, told drill.Report, name string) drill.Leg {
	t.Helper()
	for _, l := range told.Legs {
		if l.Leg == name {
			return l
		}
	}
	t.Fatalf("no leg %s in %+v", name, told)
	return drill.Leg{}
}

// drillsLeft are the accounts of drills in the database.
func (c *cli) drillsLeft() []string {
	c.t.Helper()
	_, x := c.open()
	defer x.Close()
	all, err := x.db.Enterprise().Drills(c.t.Context(), clock().Add(drillAge), 9)
	if err != nil {
		c.t.Fatal(err)
	}
	return all
}

const drillAge = 1 << 40 // far ahead

// TestDrill: a drill beside a portal that serves goes through every leg, leaves nothing but lines of the
// audit trail that say that they are of a drill, and tells no secret.
func TestDrill(t *testing.T) {
	t.Parallel()
	storetest.EachMigrated(t, func(t *testing.T, dsn string) {
		c := newCLI(t)
		c.env["REGAIN_DATABASE"] = dsn
		r := c.start()
		told, ran := c.drillReport("--at", r.base)
		if ran.status != 0 || !told.OK || told.Mail != "folder" {
			t.Fatalf("status %d, %+v, %s", ran.status, told, ran.stderr)
		}
		for _, name := range []string{"lock", "mail", "link", "password", "ticket", "two_factor", "activity",
			"status", "review", "resume", "resumed", "mails", "clean_up"} {
			if l := leg(t, told, name); l.State != "ok" {
				t.Errorf("%+v", l)
			}
		}
		if left := c.drillsLeft(); len(left) != 0 {
			t.Errorf("%v are left", left)
		}
		mails := strings.Join(c.mails(), "\n")
		if !strings.Contains(mails, "locked_out to "+drillTo) || !strings.Contains(mails, "account_resumed to "+drillTo) {
			t.Errorf("the mails are\n%s", mails)
		}
		c.ok("audit", "verify")
		r.end()
	})
}
