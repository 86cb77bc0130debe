//go:build e2e

package main

import (
	"net/http"
	"strings"
	"testing"

	"regain/cmd/regain/demo"
)

// lock locks an account as an operator does.
func (d *demoRun) lock(p demo.Person) {
	d.t.Helper()
	d.command("", "lock", p.Username, "--evidence", "Not their country.")
}

// marketSignIn goes to the sign-in of the demo's marketplace and fills it in.
func (b *tab) marketSignIn(p demo.Person, from string) int64 {
	b.t.Helper()
	b.wants(http.StatusOK, b.press(".top nav a[href='/dev/market']"))
	b.arrive("market", headingMarket)
	b.fill("#identifier", p.Username)
	b.fill("#password", p.Password)
	b.click("[name=from][value=" + from + "]")
	return b.press("main form .row > .btn")
}

const (
	headingMarket  = "Sign in to Example Market"
	headingRefused = "We did not sign you in"
)

// refused is a sign-in at the marketplace that the lockout stops; it leads to the recovery.
func (b *tab) refused(p demo.Person) {
	b.t.Helper()
	b.wants(http.StatusOK, b.marketSignIn(p, "home"))
	b.arrive("market-refuse", headingRefused)
	b.reads("main", "locked to keep it safe")
	if to := tell[string](b, "document.querySelector('main a.btn').pathname"); to != "/recover" {
		b.t.Errorf("whoever is locked out is sent to %s", to)
	}
}

// intrudes is how a newcomer plays the intruder: with the right password from far away, stopped by
// what the marketplace asks, and, once the account is locked, by the lockout.
func (b *tab) intrudes(d *demoRun, who demo.Person) {
	b.t.Helper()
	b.wants(http.StatusOK, b.visit("/dev"))
	b.wants(http.StatusOK, b.press(".demo a[href='/dev/market']"))
	b.arrive("market", headingMarket)
	b.wants(http.StatusUnprocessableEntity, b.press("main form .row > .btn"))
	b.arrive("market", headingMarket)
	b.wants(http.StatusOK, b.marketSignIn(who, "home"))
	b.arrive("market-allow", "You are signed in")
	b.wants(http.StatusOK, b.marketSignIn(who, "abroad"))
	b.arrive("market-challenge", "Is this really you?")
	b.reads("pre", "unfamiliar_")
	b.wants(http.StatusOK, b.press("main form .row > .btn"))
	b.arrive("market-refuse", headingRefused)
	d.mail(who.Email, "unfamiliar_sign_in", 1)
	d.lock(who)
	b.refused(who)
}

// TestBrowserMarket is the whole circle: an intruder at the marketplace is stopped, the account is
// locked, its owner recovers it from the mail, two analysts open it, and the marketplace, which was
// told of each step, lets in whoever has the new password.
func TestBrowserMarket(t *testing.T) {
	t.Parallel()
	d, who := startDemo(t), demo.Hedy
	market := newTab(t, d.base, look{width: narrow.width, height: narrow.height, dark: true})
	owner, ines, noor := newTab(t, d.base, phone), newTab(t, d.base, console), newTab(t, d.base, console)
	market.album, owner.album, ines.album = "market", "market-owner", "market-ines"
	market.intrudes(d, who)

	owner.begin(d, who)
	owner.choosePassword()
	owner.wants(http.StatusOK, owner.press("form[action='/recovery/two-factor/skip'] .btn"))
	owner.arrive("recovery-activity", headingActivity)
	if owner.answer("not_me") == 0 {
		t.Error("the owner is not asked about the intruder")
	}
	owner.write("I was at home.")
	renewed := who
	renewed.Password = strong
	market.refused(renewed)

	ines.signIn(d, demo.Ines)
	number := ines.opens(who)
	ines.proposes(number)
	noor.signIn(d, demo.Noor)
	noor.approves(who, number, whyOpen)
	d.mail(who.Email, "account_resumed", 1)
	market.wants(http.StatusUnprocessableEntity, market.marketSignIn(who, "home"))
	market.arrive("market", headingMarket)
	market.reads("#errors", "not right")
	market.wants(http.StatusOK, market.marketSignIn(renewed, "home"))
	market.arrive("market-allow", "You are signed in")
	until(t, "the marketplace was told of it all", func() bool {
		market.wants(http.StatusOK, market.visit("/dev/market/hooks"))
		return strings.Contains(market.text("main"), "account.resumed")
	})
	market.arrive("market-hooks", "What the marketplace was told")
	for _, told := range []string{"account.locked", "account.password_updated", "account.secured",
		"ticket.opened", "Signature verified"} {
		market.reads("main", told)
	}
}

const whyOpen = "She was at home, and the stranger got no further."

// proposes takes a case and asks a second analyst to open the account.
func (b *tab) proposes(number string) {
	b.t.Helper()
	b.wants(http.StatusOK, b.press("form[action$='/take'] .btn"))
	b.arrive("staff-case", "Case "+number)
	b.wants(http.StatusOK, b.press("#decide a[href$='/resume']"))
	b.arrive("staff-case-resume", "Propose to open the account of case "+number)
	b.fill("#reason", whyOpen)
	b.wants(http.StatusOK, b.press("main form .row > button.btn"))
	b.arrive("staff-case", "Case "+number)
}

// TestBrowserMarketWithoutScript is the intruder's part with scripts switched off.
func TestBrowserMarketWithoutScript(t *testing.T) {
	t.Parallel()
	d := startDemo(t)
	newTab(t, d.base, look{width: narrow.width, height: narrow.height, noScript: true}).intrudes(d, demo.Hedy)
}
