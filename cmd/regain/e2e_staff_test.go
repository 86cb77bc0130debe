//go:build e2e

package main

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"regain/cmd/regain/demo"
	"regain/security/staff"
)

// First pages of the staff, by role.
const (
	headingFind  = "Find an account"
	headingCases = "Cases"
	headingStaff = "Staff"
	headingBoard = "How the work stands"
)

var staffCodeLine = regexp.MustCompile(`(?m)^Staff code: (\S+)\s*$`)

// begins are the sections in which the work of a role begins.
var begins = map[staff.Role]string{staff.RoleSupport: "/staff/accounts", staff.RoleSecurity: "/staff/cases",
	staff.RoleAdmin: "/staff/people", staff.RoleTrust: "/staff/reports"}

// signIn is how a colleague comes in, up to where the work of their role begins.
func (b *tab) signIn(d *demoRun, c demo.Colleague) {
	b.t.Helper()
	b.showsPassword(c)
	b.arrive("staff-signin-verify", "Enter your code")
	b.fill("#code", appCode(b.t, d.keys().Staff[c.Email]))
	b.wants(http.StatusOK, b.press("form[action='/staff/signin/verify'] .btn"))
	b.arrive("staff", headingBoard)
	b.wants(http.StatusOK, b.press(".sections a[href='"+begins[c.Role]+"']"))
}

// showsPassword is the first half of it.
func (b *tab) showsPassword(c demo.Colleague) {
	b.t.Helper()
	b.wants(http.StatusOK, b.visit("/staff"))
	b.arrive("staff-signin", "Sign in as staff")
	b.fill("#identifier", c.Email)
	b.fill("#password", c.Password)
	b.wants(http.StatusOK, b.press("form[action='/staff/signin'] .row > .btn"))
}

// forbidden opens a page that the role may not see.
func (b *tab) forbidden(path string) {
	b.t.Helper()
	b.wants(http.StatusForbidden, b.visit(path))
	b.arrive("problem", "You cannot open this")
}

// TestBrowserSupportCall is a call of an owner who waits for her link: with everything, and with
// scripts switched off.
func TestBrowserSupportCall(t *testing.T) {
	t.Parallel()
	off := console
	off.noScript = true
	for name, l := range map[string]look{"call": console, "without script": off} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := startDemo(t)
			b := newTab(t, d.base, l)
			if !l.noScript {
				b.album = "call"
			}
			b.signIn(d, demo.Sam)
			b.findsAda()
			b.verifiesAda(d)
			b.sendsLink(d)
			b.forbidden("/staff/cases")
			b.signsOut()
		})
	}
}

// findsAda looks her up, first without a reason.
func (b *tab) findsAda() {
	b.t.Helper()
	const find = "form[role=search] .btn"
	b.arrive("staff-accounts", headingFind)
	b.fill("#q", demo.Ada.Username)
	b.wants(http.StatusOK, b.press(find))
	b.arrive("staff-accounts", headingFind)
	b.reads("#errors", "Write down the reason")
	b.fill("#reason", "Her call: she cannot sign in")
	b.wants(http.StatusOK, b.press(find))
	b.arrive("staff-accounts", headingFind)
	b.reads("#found", "1 result for “ada”")
	b.reads("#found", "C-")
	b.hides([]string{demo.Ada.Email})
	b.wants(http.StatusOK, b.press("#found h3 a"))
	b.arrive("staff-account", "Account ada")
	for glance, want := range map[string]string{"state": "Locked", "step": "Owner not seen yet",
		"next": "Nothing promised", "sees": "The email about the lockout"} {
		b.reads("[data-glance="+glance+"]", want)
	}
	b.hides([]string{demo.Ada.Email, demo.Ada.Home})
}

// verifiesAda mails her a code, and types it wrong before she reads it right.
func (b *tab) verifiesAda(d *demoRun) {
	b.t.Helper()
	const check = "#caller form:has(#code) .btn"
	b.reads("#held-back", "Verify the caller")
	b.wants(http.StatusOK, b.press("#caller form .btn"))
	b.arrive("staff-account", "Account ada")
	mail := d.mail(demo.Ada.Email, "caller_code", 1)
	newTab(b.t, d.base, narrow).read(mail)
	code := d.first(staffCodeLine, mail)
	b.hides([]string{code, strings.ReplaceAll(code, "-", "")})
	b.fill("#code", "WRN-6QX")
	b.wants(http.StatusUnprocessableEntity, b.press(check))
	b.arrive("staff-account", "Account ada")
	b.fill("#code", strings.ToLower(code))
	b.wants(http.StatusOK, b.press(check))
	b.arrive("staff-account", "Account ada")
	b.reads("#caller", "Verified")
	b.reads("#sign-ins", "Stopped")
	b.hides([]string{demo.Ada.Home})
	if at := b.text("#sign-ins"); !strings.Contains(at, "113.160.") ||
		strings.Contains(at, demo.Vietnam) {
		b.t.Errorf("support sees the addresses so:\n%s", at)
	}
}

// sendsLink has the link mailed, of which the page shows nothing.
func (b *tab) sendsLink(d *demoRun) {
	b.t.Helper()
	b.wants(http.StatusOK, b.press("#link form .btn"))
	b.arrive("staff-account", "Account ada")
	link := d.first(linkLine, d.mail(demo.Ada.Email, "recovery_link", 1))
	b.hides([]string{link, link[strings.LastIndexByte(link, '/')+1:]})
	b.reads("#link [data-no]", "The next one is possible")
	b.reads("[data-glance=link]", "2026")
}

// signsOut leaves nothing behind for whoever presses the button that goes back.
func (b *tab) signsOut() {
	b.t.Helper()
	b.wants(http.StatusOK, b.visit("/staff/accounts/"+demo.Ada.ID))
	b.arrive("staff-account", "Account ada")
	b.wants(http.StatusOK, b.press("form[action='/staff/signout'] button"))
	b.arrive("staff-signin", "Sign in as staff")
	b.back()
	b.hides([]string{demo.Ada.Name, "Verified", "Stopped"})
}
