//go:build e2e

package main

import (
	"net/http"
	"testing"

	"regain/cmd/regain/demo"
)

// TestBrowserAccountPages goes through the pages of an open account with scripts switched off,
// from the sign-in with a code to the sign-out.
func TestBrowserAccountPages(t *testing.T) {
	t.Parallel()
	d := startDemo(t)
	off := phone
	off.noScript = true
	b := newTab(t, d.base, off)
	b.album = "pages"
	b.wants(http.StatusOK, b.showPassword(demo.Alan))
	b.arrive("signin-verify", headingProve)
	b.fill("#code", "000000")
	b.wants(http.StatusUnprocessableEntity, b.press("form[action='/signin/verify'] .btn"))
	b.arrive("signin-verify", headingProve)
	b.fill("#code", appCode(t, d.keys().Authenticator))
	b.wants(http.StatusOK, b.press("form[action='/signin/verify'] .btn"))
	b.arrive("account", headingOverview)
	b.click(".places summary")
	report(t, "menu", b.fits())
	b.wants(http.StatusOK, b.press(".places .doors a[href='/account/activity']"))
	b.arrive("account-activity", "Activity of the last 90 days")
	b.wants(http.StatusOK, b.press("main a[href='/account/activity?show=changes']"))
	b.arrive("account-activity", "Activity of the last 90 days")
	for _, to := range []struct{ path, name, heading string }{
		{"/account/password", "account-password", "Change your password"},
		{"/account/two-factor", "account-two-factor", "2-step verification"},
		{"/account/passkeys", "account-passkeys", headingPasskeys},
		{"/account/sessions", "account-sessions", "Where you are signed in"},
		{"/account/messages", "account-messages", "Messages we sent you"},
		{"/account/data", "account-data", "My data"},
	} {
		b.wants(http.StatusOK, b.visit(to.path))
		b.arrive(to.name, to.heading)
	}
	b.setsAlerts()
	b.writesTicket()
	b.leaveAccount()
	b.back()
	b.hides([]string{"I need another invoice", "Signed in as"})
}

// setsAlerts switches one kind of alert off.
func (b *tab) setsAlerts() {
	b.t.Helper()
	b.wants(http.StatusOK, b.visit("/account/alerts"))
	b.arrive("account-alerts", "Alerts")
	b.click("[name=on_profile]")
	b.wants(http.StatusOK, b.press("form[action='/account/alerts'] .row > .btn"))
	b.arrive("account-alerts", "Alerts")
	b.reads("main", "Saved.")
	if tell[bool](b, "document.querySelector('[name=on_profile]').checked") {
		b.t.Error("the alert is still on")
	}
}

// writesTicket writes to a person, at first without words.
func (b *tab) writesTicket() {
	b.t.Helper()
	b.wants(http.StatusOK, b.visit("/account/tickets"))
	b.arrive("account-tickets", "Your tickets")
	b.click("[name=topic][value=other]")
	b.wants(http.StatusUnprocessableEntity, b.press("form[action='/account/tickets'] .row > .btn"))
	b.arrive("account-tickets", "Your tickets")
	b.fill("#message", "I need another invoice")
	b.wants(http.StatusOK, b.press("form[action='/account/tickets'] .row > .btn"))
	b.arrive("account-ticket", b.text("h1"))
	b.reads("main", "I need another invoice")
	b.wants(http.StatusOK, b.press("main a[href='/account/tickets']"))
	b.arrive("account-tickets", "Your tickets")
	b.reads("main table", "T-")
}
