package api_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/handlers/api"
	"regain/handlers/handlertest"
	"regain/security"
	"regain/security/password"
	"regain/security/recovery"
)

// tell tells of a sign-in and returns the answer, or a problem in its stead.
func (m *market) tell(body string) (api.Decision, string) {
	m.t.Helper()
	w := m.do("POST", "/signins", m.key, body)
	if w.Code != 200 {
		return api.Decision{}, fmt.Sprint(w.Code, " ", problem(m.t, w))
	}
	var d api.Decision
	if err := json.Unmarshal(w.Body.Bytes(), &d); err != nil {
		m.t.Fatal(err)
	}
	return d, ""
}

// brief is a decision in a line.
func brief(d api.Decision, problem string) string {
	if problem != "" {
		return problem
	}
	said := string(d.Decision)
	for _, why := range d.Reasons {
		said += " " + string(why)
	}
	for _, kind := range d.SecondFactor {
		said += " +" + string(kind)
	}
	if d.RecoverUrl != nil {
		said += " -> /" + strings.SplitN(*d.RecoverUrl, "/", 4)[3]
	}
	if d.FactorUrl != nil {
		said += " -> /" + strings.SplitN(*d.FactorUrl, "/", 4)[3]
	}
	return said
}

const here, away = `"ip":"81.2.69.142","user_agent":"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0"`,
	`"ip":"80.89.73.20","user_agent":"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0"`

// known lets ada sign in from home for a month.
func (m *market) known() {
	m.t.Helper()
	for day := 30; day > 1; day -= 3 {
		at := handlertest.Start.AddDate(0, 0, -day).Format(time.RFC3339)
		if _, problem := m.tell(`{"account":"ada","outcome":"succeeded","at":"` + at + `",` + here +
			`}`); problem != "" {
			m.t.Fatal(problem)
		}
	}
}

func TestSignInDecided(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	m.known()
	for _, tt := range []struct{ name, body, want string }{
		{"from home", `{"account":"ada","outcome":"succeeded",` + here + `}`, "allow"},
		{"wrong password", `{"account":"ada","outcome":"failed",` + away + `}`,
			"refuse wrong_credentials -> /recover"},
		{"stopped", `{"account":"ada","outcome":"stopped","stopped_by":"two_factor",` + here + `}`,
			"refuse stopped -> /recover"},
		{"from away", `{"id":"s-1","account":"ada","outcome":"succeeded",` + away + `}`,
			"challenge unfamiliar_country impossible_travel"},
		{"the same again", `{"id":"s-1","account":"ada","outcome":"succeeded",` + away + `}`,
			"challenge unfamiliar_country impossible_travel"},
		{"the same id, somebody else", `{"id":"s-1","account":"bob","outcome":"succeeded"}`,
			"409 other_content"},
		{"nobody", `{"account":"nobody","outcome":"succeeded"}`,
			"422 invalid /account unknown_account"},
		{"locked, wrong password", `{"account":"cleo","outcome":"failed"}`,
			"refuse wrong_credentials -> /recover"},
		{"locked", `{"account":"cleo","outcome":"succeeded"}`, "refuse security_lockout -> /recover"},
	} {
		if tt.name == "locked, wrong password" {
			_, err := m.Service.Lockout.Lock(t.Context(), security.Operator("lock"), "cleo",
				recovery.Compromised, "seen")
			if err != nil {
				t.Fatal(err)
			}
		}
		if got := brief(m.tell(tt.body)); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
	logins, err := m.Store.Logins(t.Context(), "ada", handlertest.Start.Add(-time.Hour), 100)
	if err != nil || len(logins) != 4 {
		t.Errorf("%d logins of today, %v: want each of the four once", len(logins), err)
	}
}

// TestSignInTwiceIsTwo: without an id and a time each telling is a sign-in of its own.
func TestSignInTwiceIsTwo(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	seen := map[string]bool{}
	for range 3 {
		d, problem := m.tell(`{"account":"ada","outcome":"failed",` + here + `}`)
		if problem != "" || seen[d.Signin] || d.Account == nil || *d.Account != "ada" {
			t.Errorf("%s %+v", problem, d)
		}
		seen[d.Signin] = true
	}
}

func TestSignInRefused(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	later := handlertest.Start.AddDate(0, 0, 2).Format(time.RFC3339)
	want, got := map[string]string{
		``: "400 malformed", `[]`: "400 malformed", `{"account":`: "400 malformed",
		`{"account":"ada","outcome":"failed"} {}`:                           "400 malformed",
		`{"outcome":"failed"}`:                                              "422 invalid /account missing",
		`{"account":"ada"}`:                                                 "422 invalid /outcome missing",
		`{"account":"ada","outcome":"won"}`:                                 "422 invalid /outcome choice",
		`{"account":7,"outcome":"failed"}`:                                  "422 invalid /account wrong_type",
		`{"account":"ada","outcome":"failed","a/b":"x"}`:                    "422 invalid /a~1b unknown_key",
		`{"account":"ada","account":"bob","outcome":"failed"}`:              "422 invalid /account duplicate_key",
		`{"account":"a\u0000","outcome":"failed"}`:                          "422 invalid /account characters",
		"{\"account\":\"\xff\",\"outcome\":\"failed\"}":                     "422 invalid /account characters",
		`{"account":"ada","outcome":"failed","at":"now"}`:                   "422 invalid /at time",
		`{"account":"ada","outcome":"failed","at":"` + later + `"}`:         "422 invalid /at future",
		`{"account":"` + strings.Repeat("a", 300) + `","outcome":"failed"}`: "422 invalid /account too_long",
	}, map[string]string{}
	for body := range want {
		got[body] = brief(m.tell(body))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestPasswordsWait: while there is no room for the hash of a password, a program is told when to come
// again, more often than anybody may guess; and what needs no hash is answered.
func TestPasswordsWait(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	h := password.NewHasher(password.Cost{Memory: 8, Time: 1}, password.Slots{Count: 1}, password.Pepper{})
	m.Service.Hasher = h
	var inside []func()
	for {
		_, leave, err := h.Join(t.Context(), password.Form{Standing: password.Proven, Hashes: 20})
		if errors.Is(err, security.ErrBusy) {
			break
		}
		inside = append(inside, leave)
	}
	asked := `{"account":"ada","password":"` + handlertest.OldPassword + `",` + here + `}`
	const tries = 150
	for range tries {
		w := m.do("POST", "/signins", m.key, asked)
		if w.Code != 503 || problem(t, w) != "busy" || w.Header().Get("Retry-After") != "4" {
			t.Fatalf("%d %s, Retry-After %s", w.Code, w.Body, w.Header().Get("Retry-After"))
		}
	}
	if got := brief(m.tell(`{"account":"bob","outcome":"succeeded",` + here + `}`)); got != "allow" {
		t.Errorf("without a password: %s", got)
	}
	for _, leave := range inside {
		leave()
	}
	if got := brief(m.tell(asked)); got != "allow" {
		t.Errorf("afterwards: %s", got)
	}
}
