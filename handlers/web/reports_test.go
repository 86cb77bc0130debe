package web_test

import (
	"net/http"
	"strings"
	"testing"

	"regain/handlers/handlertest"
)

// TestPolicyReports: a browser says what the policy kept out, in either form; the log has the directive
// and what kind of thing it was, and no word of the report.
func TestPolicyReports(t *testing.T) {
	t.Parallel()
	const canary = "T0KEN-canary"
	b := handlertest.New(t)
	send := func(path, kind, body string) *handlertest.Browser {
		t.Helper()
		r := b.Request(http.MethodPost, path, body)
		r.Header.Set("Content-Type", kind)
		return b.Do(r)
	}
	const old, now = "application/csp-report", "application/reports+json"
	for _, row := range []struct {
		path, kind, body string
		status           int
		logged           string
	}{
		{"/csp-report", old, `{"csp-report":{"document-uri":"https://h/r/` + canary + `","effective-directive":"img-src",` +
			`"blocked-uri":"https://evil.example/` + canary + `"}}`, 204, `"directive":"img-src","blocked":"foreign"`},
		{"/staff/csp-report", now, `[{"type":"csp-violation","url":"https://h/` + canary + `","body":{"effectiveDirective":` +
			`"script-src-elem","blockedURL":"inline"}}]`, 204, `"directive":"script-src-elem","blocked":"inline"`},
		{"/csp-report", old, `{"csp-report":{"violated-directive":"` + canary + `","blocked-uri":"x"}}`, 204, ""},
		{"/csp-report", now, `[]`, 204, ""},
		{"/csp-report", old, `{"csp-report":`, 400, ""},
		{"/csp-report", old, strings.Repeat(" ", 17<<10), 413, ""},
		{"/csp-report", "application/json", `{}`, 415, ""},
	} {
		before := len(b.Log.String())
		if send(row.path, row.kind, row.body); b.Status != row.status {
			t.Errorf("%.60s: status %d, want %d", row.body, b.Status, row.status)
		}
		said := b.Log.String()[before:]
		if got := strings.Contains(said, "csp_violation"); got != (row.logged != "") ||
			!strings.Contains(said, row.logged) || strings.Contains(said, canary) {
			t.Errorf("%.60s: logged %s", row.body, said)
		}
	}
	before := len(b.Log.String())
	for range 60 {
		send("/csp-report", old, `{"csp-report":{"effective-directive":"img-src","blocked-uri":"data"}}`)
	}
	if n := strings.Count(b.Log.String()[before:], "csp_violation"); n > 20 || n < 16 {
		t.Errorf("%d of 60 reports are logged", n)
	}
}
