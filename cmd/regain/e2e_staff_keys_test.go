//go:build e2e

package main

import (
	"net/http"
	"testing"

	"github.com/chromedp/chromedp"

	"regain/cmd/regain/demo"
)

// TestBrowserKeys goes through the queue with single keys, and switches them off.
func TestBrowserKeys(t *testing.T) {
	t.Parallel()
	d := startDemo(t)
	b := newTab(t, d.base, console)
	b.album = "keys"
	b.signIn(d, demo.Ines)
	b.arrive("staff-cases", headingCases)
	focused := func() string { return tell[string](b, "document.activeElement.id || document.activeElement.innerText") }
	rows := tell[[]string](b, "[...document.querySelectorAll('tbody th a')].map(e => e.innerText)")
	if len(rows) < 2 {
		t.Fatalf("the queue has %v", rows)
	}
	for _, step := range []struct{ keys, want string }{{"j", rows[0]}, {"j", rows[1]}, {"k", rows[0]},
		{"k", rows[0]}, {"/", "q"}, {"jk?", "q"}} {
		b.types(step.keys)
		if got := focused(); got != step.want {
			t.Errorf("%q leads to %q, want %q", step.keys, got, step.want)
		}
	}
	// This browser is driven by key and by letter apart, so that the key which leads here writes too.
	if got := tell[string](b, "document.querySelector('#q').value"); got != "/jk?" {
		t.Errorf("the field holds %q", got)
	}
	b.visit("/staff/cases")
	free := "tbody tr:has([data-key=t]) th a"
	number := b.text(free)
	b.run("focus", chromedp.Focus(free, chromedp.ByQuery))
	b.wants(http.StatusOK, b.follow("take", chromedp.KeyEvent("t")))
	b.arrive("staff-case", "Case "+number)
	b.reads("[role=status]", "yours")
	b.wants(http.StatusOK, b.follow("ask for the keys", chromedp.KeyEvent("?")))
	b.arrive("staff-help", "Keys")
	b.wants(http.StatusOK, b.press("main form .btn"))
	b.arrive("staff-help", "Keys")
	b.visit("/staff/cases")
	b.types("j/")
	if got := tell[bool](b, "document.activeElement === document.body"); !got {
		t.Errorf("keys that are off lead to %q", focused())
	}
	b.visit("/staff")
	b.arrive("staff", headingBoard)
}
