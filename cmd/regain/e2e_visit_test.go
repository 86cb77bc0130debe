//go:build e2e

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"
)

// follow does what leads to another page, waits for that page and returns its status.
func (b *tab) follow(what string, actions ...chromedp.Action) int64 {
	b.t.Helper()
	b.mu.Lock()
	b.status = 0
	b.mu.Unlock()
	b.leave(what, actions...)
	var status int64
	until(b.t, "there is an answer to: "+what, func() bool {
		b.mu.Lock()
		defer b.mu.Unlock()
		status = b.status
		return status != 0
	})
	return status
}

// leave does what leads to another page and waits until that page is whole.
func (b *tab) leave(what string, actions ...chromedp.Action) {
	b.t.Helper()
	tell[bool](b, "globalThis.left = true")
	b.run(what, actions...)
	until(b.t, "another page follows: "+what, func() bool {
		var there bool
		err := b.try(chromedp.ActionFunc(func(ctx context.Context) error {
			return b.inWorld(ctx, "!globalThis.left && document.readyState === 'complete'", &there)
		}))
		return err == nil && there // the world is replaced while the page changes
	})
}

// visit opens an address, or a path of the portal, by hand.
func (b *tab) visit(address string) int64 {
	b.t.Helper()
	b.mu.Lock()
	b.traffic = newTraffic()
	b.mu.Unlock()
	if strings.HasPrefix(address, "/") {
		address = b.base + address
	}
	return b.follow("visit "+address, chromedp.Navigate(address))
}

// shifts says what moved on its own on a page that has just been visited. A load that was painted
// in pieces tells nothing: the page is then loaded again.
func (b *tab) shifts(address string) []string {
	b.t.Helper()
	const most = 10 // loads; the last one is judged as it is
	for range most - 1 {
		if tell[bool](b, "whole()") {
			break
		}
		b.visit(address)
	}
	return tell[[]string](b, "shift()")
}

// press clicks what selector finds, and follows.
func (b *tab) press(selector string) int64 {
	b.t.Helper()
	return b.follow("press "+selector, chromedp.Click(selector, chromedp.ByQuery))
}

// click clicks what selector finds and stays on the page.
func (b *tab) click(selector string) {
	b.t.Helper()
	b.run("click "+selector, chromedp.Click(selector, chromedp.ByQuery))
}

// fill types text into the field that selector finds.
func (b *tab) fill(selector, text string) {
	b.t.Helper()
	b.run("fill "+selector, chromedp.SendKeys(selector, text, chromedp.ByQuery))
}

// text is what a person reads there.
func (b *tab) text(selector string) string {
	b.t.Helper()
	return tell[string](b, "document.querySelector("+strconv.Quote(selector)+")?.innerText ?? ''")
}

// until waits until a condition holds.
func until(t testing.TB, what string, holds func() bool) {
	t.Helper()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	end := time.After(longest)
	for !holds() {
		select {
		case <-again.C:
		case <-end:
			t.Fatalf("waited in vain until %s", what)
		}
	}
}

// back goes one page back, as the button of the browser does.
func (b *tab) back() {
	b.t.Helper()
	b.leave("go back", chromedp.ActionFunc(func(ctx context.Context) error {
		at, entries, err := page.GetNavigationHistory().Do(ctx)
		if err != nil {
			return err
		}
		return page.NavigateToHistoryEntry(entries[at-1].ID).Do(ctx)
	}))
}

// arrived is what a page says of itself.
type arrived struct {
	Page, Heading, Title, Focus string
	Headings                    int
}

// arrive checks that the tab is on a page, with nothing wrong, and takes its pictures.
func (b *tab) arrive(name, heading string) {
	b.t.Helper()
	got := tell[arrived](b, "arrived()")
	want := arrived{Page: name, Heading: heading, Headings: 1, Focus: "BODY",
		Title: heading + " – " + b.side() + " – Example Market"}
	if len(tell[[]string](b, "found('#errors')")) > 0 {
		want.Title = "Error: " + want.Title
		if !b.look.noScript {
			want.Focus = "DIV#errors"
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		b.t.Fatalf("arrived elsewhere (-want +got):\n%s\n%s", diff, b.text("main"))
	}
	wrong := append(b.problems(), b.fits()...)
	if !b.look.noScript && underway.news(b) {
		wrong = append(wrong, b.axe()...)
	}
	report(b.t, name, append(wrong, b.problems()...))
	for secret, page := range map[string]string{"/r/": "link", "/staff/join/": "staff-join"} {
		if strings.HasPrefix(b.path(), secret) && !strings.HasPrefix(name, page) {
			b.t.Errorf("%s: the address still holds the token", name)
		}
	}
	b.picture(name)
}

func (b *tab) path() string {
	b.t.Helper()
	return tell[string](b, "location.pathname")
}

// isAt reports whether the tab shows that path. Between one page and the next it shows none.
func (b *tab) isAt(path string) bool {
	var here string
	err := b.try(chromedp.ActionFunc(func(ctx context.Context) error {
		return b.inWorld(ctx, "location.pathname", &here)
	}))
	return err == nil && here == path
}

// side is which side of the portal the tab is on, as titles tell it.
func (b *tab) side() string {
	b.t.Helper()
	for path, side := range map[string]string{"/staff/": "Staff", "/dev/market/": "Demo marketplace"} {
		if strings.HasPrefix(b.path()+"/", path) {
			return side
		}
	}
	return "Account protection"
}

// judge is everything that is checked on every page as it stands.
func (b *tab) judge() []string {
	b.t.Helper()
	wrong := append(b.problems(), b.fits()...)
	if !b.look.noScript {
		wrong = append(wrong, b.axe()...)
	}
	return append(wrong, b.problems()...)
}

// fits says what does not fit as the page is laid out now.
func (b *tab) fits() []string {
	b.t.Helper()
	return tell[[]string](b, "sideways().concat(small(), clipped())")
}

// picture writes the page at two widths in both schemes, when REGAIN_SHOTS names a folder.
func (b *tab) picture(name string) {
	b.t.Helper()
	folder := os.Getenv("REGAIN_SHOTS")
	if folder == "" || b.album == "" {
		return
	}
	b.arrivals++
	own := b.look
	for _, l := range []look{phone, {width: 375, height: 667, dark: true}, console,
		{width: 1280, height: 800, dark: true}} {
		l.noScript = own.noScript
		b.wear(l)
		var png []byte
		const lossless = 100
		b.run("take a picture", chromedp.FullScreenshot(&png, lossless))
		file := filepath.Join(folder, fmt.Sprintf("%s-%02d-%s-%s.png", b.album, b.arrivals, name,
			l))
		if err := os.WriteFile(file, png, 0o644); err != nil {
			b.t.Fatal(err)
		}
	}
	b.wear(own)
}
