package handlers

import (
	"fmt"
	"slices"
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
	c := held.Copy{MadeAt: at, Account: held.Account{ID: "u-1", Username: "ada", Name: "Ada",
		Type: "client", State: "active", BirthDate: "1990-12-10", Country: "GB", Locale: "en",
		TimeZone: "Europe/London", CreatedAt: at, PasswordAt: at, FormerPasswords: 2},
		AlertSettings: held.AlertSetting{Off: []string{"money"}, To: "all"},
		RecoveryCodes: held.Codes{Made: 10, Used: 3}, CutShort: []string{"logins"},
		LeftOut: []string{"secrets"},
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
	for _, f := range m.Account {
		if views.Known(f.Label) || strings.Contains(f.Label, "_") || strings.Contains(f.Value, "_") {
			t.Errorf("a code instead of words: %+v", f)
		}
	}
	if last := m.Account[len(m.Account)-1]; len(m.Account) != 15 ||
		last.Value != views.Text("alert_to.all") {
		t.Errorf("%d facts, the last %+v", len(m.Account), last)
	}
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
	if !slices.Equal(m.LeftOut, c.LeftOut) {
		t.Errorf("left out %q", m.LeftOut)
	}
}

// TestLeftOutHasWords: what a copy leaves out has a name and a reason on the page.
func TestLeftOutHasWords(t *testing.T) {
	t.Parallel()
	for _, what := range held.LeftOut {
		for _, word := range []string{"export_left." + what, "export_left." + what + ".why"} {
			if !views.Known(word) {
				t.Errorf("no words for %s", word)
			}
		}
	}
}
