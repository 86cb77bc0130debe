//go:build e2e

package main

import (
	"net/http"
	"testing"

	"github.com/chromedp/chromedp"

	"regain/cmd/regain/demo"
)

const (
	headingReport   = "Report something to us"
	headingReported = "We have your report. Thank you"
)

// forged is a mail that nobody of the demo has reported.
const forged = "From: Example Market <help@evil.example>\nSubject: Your account is locked\n\n" +
	"Open https://localhost@evil.example/signin now"

// TestBrowserProtectReport pastes a mail that looks like ours: as a stranger, with scripts and without, and
// as an owner.
func TestBrowserProtectReport(t *testing.T) {
	t.Parallel()
	off := phone
	off.noScript = true
	dark := console
	dark.dark = true
	for name, l := range map[string]look{"stranger": phone, "no script": off, "owner": dark} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := startDemo(t)
			b := newTab(t, d.base, l)
			b.album = "protect-report"
			if name == "owner" {
				b.wants(http.StatusOK, b.showPassword(demo.Alan))
				b.fill("#code", appCode(t, d.keys().Authenticator))
				b.wants(http.StatusOK, b.press("form[action='/signin/verify'] .btn"))
				b.arrive("account", headingOverview)
			}
			b.wants(http.StatusOK, b.visit("/protect/report"))
			b.arrive("protect-report", headingReport)
			b.wants(http.StatusUnprocessableEntity, b.press("main form .btn"))
			b.arrive("protect-report", headingReport)
			b.click("[name=kind][value=mail]")
			b.run("paste", chromedp.SetValue("#message", forged, chromedp.ByQuery))
			b.click("[name=asked][value=password]")
			b.wants(http.StatusOK, b.press("main form .btn"))
			b.arrive("protect-report", headingReported)
			b.reads(".facts", "R-")
			b.reads("main", "This email is not from us")
			b.reads("main", "It uses our name, but it comes from evil.example.")
			if n := len(tell[[]string](b, "found('main a[href*=evil]')")); n != 0 {
				t.Errorf("%d links of the mail can be followed", n)
			}
		})
	}
}
