//go:build e2e

package main

import (
	"context"
	"os"
	"path/filepath"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
)

// atBrowser runs what concerns the browser and not the page.
func (b *tab) atBrowser(what string, do func(context.Context) error) {
	b.t.Helper()
	ctx := cdp.WithExecutor(b.ctx, chromedp.FromContext(b.ctx).Browser)
	if err := do(ctx); err != nil {
		b.t.Fatalf("%s: %v", what, err)
	}
}

// allowClipboard lets pages of the portal copy, as browsers do after a press.
func (b *tab) allowClipboard() {
	b.t.Helper()
	b.atBrowser("allow the clipboard", func(ctx context.Context) error {
		return browser.SetPermission(&browser.PermissionDescriptor{Name: "clipboard-write"},
			browser.PermissionSettingGranted).WithOrigin(b.base).WithBrowserContextID(b.jar).Do(ctx)
	})
}

// download presses what sends a file and returns its text.
func (b *tab) download(selector string) string {
	b.t.Helper()
	folder, saved := b.t.TempDir(), make(chan string, 1)
	chromedp.ListenBrowser(b.ctx, func(event any) {
		e, ok := event.(*browser.EventDownloadProgress)
		if ok && e.State == browser.DownloadProgressStateCompleted {
			saved <- e.GUID
		}
	})
	b.atBrowser("allow downloads", browser.SetDownloadBehavior(
		browser.SetDownloadBehaviorBehaviorAllowAndName).WithBrowserContextID(b.jar).
		WithDownloadPath(folder).WithEventsEnabled(true).Do)
	b.click(selector)
	ctx, stop := context.WithTimeout(b.ctx, longest)
	defer stop()
	select {
	case name := <-saved:
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			b.t.Fatal(err)
		}
		return string(text)
	case <-ctx.Done():
		b.t.Fatal("nothing was downloaded")
		return ""
	}
}
