package api_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/handlers/api"
	"regain/security"
	"regain/security/apikey"
	"regain/security/recovery"
)

// got is the answer to a GET, which has to be there.
func got[T any](m *market, key, path string) (v T) {
	m.t.Helper()
	w := m.do("GET", path, key, "")
	if w.Code != 200 {
		m.t.Fatalf("%s: %d %s", path, w.Code, w.Body)
	}
	if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil {
		m.t.Fatal(err)
	}
	return v
}

// lockedCleo locks cleo.
func (m *market) lockedCleo() security.Case {
	m.t.Helper()
	c, err := m.Service.Lockout.Lock(m.t.Context(), security.Operator("lock"), "cleo",
		recovery.Compromised, "seen")
	if err != nil {
		m.t.Fatal(err)
	}
	return c
}

func TestReadAccount(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	c := m.lockedCleo()
	a := got[api.AccountState](m, m.named("reads", apikey.AccountsRead), "/accounts/cleo")
	if a.State != "locked" || *a.Case != c.Number || !a.LockedSince.Equal(c.LockedAt) || a.Cause != nil {
		t.Errorf("%+v", a)
	}
	whole := got[api.AccountState](m, m.key, "/accounts/cleo")
	if whole.Addresses[0].Email == a.Addresses[0].Email || *whole.Cause != "compromised" {
		t.Errorf("%+v", whole)
	}
	if w := m.do("GET", "/accounts/nobody", m.key, ""); problem(t, w) != "unknown" {
		t.Errorf("nobody: %s", w.Body)
	}
}

func TestReadCases(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	c := m.lockedCleo()
	if _, err := m.Service.Lockout.Lock(t.Context(), security.Operator("lock"), "bob",
		recovery.Hijacked, "seen"); err != nil {
		t.Fatal(err)
	}
	first := got[api.CaseList](m, m.key, "/cases?limit=1")
	second := got[api.CaseList](m, m.key, "/cases?limit=1&cursor="+*first.Next)
	if len(first.Cases) != 1 || len(second.Cases) != 1 || second.Next != nil ||
		first.Cases[0].Number == second.Cases[0].Number {
		t.Errorf("%+v, %+v", first, second)
	}
	one := got[api.CaseList](m, m.key, "/cases?account=cleo&state=locked&updated_since="+
		url.QueryEscape(m.Now().Format("2006-01-02T15:04:05Z07:00")))
	if len(one.Cases) != 1 || one.Cases[0].Number != c.Number {
		t.Errorf("%+v", one)
	}
	x := got[api.Case](m, m.key, "/cases/"+c.Number)
	if x.State != "locked" || x.Evidence.Body != "seen" || x.Proposal != nil || x.Version == "" ||
		len(x.Timeline) == 0 || x.Timeline[0].Kind != "account.locked" || x.Timeline[0].By != "operator" {
		t.Errorf("%+v", x)
	}
	for path, want := range map[string]string{
		"/cases?limit=0": "invalid /limit choice", "/cases?limit=501": "invalid /limit choice",
		"/cases?limit=x": "malformed", "/cases?state=lost": "invalid /state choice",
		"/cases?cursor=x": "invalid /cursor choice", "/cases?sate=locked": "invalid /sate unknown_key",
		"/cases?state=locked&state=resumed": "invalid /state duplicate_key",
		"/cases?updated_since=now":          "malformed",
		"/cases/C-9":                        "unknown",
		"/tickets?status=lost":              "invalid /status choice",
		"/tickets?state=open":               "invalid /state unknown_key",
		"/tickets?department=Sales":         "invalid /department choice",
		"/tickets?cursor=" + *first.Next:    "invalid /cursor choice",
	} {
		if said := problem(t, m.do("GET", path, m.key, "")); said != want {
			t.Errorf("%s: %s, want %s", path, said, want)
		}
	}
}

// TestScopesSeeWhatTheirRoleDoes: whatever scope a key has beside those for reading, what Account Security keeps to
// itself is told of a lockout to none but one that decides, on each page.
func TestScopesSeeWhatTheirRoleDoes(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	m.do("POST", "/activities", m.key, `{"account":"cleo","at":"`+m.Now().Add(-time.Hour).Format(time.RFC3339)+
		`","kind":"email_changed","summary":"x"}`)
	c, err := m.Service.Lockout.Lock(t.Context(), security.Operator("lock"), "cleo", recovery.Hijacked,
		"seen in Sofia")
	if err != nil {
		t.Fatal(err)
	}
	tool, path := m.named("tool", apikey.CasesRead, apikey.CasesDecide), "/cases/"+c.Number
	for _, step := range []struct{ do, body string }{{"/take", `{}`}, {"/resume",
		`{"reason":"Called back on +44 20 7946 0958","version":"VERSION"}`}} {
		version := got[api.Case](m, tool, path).Version
		if said := m.asked("POST", path+step.do, tool, strings.Replace(step.body, "VERSION", version, 1)); said != "200" {
			t.Fatalf("%s: %s", step.do, said)
		}
	}
	type fields = map[string]any
	kept := fields{"cause": nil, "proposed_cause": nil, "facts": []any{}, "evidence": fields{"body": ""},
		"needs": []any{}}
	for _, scope := range apikey.Scopes {
		key := m.named(string(scope), apikey.AccountsRead, apikey.CasesRead, scope)
		one := got[fields](m, key, path)
		proposal, _ := one["proposal"].(fields)
		rows, _ := got[fields](m, key, "/cases")["cases"].([]any)
		if len(rows) != 1 || proposal == nil {
			t.Fatalf("%s: %v, %v", scope, rows, one)
		}
		row, _ := rows[0].(fields)
		for page, of := range map[string]fields{"account": got[fields](m, key, "/accounts/cleo"), "list": row,
			"case": one, "proposal": proposal} {
			for field, none := range kept {
				value, there := of[field]
				if there && cmp.Equal(value, none) == (scope == apikey.CasesDecide) {
					t.Errorf("%s reads of the %s %s: %v", scope, page, field, value)
				}
			}
		}
		whole := proposal["reason"] == "Called back on +44 20 7946 0958"
		if whole != (scope == apikey.CasesDecide) || one["timeline"] == nil || one["holder"] == nil ||
			one["version"] == "" || proposal["by"] == "" {
			t.Errorf("%s: %v", scope, one)
		}
	}
}
