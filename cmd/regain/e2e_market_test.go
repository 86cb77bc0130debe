//go:build e2e

package main

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"regain/cmd/regain/demo"
)

// lock locks an account as an operator does.
func (d *demoRun) lock(p demo.Person) {
	d.t.Helper()
	said := &banner{}
	x := &program{getenv: func(string) string { return "" }, stdin: strings.NewReader(""),
		stdout: said, stderr: said}
	status := x.run(context.Background(), []string{"lock", p.Username, "--evidence", "Not their country.",
		"--secret", demoSecret, "--base-url", d.base, "--database", "sqlite:" + d.cmd.path("demo.db")})
	if status != 0 {
		d.t.Fatalf("lock %s: %s", p.Username, said)
	}
}

// marketSignIn signs in at the demo's marketplace, on the page of it that the tab is on.
func (b *tab) marketSignIn(p demo.Person, from string) {
	b.t.Helper()
	b.fill("#identifier", p.Username)
	b.fill("#password", p.Password)
	b.click("[name=from][value=" + from + "]")
	b.wants(http.StatusOK, b.press("main form .row > .btn"))
}

// TestBrowserMarket is how a newcomer plays the intruder: with the right password from far away, stopped
// by what the marketplace asks, and, once the account is locked, by the lockout.
func TestBrowserMarket(t *testing.T) {
	t.Parallel()
	who := demo.Hedy
	for _, l := range []look{{width: narrow.width, height: narrow.height, dark: true},
		{width: narrow.width, height: narrow.height, noScript: true}} {
		d := startDemo(t)
		b := newTab(t, d.base, l)
		b.album = "market"
		b.wants(http.StatusOK, b.visit("/dev"))
		b.wants(http.StatusOK, b.press(".demo a[href='/dev/market']"))
		b.arrive("market", "Sign in to Example Market")
		b.wants(http.StatusUnprocessableEntity, b.press("main form .row > .btn"))
		b.arrive("market", "Sign in to Example Market")
		b.marketSignIn(who, "home")
		b.arrive("market-allow", "You are signed in")

		b.wants(http.StatusOK, b.press(".top nav a[href='/dev/market']"))
		b.marketSignIn(who, "abroad")
		b.arrive("market-challenge", "Is this really you?")
		b.reads("pre", "unfamiliar_")
		b.wants(http.StatusOK, b.press("main form .row > .btn"))
		b.arrive("market-refuse", "We did not sign you in")
		d.mail(who.Email, "unfamiliar_sign_in", 1)

		d.lock(who)
		b.wants(http.StatusOK, b.press(".top nav a[href='/dev/market']"))
		b.marketSignIn(who, "home")
		b.arrive("market-refuse", "We did not sign you in")
		b.reads("main", "locked to keep it safe")
		b.wants(http.StatusOK, b.press("main a.btn"))
		b.arrive("recover", b.text("h1"))
		b.wants(http.StatusOK, b.visit("/dev/market/hooks"))
		b.arrive("market-hooks", "What the marketplace was told")
	}
}
