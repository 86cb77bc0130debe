//go:build e2e

package main

import (
	"net/http"
	"strings"
	"testing"

	"regain/cmd/regain/demo"
)

// strong is a password that nothing is wrong with.
const strong = "walrus umbrella quarter seventeen"

// wants fails unless an answer has this status.
func (b *tab) wants(want, got int64) {
	b.t.Helper()
	if got != want {
		b.t.Fatalf("status %d, not %d: %s", got, want, b.text("main"))
	}
}

// reads fails unless the page says so.
func (b *tab) reads(selector, want string) {
	b.t.Helper()
	if got := b.text(selector); !strings.Contains(got, want) {
		b.t.Errorf("%s says %q, not %q", selector, got, want)
	}
}

// Pages of the way, by name and heading.
const (
	headingLink     = "Your account is locked to keep it safe"
	headingPassword = "Choose a new password"
	headingApp      = "Turn on 2-step verification"
	headingCodes    = "Save your recovery codes"
	headingActivity = "Check recent sign-ins"
	headingSupport  = "Is there anything to add?"
	headingStatus   = "Account Security is reviewing your account"
)

// begin follows the link of the lockout mail up to the first step.
func (b *tab) begin(d *demoRun, p demo.Person) {
	b.t.Helper()
	b.wants(http.StatusOK, b.visit(d.lockoutLink(p)))
	b.arrive("link", headingLink)
	if strings.Contains(b.text("body"), p.Email) {
		b.t.Error("the page of the link tells the whole address")
	}
	b.wants(http.StatusOK, b.press("main form .btn"))
	b.arrive("recovery-password", headingPassword)
}

// choosePassword types a good password and saves it.
func (b *tab) choosePassword() {
	b.t.Helper()
	b.fill("#new_password", strong)
	b.wants(http.StatusOK, b.press("form[action='/recovery/password'] .btn:not([type=button])"))
	b.arrive("recovery-two-factor", headingApp)
	b.reads("[role=status]", "Your new password is saved")
}

// enrol confirms the authenticator app with the key that the page shows.
func (b *tab) enrol() {
	b.t.Helper()
	b.fill("#code", appCode(b.t, b.text("[data-totp-secret]")))
	b.wants(http.StatusOK, b.press("form[action='/recovery/two-factor'] .btn"))
	b.arrive("recovery-codes", headingCodes)
}

const codesForm = "form[action='/recovery/two-factor'] "

// keepCodes ticks the box under the recovery codes.
func (b *tab) keepCodes() {
	b.t.Helper()
	b.click("#saved")
	b.wants(http.StatusOK, b.press(codesForm+".btn"))
	b.arrive("recovery-activity", headingActivity)
}

// answer says the same of every login that is asked about, and returns how many there were.
func (b *tab) answer(value string) int {
	b.t.Helper()
	names := tell[[]string](b, "[...new Set([...document.querySelectorAll('[name^=login_]')]"+
		".map(e => e.name))]")
	for _, name := range names {
		b.click("[name='" + name + "'][value=" + value + "]")
	}
	b.wants(http.StatusOK, b.press("form[action='/recovery/activity'] .row > .btn"))
	b.arrive("recovery-support", headingSupport)
	return len(names)
}

// write sends the last message and ends on the status page.
func (b *tab) write(message string) {
	b.t.Helper()
	b.fill("[name=topic]", "It is about")
	b.fill("#message", message)
	b.wants(http.StatusOK, b.press("main form .row > .btn"))
	b.arrive("recovery-status", headingStatus)
	b.reads("main", message)
	b.reads(".facts", "T-")
	b.reads(".facts", "You will hear from us by")
}

// TestBrowserOwner is the way of the owner of a compromised account, on a phone: with all that
// the script adds, and with what goes wrong on the way.
func TestBrowserOwner(t *testing.T) {
	t.Parallel()
	d := startDemo(t)
	b := newTab(t, d.base, phone)
	b.album = "owner"
	b.begin(d, demo.Ada)
	b.refusedPassword()
	b.choosePassword()
	b.copies("[data-copy=key]", "key", "Setup key copied")
	b.wants(http.StatusUnprocessableEntity, b.press("form[action='/recovery/two-factor'] .btn"))
	b.arrive("recovery-two-factor", headingApp)
	b.enrol()
	b.copies("[data-copy=codes]", "codes", "All codes copied")
	b.wants(http.StatusUnprocessableEntity, b.press(codesForm+".btn"))
	b.arrive("recovery-codes", headingCodes)
	b.keepCodes()
	b.wants(http.StatusUnprocessableEntity,
		b.press("form[action='/recovery/activity'] .row > .btn"))
	b.arrive("recovery-activity", headingActivity)
	if n := b.answer("not_me"); n == 0 {
		t.Error("no login was asked about")
	}
	b.write("A client waits for me. Can you say when?")
	b.reads(".timeline", "You chose a new password")
	d.mail(demo.Ada.Email, "password_updated", 1)
	d.mail(demo.Ada.Email, "two_factor_on", 1)
}

