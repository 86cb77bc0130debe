//go:build e2e

package main

import (
	"bytes"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"
	"golang.org/x/net/html"

	"regain/views/gallery"
)

// steps are the pages that lead an owner back, or ask "was this you?": what to press is in view at once.
// After a mistake the list of mistakes comes first.
var steps = regexp.MustCompile("^(home|link|recover|signin|alert-|account-alert/|address-)")

// longSteps are those where it cannot be. Activity is long by nature, as a list of files is; recovery
// codes have to be seen before anybody says that they are saved; whoever has said "this was me" has
// nothing to press, only to correct; whoever is asked whether a password is theirs answers first, and chooses
// another one below; and nobody's device, and no organisation, has such a name.
var longSteps = regexp.MustCompile("^(recovery-activity/|recovery-codes/|recovery-support/files$|alert-me/done|account-alert/me$|" +
	"(alert|address)-[a-z-]+/(long|markup)|signin-sso/(long|markup)|recovery-password/(elsewhere-markup|set-before$))")

// notAlone are samples that show other pages of the demo inside of them, which are not there.
const notAlone = "dev-mail-one/normal"

// eachSample runs check on every sample that is wanted, on two tabs side by side.
func eachSample(t *testing.T, l look, wanted func(gallery.Sample) bool, check func(*testing.T, *tab, string)) {
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
			if s.Name == notAlone || !wanted(s) {
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
// state once, and the colours, by day and in the dark, only of a state that has something in it that no
// other state of the page has. Widths are a matter of layout, which needs no axe.
func TestBrowserGallery(t *testing.T) {
	t.Parallel()
	every := func(gallery.Sample) bool { return true }
	eachSample(t, phone, every, func(t *testing.T, b *tab, name string) {
		report(t, name, append(b.shifts("/dev/gallery/"+name), tell[[]string](b, "dead()")...))
		if steps.MatchString(name) && !longSteps.MatchString(name) &&
			!tell[bool](b, "document.getElementById('errors') !== null") {
			report(t, "first view", tell[[]string](b, "below()"))
		}
		news := inColours.news(b)
		report(t, phone.String(), append(b.problems(), b.fits()...))
		if news {
			report(t, phone.String(), b.axe())
			b.wear(look{width: phone.width, height: phone.height, dark: true})
			report(t, b.look.String(), b.axeOn(axeColours))
		} else {
			report(t, phone.String(), b.axeOn(axeShapes))
		}
		laidOut := func() []string { return append(b.fits(), tell[[]string](b, "mirrored()")...) }
		b.wear(console)
		report(t, console.String(), laidOut())
		b.wear(look{width: console.width, height: console.height, forced: true})
		report(t, "forced colours", tell[[]string](b, "alike()"))
		b.wear(narrow)
		report(t, narrow.String(), laidOut())
		report(t, "text spacing", tell[[]string](b, "spread() && sideways().concat(clipped())"))
		report(t, "text of 200%", tell[[]string](b, "(document.adoptedStyleSheets = [], enlarge(200)) && "+
			"sideways().concat(clipped())"))
		b.wear(phone)
		report(t, "afterwards", b.problems())
	})
}

// bare keeps, of the samples of a page, those which are drawn of something that none before them had, and
// those with words of unusual length: without scripts only what is drawn decides how a page is laid out, and
// every other sample has been looked at with scripts.
func bare(t *testing.T) func(gallery.Sample) bool {
	drawn := map[string]bool{}
	return func(s gallery.Sample) bool {
		var page bytes.Buffer
		if err := s.View.Render(t.Context(), &page); err != nil {
			t.Fatal(err)
		}
		root, err := html.ParseWithOptions(&page, html.ParseOptionEnableScripting(false))
		if err != nil {
			t.Fatal(err)
		}
		name, _, _ := strings.Cut(s.Name, "/")
		before := len(drawn)
		for n := range root.Descendants() {
			if n.Type == html.ElementNode && n.Parent != nil {
				drawn[name+": "+tagOf(n.Parent)+" > "+tagOf(n)] = true
			}
		}
		return len(drawn) > before || strange.MatchString(s.Name)
	}
}

// tagOf is the kind of an element: its name, and those of its attributes that decide how it is drawn and
// whether it works without scripts.
func tagOf(n *html.Node) string {
	kind := n.Data
	for _, a := range n.Attr {
		switch {
		case slices.Contains([]string{"class", "role", "type", "hidden", "open", "aria-invalid",
			"aria-current"}, a.Key):
			kind += " " + a.Key + "=" + a.Val
		case strings.HasPrefix(a.Key, "data-"):
			kind += " " + a.Key
		}
	}
	return kind
}

// TestBrowserGalleryWithoutScript wants no control that does nothing, whether scripts are off
// or the file of the script does not come.
func TestBrowserGalleryWithoutScript(t *testing.T) {
	t.Parallel()
	off := phone
	off.noScript = true
	eachSample(t, off, bare(t), func(t *testing.T, b *tab, name string) {
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
