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
	"regain/security/audit"
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

// TestOwnersPressTwice: copies of a form in which a locked owner tells or asks us something do it once, and each gets
// the answer of the first.
func TestOwnersPressTwice(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		page, form string
		says       url.Values
		does       audit.Kind
	}{
		"support": {"/recovery/support", "/recovery/support",
			url.Values{"topic": {"other"}, "message": {"Hello"}}, audit.MessageSent},
		"how":           {"/recovery/after-care", "/recovery/support", url.Values{"how": {"reuse"}}, audit.HowTold},
		"message":       {"/recovery/status", "/recovery/status/message", url.Values{"message": {"Hello"}}, audit.MessageSent},
		"urgent review": {"/recovery/status", "/recovery/status/escalate", url.Values{}, audit.UrgentReviewAsked},
		"appeal":        {"/recovery/status", "/recovery/status/appeal", url.Values{"message": {"Hello"}}, audit.CaseAppealed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := handlertest.New(t)
			c := b.Lock("ada")
			toStatus(b)
			switch row.does {
			case audit.CaseAppealed:
				decide(b, c, "decline", url.Values{"reason": {"No match"}})
			case audit.UrgentReviewAsked:
				b.Advance(73 * time.Hour)
				standsForIt(byCode(b, "ada"))
			}
			form := b.Open(row.page).Doc.Find(`form[action="` + row.form + `"]`)
			if form.Length() != 1 {
				t.Fatalf("%d forms %s on %s", form.Length(), row.form, row.page)
			}
			row.says.Set("once", form.Find(`[name="once"]`).AttrOr("value", ""))
			before := happened(t, b, c, row.does)
			only(t, name, crowded(b, row.form, row.says), map[int]int{303: 50})
			if n := happened(t, b, c, row.does) - before; n != 1 {
				t.Errorf("it was done %d times", n)
			}
		})
	}
}

// happened counts the lines of a kind on the trail of a case.
func happened(t *testing.T, b *handlertest.Browser, c security.Case, kind audit.Kind) (n int) {
	t.Helper()
	trail, err := b.Store.Events(t.Context(), c.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range trail {
		if e.Kind == kind {
			n++
		}
	}
	return n
}
