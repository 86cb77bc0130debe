//go:build e2e

package main

import (
	"context"
	"net/http"
	"testing"

	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
)

// authenticator is one that the browser plays, built into the device.
type authenticator struct {
	b  *tab
	id webauthn.AuthenticatorID
}

func (b *tab) authenticator() authenticator {
	b.t.Helper()
	a := authenticator{b: b}
	b.run("add an authenticator", webauthn.Enable(),
		chromedp.ActionFunc(func(ctx context.Context) (err error) {
			a.id, err = webauthn.AddVirtualAuthenticator(&webauthn.VirtualAuthenticatorOptions{
				Protocol: webauthn.AuthenticatorProtocolCtap2, Ctap2version: webauthn.Ctap2versionCtap21,
				Transport: webauthn.AuthenticatorTransportInternal, HasResidentKey: true,
				HasUserVerification: true, AutomaticPresenceSimulation: true, IsUserVerified: true,
			}).Do(ctx)
			return err
		}))
	return a
}

// unlocks sets whether the owner can unlock the device.
func (a authenticator) unlocks(on bool) {
	a.b.t.Helper()
	a.b.run("set user verification", webauthn.SetUserVerified(a.id, on))
}

// touched sets whether somebody touches it when it is asked.
func (a authenticator) touched(on bool) {
	a.b.t.Helper()
	a.b.run("set presence", webauthn.SetAutomaticPresenceSimulation(a.id, on))
}

func (a authenticator) holds() (all []*webauthn.Credential) {
	a.b.t.Helper()
	a.b.run("list passkeys", chromedp.ActionFunc(func(ctx context.Context) (err error) {
		all, err = webauthn.GetCredentials(a.id).Do(ctx)
		return err
	}))
	return all
}

const (
	headingPasskeys = "Your passkeys"
	passkeyButton   = "#passkey"
)

// says waits until the page says the outcome of asking the browser, without leaving.
func (b *tab) says(want string) {
	b.t.Helper()
	until(b.t, "the page says "+want, func() bool {
		return b.text("[data-said]") == want
	})
	report(b.t, want, b.judge())
}

// TestBrowserAccountPasskey makes a passkey, signs in with it in each way, and takes it away; a
// device that is not unlocked opens nothing.
func TestBrowserAccountPasskey(t *testing.T) {
	t.Parallel()
	d := startDemo(t)
	b := newTab(t, d.base, phone)
	b.album = "passkey"
	b.enterAccount(hedy)
	a := b.authenticator()
	b.visit("/account/passkeys")
	b.arrive("account-passkeys", headingPasskeys)
	a.unlocks(false)
	b.click(passkeyButton)
	b.says("No passkey was made. You can try again at any time.")
	a.unlocks(true)
	b.wants(http.StatusOK, b.press(passkeyButton))
	b.savesCodes()
	d.mail(hedy.email, "passkey_added", 1)
	b.visit("/account/passkeys")
	b.click(passkeyButton)
	b.says("This device already has a passkey for this account")
	b.renames("Phone in my pocket")
	b.leaveAccount()

	b.opensByPasskey(a)
	b.provesByPasskey(a)
	b.removes(a)
}

// savesCodes keeps the recovery codes that come with a first factor.
func (b *tab) savesCodes() {
	b.t.Helper()
	b.arrive("account-codes", headingCodes)
	b.click("#saved")
	b.wants(http.StatusOK, b.press("form[action='/account/two-factor/codes'] .btn"))
	b.arrive("account-two-factor", "2-step verification")
	b.reads("main", "1 passkey")
}

func (b *tab) renames(name string) {
	b.t.Helper()
	b.click("details summary:has(.vh)")
	tell[string](b, "document.querySelector(`form[action$='/rename'] [name=name]`).value = ''")
	b.wants(http.StatusUnprocessableEntity, b.press("form[action$='/rename'] .btn"))
	b.arrive("account-passkeys", headingPasskeys)
	b.reads("#errors", "Enter a name")
	b.fill("form[action$='/rename'] input[name=name]", name)
	b.wants(http.StatusOK, b.press("form[action$='/rename'] .btn"))
	b.arrive("account-passkeys", headingPasskeys)
	b.reads("main h2", name)
}

// opensByPasskey signs in with the passkey alone, once the device is unlocked.
func (b *tab) opensByPasskey(a authenticator) {
	b.t.Helper()
	a.unlocks(false)
	b.visit("/signin")
	b.arrive("signin", headingSignIn)
	b.click(passkeyButton)
	b.says("No passkey was used. You can try again, or use another way.")
	a.unlocks(true)
	b.wants(http.StatusOK, b.press(passkeyButton))
	b.arrive("account", headingOverview)
	b.leaveAccount()
}

// provesByPasskey shows it after the password.
func (b *tab) provesByPasskey(a authenticator) {
	b.t.Helper()
	a.touched(false) // so that the door does not answer by itself
	b.wants(http.StatusOK, b.showPassword(hedy))
	b.arrive("signin-verify", headingProve)
	a.touched(true)
	b.wants(http.StatusOK, b.press(passkeyButton))
	b.arrive("account", headingOverview)
}

// removes takes the only factor away; the device does not know that, and is told at the door.
func (b *tab) removes(a authenticator) {
	b.t.Helper()
	held := a.holds()
	b.visit("/account/passkeys")
	b.arrive("account-passkeys", headingPasskeys)
	b.wants(http.StatusOK, b.press("main a.danger"))
	b.arrive("account-two-factor-remove", "Remove this passkey?")
	b.reads("main", "This is your last one")
	b.wants(http.StatusOK, b.press("main form .btn.danger"))
	b.arrive("account-passkeys", headingPasskeys)
	b.reads("main", "You have none yet")
	if len(held) != 1 || len(a.holds()) != 0 {
		b.t.Errorf("the device held %d passkeys and holds %d", len(held), len(a.holds()))
	}
	b.leaveAccount()
	b.visit("/signin")
	b.run("bring it back", webauthn.AddCredential(a.id, held[0]))
	b.wants(http.StatusUnprocessableEntity, b.press(passkeyButton))
	b.arrive("signin", headingSignIn)
	b.reads("#errors", "That passkey did not work here")
	b.enterAccount(hedy)
}
