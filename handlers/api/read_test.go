package api_test

import (
	"encoding/json"
	"net/url"
	"testing"

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
