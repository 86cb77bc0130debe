package web_test

import (
	"encoding/json"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regain/handlers"
	"regain/handlers/handlertest"
	"regain/handlers/web"
	"regain/static"
	"regain/views/words"
)

// everywhere is what every answer carries, whatever its status.
var everywhere = map[string]string{
	"Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; " +
		"img-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; " +
		"base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'; " +
		"report-uri /csp-report; report-to csp",
	"Reporting-Endpoints":          `csp="/csp-report"`,
	"X-Content-Type-Options":       "nosniff",
	"X-Frame-Options":              "DENY",
	"Cross-Origin-Opener-Policy":   "same-origin",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), " +
		"display-capture=(), browsing-topics=(), clipboard-read=(), clipboard-write=(self), " +
		"publickey-credentials-get=(self), publickey-credentials-create=(self)",
	"X-Robots-Tag":              "noindex, nofollow",
	"Strict-Transport-Security": "max-age=63072000; includeSubDomains",
	"Cache-Control":             "no-store",
	"Referrer-Policy":           "same-origin",
	"Server":                    "",
	"X-Powered-By":              "",
}

func checkHeaders(t *testing.T, b *handlertest.Browser, what string) {
	t.Helper()
	for name, want := range everywhere {
		switch {
		case b.Path == "/staff" || strings.HasPrefix(b.Path, "/staff/"):
			want = strings.ReplaceAll(want, "/csp-report", "/staff/csp-report")
		}
		switch {
		case name == "Referrer-Policy" && (strings.HasPrefix(b.Path, "/r/") ||
			strings.HasPrefix(b.Path, "/alert/") || strings.HasPrefix(b.Path, "/address/") ||
			strings.HasPrefix(b.Path, "/password/") || strings.HasPrefix(b.Path, "/stop/") ||
			strings.HasPrefix(b.Path, "/staff/join/")):
			want = "strict-origin"
		case name == "Cache-Control" && b.Status == 200 && strings.HasPrefix(b.Path, "/static/"):
			want = "public, max-age=31536000, immutable"
		}
		if got := b.Header.Get(name); got != want {
			t.Errorf("%s (%d): %s is %q, want %q", what, b.Status, name, got, want)
		}
	}
	if len(b.Header.Get("X-Request-Id")) != 26 {
		t.Errorf("%s: request id %q", what, b.Header.Get("X-Request-Id"))
	}
	kind := b.Header.Get("Content-Type")
	if b.Doc.Find("main[data-page]").Length() > 0 && kind != "text/html; charset=UTF-8" {
		t.Errorf("%s: content type %q", what, kind)
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Lock("ada")
	toStatus(b)
	for _, r := range web.Routes(server()) {
		if r.Path == "/signout" {
			continue
		}
		for _, method := range []string{"GET", "HEAD", "POST", "PUT"} {
			q := b.Request(method, real(r.Path), "")
			q.Header.Set("Sec-Fetch-Site", "same-origin")
			q.Header.Set("X-Request-Id", "chosen-by-the-client-0000")
			checkHeaders(t, b.Do(q), method+" "+r.Path)
		}
	}
	for _, path := range []string{"/nothing", "/static/none.css", "/recovery/nothing", "/r/",
		"/r/a/b/c", "/../etc/passwd", "/%00"} {
		checkHeaders(t, b.Open(path), path)
		if b.Status != 404 {
			t.Errorf("%s: %d, want 404", path, b.Status)
		}
	}
}

func TestNoReferrerFromThePagesOfALink(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Lock("ada")
	link := b.Mail("locked_out").Link
	checkHeaders(t, b.Open(link), "link")
	if got := b.Header.Get("Referrer-Policy"); got != "strict-origin" {
		t.Errorf("Referrer-Policy %q", got)
	}
}

func TestFaultyRequests(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	form := "application/x-www-form-urlencoded"
	for _, tt := range []struct {
		name, kind, body string
		status           int
		title            string
	}{
		{"large", form, "identifier=" + strings.Repeat("a", 64<<10), 413, "too_large"},
		{"JSON", "application/json", `{"identifier":"ada"}`, 415, "media_type"},
		{"parts", "multipart/form-data; boundary=x", "--x--", 415, "media_type"},
		{"text", "text/plain", "identifier=ada", 415, "media_type"},
		{"no type", "", "identifier=ada", 415, "media_type"},
		{"broken", form, "identifier=%zz", 400, "media_type"},
		{"charset", form + "; charset=utf-8", "identifier=", 422, ""},
	} {
		logged := strings.Count(b.Log.String(), `"input_validation_fail"`)
		q := b.Request("POST", "/recover", tt.body)
		q.Header.Set("Sec-Fetch-Site", "same-origin")
		q.AddCookie(&http.Cookie{Name: "__Host-regain-opened", Value: "1"})
		if tt.kind != "" {
			q.Header.Set("Content-Type", tt.kind)
		}
		b.Do(q)
		checkHeaders(t, b, tt.name)
		logged = strings.Count(b.Log.String(), `"input_validation_fail"`) - logged
		if (logged == 1) != (tt.title != "") {
			t.Errorf("%s: %d lines about it in the log", tt.name, logged)
		}
		want := words.Say("problem." + tt.title + ".title").String()
		if tt.title == "" {
			want = "Get a link by email"
		}
		if got := b.Doc.Find("h1").Text(); b.Status != tt.status || got != want {
			t.Errorf("%s: %d %q, want %d %q", tt.name, b.Status, got, tt.status, want)
		}
	}
	q := b.Request("POST", "/recover", "")
	q.Body = http.NoBody
	q.ContentLength = -1 // as a client does that does not know the length beforehand
	q.Header.Set("Content-Type", form)
	q.Header.Set("Sec-Fetch-Site", "same-origin")
	q.AddCookie(&http.Cookie{Name: "__Host-regain-opened", Value: "1"})
	b.Do(q).On(422, "recover")
}

func TestCookie(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		set  func(*handlers.Server)
		want string
		tls  bool
	}{
		{"https", func(*handlers.Server) {}, "__Host-regain-recovery", true},
		{"demo", func(s *handlers.Server) {
			s.Dev = &handlers.Dev{}
			s.Site.BaseURL = strings.Replace(s.Site.BaseURL, "https:", "http:", 1)
		}, "regain-recovery", false},
		{"demo over https", func(s *handlers.Server) { s.Dev = &handlers.Dev{} },
			"__Host-regain-recovery", true},
		{"http without the demo", func(s *handlers.Server) {
			s.Site.BaseURL = strings.Replace(s.Site.BaseURL, "https:", "http:", 1)
		}, "__Host-regain-recovery", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := handlertest.New(t, tt.set)
			b.Post("/recover", url.Values{"identifier": {"ada"}})
			line, err := http.ParseSetCookie(b.Header.Get("Set-Cookie"))
			if err != nil {
				t.Fatal(err)
			}
			value := line.Value
			line.Value, line.Raw = "", ""
			want := &http.Cookie{Name: tt.want, Path: "/", HttpOnly: true, Secure: tt.tls,
				SameSite: http.SameSiteLaxMode}
			if diff := cmp.Diff(want, line); diff != "" || len(value) < 100 {
				t.Errorf("cookie of %d characters (-want +got):\n%s", len(value), diff)
			}
		})
	}
}

