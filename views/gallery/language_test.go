package gallery_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"regain/views/gallery"
	"regain/views/words"
)

// plainWord is a word as people, and English, write it: none that Pseudo says has one.
var plainWord = regexp.MustCompile(`[a-z]{3,}`)

// TestLanguageOfPages: whatever an owner reads on a page is said in the language of the page, and by
// sentences that translations have: no page falls back on English. What is written by people, names and
// addresses stand as they are.
func TestLanguageOfPages(t *testing.T) {
	t.Parallel()
	tested := 0
	for _, s := range gallery.Samples() {
		page, state, _ := strings.Cut(s.Name, "/")
		if !spoken(page) || page == "problem" && strings.HasPrefix(state, "staff-") || strings.HasPrefix(state, "case-") || strings.Contains(state, "long") || strings.Contains(state, "markup") {
			continue
		}
		tested++
		var b strings.Builder
		if err := s.View.Render(words.With(t.Context(), words.PseudoTranslation), &b); err != nil {
			t.Fatal(err)
		}
		doc, err := html.ParseWithOptions(strings.NewReader(b.String()), html.ParseOptionEnableScripting(false))
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range unsaid(doc) {
			if strings.Contains(text, "<script>") { // a name that is markup
				continue
			}
			t.Errorf("%s: %q is English", s.Name, text)
		}
	}
	if tested < 100 {
		t.Errorf("%d samples were tested", tested)
	}
}

// spoken reports whether a page is for owners.
func spoken(page string) bool {
	return !slices.ContainsFunc([]string{"staff", "dev", "market"},
		func(of string) bool { return page == of || strings.HasPrefix(page, of+"-") })
}

// unsaid are the texts below n, and the attributes that people read or hear, with plain words. Moments,
// names of time zones, and what reads from left to right is data.
func unsaid(n *html.Node) (list []string) {
	if n.Type == html.TextNode && plainWord.MatchString(data.ReplaceAllString(n.Data, "")) {
		return []string{strings.TrimSpace(n.Data)}
	}
	if n.Type == html.ElementNode {
		for _, a := range n.Attr {
			if slices.Contains([]string{"aria-label", "data-label", "data-done", "data-failed", "data-show",
				"data-hide", "data-words", "data-lost", "data-now", "data-yours", "data-busy", "data-cancelled",
				"data-known", "data-shown", "data-hidden", "alt", "title"}, a.Key) && plainWord.MatchString(data.ReplaceAllString(a.Val, "")) {
				list = append(list, a.Key+"="+a.Val)
			}
			if a.Key == "data-zone" || a.Key == "class" && strings.Contains(" "+a.Val+" ", " ltr ") ||
				a.Key == "class" && strings.Contains(" "+a.Val+" ", " pre ") {
				return list
			}
		}
		if n.Data == "button" && slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "lang" }) {
			return list // a language, by its own name
		}
		if slices.Contains([]string{"time", "script", "style", "svg", "textarea"}, n.Data) {
			return list
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		list = append(list, unsaid(c)...)
	}
	return list
}

// data is what the samples have of people, places and accounts.
var data = regexp.MustCompile(`[\w.•-]+@[\w.•-]+|/[a-z/-]+|[\w.]+\.example|Example Market|\bAcme\b|\bada\b|` +
	`Ada Byron|Ines Rocha|Omar Haddad|Work laptop|iPhone|my phone|Riga|London|Latvia|Brazil|Spain|` +
	`United Kingdom|United States|Germany|France|India|Ukraine|Message to a client|4 messages to 4 people|Somebody changed where your earnings are paid|` +
	`Payouts wait until your account is open|\d+ November(, [\d:]+)?`)
