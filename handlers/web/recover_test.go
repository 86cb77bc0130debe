package web_test

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/handlers/handlertest"
)

func contains(text, part string) bool { return strings.Contains(text, part) }

// seen is all that a stranger can tell of an answer. Values that are random by their nature
// are replaced by their length.
func seen(b *handlertest.Browser) map[string]string {
	all := map[string]string{"status": strconv.Itoa(b.Status), "body": b.Body}
	for name, values := range b.Header {
		value := strings.Join(values, "\n")
		switch name {
		case "X-Request-Id", "Date":
			value = strings.Repeat("x", len(value))
		case "Set-Cookie":
			secret, rest, _ := strings.Cut(value, ";")
			value = strings.Repeat("x", len(secret)) + rest
		}
		all[name] = value
	}
	return all
}

func TestRecoverIsTheSameForEverybody(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Lock("ada")
	ask := func(path string, form url.Values) []map[string]string {
		o := b.Other()
		answers := []map[string]string{seen(o.Post(path, form)), seen(o.Follow())}
		if path == "/recover" {
			b.Deliver()
			answers = append(answers, seen(o.Fill("code", "AAAA-AAAA").Submit()))
			answers = append(answers, seen(o.Post("/recover/code", url.Values{"code": {""}})))
		}
		return answers
	}
	for _, path := range []string{"/recover", "/recover/no-mailbox"} {
		form := func(who string) url.Values {
			return url.Values{"identifier": {who}, "contact": {"+44 20 7946 0000"},
				"message": {"It is gone"}}
		}
		want := ask(path, form("bob"))
		for _, who := range []string{"ada", "xyz"} {
			if diff := cmp.Diff(want, ask(path, form(who))); diff != "" {
				t.Errorf("%s for %s looks different (-bob +%s):\n%s", path, who, who, diff)
			}
		}
	}
	var told []string
	for _, l := range b.Letters {
		told = append(told, l.To+" "+l.Kind)
	}
	slices.Sort(told)
	want := []string{"ada@example.org locked_out", "ada@example.org recovery_link",
		"bob@example.org recovery_link"}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Errorf("mails (-want +got):\n%s", diff)
	}
}

func TestRecoverRefusals(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	for _, tt := range []struct{ typed, says string }{
		{"", "Enter your username or email address"},
		{" \t", "Enter your username or email address"},
		{strings.Repeat("é", 200), "Enter a shorter username"},
	} {
		b.Open("/recover").Fill("identifier", tt.typed).Submit().On(422, "recover").
			Wants(422, "#errors", tt.says).Wants(422, `[id="identifier.error"]`, tt.says).
			Wants(422, "title", "Error: ")
		if got := b.Doc.Find(`[name="identifier"]`).AttrOr("value", ""); got != tt.typed {
			t.Errorf("kept %q, want %q", got, tt.typed)
		}
	}
}

// TestNoWayToAnswer: what nobody could be reached at is refused, and all that was typed stays.
func TestNoWayToAnswer(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Open("/recover/no-mailbox").Fill("identifier", "ada").Fill("contact", "call me").Fill("message", "It is gone").
		Submit().On(422, "recover-no-mailbox").Wants(422, `[id="contact.error"]`, "We cannot reach you with that").
		Wants(422, `[name="contact"][value="call me"]`, "").Wants(422, `[name="identifier"][value="ada"]`, "").
		Wants(422, "textarea", "It is gone")
}

func TestTypedCode(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		code func(b *handlertest.Browser, right string) string
		says string
	}{
		{"none", func(*handlertest.Browser, string) string { return " " }, "Enter the code"},
		{"wrong", func(*handlertest.Browser, string) string { return "AAAA-AAAA" },
			"does not match. Check the newest email and try again. Tries left: 4"},
		{"late", func(b *handlertest.Browser, right string) string {
			b.Advance(10 * time.Minute)
			return right
		}, "has expired"},
		{"spent", func(b *handlertest.Browser, right string) string {
			for range 5 {
				b.Post("/recover/code", url.Values{"code": {"AAAA-AAAA"}})
			}
			b.Open("/recover/sent")
			return right
		}, "can no longer be used"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := handlertest.New(t)
			b.Open("/recover").Fill("identifier", "ada").Submit().Follow()
			code := tt.code(b, b.Mail("recovery_link").Code)
			b.Fill("code", code).Submit().On(422, "recover-sent").
				Wants(422, `[id="code.error"]`, tt.says)
			if kept, ok := b.Doc.Find(`[name="code"]`).Attr("value"); ok && kept != "" {
				t.Errorf("the page keeps the code %q", kept)
			}
			b.Open("/recovery").Wants(303, "", "/recover")
			b.Open("/recover/code").Wants(303, "", "/recover/sent")
		})
	}
}

func TestCodeIsForTheBrowserThatAsked(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Open("/recover").Fill("identifier", "ada").Submit().Follow()
	code := b.Mail("recovery_link").Code
	b.Other().Open("/recover/sent").Fill("code", code).Submit().
		Wants(422, `[id="code.error"]`, "works only in the browser where you asked")
	b.Fill("code", strings.ToLower(strings.ReplaceAll(code, "-", " "))).Submit().
		Wants(303, "", "/recovery")
	b.Post("/recover/code", url.Values{"code": {code}}).Wants(303, "", "/recovery") // pressed again
}

func TestAskAgain(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Open("/recover").Fill("identifier", "ada").Submit()
	first := b.Mail("recovery_link")
	b.Open("/recover").Fill("identifier", "ada").Submit()
	if again := b.Mail("recovery_link"); again.Link != first.Link || again.Code == first.Code {
		t.Errorf("same link %v, same code %v; want the same link with a new code",
			again.Link == first.Link, again.Code == first.Code)
	}
}

func TestNoMailbox(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	full := url.Values{"identifier": {"ada"}, "contact": {"+44 20 7946 0000"},
		"message": {"The provider closed it"}}
	for _, tt := range []struct{ field, value, says string }{
		{"identifier", "", "Enter your username or email address"},
		{"contact", " ", "where we can reach you"},
		{"message", "", "Tell us what has happened"},
		{"message", strings.Repeat("a", 4001), "at most 4,000 characters"},
	} {
		b.Open("/recover/no-mailbox").On(200, "recover-no-mailbox")
		for name := range full {
			b.Fill(name, full.Get(name))
		}
		b.Fill(tt.field, tt.value).Submit().On(422, "recover-no-mailbox").
			Wants(422, `[id="`+tt.field+`.error"]`, tt.says)
		for name := range full {
			e := b.Doc.Find(`[name="` + name + `"]`)
			want := full.Get(name)
			if name == tt.field {
				want = tt.value
			}
			if got := e.AttrOr("value", e.Text()); got != want {
				t.Errorf("%s wrong: %s is %q, want %q", tt.field, name, got, want)
			}
		}
	}
	for name := range full {
		b.Fill(name, full.Get(name))
	}
	b.Submit().Wants(303, "", "/recover/no-mailbox?sent=1").Follow().
		Wants(200, "h1", "We have your request").
		Wants(200, ".lede", "21 November 2026, 09:30 (UTC)")
}
