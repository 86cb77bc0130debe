package mail_test

import (
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"

	"regain/security/notice"
)

// unflowed is the paragraphs of a flowed text as a mail program shows them (RFC 3676, 4.2), a quoted
// one with "> " before it.
func unflowed(text string) []string {
	var all []string
	open, was := false, false
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		rest := strings.TrimLeft(line, ">")
		quoted := rest != line
		rest = strings.TrimPrefix(rest, " ")
		switch {
		case open && was == quoted:
			all[len(all)-1] += rest
		case quoted:
			all = append(all, "> "+rest)
		default:
			all = append(all, rest)
		}
		open, was = strings.HasSuffix(rest, " "), quoted
	}
	return all
}

// TestFlowed: a mail program that joins the lines of a paragraph shows the paragraphs of the letter,
// and joins nothing to a link, a code or a heading.
func TestFlowed(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("words and ", 20)
	samples := append(notice.All(),
		notice.MoreNeeded{Text: "> quoted\nFrom here on\n\n" + long + "\n-- \nme"})
	for _, n := range samples {
		m := render(t, n, envelope(), site())
		var want []string
		doc := seen(t, m.HTML)
		doc.Find("[data-frame]").Remove()
		doc.Find("h2, p").Each(func(_ int, e *goquery.Selection) { want = append(want, plain(e.Text())) })
		var got []string
		for _, p := range unflowed(m.Text) {
			if p != "" && !strings.HasPrefix(p, "> ") {
				got = append(got, p)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: paragraphs (-letter +unflowed):\n%s", n.Kind(), diff)
		}
		for line := range strings.Lines(m.Text) {
			if len([]rune(line)) > 79 && !strings.Contains(line, "://") {
				t.Errorf("%s: a line of more than 78 characters: %q", n.Kind(), line)
			}
			if strings.HasPrefix(line, "From ") {
				t.Errorf("%s: a line that begins another mail: %q", n.Kind(), line)
			}
		}
	}
	m := render(t, samples[len(samples)-1], envelope(), site())
	var got []string
	for _, p := range unflowed(m.Text) {
		if strings.HasPrefix(p, "> ") {
			got = append(got, p)
		}
	}
	want := []string{"> > quoted", "> From here on", "> ", "> " + strings.TrimSpace(long), "> --", "> me"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("quote (-as written +unflowed):\n%s\n%s", diff, m.Text)
	}
}
