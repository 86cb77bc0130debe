//go:build e2e

package main

import (
	"cmp"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"regain/static"
	"regain/views/gallery"
	"regain/views/words"
)

// ofStaff are the samples that no owner sees: they are in English alone.
var ofStaff = regexp.MustCompile("^(staff|dev|market|problem/(staff|case)-)")

// strange are samples with data that nobody has: what is as long or as odd in all languages.
var strange = regexp.MustCompile("[/-](long|markup)$")

// axeWords is what axe-core can tell of another language: colours are those of English.
const axeWords = `{ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
	rules: { 'target-size': { enabled: true }, 'color-contrast': { enabled: false } } }`

// readings are the languages in which a sample is looked at: all where it is the first of its page, else
// the one with the longest words and the one from right to left. Where these are not there yet, the
// languages of tests take their place.
func readings(first bool) []*words.Language {
	list := []*words.Language{cmp.Or(words.All.Find("de"), words.Pseudo), cmp.Or(words.All.Find("ar"), words.Mirrored)}
	for _, l := range words.All {
		if first && l != words.English && l != list[0] && l != list[1] {
			list = append(list, l)
		}
	}
	return list
}

// inLanguages serves the gallery in every language, under its tag.
func inLanguages(t *testing.T) string {
	pages := http.NewServeMux()
	pages.HandleFunc("/static/", func(w http.ResponseWriter, r *http.Request) {
		body, kind, ok := static.Open(strings.TrimPrefix(r.URL.Path, "/static/"))
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", kind)
		_, _ = w.Write(body) // a browser that went away is no fault of the page
	})
	for _, l := range readings(true) {
		pages.HandleFunc("/"+l.Tag+"/{name...}", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			for _, s := range gallery.Samples() {
				if s.Name != r.PathValue("name") {
					continue
				}
				if err := s.View.Render(words.With(r.Context(), l), w); err != nil {
					t.Error(err)
				}
			}
		})
	}
	server := httptest.NewServer(pages)
	t.Cleanup(server.Close)
	return server.URL
}

// TestBrowserLanguages looks at every page of owners in other languages than English, as narrow as a phone
// or as a screen that is enlarged to 400 %. axe reads the first state of each page in the language from
// right to left.
func TestBrowserLanguages(t *testing.T) {
	t.Parallel()
	base := inLanguages(t)
	const lanes = 2
	tabs := make(chan *tab, lanes)
	for range lanes {
		tabs <- newTab(t, base, narrow)
	}
	seen := map[string]bool{}
	t.Run("all", func(t *testing.T) {
		for _, s := range gallery.Samples() {
			page, _, _ := strings.Cut(s.Name, "/")
			if ofStaff.MatchString(s.Name) || strange.MatchString(s.Name) {
				continue
			}
			first := !seen[page]
			seen[page] = true
			t.Run(s.Name, func(t *testing.T) {
				t.Parallel()
				b := <-tabs
				defer func() { tabs <- b }()
				b.t = t
				for _, l := range readings(first) {
					b.visit("/" + l.Tag + "/" + s.Name)
					report(t, l.Tag, tell[[]string](b, "sideways().concat(small(), clipped(), torn(), tall())"))
					if first && l.RightToLeft() {
						report(t, l.Tag, b.axeOn(axeWords))
					}
					report(t, l.Tag, b.problems())
				}
			})
		}
	})
}
