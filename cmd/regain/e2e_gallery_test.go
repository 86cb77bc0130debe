//go:build e2e

package main

import (
	"net/http"
	"regexp"
	"testing"

	"github.com/chromedp/cdproto/network"

	"regain/views/gallery"
)

// steps are the pages that lead an owner back, or ask "was this you?": what to press is in view at once.
// After a mistake the list of mistakes comes first.
var steps = regexp.MustCompile("^(home|link|recover|signin|alert-|account-alert/|address-)")

// longSteps are those where it cannot be. Activity is long by nature; recovery codes have to be seen
// before anybody says that they are saved; whoever has said "this was me" has nothing to press, only to
// correct; and nobody's device has such a name.
var longSteps = regexp.MustCompile("^(recovery-activity/|recovery-codes/|alert-me/done|account-alert/me$|" +
	"(alert|address)-[a-z-]+/(long|markup))")

// notAlone are samples that show other pages of the demo inside of them, which are not there.
const notAlone = "dev-mail-one/normal"

// eachSample runs check on every sample, on two tabs side by side.
func eachSample(t *testing.T, l look, check func(*testing.T, *tab, string)) {
	d := startDemo(t)
	const lanes = 2
	tabs := make(chan *tab, lanes)
	for range lanes {
		b := newTab(t, d.base, l)
		if !l.noScript {
			b.bringAxe()
		}
		tabs <- b
	}
	t.Run("all", func(t *testing.T) {
		for _, s := range gallery.Samples() {
			if s.Name == notAlone {
				continue
			}
			t.Run(s.Name, func(t *testing.T) {
				t.Parallel()
				b := <-tabs
				defer func() { tabs <- b }()
				b.t = t
				if status := b.visit("/dev/gallery/" + s.Name); status != http.StatusOK {
					t.Fatalf("status %d", status)
				}
				check(t, b, s.Name)
			})
		}
	})
}

func report(t testing.TB, where string, wrong []string) {
	t.Helper()
	for _, w := range wrong {
		t.Errorf("%s: %s", where, w)
	}
}

// TestBrowserGallery looks at every page in every state, at every width. axe is slow: it reads each
// state once, and in the dark only the colours of a state that has something in it that no other
// state of the page has. Widths are a matter of layout, which needs no axe.
func TestBrowserGallery(t *testing.T) {
	t.Parallel()
	eachSample(t, phone, func(t *testing.T, b *tab, name string) {
		report(t, name, append(b.shifts("/dev/gallery/"+name), tell[[]string](b, "dead()")...))
		if steps.MatchString(name) && !longSteps.MatchString(name) &&
			!tell[bool](b, "document.getElementById('errors') !== null") {
			report(t, "first view", tell[[]string](b, "below()"))
		}
		report(t, phone.String(), b.judge())
		if inTheDark.news(b) {
			b.wear(look{width: phone.width, height: phone.height, dark: true})
			report(t, b.look.String(), b.axeOn(axeColours))
		}
		for _, l := range []look{console, narrow} {
			b.wear(l)
			report(t, l.String(), append(b.fits(), tell[[]string](b, "mirrored()")...))
		}
		b.wear(look{width: console.width, height: console.height, forced: true})
		report(t, "forced colours", tell[[]string](b, "alike()"))
		b.wear(narrow)
		tell[bool](b, "spread()")
		report(t, "text spacing", tell[[]string](b, "sideways().concat(clipped())"))
		tell[bool](b, "document.adoptedStyleSheets = [], enlarge(200)")
		report(t, "text of 200%", tell[[]string](b, "sideways().concat(clipped())"))
		b.wear(phone)
		report(t, "afterwards", b.problems())
	})
}

// TestBrowserGalleryWithoutScript wants no control that does nothing, whether scripts are off
// or the file of the script does not come.
func TestBrowserGalleryWithoutScript(t *testing.T) {
	t.Parallel()
	off := phone
	off.noScript = true
	eachSample(t, off, func(t *testing.T, b *tab, name string) {
		report(t, "scripts off", tell[[]string](b, "dead().concat(sideways(), small(), clipped())"))
		report(t, "scripts off", b.problems())
		if !tell[bool](b, "document.querySelector('[data-js]') !== null") {
			return // there is nothing that could be dead
		}
		b.wear(phone)
		blocked := &network.BlockPattern{URLPattern: b.base + "/static/app.*.js", Block: true}
		b.run("block the script", network.SetBlockedURLs().WithURLPatterns(
			[]*network.BlockPattern{blocked}))
		b.visit("/dev/gallery/" + name)
		report(t, "script blocked", tell[[]string](b, "dead()"))
		b.run("let the script through", network.SetBlockedURLs())
		b.wear(off)
		_ = b.problems() // that the script did not come is wanted
	})
}
