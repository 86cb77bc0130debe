package handlertest

import (
	"bytes"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"regain/security/webhook"
)

// Browser is one browser of one person. It keeps cookies, says like a browser where a request
// comes from, and follows redirects only when told to.
type Browser struct {
	*World
	// What the last request was answered with.
	Path   string
	Status int
	Header http.Header
	Body   string
	Doc    *goquery.Document
	// Agent is sent as the User-Agent.
	Agent string

	client *http.Client
	filled url.Values
	files  map[string]string
}

func (w *World) browser() *Browser {
	w.t.Helper()
	jar, err := cookiejar.New(nil)
	w.must(err)
	transport := w.server.Client().Transport
	return &Browser{World: w, filled: url.Values{}, files: map[string]string{},
		Agent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
		client: &http.Client{Jar: jar, Transport: transport,
			CheckRedirect: func(*http.Request, []*http.Request) error {
				return http.ErrUseLastResponse
			}}}
}

// Other is another browser at the same portal, without cookies.
func (b *Browser) Other() *Browser { return b.World.browser() }

// WithoutCookies is another browser at the same portal, in which cookies are blocked.
func (b *Browser) WithoutCookies() *Browser {
	o := b.Other()
	o.client.Jar = nil
	return o
}

// Open asks for a page, as after typing its address.
func (b *Browser) Open(path string) *Browser {
	b.t.Helper()
	r := b.Request(http.MethodGet, path, "")
	r.Header.Set("Sec-Fetch-Site", "none")
	return b.Do(r)
}

// Follow goes where the last answer led to, as often as it leads on.
func (b *Browser) Follow() *Browser {
	b.t.Helper()
	for range 10 {
		if b.Status != http.StatusSeeOther && b.Status != http.StatusFound {
			return b
		}
		b.Open(b.Header.Get("Location"))
	}
	b.t.Fatalf("redirects without end, at %s", b.Path)
	return b
}

// Post sends values past any form, with the headers of a form of ours.
func (b *Browser) Post(path string, values url.Values) *Browser {
	b.t.Helper()
	r := b.Request(http.MethodPost, path, values.Encode())
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Origin", b.URL)
	if b.client.Jar != nil { // as if the page of the form had been open
		r.AddCookie(&http.Cookie{Name: "__Host-regain-opened", Value: "1"})
	}
	return b.Do(r)
}

// Request makes a request with nothing but the address and the User-Agent.
func (b *Browser) Request(method, path, body string) *http.Request {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), method, b.URL+path, strings.NewReader(body))
	b.must(err)
	r.Header.Set("User-Agent", b.Agent)
	return r
}

// bareKey is a code where words belong: the beginnings are those of keys of words.
var bareKey = regexp.MustCompile(`\b(desk|trail|trail_\w+|case|case_\w+|remark|lock|signal|flash|reason|` +
	`activity|timeline|problem|answer|topic|how|outcome|role|method|ticket_\w+|delivery|note|tile|alert_\w+|` +
	`staff_\w+|overview|export|step|nav|mail_check)\.[a-z_]{3,}\b`)

// inDots is what every bare key has.
var inDots = regexp.MustCompile(`\.[a-z_]{3}`)

// Do sends a request and reads the answer.
func (b *Browser) Do(r *http.Request) *Browser {
	b.t.Helper()
	answer, err := b.client.Do(r)
	b.must(err)
	body, err := io.ReadAll(answer.Body)
	b.must(err)
	b.must(answer.Body.Close())
	b.Path, b.Status, b.Header = r.URL.RequestURI(), answer.StatusCode, answer.Header
	b.Body, b.filled, b.files = string(body), url.Values{}, map[string]string{}
	b.Doc, err = goquery.NewDocumentFromReader(bytes.NewReader(body))
	b.must(err)
	if !strings.HasPrefix(b.Header.Get("Content-Type"), "text/html") {
		return b
	}
	for n := range b.Doc.Nodes[0].Descendants() {
		if n.Type != html.TextNode || n.Parent.DataAtom == atom.Script || n.Parent.DataAtom == atom.Style {
			continue
		}
		if key := keyIn(n.Data); key != "" {
			b.t.Errorf("%s shows a key instead of words: %s", b.Path, key)
		}
	}
	return b
}

// keyIn is the first bare key in a text. Most texts have nothing that could be one, and the whole
// pattern is much slower than the look for that.
func keyIn(text string) string {
	if !inDots.MatchString(text) {
		return ""
	}
	for _, t := range webhook.Types { // which stand beside their words
		text = strings.ReplaceAll(text, string(t), "")
	}
	return bareKey.FindString(text)
}

