//go:build e2e

package main

import (
	"net/http"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/google/go-cmp/cmp"

	"regain/cmd/regain/demo"
)

// stop is where the Tab key has led: At counts the elements of the page up to there, and is -1
// when the focus is nowhere.
type stop struct {
	Name, Group string
	At          int
	Wrong       []string
}

// stroke is one press of a key. The driver's own sends the letter apart, so that it reaches
// whatever the press has moved the focus to, which no browser does with a real keyboard.
func stroke(key string) chromedp.Action {
	events := kb.Encode([]rune(key)[0])
	if len(events) > 2 {
		events[0].Text, events[0].UnmodifiedText = events[1].Text, events[1].UnmodifiedText
	}
	return chromedp.Tasks{events[0], events[len(events)-1]}
}

// key presses one key and says where the focus is then.
func (b *tab) key(key string) stop {
	b.t.Helper()
	b.run("press a key", stroke(key))
	return tell[stop](b, "stop()")
}

// most is more stops than any page has.
const most = 120

// round presses Tab all through the page and says what is wrong on the way: a stop that shows no
// ring or is covered, an order other than that of the page, a stop left out, a trap.
func (b *tab) round() []string {
	b.t.Helper()
	var wrong, names []string
	last := -1
	for range most {
		s := b.key(kb.Tab)
		if s.At < 0 || len(names) > 0 && s.Name == names[0] && s.At < last {
			want := tell[[]string](b, "stops()")
			if diff := cmp.Diff(want, names); diff != "" {
				wrong = append(wrong, "stops (-of the page +of the Tab key):\n"+diff)
			}
			return wrong
		}
		wrong, names = append(wrong, s.Wrong...), append(names, s.Name)
		if s.At < last {
			wrong = append(wrong, "order: back to "+s.Name)
		}
		last = s.At
	}
	return append(wrong, "trap: Tab never leaves the page")
}

// to presses Tab until the focus is on what selector finds.
func (b *tab) to(selector string) {
	b.t.Helper()
	here := "document.activeElement.matches(`" + selector + "`)"
	for range most {
		s := b.key(kb.Tab)
		for _, w := range s.Wrong {
			b.t.Errorf("on the way to %s: %s", selector, w)
		}
		if tell[bool](b, here) {
			return
		}
	}
	b.t.Fatalf("Tab does not lead to %s", selector)
}

// enter presses Enter and follows.
func (b *tab) enter() int64 {
	b.t.Helper()
	return b.follow("press Enter", stroke(kb.Enter))
}

// types types into what has the focus.
func (b *tab) types(text string) {
	b.t.Helper()
	b.run("type", chromedp.KeyEvent(text))
}

// arriveByKey arrives and goes once around the page.
func (b *tab) arriveByKey(name, heading string) {
	b.t.Helper()
	b.arrive(name, heading)
	report(b.t, name, b.round())
}

// TestBrowserKeyboard goes the whole way with Tab, Space, Enter, an arrow and letters.
func TestBrowserKeyboard(t *testing.T) {
	t.Parallel()
	d := startDemo(t)
	b := newTab(t, d.base, console)
	b.visit(d.lockoutLink(demo.Ada))
	b.skips()
	b.to("main .btn")
	b.wants(http.StatusOK, b.enter())

	b.arriveByKey("recovery-password", headingPassword)
	b.to("[data-reveal]")
	b.key(" ")
	b.reads("[data-reveal]", "Hide")
	b.to("form[action='/recovery/password'] .btn:not([type=button])")
	b.wants(http.StatusUnprocessableEntity, b.enter())
	b.arrive("recovery-password", headingPassword)
	b.to("#errors a")
	b.key(kb.Enter)
	b.types(strong)
	b.wants(http.StatusOK, b.enter())

	b.arriveByKey("recovery-two-factor", headingApp)
	b.to("#code")
	b.types(appCode(t, b.text("[data-totp-secret]")))
	b.wants(http.StatusOK, b.enter())

	b.arriveByKey("recovery-codes", headingCodes)
	b.to("#saved")
	b.key(" ")
	b.to(codesForm + ".btn")
	b.wants(http.StatusOK, b.enter())
	b.finishByKey()
}

// skips takes the first stop of a page, which leads past the header.
func (b *tab) skips() {
	b.t.Helper()
	report(b.t, "link", b.round())
	b.to(".skip")
	report(b.t, "skip link", tell[[]string](b, "small()"))
	b.key(kb.Enter)
	if s := b.key(kb.Tab); !tell[bool](b, "document.activeElement.closest('main') !== null") {
		b.t.Errorf("after the skip link comes %s", s.Name)
	}
}

func (b *tab) finishByKey() {
	b.t.Helper()
	b.arriveByKey("recovery-activity", headingActivity)
	var groups []string
	for range most {
		s := b.key(kb.Tab)
		if s.Group != "" && !slices.Contains(groups, s.Group) {
			groups = append(groups, s.Group)
			b.key(" ")
			b.key(kb.ArrowDown)
		}
		if tell[bool](b, "document.activeElement.matches('main form .row > .btn')") {
			break
		}
	}
	chosen := tell[[]string](b, "[...document.querySelectorAll(':checked')].map(e => e.value)")
	if len(groups) == 0 || len(chosen) != len(groups) || slices.Contains(chosen, "me") {
		b.t.Errorf("chose %q in %q", chosen, groups)
	}
	b.wants(http.StatusOK, b.enter())

	b.arriveByKey("recovery-support", headingSupport)
	b.to("[name=topic]")
	b.types("Something")
	b.to("#message")
	b.types("I wait for your answer.")
	b.to("main form .row > .btn")
	b.wants(http.StatusOK, b.enter())
	b.arriveByKey("recovery-status", headingStatus)
	b.reads("main", "I wait for your answer.")
}
