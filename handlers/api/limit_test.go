package api_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"regain/handlers/api"
	"regain/security/limits"
)

// from sends a sign-in from an address.
func (m *market) from(ip, key string) *httptest.ResponseRecorder {
	r := httptest.NewRequestWithContext(m.t.Context(), http.MethodPost, api.Base+"/signins",
		strings.NewReader(failed))
	r.RemoteAddr = ip
	r.Header.Set("Content-Type", "application/json")
	if key != "" {
		r.Header.Set("Authorization", "Bearer "+key)
	}
	return m.send(r)
}

// limited is what an answer says of limits.
func limited(w *httptest.ResponseRecorder) string {
	h := w.Header()
	return fmt.Sprint(w.Code, " ", h.Get("RateLimit-Policy"), " ", h.Get("RateLimit"), " ",
		h.Get("Retry-After"))
}

func TestLimitOfAKey(t *testing.T) {
	t.Parallel()
	m := limitedMarket(t, limits.Limit{Burst: 3, Per: time.Minute})
	other := m.named("other", "signins")
	ask := func(key, want string) {
		t.Helper()
		if got := limited(m.do(http.MethodPost, "/signins", key, failed)); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	ask(m.key, `200 "key";q=3;w=60 "key";r=2;t=20 `)
	ask(m.key, `200 "key";q=3;w=60 "key";r=1;t=40 `)
	ask(m.key, `200 "key";q=3;w=60 "key";r=0;t=60 `)
	ask(m.key, `429 "key";q=3;w=60 "key";r=0;t=60 20`)
	ask(other, `200 "key";q=3;w=60 "key";r=2;t=20 `)
	m.Advance(20 * time.Second)
	ask(m.key, `200 "key";q=3;w=60 "key";r=0;t=60 `)
	w := m.called("/signins", m.key, failed, "n")
	m.Advance(time.Minute)
	again := m.called("/signins", m.key, failed, "n")
	if w.Code != 429 || problem(t, w) != "too_many" || again.Code != 200 ||
		again.Header().Get("Idempotent-Replayed") != "" {
		t.Errorf("%d %s, then %d", w.Code, w.Body, again.Code)
	}
	if got, want := limited(newMarket(t).do(http.MethodPost, "/signins", m.key, "")),
		`401 "address";q=60;w=60 "address";r=59;t=1 `; got != want {
		t.Errorf("elsewhere: %s, want %s", got, want)
	}
}

// TestGuessesAtKeys: who guesses is told to wait, with few lines in the log, and makes nobody wait
// who has a key, nor anybody in another network.
func TestGuessesAtKeys(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	for i := range 200 {
		want := 401
		if i >= limits.BadKeys.Burst {
			want = 429
		}
		ip := fmt.Sprintf("[2001:db8::%x]:99", i)
		w := m.from(ip, []string{"", "rgk_a_b", m.key + "x"}[i%3])
		if w.Code != want || want == 429 && (problem(t, w) != "too_many" || w.Header().Get("Retry-After") != "1") {
			t.Fatalf("guess %d: %s %s", i, limited(w), w.Body)
		}
		if w := m.from(ip, m.key); w.Code != 200 {
			t.Fatalf("a good key beside guess %d: %d", i, w.Code)
		}
	}
	if w := m.from("[2001:db8:0:1::]:99", ""); w.Code != 401 {
		t.Errorf("from another network: %d", w.Code)
	}
	for line, want := range map[string]int{"authn_login_fail": limits.BadKeys.Burst + 1,
		"excess_rate_limit_exceeded": 1} {
		if n := strings.Count(m.Log.String(), line); n != want {
			t.Errorf("%d lines %s, want %d", n, line, want)
		}
	}
	m.Advance(time.Second)
	if got, want := limited(m.from("[2001:db8::]:99", "")),
		`401 "address";q=60;w=60 "address";r=0;t=60 `; got != want {
		t.Errorf("after a second: %s, want %s", got, want)
	}
}
