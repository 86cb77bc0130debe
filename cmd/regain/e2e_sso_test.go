//go:build e2e

package main

import (
	"context"
	"database/sql"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"

	"regain/cmd/regain/demo"
	"regain/cmd/regain/oidc/oidctest"
	"regain/security"
	"regain/security/access"
	"regain/security/federation"
	"regain/security/policy"
)

// sign-in pages of an organisation.
const (
	headingAcme      = "Sign in with Acme"
	headingSignedOut = "You are signed out here"
)

// atWork is a demo whose members and analysts have an issuer: npm's oidc-provider, at another site than the
// portal. Hedy and Ada belong to an organisation that has its people sign in there alone.
func atWork(t *testing.T) (d *demoRun, issuer string) {
	t.Helper()
	d = startDemo(t)
	client := oidctest.Portal(d.base)
	issuer = oidctest.Start(t, client)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	given := defaults(t)
	given.BaseURL = d.base
	given = d.cmd.demoConfig(given, l)
	l.Close()
	x, err := openPortal(t.Context(), given.Read())
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	by := security.Operator("test")
	trusted := federation.Issuer{URL: issuer, ClientID: client.ID, ClientSecret: client.Secret,
		Claim: federation.ClaimEmail, Scopes: []string{"email"}, ACR: []string{"two"}}
	err = x.service.Federation.Settle(t.Context(), by, trusted, true)
	if err == nil {
		_, err = x.service.Organisations.Set(t.Context(), by, policy.Organisation{ID: "acme", Name: "Acme",
			Domains: []string{"example.com", "example.org"}, Policy: policy.Policy{SingleSignOn: true}})
	}
	if trusted.Organisation = "acme"; err == nil {
		_, err = x.service.Federation.Trust(t.Context(), by, trusted, true)
	}
	if err != nil {
		t.Fatal(err)
	}
	d.change("UPDATE accounts SET organisation_id = 'acme' WHERE id IN (?, ?)", demo.Hedy.ID, demo.Ada.ID)
	return d, issuer
}

// change changes a row or more of the demo's own database.
func (d *demoRun) change(query string, args ...any) {
	d.t.Helper()
	db, err := sql.Open("sqlite3", "file:"+d.cmd.path("demo.db")+"?_busy_timeout=60000")
	if err != nil {
		d.t.Fatal(err)
	}
	defer db.Close()
	done, err := db.ExecContext(d.t.Context(), query, args...)
	if err != nil {
		d.t.Fatal(err)
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		d.t.Fatalf("%s changes nothing (%v)", query, err)
	}
}

// entersThere signs in at the issuer, where the tab is led, and comes back. What the tab loads of the issuer
// is no fault; what the portal's own policy refuses is.
func (b *tab) entersThere(issuer, who, factors string) int64 {
	b.t.Helper()
	b.isThere(issuer, "Company sign-in")
	b.fill("input[name=login]", who)
	return b.press("button[value=" + factors + "]")
}

// isThere waits until the tab shows a page of the issuer.
func (b *tab) isThere(issuer, heading string) {
	b.t.Helper()
	until(b.t, "the issuer shows "+heading, func() bool {
		var there bool
		err := b.try(chromedp.ActionFunc(func(ctx context.Context) error {
			return b.inWorld(ctx, "document.readyState === 'complete' && location.origin === '"+issuer+
				"' && document.querySelector('h1')?.innerText === '"+heading+"'", &there)
		}))
		return err == nil && there
	})
}

// cameFrom forgets what was loaded from the issuer on the way.
func (b *tab) cameFrom(issuer string) {
	b.t.Helper()
	for _, fault := range b.problems() {
		if !strings.HasPrefix(fault, "other origin: "+issuer+"/") {
			b.t.Error(fault)
		}
	}
}

// beside opens another tab of the same browser.
func (b *tab) beside() *tab {
	b.t.Helper()
	id, err := target.CreateTarget("about:blank").WithBrowserContextID(b.jar).WithNewWindow(true).
		Do(cdp.WithExecutor(chromium.ctx, chromedp.FromContext(chromium.ctx).Browser))
	if err != nil {
		b.t.Fatal(err)
	}
	next := &tab{t: b.t, base: b.base, jar: b.jar, fences: map[string]chan struct{}{}, traffic: newTraffic()}
	ctx, stop := chromedp.NewContext(chromium.ctx, chromedp.WithTargetID(id))
	b.t.Cleanup(stop)
	next.ctx = ctx
	chromedp.ListenTarget(ctx, next.hear)
	if err = chromedp.Run(ctx); err != nil {
		b.t.Fatal(err)
	}
	next.wear(b.look)
	return next
}

