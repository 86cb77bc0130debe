//go:build e2e

package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"regain/cmd/regain/demo"
)

// TestBrowserProtectMail uploads a mail of ours and pastes others, with scripts and without, on a phone
// and on a screen.
func TestBrowserProtectMail(t *testing.T) {
	t.Parallel()
	dark := console
	dark.dark = true
	quiet := phone
	quiet.noScript = true
	for name, l := range map[string]look{"phone": phone, "screen": dark, "no script": quiet} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := startDemo(t)
			b := newTab(t, d.base, l)
			file, raw := b.freshMail(d)
			b.album = "protect-mail"
			const title = "Is this email from us?"
			b.wants(http.StatusOK, b.visit("/protect/mail"))
			b.arrive("protect-mail", title)
			b.wants(http.StatusUnprocessableEntity, b.press("main form .btn"))
			b.arrive("protect-mail", title)
			b.run("choose a file", chromedp.SetUploadFiles("#mail", []string{file}, chromedp.ByQuery))
			b.wants(http.StatusOK, b.press("main form .btn"))
			b.arrive("protect-mail", "This email is from us")
			b.reads("[data-verdict=genuine]", "It carries our seal")
			b.hides([]string{d.base + "/r/"})
			b.wants(http.StatusOK, b.press("main a.btn.alt"))
			b.arrive("protect-mail", title)
			head, text, _ := strings.Cut(raw, "\n\n")
			changed := head + "\n\n" + strings.Replace(text, "Hello", "Hurry up", 1)
			b.run("paste", chromedp.SetValue("#source", changed, chromedp.ByQuery))
			b.wants(http.StatusOK, b.press("main form .btn"))
			b.arrive("protect-mail", "This email was changed")
			b.wants(http.StatusOK, b.visit("/protect/mail"))
			b.fill("#source", "From: Example Market <help@evil.example>\nSubject: Your account is locked\n\n"+
				"Open https://localhost@evil.example/signin now")
			b.wants(http.StatusOK, b.press("main form .btn"))
			b.arrive("protect-mail", "This email is not from us")
			b.reads("main", "It uses our name, but it comes from evil.example.")
			if n := len(tell[[]string](b, "found('main a[href*=evil]')")); n != 0 {
				t.Errorf("%d links of the mail can be followed", n)
			}
		})
	}
}

// freshMail is a file with a mail that the portal sends now: those that the demo has played were moved to
// another host since, and are no longer as they were sent.
func (b *tab) freshMail(d *demoRun) (file, raw string) {
	b.t.Helper()
	b.wants(http.StatusOK, b.visit("/recover"))
	b.fill("#identifier", demo.Hedy.Email)
	b.wants(http.StatusOK, b.press("main form .btn"))
	letter := d.mail(demo.Hedy.Email, "recovery_link", 1)
	file = filepath.Join(d.cmd.mails(), letter.ID+".eml")
	text, err := os.ReadFile(file)
	if err != nil {
		b.t.Fatal(err)
	}
	return file, string(text)
}
