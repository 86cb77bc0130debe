package web_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"

	"regain/handlers/handlertest"
	"regain/security/genuine"
	"regain/security/limits"
	"regain/views/words"
)

// TestProtectLink: whoever pastes a link is told whose it is, and nothing on the page can be followed
// to it.
func TestProtectLink(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	for _, c := range []struct{ pasted, verdict, heading, why, marked string }{
		{b.URL + "/recover", "ours", "Ours: 127.0.0.1", "", ""},
		{"https://www.market.example/jobs", "ours", "Ours: www.market.example", "", ""},
		{"market.example", "ours", "Ours: market.example", "no https:// in front", ""},
		{"http://market.example", "unclear", "Be careful: market.example", "begins with http://", "http"},
		{"https://market.example@evil.example/x", "not_ours", "Not ours: evil.example", "before the @",
			"market.example@"},
		{"Hi! Sign in at https://market.example.evil.com/a now", "not_ours",
			"Not ours: market.example.evil.com", "", "market.example."},
		{"javascript:alert(1)", "not_ours", "This link is not ours", "small program", "javascript:"},
		{"https://market.example/a\u202egpj", "unclear", "Be careful: market.example", "nobody can see",
			"U+202E"},
		{"https://market.example/a and https://evil.example/b", "not_ours",
			"Not all of these 2 links are ours", "", ""},
	} {
		b.Open("/protect/link").On(200, "protect-link").Fill("link", c.pasted).Submit()
		b.Wants(303, "", "/protect/link?checked=1").Follow().On(200, "protect-link")
		b.Wants(200, "[data-verdict="+c.verdict+"] h1", c.heading)
		if c.why != "" {
			b.Wants(200, "[data-verdict] .list", c.why)
		}
		if c.marked != "" {
			b.Wants(200, "[data-verdict] mark", c.marked)
		}
		if got := b.Doc.Find("[data-verdict] a, [data-verdict] [href], main [src]").Length(); got != 0 {
			t.Errorf("%q: %d things can be followed", c.pasted, got)
		}
		b.Doc.Find("a").Each(func(_ int, a *goquery.Selection) {
			if href := a.AttrOr("href", ""); strings.Contains(href, "evil") || strings.Contains(href, "javascript") {
				t.Errorf("%q: a link to %q", c.pasted, href)
			}
		})
	}
}

// TestProtectLinkRefused: each refusal says what to do, and what was pasted is still there.
func TestProtectLinkRefused(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	long := strings.Repeat("x", genuine.MaxLinkText+1)
	for pasted, code := range map[string]string{"": "link_missing", " \n ": "link_missing",
		"hello there": "link_none", "ada@market.example": "link_none", long: "link_long"} {
		b.Open("/protect/link").Fill("link", pasted).Submit().On(422, "protect-link")
		want := words.Say(code)
		if code == "link_long" {
			want = words.Say(code, genuine.MaxLinkText)
		}
		b.Wants(422, ".error", want.String())
		if got := b.Doc.Find("textarea").Text(); strings.TrimSpace(got) != strings.TrimSpace(pasted) {
			t.Errorf("%q became %q", pasted, got)
		}
	}
}

// TestProtectLinkKeeps: what was pasted is in no table, and only in the cookie of its browser until the
// form is opened anew. What is too long for a cookie is answered at once.
func TestProtectLinkKeeps(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	before := rows(t, b)
	b.Open("/protect/link").Fill("link", "https://a-secret.example/token").Submit().Follow()
	b.Wants(200, "h1", "Not ours: a-secret.example")
	b.Open("/protect/link?checked=1").Wants(200, "h1", "Not ours: a-secret.example")
	b.Other().Open("/protect/link?checked=1").Wants(200, "h1", "Is this link really ours?")
	b.Open("/protect/link").Wants(200, "h1", "Is this link really ours?")
	b.Open("/protect/link?checked=1").Wants(200, "h1", "Is this link really ours?")

	b.Open("/protect/link").Fill("link", "https://a-secret.example/"+strings.Repeat("&", 3000)).Submit()
	b.On(200, "protect-link").Wants(200, "h1", "Not ours: a-secret.example")
	after := rows(t, b)
	for table := range after {
		if table != "limits" && !cmp.Equal(before[table], after[table]) {
			t.Errorf("table %s has changed: %s", table, cmp.Diff(before[table], after[table]))
		}
	}
	if log := b.Log.String(); strings.Contains(log, "a-secret") {
		t.Error("the link is in the log")
	}
}

// TestProtectLinkLimit: nobody asks without end.
func TestProtectLinkLimit(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Open("/protect/link")
	form := url.Values{"link": {"https://evil.example/"}}
	for range limits.Links.Burst {
		b.Post("/protect/link", form).Wants(303, "", "/protect/link?checked=1")
	}
	b.Post("/protect/link", form).On(429, "problem")
	b.Post("/protect/link", url.Values{"link": {"none"}}).On(422, "protect-link")
}
