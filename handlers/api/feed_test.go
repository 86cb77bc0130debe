package api_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"regain/handlers/api"
)

// give sends something to be kept and returns what became of it in a line.
func (m *market) give(method, path, body string) string {
	m.t.Helper()
	w := m.do(method, path, m.key, body)
	if w.Code != 200 {
		return fmt.Sprint(w.Code, " ", problem(m.t, w))
	}
	var r api.Result
	if err := json.Unmarshal(w.Body.Bytes(), &r); err != nil {
		m.t.Fatal(err)
	}
	said := r.Id + " " + string(r.Status)
	for _, x := range r.Warnings {
		said += " " + x.Pointer + " " + x.Code
	}
	return said
}

func TestPutAccount(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	const dora = `{"id":"u-9","username":"dora","email":"dora@example.org","type":"client","name":`
	for _, tt := range []struct{ path, body, want string }{
		{"u-9", dora + `"Dora"}`, "u-9 added"}, {"u-9", dora + `"Dora"}`, "u-9 unchanged"},
		{"u-9", dora + `"Dora Maar"}`, "u-9 updated"},
		{"u-9", dora + `"Dora Maar","birth_date":"0000-00-00"}`, "u-9 unchanged /birth_date format"},
		{"u-8", dora + `"Dora"}`, "422 invalid /id choice"},
		{"u-9", `{"id":"u-9"}`, "422 invalid /username missing"},
		{"u-9", `{`, "400 malformed"},
		{"%2e%2e", strings.Replace(dora, "u-9", "..", 1) + `"Dora"}`, "422 invalid /id characters"},
		{"%2e", strings.Replace(dora, "u-9", ".", 1) + `"Dora"}`, "422 invalid /id characters"},
		{"%252e%2Fe", `{"id":"%2e/e","username":"eve","email":"e@example.org","type":"client","name":"E"}`,
			"%2e/e added"},
		{"u-7", `{"id":"u-7","username":"dora","email":"d@example.org","type":"client","name":"D"}`,
			"422 invalid /username username_taken"},
		{"u-6", `{"id":"u-6","username":"o","email":"o'brien@exämple.de","type":"client","name":"O","country":"uk"}`,
			"u-6 added"},
		{"u-5", `{"id":"u-5","username":"j","email":"jörg@exämple.de","type":"client","name":"J"}`,
			"422 invalid /email email_unicode"},
		{"u-5", `{"id":"u-5","username":"j","email":"j@example.org","type":"client","name":"J","country":"ZZ"}`,
			"u-5 added /country format"},
	} {
		if got := m.give("PUT", "/accounts/"+tt.path, tt.body); got != tt.want {
			t.Errorf("%s %s: %s, want %s", tt.path, tt.body, got, tt.want)
		}
	}
	a, err := m.Store.Account(t.Context(), "u-9")
	if err != nil || a.Name != "Dora Maar" || a.Username != "dora" {
		t.Errorf("kept %+v, %v", a, err)
	}
	a, err = m.Store.Account(t.Context(), "u-6")
	at, failed := m.Store.Addresses(t.Context(), "u-6")
	if err := errors.Join(err, failed); err != nil || a.Country != "GB" || len(at) != 1 ||
		at[0].Email != "o'brien@xn--exmple-cua.de" {
		t.Errorf("kept %+v at %v, %v", a, at, err)
	}
}

func TestTellActivity(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	const change = `{"id":"a-1","account":"ada","at":"2026-11-20T09:00:00Z","kind":"payout_changed"`
	for _, tt := range []struct{ body, want string }{
		{change + `}`, "a-1 added"}, {change + `}`, "a-1 unchanged"},
		{change + `,"from":"x"}`, "409 other_content"},
		{`{"account":"nobody","at":"2026-11-20T09:00:00Z","kind":"withdrawal"}`,
			"422 invalid /account unknown_account"},
		{`{"account":"ada","at":"2026-11-20T09:00:00Z","kind":"danced"}`, "422 invalid /kind choice"},
	} {
		if got := m.give("POST", "/activities", tt.body); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.body, got, tt.want)
		}
	}
	all, err := m.Store.Activities(t.Context(), "ada", m.Now().AddDate(0, 0, -1), 10)
	if err != nil || len(all) != 1 {
		t.Errorf("kept %v, %v", all, err)
	}
}
