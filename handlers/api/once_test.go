package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"regain/handlers/api"
	"regain/handlers/handlertest"
	"regain/security"
	"regain/security/review"
)

// called sends a request to POST that has these names.
func (m *market) called(path, key, body string, names ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequestWithContext(m.t.Context(), http.MethodPost, api.Base+path,
		strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+key)
	r.Header.Set("Content-Type", "application/json")
	for _, name := range names {
		r.Header.Add("Idempotency-Key", name)
	}
	return m.send(r)
}

const failed = `{"account":"ada","outcome":"failed"}`

func TestSameNameSameAnswer(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	first := m.called("/signins", m.key, failed, "n-1")
	m.Advance(23 * time.Hour)
	again := m.called("/signins", m.key, failed, "n-1")
	if first.Code != 200 || again.Code != 200 || !bytes.Equal(first.Body.Bytes(), again.Body.Bytes()) ||
		first.Header().Get("Content-Type") != again.Header().Get("Content-Type") {
		t.Errorf("%d %s, then %d %s", first.Code, first.Body, again.Code, again.Body)
	}
	if first.Header().Get("Idempotent-Replayed") != "" || again.Header().Get("Idempotent-Replayed") != "true" {
		t.Errorf("replayed: %v, then %v", first.Header(), again.Header())
	}
	logins, err := m.Store.Logins(t.Context(), "ada", m.Now().Add(-48*time.Hour), 9)
	if len(logins) != 1 || err != nil {
		t.Errorf("%d logins are recorded, %v", len(logins), err)
	}
	m.Advance(time.Hour)
	if w := m.called("/signins", m.key, failed, "n-1"); w.Body.String() == first.Body.String() {
		t.Errorf("after a day: %s", w.Body)
	}
	// What another look at things may answer otherwise is not kept.
	const told = `{"id":"s-1","outcome":"failed","account":`
	m.called("/signins", m.key, told+`"ada"}`)
	for range 2 {
		w := m.called("/signins", m.key, told+`"bob"}`, "n-3")
		if w.Code != 409 || w.Header().Get("Idempotent-Replayed") != "" {
			t.Errorf("in conflict: %d %v", w.Code, w.Header())
		}
	}
	// What is refused for good is repeated, too.
	for _, replayed := range []string{"", "true"} {
		w := m.called("/signins", m.key, `{"account":"nobody","outcome":"failed"}`, "n-2")
		if got := w.Header().Get("Idempotent-Replayed"); w.Code != 422 || got != replayed ||
			problem(t, w) != "invalid /account unknown_account" {
			t.Errorf("refused: %d %q %s", w.Code, got, w.Body)
		}
	}
}

