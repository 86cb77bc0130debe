package api_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"regain/handlers"
	"regain/handlers/api"
	"regain/handlers/handlertest"
	"regain/security"
	"regain/security/apikey"
	"regain/security/feed"
	"regain/security/limits"
	"regain/security/lockout"
	"regain/store"
	"regain/store/storetest"
)

// used is the processor time of this process so far.
func used(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkSignInOutcome: the processor time of a sign-in that the marketplace tells of, its commit
// included.
func BenchmarkSignInOutcome(b *testing.B) {
	benchSignIn(b, `{"account":"ada","outcome":"succeeded",`+here+`}`)
}

// BenchmarkSignInPassword: likewise with a password to check. The hasher runs at its least cost, so that
// argon2 is not in it.
func BenchmarkSignInPassword(b *testing.B) {
	benchSignIn(b, typed("ada", handlertest.OldPassword, ""))
}

func benchSignIn(b *testing.B, body string) {
	b.Helper()
	m := newMarket(b)
	m.doc = nil // the document is not what is measured
	before := used(b)
	for range b.N {
		m.Advance(time.Second)
		if w := m.do(http.MethodPost, "/signins", m.key, body); w.Code != http.StatusOK {
			b.Fatal(w.Code, w.Body)
		}
	}
	b.ReportMetric((used(b)-before).Seconds()*1000/float64(b.N), "cpu-ms/sign-in")
}

// BenchmarkLocksBatch: a list of as many accounts as one may have, tried and then made a job.
func BenchmarkLocksBatch(b *testing.B) {
	m := newMarket(b)
	m.doc = nil
	m.crowd(lockout.MaxLockItems, 0)
	lines := make([]string, lockout.MaxLockItems)
	for i := range lines {
		lines[i] = fmt.Sprintf(`{"account":"c-%05d"}`, i)
	}
	body := list(lines...)
	for query, want := range map[string]int{"?dry_run=true": http.StatusOK, "": http.StatusAccepted} {
		b.Run(query, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				m.Advance(time.Hour)
				if w := m.listing(query, m.key, "", strings.NewReader(body)); w.Code != want {
					b.Fatal(w.Code, w.Body)
				}
			}
		})
	}
	b.Run("accounts as lines", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			w := &slowReader{ResponseRecorder: httptest.NewRecorder(), wrote: func(int) error { return nil }}
			m.echo.ServeHTTP(w, m.asLines(b.Context(), m.key, "/accounts"))
		}
	})
}

// signingIn is how many people sign in, one after another.
const signingIn = 5000

// BenchmarkSignInsOpenLoop: how long sign-ins wait that come 500 a second over HTTP, whether or not
// those before have their answer. -benchtime 10000x is 20 seconds of them.
func BenchmarkSignInsOpenLoop(b *testing.B) {
	run := func(b *testing.B, db *store.DB) {
		var of http.Handler
		m := &market{t: b, Browser: handlertest.NewOn(b, db, func(s *handlers.Server) { of = api.Limited(s, limits.Programs) })}
		m.key = m.named("all", apikey.Scopes...)
		var accounts strings.Builder
		for n := range signingIn {
			fmt.Fprintf(&accounts, `{"id":"u%d","username":"user%d","name":"Ada","type":"client",`+
				`"email":"u%d@example.org"}`+"\n", n, n, n)
		}
		if err := m.Service.Feed.Import(b.Context(), security.Operator("import"), feed.Accounts,
			strings.NewReader(accounts.String()), func([]feed.Told) error { return nil }); err != nil {
			b.Fatal(err)
		}
		server := httptest.NewServer(of)
		defer server.Close()
		server.Client().Transport.(*http.Transport).MaxIdleConnsPerHost = 64
		waits, before := make([]time.Duration, b.N), used(b)
		var all sync.WaitGroup
		start := time.Now()
		b.ResetTimer()
		for i := range b.N {
			due := start.Add(time.Duration(i) * 2 * time.Millisecond)
			time.Sleep(time.Until(due))
			all.Go(func() {
				m.post(server, i%signingIn)
				waits[i] = time.Since(due)
			})
		}
		all.Wait()
		slices.Sort(waits)
		b.ReportMetric((used(b)-before).Seconds()*1000/float64(b.N), "cpu-ms/sign-in")
		b.ReportMetric(waits[b.N/2].Seconds()*1000, "p50-ms")
		b.ReportMetric(waits[b.N*99/100].Seconds()*1000, "p99-ms")
	}
	b.Run("sqlite", func(b *testing.B) { run(b, storetest.Open(b)) })
	b.Run("postgres", func(b *testing.B) { run(b, storetest.OpenPostgres(b)) })
}

// post tells of a sign-in at a server.
func (m *market) post(to *httptest.Server, account int) {
	r, err := http.NewRequestWithContext(m.t.Context(), http.MethodPost, to.URL+api.Base+"/signins",
		strings.NewReader(fmt.Sprintf(`{"account":"u%d","outcome":"succeeded",%s}`, account, here)))
	if err != nil {
		m.t.Error(err)
		return
	}
	r.Header.Set("Authorization", "Bearer "+m.key)
	r.Header.Set("Content-Type", "application/json")
	w, err := to.Client().Do(r)
	if err != nil {
		m.t.Error(err)
		return
	}
	_, err = io.Copy(io.Discard, w.Body)
	if err = errors.Join(err, w.Body.Close()); err != nil || w.StatusCode != http.StatusOK {
		m.t.Error(w.Status, err)
	}
}
