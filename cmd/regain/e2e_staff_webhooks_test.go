//go:build e2e

package main

import (
	"net/http"
	"testing"
	"time"

	"regain/cmd/regain/demo"
)

// sendsTest sends a test from the page of a webhook, and looks again until it reads how it went.
func (b *tab) sendsTest(path, heading, went string) {
	b.t.Helper()
	b.wants(http.StatusOK, b.press("form[action='"+path+"/test'] .btn"))
	b.arrive("staff-webhook", heading)
	for end := time.Now().Add(30 * time.Second); b.text("tbody tr:first-child .tag") != went; {
		if time.Now().After(end) {
			b.t.Fatalf("the test is %q, want %q", b.text("tbody tr:first-child .tag"), went)
		}
		b.wants(http.StatusOK, b.visit(path))
	}
	b.arrive("staff-webhook", heading)
}

// TestBrowserWebhooks adds a webhook whose address has a slip, finds out by a test, and removes it; the one
// of the demo's marketplace takes what is sent to it.
func TestBrowserWebhooks(t *testing.T) {
	t.Parallel()
	for _, l := range []look{console, {width: narrow.width, height: narrow.height, dark: true},
		{width: narrow.width, height: narrow.height, noScript: true}} {
		d := startDemo(t)
		b := newTab(t, d.base, l)
		b.album = "webhooks"
		b.signIn(d, demo.Boss)
		b.wants(http.StatusOK, b.press(".sections a[href='/staff/webhooks']"))
		b.arrive("staff-webhooks", "Webhooks")
		of := tell[string](b, "document.querySelector('.items h2 a').getAttribute('href')")
		host := b.text(".items h2 a")

		b.fill("#url", "http://hooks.invalid/regain")
		b.click("[name=events][value='account.locked']")
		b.wants(http.StatusUnprocessableEntity, b.press("form[action='/staff/webhooks'] .btn"))
		b.arrive("staff-webhooks", "Webhooks")
		b.reads("#errors", "begins with https://")
		b.fill("#url", "https://hooks.invalid/regain")
		b.wants(http.StatusOK, b.press("form[action='/staff/webhooks'] .btn"))
		b.arrive("staff-webhook-secret", "Copy the new secret")
		b.reads("#key", "whsec_")
		b.wants(http.StatusOK, b.press("main a.btn"))
		const heading = "Webhook hooks.invalid"
		b.arrive("staff-webhook", heading)
		path := b.path()
		b.sendsTest(path, heading, "Failed")
		b.reads("main", "Nobody knows this host")
		b.wants(http.StatusOK, b.press("form[action='"+path+"/pause'] .btn"))
		b.arrive("staff-webhook", heading)
		b.reads("[role=status]", "It is paused")
		b.click("details:has(form[action='" + path + "/events']) summary")
		b.click("[name=events][value='alert.denied']")
		b.wants(http.StatusOK, b.press("form[action='"+path+"/events'] .btn"))
		b.arrive("staff-webhook", heading)
		b.reads("[role=status]", "We tell it what you chose")
		b.reads("dl", "2 of 20 kinds of event")
		b.click("details:has(form[action='" + path + "/remove']) summary")
		b.wants(http.StatusOK, b.press("form[action='"+path+"/remove'] .btn"))
		b.arrive("staff-webhooks", "Webhooks")
		b.reads("[role=status]", "removed")

		b.wants(http.StatusOK, b.press("a[href='"+of+"']"))
		b.arrive("staff-webhook", "Webhook "+host)
		b.sendsTest(of, "Webhook "+host, "Taken")
		b.click("details:has(form[action='" + of + "/rotate']) summary")
		b.wants(http.StatusOK, b.press("form[action='"+of+"/rotate'] .btn"))
		b.arrive("staff-webhook-secret", "Copy the new secret")
		b.reads("main", "For a day we sign with the old secret")
	}
}
