package drill

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// browser is the owner's, without scripts. The first thing that goes wrong stays in err, and nothing is
// done after it. No error holds an address: that of a link is a secret.
type browser struct {
	client  *http.Client
	base    *url.URL // by which the portal is known
	at      string   // where it is reached
	cookies map[string]string
	path    string
	status  int
	to      string // where the answer leads
	page    *html.Node
	err     error
}

// answerTime bounds a request.
const answerTime = 30 * time.Second

func newBrowser(base, at string) (*browser, error) {
	known, err := url.Parse(base)
	if err != nil {
		return nil, errors.New("REGAIN_BASE_URL: want the address of the portal")
	}
	if at == "" {
		at = base
	}
	if u, err := url.Parse(at); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, errors.New("--at: want an address such as http://127.0.0.1:8080")
	}
	return &browser{base: known, at: strings.TrimSuffix(at, "/"), cookies: map[string]string{},
		client: &http.Client{Timeout: answerTime,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}, nil
}

func (b *browser) get(ctx context.Context, path string) { b.send(ctx, http.MethodGet, path, nil) }

// open gets a page and wants to be on it.
func (b *browser) open(ctx context.Context, path, page string) {
	b.get(ctx, path)
	b.on(page)
}

// post sends the form of the page with this address, with its hidden fields and what is chosen in it.
func (b *browser) post(ctx context.Context, action string, typed url.Values) {
	if b.err != nil {
		return
	}
	form := b.form(action)
	if form == nil {
		b.fail("the page has no form")
		return
	}
	values := fields(form)
	for name, all := range typed {
		if !values.Has(name) && !named(form, name) {
			b.fail("the form has no field " + name)
			return
		}
		values[name] = all
	}
	b.send(ctx, http.MethodPost, action, values)
}

// form is the form that posts to the address; one without an address posts to its own page.
func (b *browser) form(action string) *html.Node {
	for n := range b.page.Descendants() {
		if n.DataAtom != atom.Form {
			continue
		}
		if to, ok := attribute(n, "action"); to == action || (!ok || to == "") && action == b.path {
			return n
		}
	}
	return nil
}

// fields are what a browser sends of a form in which nothing is typed.
func fields(form *html.Node) url.Values {
	values := url.Values{}
	for n := range form.Descendants() {
		name, ok := attribute(n, "name")
		if !ok || n.DataAtom != atom.Input {
			continue
		}
		kind, _ := attribute(n, "type")
		value, _ := attribute(n, "value")
		_, checked := attribute(n, "checked")
		if kind != "radio" && kind != "checkbox" && kind != "file" || checked {
			values.Set(name, value)
		}
	}
	return values
}

// named reports whether the form has a field of the name.
func named(form *html.Node, name string) bool {
	for n := range form.Descendants() {
		if has, _ := attribute(n, "name"); has == name {
			return true
		}
	}
	return false
}

func attribute(n *html.Node, key string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val, true
		}
	}
	return "", false
}

// follow goes where the answer leads to, as often as it leads on.
func (b *browser) follow(ctx context.Context) {
	const often = 5
	for range often {
		if b.err != nil || b.status != http.StatusSeeOther {
			return
		}
		b.get(ctx, b.to)
	}
	b.fail("the page leads on and on")
}

// on wants the page of this name.
func (b *browser) on(page string) {
	if b.err != nil {
		return
	}
	for n := range b.page.Descendants() {
		if has, ok := attribute(n, "data-page"); ok && n.DataAtom == atom.Main {
			if has != page {
				b.fail("the page is " + has + ", want " + page)
			}
			return
		}
	}
	b.fail("this is no page of the portal, want " + page)
}

// text is what stands in the element with the attribute, without blanks.
func (b *browser) text(key string) string {
	if b.err != nil {
		return ""
	}
	var text strings.Builder
	for n := range b.page.Descendants() {
		if _, ok := attribute(n, key); !ok {
			continue
		}
		for c := range n.Descendants() {
			if c.Type == html.TextNode {
				text.WriteString(c.Data)
			}
		}
	}
	return strings.Join(strings.Fields(text.String()), "")
}

func (b *browser) fail(what string) {
	if b.err == nil {
		b.err = fmt.Errorf("status %d: %s", b.status, what)
	}
}

func (b *browser) send(ctx context.Context, method, path string, values url.Values) {
	if b.err != nil {
		return
	}
	r, err := http.NewRequestWithContext(ctx, method, b.at+path, strings.NewReader(values.Encode()))
	if err != nil || !strings.HasPrefix(path, "/") {
		b.fail("the page leads to no address of the portal")
		return
	}
	r.Host = b.base.Host
	r.Header.Set("User-Agent", "regain drill")
	r.Header.Set("Sec-Fetch-Site", "none")
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		r.Header.Set("Origin", b.base.Scheme+"://"+b.base.Host)
	}
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	answer, err := b.client.Do(r)
	if err != nil {
		if u, ok := errors.AsType[*url.Error](err); ok { // which holds the address
			err = u.Err
		}
		b.err = fmt.Errorf("the portal does not answer: %w", err)
		return
	}
	defer answer.Body.Close()
	b.path, b.status, b.to = path, answer.StatusCode, answer.Header.Get("Location")
	for _, c := range answer.Cookies() {
		b.cookies[c.Name] = c.Value
	}
	if b.page, err = html.Parse(answer.Body); err != nil {
		b.err = errors.New("the page cannot be read")
	} else if b.status >= http.StatusBadRequest {
		b.fail("the portal refused")
	}
}
