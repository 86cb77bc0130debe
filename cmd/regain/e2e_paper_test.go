//go:build e2e

package main

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/boombuler/barcode/qr"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
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

// readsQR compares the picture of the setup key, as it is shown, with the code that the address
// for the app makes: every module, and a white margin of four around them.
func (b *tab) readsQR(address string) []string {
	b.t.Helper()
	var shot []byte
	b.run("picture of the code", chromedp.Screenshot(".qr svg", &shot, chromedp.ByQuery))
	shown, err := png.Decode(bytes.NewReader(shot))
	if err != nil {
		b.t.Fatalf("picture of the code: %v", err)
	}
	want, err := qr.Encode(address, qr.M, qr.Auto)
	if err != nil {
		b.t.Fatalf("code of %q: %v", address, err)
	}
	const margin = 4
	size := want.Bounds().Dx()
	unit := float64(shown.Bounds().Dx()) / float64(size+2*margin)
	var wrong []string
	for y := -margin; y < size+margin; y++ {
		for x := -margin; x < size+margin; x++ {
			inside := image.Pt(x, y).In(want.Bounds())
			dark := inside && luminance(want, x, y) == 0
			px := int((float64(x+margin) + 0.5) * unit)
			py := int((float64(y+margin) + 0.5) * unit)
			is := luminance(shown, px, py)
			if dark && is > 0x40 || !dark && is < 0xE0 && !rounded(x, y, size) {
				wrong = append(wrong, fmt.Sprintf("qr: module %d,%d has light %#x", x, y, is))
			}
		}
	}
	return wrong
}

// rounded reports whether a module of the margin may be lost to a round corner.
func rounded(x, y, size int) bool {
	return (x < -2 || x > size+1) && (y < -2 || y > size+1)
}

// luminance is how light a pixel is, 0 to 0xFF.
func luminance(i image.Image, x, y int) int {
	at := i.Bounds().Min
	r, g, b, _ := i.At(at.X+x, at.Y+y).RGBA()
	return int(r+g+b) / 3 >> 8
}

// TestBrowserDark is the way in the dark, up to the printed codes: the code can be scanned, also
// in the colours of the system.
func TestBrowserDark(t *testing.T) {
	t.Parallel()
	d := startDemo(t)
	night := phone
	night.dark = true
	b := newTab(t, d.base, night)
	b.begin(d, ada)
	b.choosePassword()
	address := tell[string](b, "document.querySelector('a[href^=\"otpauth:\"]').href")
	forced := night
	forced.forced = true
	for _, l := range []look{night, forced, phone, desk} {
		b.wear(l)
		report(t, fmt.Sprint("QR code ", l), first(b.readsQR(address)))
	}
	b.wear(night)
	b.enrol()
	report(t, "recovery codes", b.onPaper())
	b.keepCodes()
}

// first is the first of them, if there is one: a hundred modules are no better news.
func first(wrong []string) []string { return wrong[:min(len(wrong), 1)] }

// TestBrowserFirstView weighs the pages that people open first, with nothing kept before.
func TestBrowserFirstView(t *testing.T) {
	t.Parallel()
	d := startDemo(t)
	for name, path := range map[string]string{"home": "/", "recover": "/recover",
		"link": strings.TrimPrefix(d.lockoutLink(ada), d.base), "help": "/help"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, l := range []look{phone, desk} {
				b := newTab(t, d.base, l)
				b.wants(http.StatusOK, b.visit(path))
				report(t, l.String(), append(tell[[]string](b, "shift()"), b.problems()...))
				report(t, l.String(), b.overweight())
			}
		})
	}
}
