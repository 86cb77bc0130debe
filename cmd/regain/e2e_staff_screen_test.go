//go:build e2e

package main

import (
	"testing"

	"regain/cmd/regain/demo"
)

// bottoms are how far down the page the parts end.
func (b *tab) bottoms(parts string) float64 {
	b.t.Helper()
	return tell[float64](b, "Math.max(...[...document.querySelectorAll('"+parts+
		"')].map(e => e.getBoundingClientRect().bottom + scrollY))")
}

// TestBrowserCaseScreen wants everything that decides a case on one screen, before it is taken and after.
func TestBrowserCaseScreen(t *testing.T) {
	t.Parallel()
	d := startDemo(t)
	b := newTab(t, d.base, console)
	b.signIn(d, demo.Ines)
	const parts = "#why, .map, #places, #owner, #history h2, #history .tabs, #history ol:first-of-type > :first-child, #decide"
	fits := func(when string) {
		t.Helper()
		if n := len(tell[[]string](b, "found('"+parts+"')")); n < 7 {
			t.Fatalf("%s: only %d parts", when, n)
		}
		if at := b.bottoms(parts); at > 800 {
			t.Errorf("%s: the parts end at %.0f", when, at)
		}
	}
	for _, p := range []demo.Person{demo.Mary, demo.Joan} {
		b.visit("/staff/cases")
		b.opens(p)
		fits(p.Username)
	}
	b.visit("/staff/cases?tab=waiting")
	b.opens(demo.Ada)
	fits("ada")
	b.wants(200, b.press("form[action$='/take'] .btn"))
	b.visit(b.path())
	fits("ada, taken")
}
