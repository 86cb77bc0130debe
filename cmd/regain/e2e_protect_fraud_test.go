//go:build e2e

package main

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"regain/cmd/regain/demo"
)

const (
	headingHub     = "Is something not right?"
	headingDetails = "I gave my details to a fake page"
	headingFraud   = "Money or identity lost"
	headingTips    = "How to stay safe"
)

// TestBrowserProtectFraud notes something in the list after a theft, finds it again, and prints it.
func TestBrowserProtectFraud(t *testing.T) {
	t.Parallel()
	d := startDemo(t)
	b := newTab(t, d.base, phone)
	b.album = "protect-fraud"
	b.wants(http.StatusOK, b.visit("/protect/fraud?country=GB"))
	b.arrive("protect-fraud", headingFraud)
	b.wants(http.StatusOK, b.showPassword(demo.Alan))
	b.fill("#code", appCode(t, d.keys().Authenticator))
	b.wants(http.StatusOK, b.press("form[action='/signin/verify'] .btn"))
	b.arrive("account", headingOverview)
	b.wants(http.StatusOK, b.visit("/protect"))
	b.arrive("protect", headingHub)
	b.wants(http.StatusOK, b.press("main a[href='/protect/fraud']"))
	b.wants(http.StatusOK, b.press("main a[href='/protect/fraud?country=US']"))
	b.arrive("protect-fraud", headingFraud)
	b.click("[name='done_bank']")
	b.fill("[name='on_police']", "21 November")
	b.fill("[name='reference_police']", "R-4711")
	b.wants(http.StatusOK, b.press("form[action='/protect/fraud'] > .row .btn"))
	b.arrive("protect-fraud", headingFraud)
	b.wants(http.StatusOK, b.visit("/protect/fraud"))
	report(t, "paper", b.listOnPaper("R-4711", "21 November", "IdentityTheft.gov", "www.identitytheft.gov"))
	b.wants(http.StatusOK, b.visit("/protect/details"))
	b.arrive("protect-details", headingDetails)
	b.click("[name=gave][value=password]")
	b.wants(http.StatusOK, b.press("form[action='/protect/details'] .btn"))
	b.arrive("protect-details", headingDetails)
	b.wants(http.StatusOK, b.press("main .note.ok a"))
}

// listOnPaper says what is wrong with the list as it is printed.
func (b *tab) listOnPaper(has ...string) (wrong []string) {
	b.t.Helper()
	var pdf []byte
	b.run("print", chromedp.ActionFunc(func(ctx context.Context) (err error) {
		pdf, _, err = page.PrintToPDF().WithPreferCSSPageSize(true).Do(ctx)
		return err
	}))
	if n := len(pdfPage.FindAll(pdf, -1)); n < 1 || n > 4 {
		wrong = append(wrong, "paper: wrong number of pages")
	}
	paper := b.look
	paper.media = "print"
	screen := b.look
	b.wear(paper)
	text := b.text("body")
	b.wear(screen)
	for _, word := range has {
		if !strings.Contains(text, word) {
			wrong = append(wrong, "paper: without "+word)
		}
	}
	for _, word := range []string{"Save my notes", "Where do you live", "Sign out", "Number or name"} {
		if strings.Contains(text, word) {
			wrong = append(wrong, "paper: with "+word)
		}
	}
	return wrong
}

// TestBrowserProtectReads opens what is only read, and answers the quiz, with scripts.
func TestBrowserProtectReads(t *testing.T) {
	t.Parallel()
	d := startDemo(t)
	dark := phone
	dark.dark = true
	b := newTab(t, d.base, dark)
	b.album = "protect-reads"
	b.wants(http.StatusOK, b.visit("/protect/tips"))
	b.arrive("protect-tips", headingTips)
	b.click("[name=q1][value=fake]")
	b.wants(http.StatusOK, b.press("form[action='/protect/tips'] > .row .btn"))
	b.arrive("protect-tips", headingTips)
	b.wants(http.StatusOK, b.visit("/protect/researchers"))
	b.arrive("protect-researchers", "For security researchers")
}

// TestBrowserProtectHub goes, with scripts switched off, from the ways to the tips and their quiz, and
// keeps what a stranger gave to a fake page.
func TestBrowserProtectHub(t *testing.T) {
	t.Parallel()
	d := startDemo(t)
	off := phone
	off.noScript = true
	b := newTab(t, d.base, off)
	b.album = "protect-hub"
	b.wants(http.StatusOK, b.visit("/"))
	b.wants(http.StatusOK, b.press("main a[href='/protect']"))
	b.arrive("protect", headingHub)
	b.wants(http.StatusOK, b.press("main a[href='/protect/tips']"))
	b.arrive("protect-tips", headingTips)
	for name, said := range map[string]string{"q1": "fake", "q2": "ours", "q3": "ours", "q4": "ours"} {
		b.click("[name=" + name + "][value=" + said + "]")
	}
	b.wants(http.StatusOK, b.press("form[action='/protect/tips'] > .row .btn"))
	b.arrive("protect-tips", headingTips)
	b.reads("#quiz .note", "3 of 6")
	b.wants(http.StatusOK, b.visit("/protect/details"))
	b.arrive("protect-details", headingDetails)
	b.wants(http.StatusUnprocessableEntity, b.press("form[action='/protect/details'] .btn"))
	b.arrive("protect-details", headingDetails)
	b.click("[name=gave][value=password]")
	b.wants(http.StatusOK, b.press("form[action='/protect/details'] .btn"))
	b.arrive("protect-details", headingDetails)
	b.wants(http.StatusOK, b.visit("/protect/researchers"))
	b.arrive("protect-researchers", "For security researchers")
}
