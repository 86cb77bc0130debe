//go:build e2e

package main

import (
	"context"
	"regexp"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// TestBrowserTimes: pages tell moments in the zone of whoever reads; what has to read like a mail
// stays as it is.
func TestBrowserTimes(t *testing.T) {
	t.Parallel()
	d := startDemo(t)
	b := newTab(t, d.base, phone)
	b.run("travel", chromedp.ActionFunc(func(ctx context.Context) error {
		return emulation.SetTimezoneOverride("America/New_York").Do(ctx)
	}))
	for _, row := range []struct{ page, selector, want string }{
		{"recovery-status/review", "dl time", `^Monday,? 23 November 2026, 03:31 \(your time, .+\)$`},
		{"account-sessions/normal", "li time", `^[A-Z][a-z]{2},? \d{1,2} November 2026, \d\d:\d\d$`},
		{"account-sessions/normal", "[data-zone]", "^your time$"},
		{"account-sessions/normal", "[data-until]", `^09:32 \(your time\)$`},
		{"genuine/known", "dl time", `^20 November 2026, 08:30 \(London time\)$`},
	} {
		b.visit("/dev/gallery/" + row.page)
		if got := b.text(row.selector); !regexp.MustCompile(row.want).MatchString(got) {
			t.Errorf("%s: %s says %q, want %s", row.page, row.selector, got, row.want)
		}
	}
}