// TestLockoutIsNewer: an answer that let somebody in is not repeated behind a lockout.
func TestLockoutIsNewer(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	const told = `{"id":"s-9","account":"ada","outcome":"succeeded"}`
	if w := m.called("/signins", m.key, told, "n"); w.Code != 200 || strings.Contains(w.Body.String(), "refuse") {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	m.Lock("ada")
	for range 2 {
		w := m.called("/signins", m.key, told, "n")
		if !strings.Contains(w.Body.String(), "security_lockout") || w.Header().Get("Idempotent-Replayed") != "" {
			t.Errorf("behind the lockout: %s", w.Body)
		}
	}
}

// TestPasswordIsCheckedEachTime: a name does not stand in for a password that counts no more, and a sign-in that is
// repeated because its answer got lost is recorded once.
func TestPasswordIsCheckedEachTime(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	body := `{"id":"s-9","account":"ada","ip":"198.51.100.9","password":"` + handlertest.OldPassword + `"}`
	for range 2 {
		w := m.called("/signins", m.key, body, "n")
		if !strings.Contains(w.Body.String(), `"decision":"allow"`) || w.Header().Get("Idempotent-Replayed") != "" {
			t.Errorf("at once: %s, replayed %q", w.Body, w.Header().Get("Idempotent-Replayed"))
		}
	}
	logins, err := m.Store.Logins(t.Context(), "ada", m.Now().Add(-time.Hour), 9)
	if len(logins) != 1 || err != nil {
		t.Errorf("%d logins are recorded, %v", len(logins), err)
	}
	a, err := m.Store.Account(t.Context(), "ada")
	if err != nil {
		t.Fatal(err)
	}
	hash, err := m.Service.Hasher.Hash(t.Context(), "another-lantern-quiet-77")
	if err != nil {
		t.Fatal(err)
	}
	m.Commit(security.SetPassword{Account: "ada", Hash: hash, At: m.Now(), IfVersion: a.Version})
	w := m.called("/signins", m.key, body, "n")
	if !strings.Contains(w.Body.String(), "wrong_credentials") || w.Header().Get("Idempotent-Replayed") != "" {
		t.Errorf("after a new password: %s", w.Body)
	}
}

// TestLetInIsDecidedAnew: an answer that let somebody in stands for as long as what it rests on. Sent again it
// is decided as things stand then, and is no second sign-in, with an id of its own or without.
func TestLetInIsDecidedAnew(t *testing.T) {
	t.Parallel()
	for name, told := range map[string]string{
		"an id":          `{"id":"s-9","account":"ada","outcome":"succeeded"}`,
		"no id":          `{"account":"ada","outcome":"succeeded"}`,
		"a password":     `{"account":"ada","ip":"198.51.100.9","password":"` + handlertest.OldPassword + `"}`,
		"a name, no id":  `{"identifier":"ada","outcome":"succeeded"}`,
		"a moment of it": `{"account":"ada","outcome":"succeeded","at":"` + handlertest.Start.Format(time.RFC3339) + `"}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMarket(t)
			again := func(want string) {
				t.Helper()
				m.Advance(time.Minute)
				w := m.called("/signins", m.key, told, "n")
				var d api.Decision
				if err := json.Unmarshal(w.Body.Bytes(), &d); err != nil || brief(d, "") != want ||
					w.Header().Get("Idempotent-Replayed") != "" {
					t.Errorf("%d %s, want %s", w.Code, w.Body, want)
				}
				logins, err := m.Store.Logins(t.Context(), "ada", m.Now().Add(-time.Hour), 9)
				if err != nil || len(logins) != 1 || d.Signin != "" && logins[0].ID != d.Signin {
					t.Errorf("on record: %v, %v", logins, err)
				}
			}
			again("allow")
			again("allow")
			m.Lock("ada")
			again("refuse security_lockout -> /recover")
			a, err := m.Store.Account(t.Context(), "ada")
			if err != nil {
				t.Fatal(err)
			}
			m.Commit(review.UnlockAccount{Account: a.ID, Case: a.Case})
			if a, err = m.Store.Account(t.Context(), "ada"); err != nil {
				t.Fatal(err)
			}
			hash, err := m.Service.Hasher.Hash(t.Context(), "another-lantern-quiet-77")
			if err != nil {
				t.Fatal(err)
			}
			m.Commit(security.SetPassword{Account: "ada", Hash: hash, At: m.Now(), IfVersion: a.Version})
			again("refuse wrong_credentials -> /recover")
		})
	}
}

func TestNamesThatAreRefused(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	if w := m.called("/signins", m.key, failed, "n"); w.Code != 200 {
		t.Fatal(w.Body)
	}
	for _, tt := range []struct {
		what, path, body string
		names            []string
		status           int
		code             string
	}{
		{"another body", "/signins", failed + " ", []string{"n"}, 422, "idempotency_key_reused"},
		{"another operation", "/activities", failed, []string{"n"}, 422, "idempotency_key_reused"},
		{"another address", "/signins?x", failed, []string{"n"}, 422, "idempotency_key_reused"},
		{"no signs", "/signins", failed, []string{""}, 400, "idempotency_key_malformed"},
		{"too long", "/signins", failed, []string{strings.Repeat("n", 256)}, 400,
			"idempotency_key_malformed"},
		{"a blank", "/signins", failed, []string{"n n"}, 400, "idempotency_key_malformed"},
		{"no ASCII", "/signins", failed, []string{"nä"}, 400, "idempotency_key_malformed"},
		{"no text", "/signins", failed, []string{"n\xff"}, 400, "idempotency_key_malformed"},
		{"twice", "/signins", failed, []string{"n", "n"}, 400, "idempotency_key_malformed"},
		{"too large", "/signins", strings.Repeat("x", 64<<10+1), []string{"n-3"}, 413, "too_large"},
	} {
		w := m.called(tt.path, m.key, tt.body, tt.names...)
		if said := problem(t, w); w.Code != tt.status || said != tt.code {
			t.Errorf("%s: %d %s, want %d %s", tt.what, w.Code, said, tt.status, tt.code)
		}
	}
	if w := m.called("/signins", m.named("other", "signins"), failed+" ", "n"); w.Code != 200 {
		t.Errorf("the name of another key: %d %s", w.Code, w.Body)
	}
	if w := m.called("/signins", m.key, failed, strings.Repeat("n", 255)); w.Code != 200 {
		t.Errorf("the longest name: %d", w.Code)
	}
}

// TestNameAfterOurFailure: what went wrong on our side, and what runs, is answered by no answer of
// before.
func TestNameAfterOurFailure(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	for name, fault := range map[string][2]func(){
		"panic": {func() { m.Store.Committed = func(context.Context, security.Change) { panic("x") } },
			func() { m.Store.Committed = nil }},
		"database": {func() { m.inFile("ALTER TABLE logins RENAME TO gone") },
			func() { m.inFile("ALTER TABLE gone RENAME TO logins") }},
	} {
		fault[0]()
		if w := m.called("/signins", m.key, failed, name); w.Code != 500 {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
		fault[1]()
		w := m.called("/signins", m.key, failed, name)
		if w.Code != 200 || w.Header().Get("Idempotent-Replayed") != "" {
			t.Errorf("after a failure, %s: %d %s", name, w.Code, w.Body)
		}
	}
	if w := m.called("/signins", m.named("weak", "tickets:read"), failed, "n9"); w.Code != 403 {
		t.Errorf("without the scope: %d", w.Code)
	}
	var during *httptest.ResponseRecorder
	var again sync.Once
	m.Store.Committed = func(context.Context, security.Change) {
		again.Do(func() { during = m.called("/signins", m.key, failed, "n-run") })
	}
	first := m.called("/signins", m.key, failed, "n-run")
	if first.Code != 200 || during.Code != 409 || problem(t, during) != "idempotency_key_running" ||
		during.Header().Get("Retry-After") == "" {
		t.Errorf("%d while it runs: %d %s", first.Code, during.Code, during.Body)
	}
}
