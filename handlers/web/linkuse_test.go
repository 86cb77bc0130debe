package web_test

import (
	"testing"
	"time"

	"regain/handlers/handlertest"
	"regain/security"
)

const pressed = "The button was pressed on 20 November 2026, 09:30 (UTC)"

// TestUseOfLinks: a link that did its work says when and, for a day, with what device, and nothing that
// its mailbox does not know.
func TestUseOfLinks(t *testing.T) {
	t.Parallel()
	at := func(path string) func(string) string { return func(link string) string { return link + path } }
	for _, tt := range []struct {
		name  string
		link  func(*testing.T, *handlertest.Browser) string
		page  func(link string) string
		shows int // status of the page once the link was used
	}{
		{"lockout", func(_ *testing.T, b *handlertest.Browser) string {
			b.Lock("ada")
			return b.Mail("locked_out").Link
		}, at(""), 410},
		{"check-up", func(t *testing.T, b *handlertest.Browser) string {
			if err := b.Service.Lockout.SendLink(t.Context(), security.Operator("test"), "ada"); err != nil {
				t.Fatal(err)
			}
			return b.Mail("recovery_link").Link
		}, at(""), 410},
		{"confirm", func(_ *testing.T, b *handlertest.Browser) string {
			return askFor(b.Other().SignIn("ada"), "/account/addresses/own", newMail)
		}, at(""), 200},
		{"undo", func(t *testing.T, b *handlertest.Browser) string {
			link := askFor(b.Other().SignIn("ada"), "/account/addresses/own", newMail)
			b.Other().Open(link).SubmitTo(link)
			return undoLink(t, b)
		}, at(""), 200},
		{"it was me", func(t *testing.T, b *handlertest.Browser) string {
			comes(t, b, "stopped")
			return b.Mail("unfamiliar_sign_in").Link
		}, at("/me"), 200},
		{"it was not me", func(t *testing.T, b *handlertest.Browser) string {
			comes(t, b, "stopped")
			return b.Mail("unfamiliar_sign_in").Link
		}, at("/not-me"), 200},
		{"not me, locks", func(t *testing.T, b *handlertest.Browser) string {
			comes(t, b, "succeeded")
			return b.Mail("unfamiliar_sign_in").Link
		}, at("/not-me"), 200},
		{"not my password", func(_ *testing.T, b *handlertest.Browser) string {
			b.Lock("ada")
			toStatus(b.Other())
			return b.Mail("password_updated").Link
		}, at(""), 200},
		{"not my change", func(t *testing.T, b *handlertest.Browser) string {
			ada := b.Other().SignIn("ada")
			ada.Open("/account/two-factor")
			ada.Fill("code", totpCode(t, secret(ada), b.Now())).Submit().Follow()
			return b.Mail("two_factor_on").Link
		}, at(""), 200},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := handlertest.New(t)
			page := tt.page(tt.link(t, b))
			reader, finder := b.Other(), b.Other()
			reader.Agent = strangePC
			if reader.Open(page).Doc.Find("[data-use]").Length() != 0 {
				t.Error("a link that was not used says that it was")
			}
			reader.SubmitTo(page)
			finder.Open(page).Wants(tt.shows, "[data-use]", pressed+", with Chrome on Windows.").
				Wants(tt.shows, "[data-use] time", "20 November")
			for _, secret := range []string{"ada", "Byron", "London", "192.", "203.", "130", "Latvia"} {
				if text := finder.Doc.Find("[data-use]").Text(); contains(text, secret) {
					t.Errorf("%q says %q", text, secret)
				}
			}
			b.Advance(24*time.Hour - time.Second)
			finder.Open(page).Wants(tt.shows, "[data-use]", "Chrome")
			b.Advance(time.Second)
			finder.Open(page).Wants(tt.shows, "[data-use]", pressed+".")
		})
	}
}

// TestUseIsNoOneElses: what somebody else did, by another link or as staff, is not told as the use of
// this one.
func TestUseIsNoOneElses(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	confirm := askFor(b.Other().SignIn("ada"), "/account/addresses/own", newMail)
	b.Other().Open(confirm).SubmitTo(confirm)
	undo := undoLink(t, b)
	b.Other().Open(undo).SubmitTo(undo)
	b.Open(confirm).Wants(410, "h1", "was undone")
	if text := b.Doc.Find("main").Text(); contains(text, "20 November") || contains(text, "Firefox") {
		t.Errorf("the new mailbox reads of the old one: %s", text)
	}
	b = handlertest.New(t)
	b.Lock("ada")
	link := b.Mail("locked_out").Link
	if err := b.Service.Lockout.SendLink(t.Context(), security.Operator("test"), "ada"); err != nil {
		t.Fatal(err)
	}
	newer := b.Mail("recovery_link").Link
	b.Other().Open(newer).SubmitTo(newer)
	if b.Open(link).On(410, "link-replaced").Doc.Find("[data-use]").Length() != 0 {
		t.Error("a link that was replaced says that it was used")
	}

	b = handlertest.New(t)
	ada := b.Other().SignIn("ada")
	ada.Open("/account/two-factor")
	ada.Fill("code", totpCode(t, secret(ada), b.Now())).Submit().Follow()
	b.Advance(time.Minute)
	b.Lock("ada")
	b.Open(b.Mail("two_factor_on").Link).Wants(200, "h1", "Your account is locked")
	if b.Doc.Find("[data-use]").Length() != 0 {
		t.Error("a lockout by us is told as a press of the button")
	}
}
