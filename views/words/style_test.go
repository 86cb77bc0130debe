package words

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

var (
	section  = regexp.MustCompile(`(?m)^## `)
	aside    = regexp.MustCompile(`\([^)]*\)`)
	tableRow = regexp.MustCompile(`(?m)^\| *([^|]+?) *\|`)
	marks    = regexp.MustCompile(`[/;,]`)
)

// terms are the words of the first column of the tables of a section: two in a cell are two terms, and
// what stands in brackets says more of one.
func terms(section string) map[string]bool {
	list := map[string]bool{}
	for _, row := range tableRow.FindAllStringSubmatch(section, -1) {
		cell := strings.TrimSpace(aside.ReplaceAllString(row[1], ""))
		for _, term := range marks.Split(cell, -1) {
			term = strings.ToLower(strings.TrimSpace(term))
			for _, article := range []string{"to ", "a "} {
				term = strings.TrimPrefix(term, article)
			}
			list[strings.TrimSpace(term)] = true
		}
	}
	return list
}

// style is the section of STYLE.md about a language, under its tag.
func style(t *testing.T, tag string) string {
	t.Helper()
	content, err := os.ReadFile("STYLE.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range section.Split(string(content), -1) {
		heading, rest, _ := strings.Cut(text, "\n")
		if strings.HasSuffix(heading, " ("+tag+")") {
			return rest
		}
	}
	return ""
}

// TestGlossary: every language has one word for one thing, written down before it is translated.
func TestGlossary(t *testing.T) {
	t.Parallel()
	wanted := terms(style(t, English.Tag))
	delete(wanted, "term")
	delete(wanted, "---")
	if len(wanted) < 44 {
		t.Fatalf("English has %d terms: %v", len(wanted), wanted)
	}
	for _, l := range All {
		text := style(t, l.Tag)
		if text == "" {
			t.Errorf("STYLE.md has no section “## %s (%s)”", l.Name, l.Tag)
			continue
		}
		has := terms(text)
		for term := range wanted {
			if !has[term] {
				t.Errorf("the glossary of %s lacks %q", l.Name, term)
			}
		}
	}
}