func TestSignOutLeavesNothing(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Lock("ada")
	enterByLink(b)
	kept := b.Cookies()[0]
	b.SubmitTo("/signout").Wants(303, "", "/?signed-out=1")
	if got := b.Header.Get("Clear-Site-Data"); got != `"cache", "storage"` {
		t.Errorf("Clear-Site-Data %q", got)
	}
	if line := b.Header.Get("Set-Cookie"); !strings.Contains(line, "Max-Age=0") ||
		!strings.Contains(line, "Path=/") || !strings.Contains(line, "Secure") {
		t.Errorf("Set-Cookie %q", line)
	}
	if len(b.Cookies()) != 0 {
		t.Errorf("%d cookies are left", len(b.Cookies()))
	}
	q := b.Request("GET", "/recovery/password", "")
	q.AddCookie(kept)
	b.Do(q).Wants(303, "", "/recover")
	b.Post("/signout", nil).Wants(303, "", "/?signed-out=1")
}

func TestForgedCookie(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Lock("ada")
	enterByLink(b)
	real := b.Cookies()[0]
	for _, value := range []string{"", "x", real.Value[1:], real.Value + "A",
		strings.Repeat("a", 5000)} {
		o := b.Other()
		q := o.Request("GET", "/recovery/password", "")
		q.AddCookie(&http.Cookie{Name: real.Name, Value: value})
		o.Do(q).Wants(303, "", "/recover")
	}
}