// TestBrowserSSOMember has a member sign in with the account of their organisation, whom the password lets
// in no more, and sign out here and there; what the issuer ends there is over here. With scripts and
// without.
func TestBrowserSSOMember(t *testing.T) {
	t.Parallel()
	d, issuer := atWork(t)
	for name, off := range map[string]bool{"script": false, "no script": true} {
		t.Run(name, func(t *testing.T) {
			l := phone
			l.noScript = off
			b, again := newTab(t, d.base, l), newTab(t, d.base, l)
			b.album = "sso-member"
			b.wants(http.StatusOK, b.showPassword(demo.Hedy))
			b.arrive("signin-sso", headingAcme)
			b.press("main form .btn")
			b.wants(http.StatusOK, b.entersThere(issuer, demo.Hedy.Email, "two"))
			b.cameFrom(issuer)
			b.arrive("account", headingOverview)
			again.comesIn(issuer)

			b.wants(http.StatusOK, b.press("form[action='/signout'] button"))
			b.arrive("signin-sso-out", headingSignedOut)
			again.wants(http.StatusOK, again.visit("/account"))
			again.arrive("account", headingOverview) // another session
			b.press("main a.btn")
			b.isThere(issuer, "Sign out")
			b.wants(http.StatusOK, b.press("button[name=logout]"))
			b.cameFrom(issuer)
			b.arrive("signin", headingSignIn)

			again.visit(issuer + "/session/end")
			again.isThere(issuer, "Sign out")
			again.press("button[name=logout]")
			again.isThere(issuer, "Signed out")
			again.cameFrom(issuer)
			until(t, "the session is over", func() bool {
				again.visit("/account")
				return again.path() == "/signin"
			})
			again.arrive("signin", headingSignIn)
		})
	}
}

// comesIn is how Hedy comes in by her address.
func (b *tab) comesIn(issuer string) {
	b.t.Helper()
	b.wants(http.StatusOK, b.visit("/signin/sso"))
	b.arrive("signin-sso", "Sign in with your organisation")
	b.fill("#identifier", demo.Hedy.Email)
	b.press("main form .btn")
	b.wants(http.StatusOK, b.entersThere(issuer, demo.Hedy.Email, "two"))
	b.cameFrom(issuer)
	b.arrive("account", headingOverview)
}

// TestBrowserSSORecovery has a member whose account is locked show who she is at her organisation, in the
// place of a new password.
func TestBrowserSSORecovery(t *testing.T) {
	t.Parallel()
	d, issuer := atWork(t)
	b := newTab(t, d.base, phone)
	b.album = "sso-recovery"
	b.wants(http.StatusOK, b.visit(d.lockoutLink(demo.Ada)))
	b.arrive("link", headingLink)
	b.wants(http.StatusOK, b.press("main form .btn"))
	b.arrive("recovery-password", "Your password is with Acme")
	b.press("form[action='/recovery/password/sso'] .btn")
	b.wants(http.StatusOK, b.entersThere(issuer, demo.Ada.Email, "two"))
	b.cameFrom(issuer)
	b.arrive("recovery-password", "Your password is with Acme")
	b.reads(".lede", "You signed in with Acme")
	b.wants(http.StatusOK, b.press("main a.btn"))
	b.enrol()
	b.keepCodes()
	b.answer("unsure")
}

// TestBrowserSSOAnalyst has an analyst sign in with the account of her company, and decide a case with a
// proof that she gives there anew, in another tab, while the form waits.
func TestBrowserSSOAnalyst(t *testing.T) {
	t.Parallel()
	d, issuer := atWork(t)
	b := newTab(t, d.base, console)
	b.album = "sso-analyst"
	b.wants(http.StatusOK, b.visit("/staff"))
	b.arrive("staff-signin", "Sign in as staff")
	b.press("a[href='/staff/signin/sso']")
	b.wants(http.StatusOK, b.entersThere(issuer, demo.Ines.Email, "two"))
	b.cameFrom(issuer)
	b.arrive("staff", headingBoard)
	b.wants(http.StatusOK, b.visit("/staff/cases"))
	number := b.opens(demo.Mary)
	b.wants(http.StatusOK, b.press("form[action$='/take'] .btn"))
	b.arrive("staff-case", "Case "+number)
	b.wants(http.StatusOK, b.press("#decide a[href$='/resume']"))
	b.arrive("staff-case-resume", "Open the account of case "+number)
	b.fill("#reason", "She secured it from her own phone.")
	d.change("UPDATE sessions SET proved_at = proved_at - ? WHERE kind = 'staff' AND stage = 'in'",
		access.ProofFresh.Milliseconds())
	b.wants(http.StatusForbidden, b.press("main button.btn.danger"))
	b.arrive("staff-prove", headingProveAgain)
	const goOn = "#sso"
	b.wants(http.StatusUnprocessableEntity, b.press(goOn))
	b.arrive("staff-prove", headingProveAgain)

	other := b.beside()
	other.visit(tell[string](b, "document.querySelector('main a[target=_blank]').href"))
	// She is signed in there, and is asked anew.
	other.wants(http.StatusOK, other.entersThere(issuer, demo.Ines.Email, "two"))
	other.cameFrom(issuer)
	other.arrive("staff", headingBoard)
	b.wants(http.StatusOK, b.press(goOn))
	b.arrive("staff-case", "Case "+number)
	b.reads("[role=status]", "The account is open again")
	d.mail(demo.Mary.Email, "account_resumed", 1)
}
