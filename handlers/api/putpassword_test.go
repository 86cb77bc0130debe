package api_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"regain/handlers/api"
	"regain/security"
	"regain/security/apikey"
	"regain/security/recovery"
)

// TestPutPassword: the hash is judged as in an import, and never stands in an answer.
func TestPutPassword(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	const hash = "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW"
	const good = `{"hash":"` + hash + `"`
	put := func(account, body string) string {
		w := m.do("PUT", "/accounts/"+account+"/password", m.key, body)
		if strings.Contains(w.Body.String(), "$") {
			t.Errorf("a hash stands in %s", w.Body)
		}
		if w.Code != 200 {
			return fmt.Sprint(w.Code, " ", problem(t, w))
		}
		var r api.PasswordResult
		if err := json.Unmarshal(w.Body.Bytes(), &r); err != nil || r.Account != account {
			t.Fatal(w.Body, err)
		}
		said := string(r.Status)
		for _, x := range r.Warnings {
			said += " " + x.Pointer + " " + x.Code
		}
		return said
	}
	tests := []struct{ account, body, want string }{
		{"nobody", good + `}`, "404 unknown"},
		{"ada", `{}`, "422 invalid /hash missing"}, {"ada", `{"hash":""}`, "422 invalid /hash missing"},
		{"ada", `{"hash":5}`, "422 invalid /hash wrong_type"}, {"ada", `{"hash":null}`, "422 invalid /hash missing"},
		{"ada", `[]`, "400 malformed"}, {"ada", good, "400 malformed"},
		{"ada", good + `,"hash":"x"}`, "422 invalid /hash duplicate_key"},
		{"ada", good + `,"password":"x"}`, "422 invalid /password unknown_key"},
		{"ada", good + `,"changed_at":"yesterday"}`, "422 invalid /changed_at time"},
		{"ada", good + `,"changed_at":"2999-01-01T00:00:00Z"}`, "422 invalid /changed_at future"},
		{"ada", good + `,"changed_at":"2026-11-01T08:30:00Z","ip":"here","user_agent":"x\u0007"}`, "updated /ip ip"},
		{"ada", good + `,"changed_at":"2026-11-01T08:30:00Z"}`, "unchanged"},
		{"ada", strings.Replace(good, "2b", "2y", 1) + `,"changed_at":"2026-11-01T08:30:00Z"}`, "409 older_password"},
	}
	for _, bad := range []string{"secret", "$1$x$y", "$2b$31$" + hash[7:], "$2b$12$" + strings.Repeat("*", 53),
		"$argon2id$v=19$m=4194304,t=1,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=65536,t=64,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=8,t=1,p=1,keyid=a$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2i$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA"} {
		tests = append(tests, struct{ account, body, want string }{"ada", `{"hash":"` + bad + `"}`,
			"422 invalid /hash password_hash"})
	}
	for _, tt := range tests {
		if got := put(tt.account, tt.body); got != tt.want {
			t.Errorf("%s %s: %s, want %s", tt.account, tt.body, got, tt.want)
		}
	}
	if w := m.do("PUT", "/accounts/ada/password", m.named("other", apikey.AccountsRead), good+`}`); w.Code != 403 {
		t.Errorf("without the scope: %d", w.Code)
	}
	if a, err := m.Store.Account(t.Context(), "ada"); err != nil || a.PasswordHash != hash {
		t.Errorf("kept %+v, %v", a, err)
	}
	_, err := m.Service.Lockout.Lock(t.Context(), security.Operator("lock"), "ada", recovery.Compromised, "e")
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if got := put("ada", `{"hash":"$2a`+hash[3:]+`"}`); got != "recorded" {
			t.Errorf("on a locked account: %s", got)
		}
	}
}
