package main

import (
	"os"
	"strings"
	"testing"

	"regain/security"
)

const (
	evaLine = `{"id":"u-1004","username":"eva","email":"eva@example.org","name":"Eva Example",` +
		`"type":"client","password_hash":"$2a$04$/O7tpnq9LmnetLLM6A0sUOIsxN6WMBRRdtkaPJfA2kba2lHRCejxK"}`
	evaLogin = `{"account":"u-1004","at":"2020-05-01T08:30:00Z","ip":"1.2.3.4","outcome":"succeeded"}`
)

// finds reports whether the database says a word: anywhere in the file of SQLite, and in every row
// of PostgreSQL.
func (c *cli) finds(word string) bool {
	c.t.Helper()
	path, ok := strings.CutPrefix(c.env["REGAIN_DATABASE"], "sqlite:")
	if !ok {
		all := c.text("SELECT CAST(schema_to_xml(current_schema(), TRUE, FALSE, '') AS TEXT)")
		return strings.Contains(all, word)
	}
	file, err := os.ReadFile(path)
	must(c.t.(*testing.T), err)
	return strings.Contains(string(file), word)
}

// TestErase: of an account nothing is left but the lines of the audit trail, which holds; missing
// details of another one are a fault.
func TestErase(t *testing.T) {
	t.Parallel()
	eachCLI(t, func(t *testing.T, c *cli) {
		c.give("account", adaLine, evaLine)
		c.give("login", evaLogin)
		_, x := c.open()
		phone := security.Visitor{IP: "81.2.69.142", Agent: "phone of eva"}
		_, err := x.service.Account.SignIn(t.Context(), phone, "eva", "password of alan")
		must(t, err)
		must(t, x.Close())
		c.ok("link", "eva")
		for _, word := range []string{"eva@example.org", "phone of eva"} {
			if !c.finds(word) {
				t.Fatalf("%s is not found before", word)
			}
		}
		c.ok("lock", "ada", "--evidence", "e")
		for args, want := range map[string]string{"ada --reason asked": "a case holds the account",
			"nobody": "nothing found for nobody"} {
			r := c.run(append([]string{"account", "erase"}, strings.Fields(args)...)...)
			if r.status == 0 || !strings.Contains(r.stderr, want) {
				t.Errorf("erase %s: status %d: %s%s, want %s", args, r.status, r.stdout, r.stderr,
					want)
			}
		}
		c.ok("audit", "verify")
		c.ok("account", "show", "eva")
		count := "SELECT COUNT(*) FROM events WHERE kind <> 'account.erased' AND account_id = 'u-1004'"
		lines := c.text(count)
		wantShape(t, c.ok("account", "erase", "eva", "--reason", "asked for", "--json"),
			`{"account":"u-1004","erased":true}`)
		if r := c.run("account", "show", "eva"); r.status != 1 {
			t.Errorf("it can be shown still: %s", r.stdout)
		}
		for _, word := range []string{"eva@example.org", "Eva Example", "phone of eva"} {
			if c.finds(word) {
				t.Errorf("%s is left", word)
			}
		}
		if got := c.text(count); got != lines {
			t.Errorf("%s lines of the trail are left of %s", got, lines)
		}
		c.ok("audit", "verify")
		c.ok("account", "show", "ada")
		c.give("account", evaLine) // the platform has it still
		c.ok("audit", "verify")
		c.unguarded("DELETE FROM event_details WHERE event_id IN (" +
			"SELECT id FROM events WHERE kind = 'account.erased')")
		c.broken("details missing")
	})
}

// TestEraseAfterAnchor: what a break had on record of details that are erased later is no fault,
// and other details that go missing are.
func TestEraseAfterAnchor(t *testing.T) {
	t.Parallel()
	eachCLI(t, func(t *testing.T, c *cli) {
		c.give("account", adaLine, bobLine)
		of := " WHERE event_id IN (SELECT id FROM events WHERE account_id = "
		c.unguarded("UPDATE event_details SET data = '{}'"+of+"'u-1002')",
			"UPDATE events SET at = 1 WHERE seq = 1")
		c.broken("2 are bad in all")
		c.ok("audit", "anchor", "--reason", "r")
		c.ok("audit", "verify")
		c.ok("account", "erase", "bob")
		c.ok("audit", "verify")
		c.unguarded("DELETE FROM event_details" + of + "'u-1001')")
		c.broken("2 are bad in all")
	})
}
