package handlers_test

import (
	"net/url"
	"testing"
	"time"

	"regain/handlers/handlertest"
)

// BenchmarkSignIn: the processor time of a sign-in, with and without a second factor, and of
// refusals.
// The hasher runs at its least cost, so that argon2 is not in it.
func BenchmarkSignIn(b *testing.B) {
	d, browser := newDirect(b)
	code := browser.Authenticator("bob")
	for _, row := range []struct {
		name, who, password string
		status              int
	}{
		{"right", "ada", handlertest.OldPassword, 303},
		{"wrong", "ada", "not the password", 422},
		{"unknown", "zoe", "not the password", 422},
		{"half", "bob", handlertest.OldPassword, 303},
		{"second-factor", "bob", handlertest.OldPassword, 303},
	} {
		b.Run(row.name, func(b *testing.B) {
			d.cpu = 0
			for range b.N {
				d.forget()
				browser.Advance(2 * time.Hour) // past every limit and wait
				d.do("POST", "/signin", row.status, url.Values{"identifier": {row.who},
					"password": {row.password}})
				if row.name == "second-factor" { // the two together
					d.do("POST", "/signin/verify", 303, url.Values{"code": {code()}})
				}
			}
			b.ReportMetric(d.cpu.Seconds()*1000/float64(b.N), "cpu-ms/sign-in")
		})
	}
}
