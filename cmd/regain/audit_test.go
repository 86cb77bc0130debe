package main

import (
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// unguarded runs statements as somebody does who owns the database: the triggers go first.
func (c *cli) unguarded(statements ...string) {
	c.t.Helper()
	db, on := c.dial()
	defer db.Close()
	all := []string{"DROP TRIGGER IF EXISTS events_keep" + on,
		"DROP TRIGGER IF EXISTS events_stay" + on}
	for _, q := range append(all, statements...) {
		if _, err := db.ExecContext(c.t.Context(), q); err != nil {
			c.t.Fatalf("%s: %v", q, err)
		}
	}
}

// dial opens the database past the portal; on names the table of a trigger.
func (c *cli) dial() (db *sql.DB, on string) {
	c.t.Helper()
	driver, address, on := "pgx", c.env["REGAIN_DATABASE"], " ON events"
	if path, ok := strings.CutPrefix(address, "sqlite:"); ok {
		driver, address, on = "sqlite3", path, ""
	}
	db, err := sql.Open(driver, address)
	if err != nil {
		c.t.Fatal(err)
	}
	return db, on
}

// text is the one value that a query finds.
func (c *cli) text(q string) (s string) {
	c.t.Helper()
	db, _ := c.dial()
	defer db.Close()
	if err := db.QueryRowContext(c.t.Context(), q).Scan(&s); err != nil {
		c.t.Fatalf("%s: %v", q, err)
	}
	return s
}

// broken fails unless the trail is found broken as told.
func (c *cli) broken(want string) {
	c.t.Helper()
	r := c.run("audit", "verify")
	if r.status != 1 || !strings.Contains(r.stderr, want) {
		c.t.Errorf("status %d: %s%s, want %q", r.status, r.stdout, r.stderr, want)
	}
}

// TestAuditAnchor: the check goes on after a bad line; once a new epoch has begun, what was bad
// then is on record, and anything else is a fault.
func TestAuditAnchor(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ do, found string }{
		{"UPDATE events SET at = 1 WHERE seq = 2",
			"line 2: changed (1 lines before it hold; 1 are bad"},
		{"UPDATE events SET at = 1 WHERE seq IN (2, 4)",
			"line 2: changed (1 lines before it hold; 2 are bad"},
		{"UPDATE event_details SET data = '{}' WHERE event_id = (SELECT id FROM events WHERE seq = 2)",
			"line 2: details changed (1 lines before it hold; 1 are bad"},
		{"DELETE FROM event_details WHERE event_id = (SELECT id FROM events WHERE seq = 2)",
			"line 2: details missing (1 lines before it hold; 1 are bad"},
		{"UPDATE chain SET seq = 3",
			"line 4: beyond the end (3 lines before it hold; 1 are bad"},
		{"UPDATE chain SET chain = 'x'",
			"line 5: beyond the end (5 lines before it hold; 1 are bad"},
		{"UPDATE chain SET seq = seq + 2", "line 6: missing (5 lines before it hold; 2 are bad"},
	} {
		eachCLI(t, func(t *testing.T, c *cli) {
			c.give("account", adaLine, bobLine)
			c.ok("lock", "ada", "--evidence", "e")
			c.ok("lock", "bob", "--evidence", "e")
			if r := c.run("audit", "anchor", "--reason", "r"); r.status != 1 {
				t.Errorf("%s: a trail that holds was begun anew: %s", tt.do, r.stdout)
			}
			c.unguarded(tt.do)
			c.broken(tt.found)
			if r := c.run("audit", "anchor"); r.status != 2 {
				t.Errorf("%s: without a reason: status %d", tt.do, r.status)
			}
			c.ok("audit", "anchor", "--reason", "the disk was full")
			if said := c.ok("audit", "verify"); !strings.Contains(said, ": the disk was full. ") {
				t.Errorf("%s: %s", tt.do, said)
			}
			c.ok("link", "ada")
			c.ok("audit", "verify")
			c.unguarded("UPDATE events SET kind = 'x' WHERE seq = 3")
			if r := c.run("audit", "verify"); r.status != 1 {
				t.Errorf("%s: what was changed after the anchor: %s", tt.do, r.stdout)
			}
		})
	}
}

// TestAuditAgainst: a trail that was cut, or cut and grown again, holds by itself but not against a
// head that was kept.
func TestAuditAgainst(t *testing.T) {
	t.Parallel()
	eachCLI(t, func(t *testing.T, c *cli) {
		c.give("account", adaLine)
		kept := filepath.Join(t.TempDir(), "heads")
		keep := func(text string) {
			if err := os.WriteFile(kept, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		keep("no head\n")
		if r := c.run("audit", "verify", "--against", kept); r.status != 1 {
			t.Errorf("a file without a head: %s", r.stdout)
		}
		c.give("account", bobLine)
		keep("{\"event\":\"request\"}\n" + c.ok("audit", "head"))
		c.ok("link", "ada")
		c.ok("audit", "verify", "--against", kept)
		c.unguarded("DELETE FROM event_details", "DELETE FROM events")
		if r := c.run("audit", "head"); r.status != 1 {
			t.Errorf("the head of nothing: %s", r.stdout)
		}
		c.unguarded("UPDATE chain SET seq = 0, chain = ''", "DELETE FROM secrets")
		for _, want := range []string{"line 3: missing", "line 3: replaced"} {
			c.ok("link", "ada") // two lines: of the secret, which is new here, and of the link
			c.ok("audit", "verify")
			r := c.run("audit", "verify", "--against", kept)
			if r.status != 1 || !strings.Contains(r.stderr, want) {
				t.Errorf("status %d: %s%s, want %s", r.status, r.stdout, r.stderr, want)
			}
		}
	})
}

// TestAuditState: what was changed past the portal left no line, and the check says so.
func TestAuditState(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ do, want string }{
		{"UPDATE accounts SET locked_by = '' WHERE id = 'u-1001'",
			"case C-1001 runs, but its account is not locked by it"},
		{"UPDATE accounts SET locked_by = 'x' WHERE id = 'u-1002'",
			"account u-1002 is locked by no case of its own"},
		{"UPDATE cases SET state = 'resumed', closed_at = 1",
			"case C-1001 is resumed, but nobody resumed it"},
		{"UPDATE cases SET state = 'declined', closed_at = 1",
			"case C-1001 is declined, but nobody declined it"},
		{"UPDATE cases SET id = 'x'; UPDATE accounts SET locked_by = 'x' WHERE id = 'u-1001'",
			"case C-1001 was never opened"},
	} {
		eachCLI(t, func(t *testing.T, c *cli) {
			c.give("account", adaLine, bobLine)
			c.ok("lock", "ada", "--evidence", "e")
			c.ok("audit", "verify")
			do := tt.do
			if strings.HasPrefix(c.env["REGAIN_DATABASE"], "postgres") {
				do = "SET session_replication_role = replica; " + do // no foreign keys
			}
			c.unguarded(do)
			r := c.run("audit", "verify")
			if r.status != 1 || !strings.HasSuffix(r.stderr, "tells:\nregain: "+tt.want+"\n") {
				t.Errorf("%s: status %d: %s%s", tt.do, r.status, r.stdout, r.stderr)
			}
		})
	}
}
