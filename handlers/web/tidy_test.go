package web_test

import (
	"net/url"
	"strings"
	"testing"

	"regain/handlers/handlertest"
)

// TestDamagedLinks: whatever a mail program, a chat or a hand hangs on a link, it opens.
func TestDamagedLinks(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Lock("ada")
	link := b.Mail("locked_out").Link
	cut := len(link) - 9
	for _, tail := range []string{">", ".", ")", ",", "%22", "%20", "%C2%A0", "%E2%80%8B", ">.", "%3E", "/",
		"%27", "%3C/a%3E", "%22%3Ehere", ");", "!", "%0A", "%0D%0A", "&amp;", "]", "}", "%E2%80%9D", "*"} {
		b.Open(link+tail).Wants(303, "", link)
	}
	for _, middle := range []string{"%20", "%0A", "%E2%80%8B", "%C2%AD", "=%0A", "%09"} {
		b.Open(link[:cut]+middle+link[cut:]).Wants(303, "", link)
	}
	b.Open(link).Wants(200, "h1", "")
	b.Open(link+"/revoke.").Wants(303, "", link+"/revoke")
	b.Open("/R"+strings.TrimPrefix(link, "/r")).Wants(303, "", link)
	b.Open(link+"x").Wants(404, "h1", "")

	for typed, want := range map[string]string{"/Recover": "/recover", "/recover/": "/recover",
		"/recover.": "/recover", "/RECOVER": "/recover", "/recover%20": "/recover", "/recover)": "/recover",
		"/Recover/Code": "/recover/code", "/genuine,": "/genuine", "//recover": "/recover",
		"/./recover": "/recover", "/%20": "/", "/)": "/"} {
		b.Open(typed).Wants(303, "", want)
	}
	for _, none := range []string{"/nothing", "/a/b/c", "/recover/nothing", "/static/none.css"} {
		b.Open(none).Wants(404, "h1", "")
	}
	b.Post("/recover.", url.Values{"identifier": {"ada"}}).Wants(404, "h1", "")
}

// TestOddQueries: what somebody hung on the address of a form does not refuse it.
func TestOddQueries(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	for _, query := range []string{"a;b", "%zz", "utm_source=x", "=", "%"} {
		r := b.Open("/recover").Request("POST", "/recover", "identifier=")
		r.URL.RawQuery = query
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		b.Do(r).Wants(422, `[id="identifier.error"]`, "")
	}
}
