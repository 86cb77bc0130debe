package web_test

import (
	"net/url"
	"strings"
	"testing"

	"regain/handlers/handlertest"
)

func TestSupport(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	c := b.Lock("ada")
	enterByLink(b)
	for _, tt := range []struct{ topic, message, how, field, says string }{
		{"other", " ", "", "message", "Tell us what has happened"},
		{"", "Hello", "", "topic", "Choose what it is about"},
		{"other", strings.Repeat("a", 4001), "", "message", "at most 4,000 characters"},
		{"other", "Hello", "magic", "how", "Choose one of the answers"},
	} {
		b.Post("/recovery/support", url.Values{"topic": {tt.topic}, "message": {tt.message},
			"how": {tt.how}})
		b.On(422, "recovery-support").Wants(422, `[id="`+tt.field+`.error"]`, tt.says)
		if got := b.Doc.Find("textarea").Text(); got != tt.message {
			t.Errorf("the message is not kept: %q", got)
		}
	}
	b.Open("/recovery/support?sent=1").Wants(200, "textarea", "")
	b.Open("/recovery/support").Wants(200, "dl", c.Number).
		Fill("topic", "money").Fill("message", "A client must know").Submit().
		Wants(303, "", "/recovery/support?sent=1").Follow().
		Wants(200, "h1", "We have your message").
		Wants(200, ".lede", "21 November 2026, 09:30 (London time)").
		Wants(200, `a[href="/recovery/password"]`, "Go on")
	b.Open("/recovery").Wants(303, "", "/recovery/password")
}

func TestSupportNotBeforeProof(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	enrolled(t, b, "ada")
	b.Lock("ada")
	enterByLink(b)
	if b.Doc.Find(`a[href="/recovery/support"]`).Length() != 0 {
		t.Error("help leads to a page that is not open")
	}
	b.Open("/recovery/support").Wants(303, "", "/recovery/verify")
	b.Open("/recovery/support?sent=1").Wants(303, "", "/recovery/verify")
}
