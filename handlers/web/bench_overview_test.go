package web_test

import (
	"fmt"
	"testing"
	"time"

	"regain/security"
)

// BenchmarkOverview: the processor time of what a signed-in owner looks through, with 1,000 logins
// on the account.
func BenchmarkOverview(b *testing.B) {
	d, browser := newDirect(b)
	var logins []security.Login
	for i := range 1000 {
		l := security.Login{ID: fmt.Sprint("ada-", i), Account: "ada", IP: "81.2.69.142",
			At: browser.Now().Add(-time.Duration(i) * 2 * time.Hour), Agent: browser.Agent,
			Outcome: "succeeded", Digest: "d"}
		if i%100 == 7 {
			l.IP, l.Agent = "80.89.1.1", strangePC
		}
		logins = append(logins, l)
	}
	if _, err := browser.Service.Feed.ImportLogins(b.Context(), security.Operator("test"),
		logins); err != nil {
		b.Fatal(err)
	}
	for _, cookie := range browser.SignIn("ada").Cookies() {
		d.cookies[cookie.Name] = cookie
	}
	for _, path := range []string{"/account", "/account/sessions", "/account/activity",
		"/account/activity.csv"} {
		b.Run(path, func(b *testing.B) {
			d.cpu = 0
			for range b.N {
				d.do("GET", path, 200, nil)
			}
			b.ReportMetric(d.cpu.Seconds()*1000/float64(b.N), "cpu-ms/page")
		})
	}
}
