//go:build e2e

package main

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"

	"regain/cmd/regain/demo"
)

// authenticator is one that the browser plays, built into the device.
type authenticator struct {
	b  *tab
	id webauthn.AuthenticatorID
}

func (b *tab) authenticator() authenticator {
	b.t.Helper()
	return b.has(&webauthn.VirtualAuthenticatorOptions{
		Transport: webauthn.AuthenticatorTransportInternal, HasUserVerification: true,
		IsUserVerified: true})
}

// bareKey is a security key without a PIN, which opens to whoever has it in their hand.
func (b *tab) bareKey() authenticator {
	b.t.Helper()
	return b.has(&webauthn.VirtualAuthenticatorOptions{
		Transport: webauthn.AuthenticatorTransportUsb})
}

func (b *tab) has(o *webauthn.VirtualAuthenticatorOptions) authenticator {
	b.t.Helper()
	o.Protocol, o.Ctap2version = webauthn.AuthenticatorProtocolCtap2, webauthn.Ctap2versionCtap21
	o.HasResidentKey, o.AutomaticPresenceSimulation = true, true
	a := authenticator{b: b}
	b.run("add an authenticator", webauthn.Enable(),
		chromedp.ActionFunc(func(ctx context.Context) (err error) {
			a.id, err = webauthn.AddVirtualAuthenticator(o).Do(ctx)
			return err
		}))
	return a
}

// lost takes it away from the browser.
func (a authenticator) lost() {
	a.b.t.Helper()
	a.b.run("remove the authenticator", webauthn.RemoveVirtualAuthenticator(a.id))
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
	until(b.t, "the page says "+want, func() bool { return b.text("[data-said]") == want })
	report(b.t, want, b.judge())
}

// TestBrowserAccountPasskey makes a passkey, signs in with it in each way, and takes it away; a
// device that is not unlocked opens nothing.
func TestBrowserAccountPasskey(t *testing.T) {
	t.Parallel()
	d := startDemo(t)
	b := newTab(t, d.base, phone)
	b.album = "passkey"
	b.enterAccount(demo.Hedy)
	a := b.authenticator()
	b.visit("/account/passkeys")
	b.arrive("account-passkeys", headingPasskeys)
	a.unlocks(false)
	b.click(passkeyButton)
	b.says("No passkey was added. You can try again at any time.")
	a.unlocks(true)
	b.wants(http.StatusOK, b.press(passkeyButton))
	b.savesCodes()
	d.mail(demo.Hedy.Email, "passkey_added", 1)
	b.visit("/account/passkeys")
	b.click(passkeyButton)
	b.says("This device already has a passkey for this account")
	b.renames("Phone in my pocket")
	b.leaveAccount()

	b.opensByPasskey(a)
	b.provesByPasskey(a)
	b.leaveAccount()
	b.opensFromTheField(a)
	d.ages(demo.Hedy)
	b.provesAgain(a)
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
	b.wants(http.StatusOK, b.showPassword(demo.Hedy))
	b.arrive("signin-verify", headingProve)
	a.touched(true)
	b.wants(http.StatusOK, b.press(passkeyButton))
	b.arrive("account", headingOverview)
}

// opensFromTheField picks the passkey that the browser offers in the field for the name.
func (b *tab) opensFromTheField(a authenticator) {
	b.t.Helper()
	a.unlocks(true)
	a.touched(true) // whatever is offered is picked
	b.run("open the door", chromedp.Navigate(b.base+"/signin"))
	until(b.t, "the field lets in", func() bool {
		var at string
		err := b.try(chromedp.ActionFunc(func(ctx context.Context) error {
			return b.inWorld(ctx, "location.pathname + ' ' + document.readyState", &at)
		}))
		return err == nil && at == "/account complete"
	})
	for _, wrong := range b.problems() {
		// Nobody touched the page of the door, which is what a hand on the device stands for.
		if !strings.HasSuffix(wrong, "NavigationEntryMarkedSkippable") {
			b.t.Error(wrong)
		}
	}
	b.arrive("account", headingOverview)
}

// provesAgain shows the passkey for what needs a fresh proof, and comes back to it.
func (b *tab) provesAgain(a authenticator) {
	b.t.Helper()
	b.visit("/account/passkeys")
	b.wants(http.StatusOK, b.press("main a.danger"))
	b.arrive("account-prove", headingProveAgain)
	a.unlocks(false)
	b.click(passkeyButton)
	b.says("No passkey was used. You can try again, or use another way.")
	a.unlocks(true)
	b.wants(http.StatusOK, b.press(passkeyButton))
	b.arrive("account-two-factor-remove", "Remove this passkey?")
}

// removes takes the only factor away; the device does not know that, and is told at the door.
func (b *tab) removes(a authenticator) {
	b.t.Helper()
	held := a.holds()
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
	b.enterAccount(demo.Hedy)
}

