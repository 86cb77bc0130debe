package web_test

import (
	"strings"
	"testing"
	"time"

	"regain/handlers/handlertest"
)

func TestSecurityContact(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Open("/.well-known/security.txt")
	kind := b.Header.Get("Content-Type")
	if b.Status != 200 || kind != "text/plain; charset=utf-8" {
		t.Errorf("%d %q", b.Status, kind)
	}
	fields := map[string][]string{}
	for line := range strings.Lines(b.Body) {
		name, value, ok := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		if !ok {
			t.Errorf("line %q", line)
		}
		fields[name] = append(fields[name], value)
	}
	for name, want := range map[string]string{
		"Contact": "mailto:abuse@market.example mailto:help@market.example " +
			b.URL + "/help",
		"Canonical":           b.URL + "/.well-known/security.txt",
		"Preferred-Languages": "en",
		"Expires":             b.Now().AddDate(0, 0, 180).Format(time.RFC3339),
	} {
		if got := strings.Join(fields[name], " "); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

func TestChangePassword(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Open("/.well-known/change-password").Wants(302, "", "/account/password")
	b.Open("/.well-known/resource-that-should-not-exist-whose-status-code-should-not-be-200")
	b.Wants(404, "h1", "There is no such page")
}

func TestFrontDoor(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Open("/").On(200, "home").Wants(200, `a[href="/recover"]`, "")
	b.Open("/help").On(200, "help").Wants(200, "main", "help@market.example").
		Wants(200, "main", "abuse@market.example").Wants(200, "main", "protect@market.example").
		Wants(200, "main", "within 24 hours")
	b.Open("/robots.txt").Wants(200, "body", "Disallow: /")
}
