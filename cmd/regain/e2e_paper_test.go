//go:build e2e

package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"regain/cmd/regain/demo"
)

var pdfPage = regexp.MustCompile(`/Type\s*/Page[^s]`)

// onPaper says what is wrong with the recovery codes as they are printed.
func (b *tab) onPaper() []string {
	b.t.Helper()
	var pdf, wrong = []byte(nil), []string(nil)
	b.run("print", chromedp.ActionFunc(func(ctx context.Context) (err error) {
		pdf, _, err = page.PrintToPDF().WithPreferCSSPageSize(true).Do(ctx)
		return err
	}))
	if n := len(pdfPage.FindAll(pdf, -1)); n != 1 {
		wrong = append(wrong, fmt.Sprintf("paper: %d pages", n))
	}
	codes := tell[[]string](b, "[...document.querySelectorAll('[data-recovery-code]')]"+
		".map(e => e.innerText)")
	paper := b.look
	paper.media = "print"
	screen := b.look
	b.wear(paper)
	text := b.text("body")
	b.wear(screen)
	for _, code := range append(codes, "recovery codes for") {
		if !strings.Contains(text, code) {
			wrong = append(wrong, "paper: without "+code)
		}
	}
	for _, word := range []string{"Get help", "Sign out", "Continue", "Download", "Skip", "Step 3",
		"Demo", "Help", "Stuck"} {
		if strings.Contains(text, word) {
			wrong = append(wrong, "paper: with "+word)
		}
	}
	return wrong
}

// readsQR has a reader of its own take the setup key off a picture of the page. The picture holds
// no more than the code and its margin, so that a margin of another colour makes it unreadable.
func (b *tab) readsQR(address string) []string {
	b.t.Helper()
	var shot []byte
	b.run("picture of the code", chromedp.ScreenshotScale(".qr svg", 2, &shot, chromedp.ByQuery))
	read := exec.CommandContext(b.t.Context(), "zbarimg", "-q", "--raw", "-")
	read.Stdin = bytes.NewReader(shot)
	got, err := read.Output()
	if text := strings.TrimSpace(string(got)); err != nil || text != address {
		return []string{fmt.Sprintf("qr: read %q (%v)", text, err)}
	}
	return nil
}

// TestBrowserDark is the way in the dark, up to the printed codes: the code can be scanned, also
// in the colours of the system.
func TestBrowserDark(t *testing.T) {
	t.Parallel()
	d := startDemo(t)
	night := phone
	night.dark = true
	b := newTab(t, d.base, night)
	b.begin(d, demo.Ada)
	b.choosePassword()
	address := tell[string](b, "document.querySelector('a[href^=\"otpauth:\"]').href")
	forced := night
	forced.forced = true
	for _, l := range []look{night, forced, phone, console} {
		b.wear(l)
		report(t, fmt.Sprint("QR code ", l), b.readsQR(address))
	}
	tell[bool](b,
		"document.querySelector('.qr svg rect').setAttribute('fill', '#000') === undefined")
	if len(b.readsQR(address)) == 0 {
		t.Error("the code is read although its margin is black")
	}
	b.wear(night)
	b.enrol()
	report(t, "recovery codes", b.onPaper())
	b.keepCodes()
}

// TestBrowserFirstView weighs the pages that people open first, with nothing kept before.
func TestBrowserFirstView(t *testing.T) {
	t.Parallel()
	d := startDemo(t)
	for name, path := range map[string]string{"home": "/", "recover": "/recover",
		"link": strings.TrimPrefix(d.lockoutLink(demo.Ada), d.base), "help": "/help",
		"staff": "/staff/signin"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, l := range []look{phone, console} {
				b := newTab(t, d.base, l)
				b.wants(http.StatusOK, b.visit(path))
				report(t, l.String(), append(tell[[]string](b, "shift()"), b.problems()...))
				report(t, l.String(), b.overweight())
			}
		})
	}
}