// asks has the page ask for passkeys otherwise than the portal says, as a script of somebody
// else's could.
func (b *tab) asks(otherwise string) {
	b.t.Helper()
	b.run("ask otherwise", chromedp.Evaluate(`for (const name of ["create", "get"]) {
		const ask = navigator.credentials[name].bind(navigator.credentials);
		navigator.credentials[name] = o => { const asked = o.publicKey; `+otherwise+`; return ask(o); };
	}`, nil))
}

// TestBrowserAccountPasskeyRefused: a key that asks its holder for nothing makes no passkey and
// opens nothing, even when the page asks for less than it should; and somebody who leaves the
// question unanswered goes on with the password.
func TestBrowserAccountPasskeyRefused(t *testing.T) {
	t.Parallel()
	d := startDemo(t)
	b := newTab(t, d.base, console)
	b.album = "passkey-refused"
	b.enterAccount(demo.Hedy)
	const lax = `Object.assign(asked.authenticatorSelection ?? asked, { residentKey: "discouraged",
		requireResidentKey: false, userVerification: "discouraged" });
		(asked.allowCredentials ?? []).forEach(c => { c.transports = ["usb"]; })`
	const failed = "That passkey did not work here"
	bare := b.bareKey()
	b.visit("/account/passkeys")
	b.asks(lax)
	b.wants(http.StatusUnprocessableEntity, b.press(passkeyButton))
	b.arrive("account-passkeys", headingPasskeys)
	b.reads("#errors", failed)
	bare.lost()
	a := b.authenticator()
	b.wants(http.StatusOK, b.press(passkeyButton))
	b.savesCodes()
	held := a.holds()
	b.leaveAccount()

	a.lost()
	bare = b.bareKey()
	b.run("copy the passkey", webauthn.AddCredential(bare.id, held[0]))
	b.wants(http.StatusOK, b.showPassword(demo.Hedy))
	b.arrive("signin-verify", headingProve)
	b.asks(lax)
	b.wants(http.StatusUnprocessableEntity, b.press(passkeyButton))
	b.arrive("signin-verify", headingProve)
	b.reads("#errors", failed)
	bare.lost()
	b.leaveAccount()

	b.authenticator().touched(false)
	b.visit("/signin")
	b.asks(`if (!o.mediation) asked.timeout = 200`)
	b.click(passkeyButton)
	b.says("No passkey was used. You can try again, or use another way.")
	b.fill("#identifier", demo.Hedy.Username)
	b.fill("#password", demo.Hedy.Password)
	b.wants(http.StatusOK, b.press(signInForm))
	b.arrive("signin-verify", headingProve)
}

// overridden is what password managers and older browsers make of the functions that turn
// passkeys into JSON and back.
const overridden = `(() => {
	const broken = () => { throw new TypeError("not here"); };
	const key = window.PublicKeyCredential;
	if (!key) return;
	delete key.parseRequestOptionsFromJSON;
	key.parseCreationOptionsFromJSON = broken;
	key.prototype.toJSON = broken;
	key.signalAllAcceptedCredentials = broken;
})();`

// overrides runs a script before those of every page from now on.
func (b *tab) overrides(script string) {
	b.t.Helper()
	b.run("override", chromedp.ActionFunc(func(ctx context.Context) error {
		_, err := page.AddScriptToEvaluateOnNewDocument(script).Do(ctx)
		return err
	}))
}

// TestBrowserPasskeyByHand adds a passkey and signs in with it where the functions from and to
// JSON are missing or broken.
func TestBrowserPasskeyByHand(t *testing.T) {
	t.Parallel()
	d := startDemo(t)
	b := newTab(t, d.base, phone)
	b.enterAccount(demo.Hedy)
	b.overrides(overridden)
	a := b.authenticator()
	b.visit("/account/passkeys")
	b.wants(http.StatusOK, b.press(passkeyButton))
	b.savesCodes()
	if n := len(a.holds()); n != 1 {
		t.Errorf("%d passkeys in the device, want 1", n)
	}
	b.leaveAccount()
	b.opensByPasskey(a)
}

// TestBrowserPasskeyUnsent: a passkey that was made and cannot be sent does not stay in the device.
func TestBrowserPasskeyUnsent(t *testing.T) {
	t.Parallel()
	d := startDemo(t)
	b := newTab(t, d.base, phone)
	b.enterAccount(demo.Hedy)
	b.overrides(`AuthenticatorAttestationResponse.prototype.getTransports = () => {
		throw new TypeError("not here");
	};`)
	a := b.authenticator()
	b.visit("/account/passkeys")
	b.click(passkeyButton)
	until(t, "the page says that it did not work", func() bool { return b.text("[data-said]") != "" })
	until(t, "the device has no passkey", func() bool { return len(a.holds()) == 0 })
}
