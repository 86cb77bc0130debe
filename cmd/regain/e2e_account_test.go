//go:build e2e

package main

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"regain/cmd/regain/demo"
	"regain/handlers"
)

// Pages of signed-in owners, by heading.
const (
	headingSignIn   = "Sign in"
	headingProve    = "Prove it’s you"
	headingOverview = "Security overview"
)

const signInForm = "form[action='/signin'] .row > .btn"

// showPassword shows the password of p at the door, and returns the status of what follows.
func (b *tab) showPassword(p demo.Person) int64 {
	b.t.Helper()
	b.wants(http.StatusOK, b.visit("/signin"))
	b.arrive("signin", headingSignIn)
	b.fill("#identifier", p.Username)
	b.fill("#password", p.Password)
	return b.press(signInForm)
}

// enterAccount signs p in by password alone.
func (b *tab) enterAccount(p demo.Person) {
	b.t.Helper()
	b.wants(http.StatusOK, b.showPassword(p))
	b.arrive("account", headingOverview)
}

// leaveAccount signs out.
func (b *tab) leaveAccount() {
	b.t.Helper()
	b.wants(http.StatusOK, b.press("form[action='/signout'] button"))
	b.arrive("home", b.text("h1"))
	b.reads("[role=status]:not([hidden])", "You are signed out")
}

// link returns the one of a mail's links that is under path and ends so.
func (d *demoRun) link(l handlers.Letter, path, end string) string {
	d.t.Helper()
	return d.first(regexp.MustCompile(`(?m)^(`+regexp.QuoteMeta(d.base+path)+`[^/\s]+`+
		regexp.QuoteMeta(end)+`)\s*$`), l)
}

// TestBrowserAccountNotMe answers the mail about a foreign sign-in: first as somebody who only
// looks, then for good, through the recovery up to the review; with scripts and without.
func TestBrowserAccountNotMe(t *testing.T) {
	t.Parallel()
	for name, off := range map[string]bool{"script": false, "no script": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := startDemo(t)
			alert := d.mail(demo.Hedy.Email, "unfamiliar_sign_in", 1)
			l := phone
			l.noScript = off
			b := newTab(t, d.base, l)
			b.album = "not-me"
			for range 2 {
				b.wants(http.StatusOK, b.visit(d.link(alert, "/alert/", "/not-me")))
				b.arrive("alert-not-me", "It wasn’t you?")
			}
			b.hides([]string{demo.Hedy.Email, demo.Hedy.Name, demo.Hedy.Home})
			other := newTab(t, d.base, console)
			other.enterAccount(demo.Hedy)
			b.wants(http.StatusOK, b.press("main form .btn.danger"))
			b.arrive("link", headingLink)
			other.isLockedOut()

			b.wants(http.StatusOK, b.press("main form .btn"))
			b.arrive("recovery-password", headingPassword)
			b.choosePassword()
			b.enrol()
			b.keepCodes()
			b.answer("unsure")
			b.write("What did they do?")
			d.mail(demo.Hedy.Email, "locked_out", 1)
			b.wants(http.StatusOK, b.visit(d.link(alert, "/alert/", "/me")))
			b.arrive("alert-me", "You said that it was not you")
			b.reads(".lede", "Your account is locked")
		})
	}
}

// isLockedOut finds the tab signed out, and the right password leading into the recovery.
func (b *tab) isLockedOut() {
	b.t.Helper()
	b.wants(http.StatusOK, b.visit("/account/activity"))
	b.arrive("signin", headingSignIn)
	b.wants(http.StatusForbidden, b.showPassword(demo.Hedy))
	b.arrive("signin-locked", headingLink)
	b.wants(http.StatusOK, b.press("main form .btn"))
	b.arrive("recover-sent", "Check your email")
}

// TestBrowserAccountMe says of the same sign-in that it was the owner, who then signs in and
// finds nothing to answer; the same link tells so.
func TestBrowserAccountMe(t *testing.T) {
	t.Parallel()
	d := startDemo(t)
	alert := d.mail(demo.Hedy.Email, "unfamiliar_sign_in", 1)
	b := newTab(t, d.base, console)
	b.wants(http.StatusOK, b.visit(d.link(alert, "/alert/", "/me")))
	b.arrive("alert-me", "It was you?")
	b.wants(http.StatusOK, b.press("form[action$='/me'] .btn"))
	b.arrive("alert-me", "You said that it was you")
	b.enterAccount(demo.Hedy)
	b.reads("main", "No sign-in or change is waiting for your answer")
	b.saysGenuine(alert)
}

var messageCode = regexp.MustCompile(`\b([A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4})\b`)

// saysGenuine checks the code of a mail, and one that no mail has.
func (b *tab) saysGenuine(l handlers.Letter) {
	b.t.Helper()
	found := messageCode.FindStringSubmatch(l.Text)
	if found == nil {
		b.t.Fatalf("no message code in the mail:\n%s", l.Text)
	}
	check := func(code string) int64 {
		b.wants(http.StatusOK, b.visit("/genuine"))
		b.arrive("genuine", "Is this message really from us?")
		b.fill("#code", code)
		return b.press("form[action='/genuine'] .btn")
	}
	b.wants(http.StatusOK, check(strings.ToLower(found[1])))
	b.arrive("genuine", "We sent an email with this code")
	b.hides([]string{l.To})
	b.wants(http.StatusOK, check("AAAA-BBBB-CCCC"))
	b.arrive("genuine", "We do not know this code")
	b.wants(http.StatusUnprocessableEntity, check("short"))
	b.arrive("genuine", "Is this message really from us?")
}

// TestBrowserAccountKeyboard signs in with keys alone and has the time put off before it ends.
func TestBrowserAccountKeyboard(t *testing.T) {
	t.Parallel()
	d := startDemo(t)
	b := newTab(t, d.base, console)
	b.wants(http.StatusOK, b.visit("/signin"))
	b.arriveByKey("signin", headingSignIn)
	b.to("#identifier")
	b.types(demo.Hedy.Email)
	b.to("#password")
	b.types(demo.Hedy.Password)
	b.wants(http.StatusOK, b.enter())
	b.arriveByKey("account", headingOverview)
	b.to("summary")
	b.key(" ")
	b.to(".doors a[href='/account/data']")
	b.wants(http.StatusOK, b.enter())
	b.arriveByKey("account-data", "My data")

	later := "{ const now = Date.now; Date.now = () => now() + 28 * 60 * 1000 }"
	b.run("let time pass", chromedp.Evaluate(later, nil))
	open := func() bool { return tell[bool](b, "warning.open") }
	until(t, "the warning opens", open)
	report(t, "warning", b.judge())
	b.to("#warning .btn")
	b.key(kb.Enter)
	// The browser takes the focus from what is hidden when it draws the next frame.
	closed := "!warning.open && document.activeElement === document.body"
	until(t, "the warning closes", func() bool { return tell[bool](b, closed) })
	b.arrive("account-data", "My data")
}
