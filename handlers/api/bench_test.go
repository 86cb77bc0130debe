package api_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"

	"regain/handlers/handlertest"
	"regain/security/lockout"
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
