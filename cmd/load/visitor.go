package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"
)

// visitor is one browser of one person, at an address of its own. The first thing that goes wrong
// stays in err, and nothing is done after it.
type visitor struct {
	run     *run
	ip      string
	cookies map[string]string
	due     time.Time // when the first request was to be sent
	path    string
	status  int
	to      string // where the answer leads
	doc     *goquery.Document
	err     error
}

// agents are what people come with.
var agents = []string{
	"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
	"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) " +
		"Chrome/140.0.0.0 Safari/537.36",
	"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 " +
		"(KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
}

func (r *run) visitor(n int, due time.Time) *visitor {
	return &visitor{run: r, due: due, cookies: map[string]string{},
		ip: fmt.Sprintf("10.%d.%d.%d", n>>16&255, n>>8&255, n&255)}
}

func (v *visitor) get(path string) { v.send(http.MethodGet, path, nil) }

// post sends the form of the page with this address, hidden fields and what is chosen in it
// included.
func (v *visitor) post(action string, typed url.Values) {
	if v.err != nil {
		return
	}
	form := v.doc.Find(`form[action="` + action + `"]`).First()
	if action == v.path && form.Length() == 0 {
		form = v.doc.Find("main form").First()
	}
	if form.Length() == 0 {
		v.fail("has no form for %s", action)
		return
	}
	values := url.Values{}
	form.Find("input[name], textarea[name]").Each(func(_ int, e *goquery.Selection) {
		kind := e.AttrOr("type", "text")
		if _, checked := e.Attr("checked"); checked || kind != "radio" && kind != "checkbox" {
			values.Set(e.AttrOr("name", ""), e.AttrOr("value", e.Text()))
		}
	})
	for name, all := range typed {
		values[name] = all
	}
	v.send(http.MethodPost, action, values)
}

// follow goes where the answer leads to, as often as it leads on.
func (v *visitor) follow() {
	for range 5 {
		if v.err != nil || v.status != http.StatusSeeOther {
			return
		}
		v.get(v.to)
	}
	v.fail("leads on and on")
}

// on wants the page of this name.
func (v *visitor) on(page string) {
	if v.err == nil && v.doc.Find(`main[data-page="`+page+`"]`).Length() == 0 {
		v.fail("shows %q, want %q", v.doc.Find("main").AttrOr("data-page", ""), page)
	}
}

func (v *visitor) fail(format string, args ...any) {
	if v.err == nil {
		v.err = fmt.Errorf("%s: %d, "+format, append([]any{named(v.path), v.status}, args...)...)
	}
}

func (v *visitor) send(method, path string, values url.Values) {
	if v.err != nil {
		return
	}
	r, err := http.NewRequestWithContext(context.Background(), method, v.run.base+path,
		strings.NewReader(values.Encode()))
	if err != nil {
		v.err = err
		return
	}
	r.Header.Set("User-Agent", agents[int(v.ip[len(v.ip)-1])%len(agents)])
	r.Header.Set("X-Forwarded-For", v.ip)
	r.Header.Set("Sec-Fetch-Site", "none")
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		r.Header.Set("Origin", v.run.base)
	}
	for name, value := range v.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	v.path = path
	answer := v.run.ask(r, method+" "+named(path), v.begin())
	v.status, v.to, v.err = answer.status, answer.header.Get("Location"), answer.err
	if v.err != nil {
		return
	}
	for _, c := range (&http.Response{Header: answer.header}).Cookies() {
		v.cookies[c.Name] = c.Value
	}
	if v.doc, v.err = goquery.NewDocumentFromReader(strings.NewReader(answer.body)); v.err != nil {
		return
	}
	if v.err = answer.later(); v.status >= 400 {
		v.fail("%s", strings.Join(strings.Fields(v.doc.Find("h1, .lede, .error").Text()), " "))
	}
}

// begin is the moment from which an answer is waited for: of the first request the one at which it
// was due, so that a portal that keeps everybody waiting does not look fast.
func (v *visitor) begin() time.Time {
	begin := time.Now()
	if !v.due.IsZero() {
		begin, v.due = v.due, time.Time{}
	}
	return begin
}

var ids = regexp.MustCompile(`^(/r/|/staff/join/|/staff/cases/|/api/v1/accounts/)[^/?]+`)

// named is the path of a page without what stands for one person.
func named(path string) string {
	path, _, _ = strings.Cut(ids.ReplaceAllString(path, "${1}…"), "?")
	return path
}
