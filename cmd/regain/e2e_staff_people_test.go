//go:build e2e

package main

import (
	"fmt"
	"net/http"
	"regexp"
	"testing"

	"regain/cmd/regain/demo"
)

var joinLine = regexp.MustCompile(`(?m)^(http://\S+/staff/join/\S+)\s*$`)

// TestBrowserInvitation invites a colleague, who joins, and takes the access away again.
func TestBrowserInvitation(t *testing.T) {
	t.Parallel()
	d := startDemo(t)
	b, other := newTab(t, d.base, console), newTab(t, d.base, phone)
	b.album, other.album = "admin", "joins"
	const email, name = "lise@staff.example", "Lise Newcomer"
	b.signIn(d, demo.Boss)
	b.arrive("staff-people", headingStaff)
	b.wants(http.StatusUnprocessableEntity, b.press("form[action='/staff/people'] .btn"))
	b.arrive("staff-people", headingStaff)
	b.fill("#email", email)
	b.click("[name=role][value=support]")
	b.wants(http.StatusOK, b.press("form[action='/staff/people'] .btn"))
	b.arrive("staff-people", headingStaff)
	b.reads("[role=status]", "The invitation is on its way")

	link := d.first(joinLine, d.mail(email, "staff_invitation", 1))
	other.joins(link, name)
	other.wants(http.StatusGone, other.visit(link))
	other.arrive("staff-join", "This invitation has been used")
	other.wants(http.StatusOK, other.visit("/staff/tickets"))
	other.arrive("staff-tickets", "Tickets")

	b.visit("/staff/people")
	b.reads("main", name)
	button := tell[string](b, fmt.Sprintf("[...document.querySelectorAll('.items > li')].find("+
		"e => e.innerText.includes('%s')).querySelector('form').getAttribute('action')", name))
	b.wants(http.StatusOK, b.press("form[action='"+button+"'] .btn"))
	b.arrive("staff-people", headingStaff)
	b.reads("[role=status]", "The access has ended")
	other.wants(http.StatusOK, other.press(".sections a[href='/staff/accounts']"))
	other.arrive("staff-signin", "Sign in as staff")
}

// joins follows an invitation up to the first page of support.
func (b *tab) joins(link, name string) {
	b.t.Helper()
	b.wants(http.StatusOK, b.visit(link))
	b.arrive("staff-join", "Join the staff of Example Market")
	b.wants(http.StatusOK, b.press("main form .btn"))
	b.arrive("staff-setup", "Set up your access")
	report(b.t, "QR code", b.readsQR(tell[string](b,
		"document.querySelector('a[href^=\"otpauth:\"]').href")))
	b.fill("#new_password", strong)
	b.fill("#code", appCode(b.t, b.text("[data-totp-secret]")))
	b.wants(http.StatusUnprocessableEntity, b.press(
		"form[action='/staff/setup'] button:not([type])"))
	b.arrive("staff-setup", "Set up your access")
	b.reads("#errors", "Enter your name")
	b.fill("#name", name)
	b.fill("#new_password", strong)
	b.fill("#code", appCode(b.t, b.text("[data-totp-secret]")))
	b.wants(http.StatusOK, b.press("form[action='/staff/setup'] button:not([type])"))
	b.arrive("staff-codes", headingCodes)
	b.click("#saved")
	b.wants(http.StatusOK, b.press("form[action='/staff/codes'] .btn"))
	b.arrive("staff", headingBoard)
	b.reads("[role=status]", "You have joined")
}
