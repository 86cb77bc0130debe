package main

import (
	"crypto/rand"
	"database/sql"
	"strings"
	"testing"

	"regain/store/storetest"
)

// TestGrant: the portal does its work in a role that cannot touch what the audit trail holds.
func TestGrant(t *testing.T) {
	t.Parallel()
	storetest.EachMigrated(t, func(t *testing.T, dsn string) {
		c := newCLI(t)
		c.env["REGAIN_DATABASE"] = dsn
		if strings.HasPrefix(dsn, "sqlite:") {
			if r := c.run("migrate", "--grant", "x"); r.status != 1 {
				t.Errorf("SQLite has no roles: %s", r.stdout)
			}
			return
		}
		role := "Portal " + rand.Text()
		if err := execOn(t, dsn, `CREATE ROLE "`+role+`" LOGIN`); err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := execOn(t, dsn, `DROP OWNED BY "`+role+`"; DROP ROLE "`+role+`"`); err != nil {
				t.Error(err)
			}
		}()
		c.ok("migrate", "--grant", role)
		c.ok("migrate", "--grant", role)
		if r := c.run("doctor"); !strings.Contains(r.stdout, "warn database: this role owns") {
			t.Errorf("doctor as the owner: %s", r.stdout)
		}
		its := strings.Replace(dsn, "user=regain", "user="+strings.ReplaceAll(role, " ", "%20"), 1)
		if its == dsn {
			t.Fatalf("no user in %s", dsn)
		}
		c.env["REGAIN_DATABASE"] = its
		c.give("account", adaLine)
		c.ok("lock", "ada", "--evidence", "e")
		c.ok("audit", "verify")
		if r := c.run("doctor"); !strings.Contains(r.stdout, "ok database") {
			t.Errorf("doctor as the portal: %s", r.stdout)
		}
		c.give("account", bobLine)
		r := c.run("account", "erase", "bob", "--reason", "asked for")
		if r.status != 1 || !strings.Contains(r.stderr, "nothing was erased: run it with a "+
			"REGAIN_DATABASE of the role regain, which owns") {
			t.Errorf("erasing as the portal: status %d: %s%s", r.status, r.stdout, r.stderr)
		}
		c.ok("account", "show", "bob")
		c.ok("sessions", "end", "--all")
		c.ok("restore", "--put-back")
		c.env["REGAIN_DATABASE"] = dsn
		c.ok("account", "erase", "bob", "--reason", "asked for")
		c.ok("audit", "verify")
		for _, q := range []string{"UPDATE events SET at = at", "DELETE FROM events",
			"TRUNCATE events CASCADE", "UPDATE event_details SET data = ''", "DELETE FROM event_details",
			"DROP TABLE limits", "CREATE TABLE x (y BIGINT)", "DROP TRIGGER events_keep ON events",
			"DELETE FROM goose_db_version"} {
			if err := execOn(t, its, q); err == nil {
				t.Errorf("the portal may do %s", q)
			}
		}
	})
}

// TestDoctorOfPooler: what doctor warns of hides nothing that it says otherwise.
func TestDoctorOfPooler(t *testing.T) {
	t.Parallel()
	c := newCLI(t)
	c.env["REGAIN_DATABASE"] = storetest.Pooler(t)
	c.ok("migrate")
	r := c.run("doctor")
	for _, said := range []string{"warn database: this role owns", "through a pooler"} {
		if !strings.Contains(r.stdout, said) {
			t.Errorf("no %q in %s", said, r.stdout)
		}
	}
}

func execOn(t *testing.T, dsn, q string) error {
	t.Helper()
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	_, err = db.ExecContext(t.Context(), q)
	return err
}