// sources are the addresses that the log names.
func sources(t *testing.T, b *handlertest.Browser) (all []string) {
	t.Helper()
	for line := range strings.Lines(b.Log.String()) {
		var said struct {
			IP string `json:"source_ip"`
		}
		if err := json.Unmarshal([]byte(line), &said); err != nil {
			t.Fatal(err)
		}
		all = append(all, said.IP)
	}
	return all
}

func TestClientAddress(t *testing.T) {
	t.Parallel()
	_, home, err := net.ParseCIDR("127.0.0.0/8")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, forwarded, want string
		proxies               []*net.IPNet
	}{
		{"no proxy", "203.0.113.9", "127.0.0.1", nil},
		{"through our proxy", "203.0.113.9", "203.0.113.9", []*net.IPNet{home}},
		{"spoofed before our proxy", "198.51.100.1, 203.0.113.9", "203.0.113.9",
			[]*net.IPNet{home}},
		{"IPv4 in IPv6", "::ffff:203.0.113.9", "203.0.113.9", []*net.IPNet{home}},
		{"nonsense", "<script>", "127.0.0.1", []*net.IPNet{home}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := handlertest.New(t, func(s *handlers.Server) { s.Proxies = tt.proxies })
			q := b.Request("GET", "/", "")
			q.Header.Set("X-Forwarded-For", tt.forwarded)
			q.Header.Set("X-Real-Ip", "192.0.2.77")
			b.Do(q)
			named := func(ip string) bool { return ip == "" } // lines about no request
			if got := slices.DeleteFunc(sources(t, b), named); !slices.Equal(got, []string{tt.want}) {
				t.Errorf("the log names %q, want %q", got, tt.want)
			}
		})
	}
}

func TestStaticFiles(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	q := b.Request("GET", static.Path("app.css"), "")
	q.Header.Set("Accept-Encoding", "gzip")
	b.Do(q)
	if b.Header.Get("Content-Encoding") != "gzip" || !strings.HasPrefix(b.Body, "\x1f\x8b") {
		t.Errorf("not compressed: %q", b.Header.Get("Content-Encoding"))
	}
	q = b.Request("GET", static.Path("app.css"), "")
	q.Header.Set("Accept-Encoding", "identity")
	b.Do(q)
	if b.Header.Get("Content-Encoding") != "" || !strings.Contains(b.Body, "{") {
		t.Errorf("compressed without being asked: %q", b.Header.Get("Content-Encoding"))
	}
	if got := b.Header.Get("Content-Type"); got != "text/css; charset=utf-8" {
		t.Errorf("content type %q", got)
	}
}

// TestPagesAreCompressed: those that are the same for everybody are; none is that knows who asks, or
// that may repeat something that was sent.
func TestPagesAreCompressed(t *testing.T) {
	t.Parallel()
	ask := func(b *handlertest.Browser, method, path string) (packed bool) {
		q := b.Request(method, path, "")
		q.Header.Set("Accept-Encoding", "gzip")
		b.Do(q)
		packed = b.Header.Get("Content-Encoding") == "gzip"
		if packed != strings.HasPrefix(b.Body, "\x1f\x8b") {
			t.Errorf("%s: the header says %v", path, packed)
		}
		if b.Status != 200 && packed {
			t.Errorf("%s: %d is compressed", path, b.Status)
		}
		if vary := b.Header.Values("Vary"); packed && !slices.Contains(vary, "Accept-Encoding") {
			t.Errorf("%s: Vary %q", path, vary)
		}
		return packed
	}
	w := handlertest.New(t)
	w.Lock("ada")
	for path, want := range map[string]bool{
		"/": true, "/help": true, "/genuine": true, "/recover": true, "/signin": true,
		"/staff/signin":  true,
		"/?signed-out=x": false, "/help?": false, "/genuine?checked=1": false, "/recover?x": false,
		"/r/x": false, "/nowhere": false, "/account": false,
	} {
		if got := ask(w.Other(), "GET", path); got != want {
			t.Errorf("%s for a stranger: compressed %v, want %v", path, got, want)
		}
	}
	if ask(w.Other(), "POST", "/recover") {
		t.Error("the answer to a form is compressed")
	}
	owner := toActivity(w.Other())
	for _, path := range []string{"/", "/help", "/genuine", "/recovery/activity"} {
		if ask(owner, "GET", path) {
			t.Errorf("%s is compressed beside a session", path)
		}
	}
}
