package api_test

import (
	"net/http"
	"syscall"
	"testing"
	"time"

	"regain/handlers/handlertest"
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
