//go:build e2e

package main

import (
	"net/http"
	"testing"

	"regain/cmd/regain/demo"
)

// TestBrowserStaffPasskey: a colleague adds a passkey, signs in with it in the place of a code, and
// takes it away, which the device is told.
func TestBrowserStaffPasskey(t *testing.T) {
	t.Parallel()
	d := startDemo(t)
	b := newTab(t, d.base, console)
	b.album = "staff-passkey"
	b.signIn(d, demo.Sam)
	b.arrive("staff-accounts", headingFind)
	a := b.authenticator()
	b.visit("/staff/me/passkeys")
	b.arrive("staff-me-passkeys", headingPasskeys)
	b.wants(http.StatusOK, b.press(passkeyButton))
	b.arrive("staff-me-passkeys", headingPasskeys)
	d.mail(demo.Sam.Email, "staff_own_change", 1)
	b.wants(http.StatusOK, b.press("form[action='/staff/signout'] button"))
	b.arrive("staff-signin", "Sign in as staff")

	b.showsPassword(demo.Sam)
	b.arrive("staff-signin-verify", headingProve)
	a.unlocks(false)
	b.click(passkeyButton)
	b.says("No passkey was used. You can try again, or use another way.")
	a.unlocks(true)
	b.wants(http.StatusOK, b.press(passkeyButton))
	b.arrive("staff", headingBoard)

	b.visit("/staff/me/passkeys")
	b.click(".items details:has(form[action$='/remove']) summary")
	b.wants(http.StatusOK, b.press("form[action$='/remove'] .btn"))
	b.arrive("staff-me-passkeys", headingPasskeys)
	b.reads("main", "You have none yet")
	until(t, "the device has no passkey", func() bool { return len(a.holds()) == 0 })
}
