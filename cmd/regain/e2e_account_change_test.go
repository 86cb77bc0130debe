//go:build e2e

package main

import (
	"net/http"
	"strings"
	"testing"

	"regain/cmd/regain/demo"
)

// TestBrowserAccountAddress changes the address, undoes that from the old mailbox, and finds
// every device signed out and the old address in force.
func TestBrowserAccountAddress(t *testing.T) {
	t.Parallel()
	const fresh = "hedy@new.example"
	d := startDemo(t)
	b := newTab(t, d.base, phone)
	b.album = "address"
	b.enterAccount(demo.Hedy)
	b.visit("/account/addresses")
	b.arrive("account-addresses", "Your email addresses")
	b.wants(http.StatusOK, b.press("main a[href='/account/addresses/own']"))
	b.arrive("account-address", "Change the address of your account")
	b.wants(http.StatusUnprocessableEntity, b.press("main form .row > button.btn"))
	b.arrive("account-address", "Change the address of your account")
	b.fill("#email", fresh)
	b.wants(http.StatusOK, b.press("main form .row > button.btn"))
	b.arrive("account-addresses", "Your email addresses")
	b.reads("main", fresh+" is not confirmed yet")

	plain := console
	plain.noScript = true // as some mail programs show pages
	reader := newTab(t, d.base, plain)
	reader.album = "address-reader"
	link := d.link(d.mail(fresh, "confirm_address", 1), "/address/", "")
	for range 2 {
		reader.wants(http.StatusOK, reader.visit(link))
		reader.arrive("address-confirm", "Use this email address?")
	}
	reader.hides([]string{demo.Hedy.Email, demo.Hedy.Name, fresh})
	reader.wants(http.StatusOK, reader.press("main form .btn"))
	reader.arrive("address-confirm", "This address is confirmed")
	b.visit("/account/addresses")
	b.arrive("account-addresses", "Your email addresses")
	b.reads("main", "If you are ever locked out, the link goes to "+demo.Hedy.Email)

	undo := d.link(d.mail(demo.Hedy.Email, "email_changed", 1), "/address/", "/undo")
	reader.wants(http.StatusOK, reader.visit(undo))
	reader.arrive("address-undo", "Undo the change of address?")
	reader.wants(http.StatusOK, reader.press("main form .btn"))
	reader.arrive("address-undo", "The change of address is undone")
	b.visit("/account/addresses")
	b.arrive("signin", headingSignIn)
	back := demo.Hedy
	back.Username = demo.Hedy.Email
	b.enterAccount(back)
	b.visit("/account/addresses")
	b.arrive("account-addresses", "Your email addresses")
	b.hides([]string{fresh})
}

// TestBrowserAccountExport asks for the data, reads it on a page and as a file.
func TestBrowserAccountExport(t *testing.T) {
	t.Parallel()
	d := startDemo(t)
	b := newTab(t, d.base, console)
	b.album = "export"
	b.enterAccount(demo.Hedy)
	b.visit("/account/data")
	b.arrive("account-data", "My data")
	b.wants(http.StatusOK, b.press("form[action='/account/data/export'] .btn"))
	b.arrive("account-data", "My data")
	mail := d.mail(demo.Hedy.Email, "data_exported", 1)
	if strings.Contains(mail.Text, demo.Hedy.Home) {
		t.Error("the mail holds data")
	}
	b.visit("/account/data")
	b.arrive("account-data", "My data")
	b.wants(http.StatusOK, b.press("main td a:not([download])"))
	b.arrive("account-data-export", "Your data")
	file := b.download("a[download]")
	for _, want := range []string{demo.Hedy.Email, demo.Hedy.Home, `"sign_in_methods"`} {
		if !strings.Contains(file, want) {
			t.Errorf("the file lacks %s", want)
		}
	}
	for _, never := range []string{"$argon2id$", demo.Ines.Name} {
		if strings.Contains(file, never) {
			t.Errorf("the file holds %s", never)
		}
	}
}
