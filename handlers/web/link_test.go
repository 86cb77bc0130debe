package web_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/handlers/handlertest"
	"regain/security"
)

func TestLinkStates(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		change  func(b *handlertest.Browser, link string)
		status  int
		page    string
		says    string
		revoked int // status of the page "this wasn't me"
	}{
		{"live", func(*handlertest.Browser, string) {}, 200, "link", "Your account is locked", 200},
		{"expired", func(b *handlertest.Browser, _ string) { b.Advance(24 * time.Hour) },
			410, "link-expired", "has expired", 410},
		{"used", func(b *handlertest.Browser, link string) {
			b.Other().Open(link).SubmitTo(link).Wants(303, "", "/recovery")
		}, 410, "link-used", "has been used", 410},
		{"replaced", func(b *handlertest.Browser, _ string) {
			err := b.Service.Lockout.SendLink(t.Context(), security.Operator("test"), "ada")
			if err != nil {
				t.Error(err)
			}
		}, 410, "link-replaced", "a newer link", 410},
		{"revoked", func(b *handlertest.Browser, link string) {
			b.Other().Open(link+"/revoke").On(200, "link-revoke").Submit().
				Wants(303, "", link+"/revoke").Follow().Wants(200, "h1", "switched off")
		}, 410, "link-used", "was switched off", 200},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := handlertest.New(t)
			b.Lock("ada")
			link := b.Mail("locked_out").Link
			tt.change(b, link)
			b.Open(link).On(tt.status, tt.page).Wants(tt.status, "h1", tt.says)
			b.Open(link+"/revoke").Wants(tt.revoked, "main", "")
			if tt.status == 200 {
				return
			}
			b.Post(link, nil).On(410, tt.page)
			b.Open("/recovery").Wants(303, "", "/recover")
			b.Post(link, nil).On(410, tt.page)
			b.SubmitTo(link+"/renew").Wants(303, "", "/recover/sent")
			b.Follow().On(200, "recover-sent")
			fresh := b.Mail("recovery_link")
			if fresh.To != "ada@example.org" || fresh.Link == link {
				t.Errorf("renewed: to %q, same link %v", fresh.To, fresh.Link == link)
			}
			b.Open(fresh.Link).On(200, "link")
		})
	}
}

func TestUnknownLink(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	for _, path := range []string{"/r/nonsense", "/r/" + b.Service.Lockout.LinkToken("none"),
		"/r/%00",
		"/r/a.b"} {
		b.Open(path).On(404, "link-unknown")
		b.Open(path+"/revoke").On(404, "link-unknown")
		b.Post(path, nil).On(404, "link-unknown")
		b.Post(path+"/revoke", nil).On(404, "link-unknown")
		b.Post(path+"/renew", nil).On(404, "link-unknown")
	}
}

func TestLinkOpensWithoutEffect(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Lock("ada")
	link := b.Mail("locked_out").Link
	before := rows(t, b)
	for _, path := range []string{link, link + "/revoke"} {
		for _, method := range []string{"GET", "HEAD"} {
			for range 3 {
				b.Do(b.Request(method, path, ""))
				if b.Status != 200 {
					t.Errorf("%s %s: %d", method, path, b.Status)
				}
				if method == "HEAD" && b.Body != "" {
					t.Errorf("HEAD %s has a body", path)
				}
			}
		}
	}
	if diff := cmp.Diff(before, rows(t, b)); diff != "" {
		t.Errorf("opening changed rows (-before +after):\n%s", diff)
	}
	b.Open("/recovery").Wants(303, "", "/recover")
}

func TestSecondPressOfALink(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Lock("ada")
	link := b.Mail("locked_out").Link
	b.Open(link).SubmitTo(link).Follow().On(200, "recovery-password")
	b.Post(link, nil).Wants(303, "", "/recovery").Follow().On(200, "recovery-password")
	b.Other().Post(link, nil).On(410, "link-used")

	stranger := byCode(b.Other(), "bob").On(200, "recovery-password")
	stranger.Post(link, nil).On(410, "link-used")

	cleo := byCode(b.Other(), "cleo").On(200, "recovery-password")
	checkUp := b.Mail("recovery_link").Link
	cleo.Post(checkUp, nil).Wants(303, "", "/recovery")
	cleo.Post(checkUp, nil).Wants(303, "", "/recovery").Follow().On(200, "recovery-password")
	stranger.Post(checkUp, nil).On(410, "link-used")
}

func TestLinkTellsNothingOfTheOwner(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Lock("ada")
	b.Open(b.Mail("locked_out").Link).Wants(200, "dl", "a••••").
		Wants(200, "dl", "20 November 2026, 09:30 (UTC)").
		Wants(200, "dl", "21 November 2026, 09:30 (UTC)")
	for _, secret := range []string{"ada", "Ada", "example.org", "London", "Byron"} {
		if text := b.Doc.Find("main").Text(); contains(text, secret) {
			t.Errorf("the page says %q", secret)
		}
	}
}
