package gallery_test

import (
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"regain/views/gallery"
	"regain/views/words/plaintest"
)

// TestPagesArePlain: what an owner reads on a page is understood by whoever went to school for seven years
// (Flesch-Kincaid), as a whole. Data of people counts as what it is, and labels and headings are no
// sentences.
func TestPagesArePlain(t *testing.T) {
	t.Parallel()
	tested, hardest := 0, 0.0
	for _, s := range gallery.Samples() {
		_, state, _ := strings.Cut(s.Name, "/")
		if forStaff(s.Name) || strings.HasPrefix(s.Name, "dev") || strings.HasPrefix(s.Name, "market") ||
			state == "long" || state == "markup" {
			continue
		}
		said := sentences(draw(t, s))
		if len(said) < 5 {
			continue // too little to tell
		}
		tested++
		g := plaintest.Grade(said)
		if hardest = max(hardest, g); g > plaintest.MostGrade {
			t.Errorf("%s asks for %.1f years of school", s.Name, g)
		}
	}
	if tested < 200 {
		t.Errorf("%d pages were tested", tested)
	}
	t.Logf("%d pages, the hardest asks for %.1f years", tested, hardest)
}

// sentences are those of the page that end as such.
func sentences(doc *goquery.Document) (list []string) {
	doc.Find("main p, main li, main dd, main small, main label").Each(func(_ int, s *goquery.Selection) {
		if s.Find("p, li, label").Length() > 0 {
			return // it is told by those inside of it
		}
		list = append(list, plaintest.Sentences(s.Text())...)
	})
	return list
}