// Cookies are those that the browser would send.
func (b *Browser) Cookies() []*http.Cookie {
	u, err := url.Parse(b.URL)
	b.must(err)
	return b.client.Jar.Cookies(u)
}

// Fill types or chooses a value in the form that Submit will send.
func (b *Browser) Fill(name, value string) *Browser {
	b.filled.Set(name, value)
	return b
}

// Attach chooses a file with this content in the form that Submit will send.
func (b *Browser) Attach(name, content string) *Browser {
	b.files[name] = content
	return b.Fill(name, "")
}

// Submit sends the form of the page that has every field which was filled in: the first one in
// main, as rendered, hidden fields included.
func (b *Browser) Submit() *Browser {
	b.t.Helper()
	return b.submit("main form")
}

// SubmitTo sends the form with this address.
func (b *Browser) SubmitTo(action string) *Browser {
	b.t.Helper()
	return b.submit(`form[action="` + action + `"]`)
}

func (b *Browser) submit(selector string) *Browser {
	b.t.Helper()
	forms := b.Doc.Find(selector)
	for i := range forms.Length() {
		form := forms.Eq(i)
		values, ok := b.values(form)
		if !ok {
			continue
		}
		if method := form.AttrOr("method", "get"); method != "post" {
			b.t.Fatalf("%s: form with method %s", b.Path, method)
		}
		action := form.AttrOr("action", b.Path)
		if form.AttrOr("enctype", "") == "multipart/form-data" {
			return b.postParts(action, values)
		}
		return b.Post(action, values)
	}
	b.t.Fatalf("%s (%d): no form %s with the fields %v in\n%s", b.Path, b.Status, selector,
		b.filled, b.Doc.Find("main").Text())
	return b
}

// postParts sends a form that may bring files.
func (b *Browser) postParts(path string, values url.Values) *Browser {
	b.t.Helper()
	var body strings.Builder
	parts := multipart.NewWriter(&body)
	for name, all := range values {
		for _, value := range all {
			b.must(parts.WriteField(name, value))
		}
	}
	for name, content := range b.files {
		part, err := parts.CreateFormFile(name, "list.txt")
		b.must(err)
		_, err = io.WriteString(part, content)
		b.must(err)
	}
	b.must(parts.Close())
	r := b.Request(http.MethodPost, path, body.String())
	r.Header.Set("Content-Type", parts.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return b.Do(r)
}

// values are what a browser would send of the form; false when a field is not in it or does
// not offer the value.
func (b *Browser) values(form *goquery.Selection) (url.Values, bool) {
	values, rest := url.Values{}, maps.Clone(b.filled)
	form.Find("input, textarea, select").Each(func(_ int, e *goquery.Selection) {
		name, ok := e.Attr("name")
		if !ok {
			return
		}
		value := e.AttrOr("value", "")
		if goquery.NodeName(e) == "textarea" {
			value = e.Text()
		}
		want, filled := b.filled[name]
		if goquery.NodeName(e) == "select" {
			value = e.Find("[selected]").AttrOr("value", "")
			if filled && e.Find(`[value="`+want[0]+`"]`).Length() == 0 {
				return
			}
		}
		if e.AttrOr("type", "") == "file" {
			delete(rest, name)
			return
		}
		if kind := e.AttrOr("type", "text"); kind == "radio" || kind == "checkbox" {
			_, checked := e.Attr("checked")
			switch {
			case filled && want[0] == value:
				delete(rest, name)
			case filled || !checked:
				return
			}
		} else if filled {
			value = want[0]
			delete(rest, name)
		}
		values.Set(name, value)
	})
	return values, len(rest) == 0
}

// Wants checks the last answer: its status; with a selector, that an element is there whose
// text contains text; without one, where a redirect leads to.
func (b *Browser) Wants(status int, selector, text string) *Browser {
	b.t.Helper()
	if b.Status != status {
		b.t.Fatalf("%s: status %d, want %d (location %q)\n%s", b.Path, b.Status, status,
			b.Header.Get("Location"), b.Doc.Find("main").Text())
	}
	if selector == "" {
		if to := b.Header.Get("Location"); to != text {
			b.t.Fatalf("%s: leads to %q, want %q", b.Path, to, text)
		}
		return b
	}
	found := b.Doc.Find(selector)
	if found.Length() == 0 {
		b.t.Fatalf("%s: no %s in\n%s", b.Path, selector, b.Body)
	}
	if all := strings.Join(strings.Fields(found.Text()), " "); !strings.Contains(all, text) {
		b.t.Fatalf("%s: %s says %q, want %q", b.Path, selector, all, text)
	}
	return b
}

// On checks that the last answer is the page with this name and status.
func (b *Browser) On(status int, page string) *Browser {
	b.t.Helper()
	return b.Wants(status, `main[data-page="`+page+`"]`, "")
}
