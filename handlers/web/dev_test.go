package web_test

import (
	"context"
	"strings"
	"testing"

	"regain/handlers"
	"regain/handlers/handlertest"
	"regain/views"
	"regain/views/gallery"
	"regain/views/words"
)

func demo(s *handlers.Server) {
	s.Dev = &handlers.Dev{
		People: func(context.Context) ([]views.DevPerson, error) {
			return []views.DevPerson{{Name: "Ada Byron", SignIn: "ada", Door: "/signin",
				Password: "two words", Mails: "/dev/mail?to=a%40b"}}, nil
		},
		Staff: func() ([]views.DevPerson, error) {
			return []views.DevPerson{{Name: "Ines", SignIn: "i@s", Door: "/staff/signin", Code: "123456"}}, nil
		},
		Letters: func(context.Context) ([]handlers.Letter, error) {
			return []handlers.Letter{
				{ID: "m2", To: "b@b", Subject: "Second", Text: "no link"},
				{ID: "m1", To: "a@b", Kind: "hello", Subject: "First", HTML: `<p style="color:red">Hi</p>`,
					Text:    "Open https://protect.example/r/abc\nnow",
					Headers: []views.Fact{{Label: words.As("To"), Value: words.As("a@b")}}},
			}, nil
		},
	}
}

func TestDemo(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t, demo)
	b.Open("/dev").On(200, "dev").Wants(200, `a[href="/dev/mail?to=a%40b"]`, "Ada Byron").
		Wants(200, `code[id="ada.password"]`, "two words").
		Wants(200, `button[data-copy="i@s.code"]`, "Copy code of Ines")
	b.Open("/signin?identifier=ada").Wants(200, `#identifier[value="ada"]`, "")
	b.Open("/staff/signin?identifier=i%40s").Wants(200, `#identifier[value="i@s"]`, "")
	b.Open("/dev/mail/newest?to=a%40b&kind=hello").Wants(303, "", "/dev/mail/m1").Follow().On(200, "dev-mail-one")
	b.Open("/dev/mail/newest?to=a%40b&kind=bye").Follow().On(200, "dev-mail").
		Wants(200, ".note", "No mails yet")
	b.Open("/dev/mail").On(200, "dev-mail").Wants(200, `a[href="/dev/mail/m2"]`, "Second")
	b.Open("/dev/mail?to=a%40b").Wants(200, `a[href="/dev/mail/m1"]`, "First")
	if b.Doc.Find(`a[href="/dev/mail/m2"]`).Length() != 0 {
		t.Error("the mails of others are listed")
	}
	b.Open("/dev/mail/m1").On(200, "dev-mail-one").
		Wants(200, `a[href="https://protect.example/r/abc"]`, "").
		Wants(200, `iframe[src="/dev/mail/m1/html"]`, "")
	if order := b.Doc.Find("main iframe, main dl.facts").First(); !order.Is("iframe") {
		t.Error("the headers of a mail stand before what it says")
	}
	page := b.Header.Get("Content-Security-Policy")
	if !strings.HasSuffix(page, "; frame-src 'self'") {
		t.Errorf("policy of the page %q", page)
	}
	b.Open("/dev/mail/m1/html").Wants(200, "p[style]", "Hi")
	want := "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; " +
		"style-src 'unsafe-inline'; frame-ancestors 'self'"
	if got := b.Header.Get("Content-Security-Policy"); got != want {
		t.Errorf("policy of the mail %q", got)
	}
	for _, path := range []string{"/dev/mail/m3", "/dev/mail/m3/html", "/dev/gallery/none"} {
		b.Open(path).Wants(404, "h1", "There is no such page")
	}
	b.Open("/").Wants(200, ".demo", "Demo.")
}

func TestGallery(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t, demo)
	b.Open("/dev/gallery").On(200, "dev-gallery")
	links := b.Doc.Find(`main a[href^="/dev/gallery/"]`)
	if links.Length() != len(gallery.Samples()) || links.Length() == 0 {
		t.Errorf("%d links to %d samples", links.Length(), len(gallery.Samples()))
	}
	for _, e := range links.EachIter() {
		if b.Open(e.AttrOr("href", "")); b.Status != 200 {
			t.Errorf("%s: %d", b.Path, b.Status)
		}
	}
}

func TestNoDemoInProduction(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	for _, path := range []string{"/dev", "/dev/mail", "/dev/mail/newest", "/dev/gallery", "/dev/market",
		"/dev/market/hooks"} {
		b.Open(path).Wants(404, "h1", "There is no such page")
		b.Post(path, nil).Wants(404, "h1", "There is no such page")
	}
	for _, path := range []string{"/signin", "/staff/signin"} {
		b.Open(path+"?identifier=ada").Wants(200, `#identifier:not([value="ada"])`, "")
	}
}
