package gallery_test

import (
	"math"
	"regexp"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"regain/views/gallery"
)

// mostGrade is the years of school that a page of owners may ask for.
const mostGrade = 7

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
		g := grade(said)
		if hardest = max(hardest, g); g > mostGrade {
			t.Errorf("%s asks for %.1f years of school", s.Name, g)
		}
	}
	if tested < 200 {
		t.Errorf("%d pages were tested", tested)
	}
	t.Logf("%d pages, the hardest asks for %.1f years", tested, hardest)
}

// TestGrade: the measure tells what is plain from what is not.
func TestGrade(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{"account": 2, "locked": 1, "added": 2, "device": 2, "people": 2,
		"recovery": 4, "security": 4, "usernames": 3, "code": 1, "codes": 1, "places": 2, "verification": 5,
		"unusual": 4, "table": 2, "use": 1, "see": 1, "the": 1, "safe": 1, "email": 2, "authenticator": 5,
		"review": 2, "reading": 2, "being": 2, "ask": 1, "asked": 1, "2": 1, "notices": 3, "messages": 3} {
		if got := syllables(text); got != want {
			t.Errorf("%s: %d syllables, want %d", text, got, want)
		}
	}
	easy := grade([]string{"We have locked your account.", "Nobody can sign in with it now."})
	hard := grade([]string{"Notwithstanding the aforementioned circumstances, authentication is unavailable pending " +
		"verification of your identity by authorised representatives."})
	if easy > 4 || hard < 15 {
		t.Errorf("easy %.1f, hard %.1f", easy, hard)
	}
}

// sentences are those of the page that end as such.
func sentences(doc *goquery.Document) (list []string) {
	doc.Find("main p, main li, main dd, main small, main label").Each(func(_ int, s *goquery.Selection) {
		if s.Find("p, li, label").Length() > 0 {
			return // it is told by those inside of it
		}
		text := strings.Join(strings.Fields(s.Text()), " ")
		for _, one := range ending.FindAllString(text, -1) {
			if len(spelt.FindAllString(one, -1)) >= 3 {
				list = append(list, one)
			}
		}
	})
	return list
}

var (
	ending = regexp.MustCompile(`[^.!?]+(?:\.\w[^.!?]*)*[.!?](?:\s|$)`)
	spelt  = regexp.MustCompile(`[A-Za-z0-9][\w’'-]*`)
	vowels = regexp.MustCompile(`[aeiouy]+`)
	// silent are endings that are written as a syllable and not spoken as one.
	silent = regexp.MustCompile(`(?:[^aeiouyl]|[aeiouy]l)e$|[^aeiouycgsxz]es$|[^aeioutdy]ed$`)
	hissed = regexp.MustCompile(`(?:sh|ch)es$`)
	// apart are vowels beside each other that are spoken one after the other.
	apart = regexp.MustCompile(`[aeouy]ing$|i[ao](?:$|[^n])|ua[ln]|eo[^p]|^re[aeiou]`)
	whole = regexp.MustCompile(`[tscgx]i[ao](?:$|[^n])|^rea[dlmst]`)
)

// grade is the years of school that the sentences ask for (Kincaid and others, 1975).
func grade(list []string) float64 {
	var n, parts int
	for _, one := range list {
		for _, w := range spelt.FindAllString(one, -1) {
			n, parts = n+1, parts+syllables(w)
		}
	}
	return math.Max(0, 0.39*float64(n)/float64(len(list))+11.8*float64(parts)/float64(n)-15.59)
}

// syllables counts the groups of vowels of an English word, but for those that are silent.
func syllables(word string) int {
	n := 0
	for _, w := range strings.FieldsFunc(strings.ToLower(word), func(r rune) bool { return r < 'a' || r > 'z' }) {
		here := len(vowels.FindAllString(w, -1))
		if silent.MatchString(w) && !hissed.MatchString(w) {
			here--
		}
		here += len(apart.FindAllString(w, -1)) - len(whole.FindAllString(w, -1))
		n += max(here, 1)
	}
	return max(n, 1)
}