// refusedPassword looks at the advice, at show and hide, and at a refusal.
func (b *tab) refusedPassword() {
	b.t.Helper()
	strength := func(level, words string) {
		b.t.Helper()
		until(b.t, "the advice is "+level, func() bool {
			return tell[string](b, "document.querySelector('.meter').dataset.level") == level
		})
		b.reads("[data-strength]", words)
	}
	b.fill("#new_password", "password")
	strength("1", "Too easy to guess")
	reveal := "[data-reveal=new_password]"
	for _, want := range []struct{ kind, pressed, word, said string }{
		{"text", "true", "Hide", "Your password is visible"},
		{"password", "false", "Show", "Your password is hidden"},
	} {
		b.click(reveal)
		got := tell[[]string](b, `[new_password.type, document.querySelector("`+reveal+
			`").getAttribute('aria-pressed'), document.querySelector("`+reveal+`").innerText]`)
		if strings.Join(got, " ") != want.kind+" "+want.pressed+" "+want.word {
			b.t.Errorf("after show or hide: %q, want %q", got, want)
		}
		b.reads("[id='new_password.said']", want.said)
	}
	b.wants(http.StatusUnprocessableEntity,
		b.press("form[action='/recovery/password'] .btn:not([type=button])"))
	b.arrive("recovery-password", headingPassword)
	b.reads("#errors", "Use at least 15 characters")
	if left := tell[string](b, "new_password.value"); left != "" {
		b.t.Errorf("the refused password is still there: %q", left)
	}
	b.click("#errors a")
	if at := tell[string](b, "document.activeElement.id"); at != "new_password" {
		b.t.Errorf("the summary leads to %q", at)
	}
	b.fill("#new_password", strong)
	strength("4", "Very strong")
	tell[string](b, "new_password.value = ''")
}

// copies presses a copy button and wants the spoken result.
func (b *tab) copies(button, what, said string) {
	b.t.Helper()
	b.allowClipboard()
	b.click(button)
	until(b.t, "the result of copying is said", func() bool {
		return b.text("[id='"+what+".said']") != ""
	})
	b.reads("[id='"+what+".said']", said)
}

// TestBrowserHijacked is the way of somebody whose account was taken: the login that got in is
// reported, 2-step verification is left for later.
func TestBrowserHijacked(t *testing.T) {
	t.Parallel()
	d := startDemo(t)
	b := newTab(t, d.base, console)
	b.album = "hijacked"
	b.begin(d, demo.Grace)
	b.choosePassword()
	b.wants(http.StatusOK, b.press("form[action='/recovery/two-factor/skip'] .btn"))
	b.arrive("recovery-activity", headingActivity)
	b.reads("main", "Got in")
	b.reads("main", "Email address changed")
	if n := b.answer("not_me"); n == 0 {
		t.Error("no login was asked about")
	}
	b.reads("[role=status]", "We have told Account Security what was not you")
	b.write("Somebody took money out.")
	b.reads("main", "2-step verification is still off")
}

// TestBrowserWithoutScript is the whole way with scripts switched off.
func TestBrowserWithoutScript(t *testing.T) {
	t.Parallel()
	d := startDemo(t)
	off := phone
	off.noScript = true
	b := newTab(t, d.base, off)
	b.begin(d, demo.Ada)
	b.wants(http.StatusUnprocessableEntity,
		b.press("form[action='/recovery/password'] .btn:not([type=button])"))
	b.arrive("recovery-password", headingPassword)
	b.choosePassword()
	b.enrol()
	file := b.download("form[action$='codes.txt'] .btn")
	codes := tell[[]string](b, "[...document.querySelectorAll('[data-recovery-code]')]"+
		".map(e => e.innerText)")
	const howMany = 10
	if len(codes) != howMany {
		t.Errorf("%d codes on the page", len(codes))
	}
	for _, code := range codes {
		if !strings.Contains(file, code+"\n") {
			t.Errorf("code %s is not in the file:\n%s", code, file)
		}
	}
	b.keepCodes()
	b.answer("unsure")
	b.write("Thank you.")
	b.wants(http.StatusOK, b.press("form[action='/signout'] button"))
	b.arrive("home", b.text("h1"))
}
