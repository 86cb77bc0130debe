package web_test

import (
	"maps"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"regain/handlers/handlertest"
	"regain/security"
)

// crowded sends one form fifty times at once, with the cookies of b, and counts the statuses.
func crowded(b *handlertest.Browser, path string, form url.Values) map[int]int {
	cookies := b.Cookies()
	sent := url.Values{"once": {"the form"}}
	maps.Copy(sent, form)
	var all sync.WaitGroup
	var mu sync.Mutex
	got := map[int]int{}
	for range 50 {
		o := b.Other()
		q := o.Request(http.MethodPost, path, sent.Encode())
		q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		q.Header.Set("Sec-Fetch-Site", "same-origin")
		for _, c := range cookies {
			q.AddCookie(c)
		}
		all.Go(func() {
			o.Do(q)
			mu.Lock()
			defer mu.Unlock()
			got[o.Status]++
		})
	}
	all.Wait()
	return got
}

// TestFiftyAtOnce: single-use things over HTTP. Nobody gets a 5xx, and what is used once is used
// once.
func TestFiftyAtOnce(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Lock("ada")
	link := b.Mail("locked_out").Link
	only(t, "link", crowded(b.Open(link), link, nil), map[int]int{303: 1, 410: 49})

	c := handlertest.New(t)
	c.Open("/recover").Fill("identifier", "ada").Submit().Follow()
	only(t, "typed code", crowded(c, "/recover/code",
		url.Values{"code": {c.Mail("recovery_link").Code}}),
		map[int]int{303: 1, 422: 49})

	d := handlertest.New(t)
	key, codes := enrolled(t, d, "ada")
	d.Lock("ada")
	d.Advance(time.Hour)
	for name, code := range map[string]func() string{
		"authenticator": func() string { return totpCode(t, key, d.Now()) },
		"recovery code": func() string { return codes[1] },
	} {
		d.Advance(time.Hour)
		if err := d.Service.Lockout.SendLink(t.Context(), security.Operator("test"),
			"ada"); err != nil {
			t.Fatal(err)
		}
		link := d.Mail("recovery_link").Link
		o := d.Other()
		o.Open(link).SubmitTo(link).Follow().On(200, "recovery-verify")
		got := crowded(o, "/recovery/verify", url.Values{"code": {code()}})
		if got[303] == 0 || got[303]+got[422]+got[429] != 50 {
			t.Errorf("%s: %v", name, got)
		}
	}
	if used := mails(d, "recovery_code_used"); used != 1 {
		t.Errorf("the recovery code was used %d times", used)
	}
}

func only(t *testing.T, name string, got, want map[int]int) {
	t.Helper()
	for status, n := range want {
		if got[status] != n {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}

func mails(b *handlertest.Browser, kind string) (n int) {
	b.Deliver()
	for _, l := range b.Letters {
		if l.Kind == kind {
			n++
		}
	}
	return n
}
