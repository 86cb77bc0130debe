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
	"regain/cmd/regain/depot/clamdtest"
)

// TestBrowserProtectAttachment sends a document with a message on the status page, past a real clamd, and
// the analyst of the case takes it along. One that holds malware is refused in words.
func TestBrowserProtectAttachment(t *testing.T) {
	t.Parallel()
	const clean = "%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
	dir := t.TempDir()
	files := map[string]string{"proof.pdf": clean, "bad.pdf": "%PDF-1.4\n" + clamdtest.EICAR}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	d := startDemo(t, "--clamd", "unix:"+clamdtest.Start(t).Address, "--attachments", "dir:"+t.TempDir())
	b := newTab(t, d.base, phone)
	b.album = "attachment"
	d.mail(demo.Emmy.Email, "more_needed", 1)
	b.asksForLink(d, demo.Emmy, 1, headingLink)
	b.wants(http.StatusOK, b.press("main form .btn"))
	b.standsForPassword()
	const asks = "We need one more thing from you"
	b.arrive("recovery-status", asks)
	attach := func(name, message string) int64 {
		b.run("write", chromedp.SetValue("#message", message, chromedp.ByQuery))
		path := []string{filepath.Join(dir, name)}
		b.run("choose a file", chromedp.SetUploadFiles("[name=files]", path, chromedp.ByQuery))
		return b.press("form[action$='/message'] .btn")
	}
	b.wants(http.StatusUnprocessableEntity, attach("bad.pdf", "This is my proof"))
	b.arrive("recovery-status", asks)
	b.reads("#errors", "bad.pdf holds malware; we deleted it")
	b.wants(http.StatusOK, attach("proof.pdf", "This is my proof"))
	b.arrive("recovery-status", headingStatus)
	b.reads("main a[href^='/recovery/files/']", "proof.pdf")

	ines := newTab(t, d.base, console)
	ines.album = "attached"
	ines.signIn(d, demo.Ines)
	ines.opens(demo.Emmy)
	ines.wants(http.StatusOK, ines.press("main a[href^='/staff/tickets/']"))
	ines.arrive("staff-ticket", ines.text("h1"))
	ines.reads("main", "This is my proof")
	if got := ines.download("main a[download][href^='/staff/files/']"); !strings.HasPrefix(got, clean) {
		t.Errorf("downloaded %q", got)
	}
}
