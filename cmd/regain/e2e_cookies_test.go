//go:build e2e

package main

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

	"regain/cmd/regain/demo"
	"regain/views/words"
)

// TestBrowserCookiesBlocked presses the button of a link in a browser that is set to block all
// cookies, and then in one that keeps them.
func TestBrowserCookiesBlocked(t *testing.T) {
	t.Parallel()
	d := startDemo(t)
	link := d.lockoutLink(demo.Ada)
	profile := t.TempDir()
	if err := os.Mkdir(filepath.Join(profile, "Default"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(profile, "Default", "Preferences"),
		[]byte(`{"profile": {"default_content_setting_values": {"cookies": 2}}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	// The browser without windows reads no preferences.
	allocator, stop := chromedp.NewExecAllocator(t.Context(), chromedp.NoFirstRun, chromedp.NoSandbox,
		chromedp.DisableGPU, chromedp.Flag("headless", "new"), chromedp.ExecPath("chromium"),
		chromedp.UserDataDir(profile), chromedp.WSURLReadTimeout(longest))
	defer stop()
	ctx, closes := chromedp.NewContext(allocator, chromedp.WithErrorf(complain))
	defer closes()
	for range 2 {
		var says string
		if err := chromedp.Run(ctx, chromedp.Navigate(link),
			chromedp.Click("main form .btn"), chromedp.Text("main[data-page=problem] h1", &says),
			chromedp.Click("main a.btn"), chromedp.WaitVisible("main[data-page=link]")); err != nil {
			t.Fatal(err)
		}
		if want := words.Say("problem.cookies.title").String(); says != want {
			t.Errorf("the page says %q, want %q", says, want)
		}
	}
	b := newTab(t, d.base, phone)
	b.wants(http.StatusOK, b.visit(link))
	b.wants(http.StatusOK, b.press("main form .btn"))
}
