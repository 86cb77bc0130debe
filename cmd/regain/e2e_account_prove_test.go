//go:build e2e

package main

import (
	"database/sql"
	"net/http"
	"os/exec"
	"strings"
	"testing"
	"time"

	"regain/cmd/regain/demo"
	"regain/security/access"
)

const (
	headingProveAgain = "Prove it’s still you"
	headingTwoFactor  = "2-step verification"
)

// oathCode is what oathtool, an authenticator of somebody else's, shows for a key at a moment.
func oathCode(t testing.TB, key string, at time.Time) string {
	t.Helper()
	tool := exec.CommandContext(t.Context(), "oathtool", "--totp", "--base32",
		"--now", at.UTC().Format("2006-01-02 15:04:05 UTC"), "-")
	tool.Stdin = strings.NewReader(strings.Join(strings.Fields(key), "") + "\n")
	code, err := tool.Output()
	if err != nil {
		t.Fatalf("oathtool (the Debian package of that name): %v", err)
	}
	return strings.TrimSpace(string(code))
}

// ages makes the proofs that p has given as old as they are after the time for which they count.
func (d *demoRun) ages(p demo.Person) {
	d.t.Helper()
	db, err := sql.Open("sqlite3", "file:"+d.cmd.path("demo.db")+"?_busy_timeout=60000")
	if err != nil {
		d.t.Fatal(err)
	}
	defer db.Close()
	done, err := db.ExecContext(d.t.Context(), "UPDATE sessions SET proved_at = proved_at - ? "+
		"WHERE kind = 'account' AND subject = ? AND stage = 'in' AND ended_at = 0",
		access.ProofFresh.Milliseconds(), p.ID)
	if err != nil {
		d.t.Fatal(err)
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		d.t.Fatalf("%s has no session whose proof could age (%v)", p.Username, err)
	}
}

// TestBrowserAccountAuthenticator enrols the key that the page shows in oathtool, signs in with its
// codes and with a recovery code, and proves with one of them again what comes later.
func TestBrowserAccountAuthenticator(t *testing.T) {
	t.Parallel()
	d := startDemo(t)
	b := newTab(t, d.base, phone)
	b.album = "oathtool"
	b.enterAccount(demo.Hedy)
	b.wants(http.StatusOK, b.visit("/account/two-factor"))
	b.arrive("account-two-factor", headingTwoFactor)
	key := b.text("[data-totp-secret]")
	// Of the three codes that count at any moment the oldest comes first: none counts twice.
	const step = 30 * time.Second
	now := time.Now()
	spent := oathCode(t, key, now.Add(-step))
	b.fill("#code", spent)
	b.wants(http.StatusOK, b.press("form[action^='/account/two-factor'] .btn:not([type=button])"))
	b.arrive("account-codes", headingCodes)
	spare := tell[string](b, "document.querySelector('[data-recovery-code]').innerText")
	b.click("#saved")
	b.wants(http.StatusOK, b.press("form[action='/account/two-factor/codes'] .btn"))
	b.arrive("account-two-factor", headingTwoFactor)
	d.mail(demo.Hedy.Email, "two_factor_on", 1)
	b.leaveAccount()

	verify := func(code string) int64 {
		b.fill("#code", code)
		return b.press("form[action='/signin/verify'] .btn")
	}
	b.wants(http.StatusOK, b.showPassword(demo.Hedy))
	b.arrive("signin-verify", headingProve)
	b.wants(http.StatusUnprocessableEntity, verify(spent))
	b.arrive("signin-verify", headingProve)
	b.wants(http.StatusOK, verify(oathCode(t, key, now)))
	b.arrive("account", headingOverview)
	b.leaveAccount()
	b.wants(http.StatusOK, b.showPassword(demo.Hedy))
	b.wants(http.StatusOK, verify(spare))
	b.arrive("account", headingOverview)
	d.mail(demo.Hedy.Email, "recovery_code_used", 1)

	d.ages(demo.Hedy)
	b.visit("/account/addresses")
	b.wants(http.StatusOK, b.press("main a[href='/account/addresses/own']"))
	b.arrive("account-prove", headingProveAgain)
	b.fill("#code", oathCode(t, key, now.Add(step)))
	b.wants(http.StatusOK, b.press("form[action^='/account/prove'] .btn:not([type=button])"))
	b.arrive("account-address", "Change the address of your account")
}

// TestBrowserAccountProve: what changes the ways in asks for the password again once the proof is
// old, and leads back to where one was; with scripts and without.
func TestBrowserAccountProve(t *testing.T) {
	t.Parallel()
	for name, off := range map[string]bool{"script": false, "no script": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := startDemo(t)
			l := phone
			l.noScript = off
			b := newTab(t, d.base, l)
			b.album = "prove"
			b.enterAccount(demo.Hedy)
			b.visit("/account/addresses")
			b.arrive("account-addresses", "Your email addresses")
			d.ages(demo.Hedy)
			b.wants(http.StatusOK, b.press("main a[href='/account/addresses/own']"))
			b.arrive("account-prove", headingProveAgain)
			b.fill("#password", "not the password")
			b.wants(http.StatusUnprocessableEntity, b.press(proveForm))
			b.arrive("account-prove", headingProveAgain)
			b.fill("#password", demo.Hedy.Password)
			b.wants(http.StatusOK, b.press(proveForm))
			b.arrive("account-address", "Change the address of your account")

			// A form that was open all the while leads back to its page.
			b.visit("/account/alerts")
			b.arrive("account-alerts", "Alerts")
			d.ages(demo.Hedy)
			b.wants(http.StatusOK, b.press("form[action='/account/alerts'] .row > .btn"))
			b.arrive("account-prove", headingProveAgain)
			b.fill("#password", demo.Hedy.Password)
			b.wants(http.StatusOK, b.press(proveForm))
			b.arrive("account-alerts", "Alerts")
			b.wants(http.StatusOK, b.press("form[action='/account/alerts'] .row > .btn"))
			b.arrive("account-alerts", "Alerts")
			b.reads("main", "Saved.")
		})
	}
}

const proveForm = "form[action^='/account/prove'] .row > .btn:not([type=button])"
