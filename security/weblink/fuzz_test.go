package weblink_test

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"regain/security/weblink"
)

// certain is what a link of ours looks like when no program can read it in two ways.
var certain = regexp.MustCompile("^(?is)(https://)?([-a-z0-9!\"$&'()+,.;=_`{}~]+\\.)?" +
	`hirewell\.(com|co\.uk)(:(0*443)?)?([/?#].*)?$`)

func FuzzLink(f *testing.F) {
	for _, r := range table(f) {
		f.Add(r.link)
	}
	j := judge(f)
	f.Fuzz(func(t *testing.T, link string) {
		a := j.Link(link, bad)
		if a.Verdict == weblink.Ours &&
			!certain.MatchString(strings.TrimFunc(link, func(c rune) bool { return c <= ' ' })) {
			t.Errorf("%q is taken for ours", link)
		}
		for _, r := range a.Reasons {
			if a.Verdict == weblink.Ours && r != weblink.NoScheme {
				t.Errorf("%q is ours, with %s", link, r)
			}
		}
		for _, p := range a.Parts {
			if !utf8.ValidString(p.Text) || strings.ContainsAny(p.Text, "\u202e\u200b\n\r\t") {
				t.Errorf("%q is drawn as %q", link, p.Text)
			}
		}
		if a.Host != "" && (len(weblink.Names(link)) == 0 || weblink.Key(link) == "") &&
			strings.Trim(a.Host, ".") != "" {
			t.Errorf("%q has a host, but no name for it", link)
		}
		if len(j.Text(link, bad)) > weblink.MaxLinks {
			t.Error("too many links")
		}
	})
}

// FuzzText looks whether a link that was put into a text is found in it.
func FuzzText(f *testing.F) {
	f.Add("See ", " for more.")
	f.Add("<a href=\"", "\">here</a>")
	f.Add("(", ")")
	j := judge(f)
	f.Fuzz(func(t *testing.T, before, after string) {
		const link = "https://evil.example/path?x=1"
		text := before + " " + link + " " + after
		found := j.Text(text, nil)
		for _, a := range found {
			if a.Host == "evil.example" {
				return
			}
		}
		if len(found) < weblink.MaxLinks {
			t.Errorf("%q: the link is not found: %v", text, j.Find(text))
		}
	})
}
