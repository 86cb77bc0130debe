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

// TestDirectionOfPages: on a page that reads from right to left, whatever reads from left to right is kept
// apart from the words around it, or its parts would change places: names, addresses, codes, phone numbers.
func TestDirectionOfPages(t *testing.T) {
	t.Parallel()
	for _, s := range gallery.Samples() {
		if strings.HasPrefix(s.Name, "dev") || strings.HasPrefix(s.Name, "market") {
			continue
		}
		var b strings.Builder
		if err := s.View.Render(words.With(t.Context(), words.Mirrored), &b); err != nil {
			t.Fatal(err)
		}
		doc, err := html.Parse(strings.NewReader(b.String()))
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range mixed(doc, forStaff(s.Name)) {
			t.Errorf("%s: %s", s.Name, text)
		}
	}
}

var (
	// isolates are what is set apart in plain text (Unicode UAX 9).
	isolates = regexp.MustCompile(`[\x{2066}\x{2068}][^\x{2069}]*\x{2069}`)
	// leftward is a letter of Latin, or digits whose groups would change places.
	leftward = regexp.MustCompile(`[A-Za-z]|\+ ?\d|\d[.:/ -]\d`)
)

// mixed are the texts below n with what is not kept apart, and the fields without a direction. Staff read
// English, so of their pages only fields are looked at.
func mixed(n *html.Node, staff bool) (list []string) {
	if n.Type == html.TextNode {
		if text := isolates.ReplaceAllString(n.Data, ""); leftward.MatchString(text) && !staff {
			return []string{strings.TrimSpace(n.Data) + " in " + n.Parent.Data}
		}
		return nil
	}
	if n.Type == html.ElementNode {
		if slices.Contains([]string{"time", "script", "noscript", "title", "bdi", "svg"}, n.Data) {
			return nil
		}
		if directed(n) {
			return nil
		}
		if field := n.Data == "textarea" || n.Data == "input" && slices.Contains([]string{"text", "password",
			"search", "tel", "email"}, attribute(n, "type")); field {
			return []string{"the field " + attribute(n, "name") + " has no direction"}
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		list = append(list, mixed(c, staff)...)
	}
	return list
}

// forStaff reports whether a sample is of a page that staff alone see.
func forStaff(name string) bool {
	return strings.HasPrefix(name, "staff") || strings.HasPrefix(name, "problem/staff-") ||
		strings.HasPrefix(name, "problem/case-")
}

// directed reports whether n keeps its text apart from what is around it.
func directed(n *html.Node) bool {
	return n.Data != "html" && attribute(n, "dir") != "" ||
		slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "data-zone" }) ||
		slices.Contains(strings.Fields(attribute(n, "class")), "ltr")
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}
