package web_test

import (
	"net/url"
	"strings"
	"testing"

	"regain/handlers/handlertest"
	"regain/security/report"
)

// TestProtectReport: anybody reports by the form, and is told the number, what is known and when somebody
// looks; the same form sent again is the same report.
func TestProtectReport(t *testing.T) {
	t.Parallel()
	handlertest.Each(t, func(t *testing.T, b *handlertest.Browser) {
		b.Open("/protect/report").On(200, "protect-report").Fill("link", "https://evil.example/login").Submit()
		b.On(200, "protect-report").Wants(200, "main dd", "R-1001")
		b.Wants(200, "main p", "The link does not lead to our site.")
		b.Open("/protect/report").Fill("message", "Hello").Submit().Wants(200, "main dd", "R-1002")
		b.Open("/protect/report").Submit().On(422, "protect-report")
		b.Post("/protect/report", url.Values{"kind": {"gossip"}, "message": {"x"}}).On(422, "protect-report")
		mail := "From: a@evil.example\r\nSubject: Limited\r\n\r\nConfirm at https://evil.example/x now."
		b.Open("/protect/report").Attach("file", mail).Submit().On(200, "protect-report")
		b.Wants(200, "main p", "This email is not from us")
		twice := url.Values{"kind": {"job"}, "job": {"4711"}, "once": {"form"}}
		for range 2 {
			b.Post("/protect/report", twice).On(200, "protect-report").Wants(200, "main dd", "R-1004")
		}
		all, err := b.Store.Protect().ReportsOf(t.Context(), report.ReportFilter{Limit: 99})
		if err != nil || len(all) != 4 {
			t.Errorf("%d reports, %v", len(all), err)
		}
		big := strings.Repeat("x", report.MaxOriginal+1)
		b.Open("/protect/report").Attach("file", big).Submit().On(413, "protect-report")
	})
}

// TestReportOfHalfASession: whoever has only the password of an account reports as a stranger, and spends
// nothing of what its owner may report.
func TestReportOfHalfASession(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Authenticator("bob")
	half := b.SignInWith("bob", handlertest.OldPassword)
	half.Post("/protect/report", url.Values{"kind": {"link"}, "link": {"https://evil.example/"}}).
		On(200, "protect-report")
	all, err := b.Store.Protect().ReportsOf(t.Context(), report.ReportFilter{Limit: 9})
	if err != nil || len(all) != 1 || all[0].Account != "" {
		t.Errorf("%+v, %v, want one of a stranger", all, err)
	}
}
