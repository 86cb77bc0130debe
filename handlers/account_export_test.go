package handlers

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"regain/security/held"
	"regain/views"
)

// TestDescribeExport: the page shows the first entries of a long list and counts the others, and
// has words for what the copy has codes for.
func TestDescribeExport(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 20, 9, 30, 0, 0, time.UTC)
	c := held.Copy{MadeAt: at, Account: held.Account{Username: "ada", State: "active"},
		RecoveryCodes: held.Codes{Made: 10, Used: 3}, CutShort: []string{"logins"},
		LeftOut: []held.LeftOut{{What: "secrets", Why: "Because."}, {What: "else", Why: "So."}},
		Audit:   []held.Line{{At: at, Kind: "account.viewed", By: "staff"}},
		Tickets: []held.Ticket{{Number: "T-1", Status: "open", Messages: []held.Message{
			{At: at, Author: "staff", Role: "support", Text: "Hello"}}}},
		Cases: []held.Case{{Number: "C-1", Messages: []held.Message{{Author: "owner", Text: "Early"}}}},
	}
	for i := range exportShown + 1 {
		c.Logins = append(c.Logins, held.Login{At: at, Outcome: "stopped",
			Visitor: held.Visitor{IP: fmt.Sprint("10.0.0.", i)}})
	}
	m := describeExport(worldClock, c)
	rows := map[string][]string{}
	for _, p := range m.Parts {
		for _, r := range p.Rows {
			if len(r) != len(p.Heads) {
				t.Errorf("%s: %d cells under %d heads", p.Name, len(r), len(p.Heads))
			}
			rows[p.Name] = append(rows[p.Name], strings.Join(r, " | "))
		}
		if !views.Known("export." + p.Name) {
			t.Errorf("no words for the part %s", p.Name)
		}
		for _, h := range p.Heads {
			if !views.Known("export_head." + h) {
				t.Errorf("no words for the head %s", h)
			}
		}
		if p.Name == "logins" && (p.Count != exportShown+1 || len(p.Rows) != exportShown) {
			t.Errorf("%d of %d logins", len(p.Rows), p.Count)
		}
	}
	for name, want := range map[string]string{
		"logins":   "20 November 2026, 09:30 | Stopped, did not get in | 10.0.0.0 | ",
		"audit":    "20 November 2026, 09:30 | Looked at it | Our staff |  | ",
		"messages": "C-1 |  | You | Early",
	} {
		if len(rows[name]) == 0 || rows[name][0] != want {
			t.Errorf("%s: %q, want %q", name, rows[name], want)
		}
	}
	if got := rows["messages"][1]; got != "T-1 | 20 November 2026, 09:30 | Customer Support | Hello" {
		t.Errorf("message %q", got)
	}
	if m.LeftOut[0].Label != "Secrets" || m.LeftOut[1].Label != "else" || m.LeftOut[1].Value != "So." {
		t.Errorf("left out %+v", m.LeftOut)
	}
}

// TestLeftOutHasWords: what a copy leaves out has a name on the page.
func TestLeftOutHasWords(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../security/gather.go")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, line := range strings.Split(string(text), "\n") {
		if _, rest, ok := strings.Cut(line, `{What: "`); ok {
			found++
			what, _, _ := strings.Cut(rest, `"`)
			if !views.Known("export_left." + what) {
				t.Errorf("no words for %s", what)
			}
		}
	}
	if found < 8 {
		t.Errorf("only %d were found", found)
	}
}
