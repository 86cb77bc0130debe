package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regain/handlers"
	"regain/handlers/handlertest"
	"regain/handlers/web"
	"regain/security/staff"
	"regain/static"
)

// server is one whose route table can be read; it never runs.
func server() *handlers.Server {
	return &handlers.Server{Site: handlers.Site{BaseURL: "https://protect.example.org"},
		CookieKeys: [][]byte{make([]byte, 32)}}
}

// real fills the parameters of a route's path.
func real(path string) string {
	name := strings.TrimPrefix(static.Path("app.css"), "/static/")
	path = strings.NewReplacer(":token", "nonsense", ":name", name).Replace(path)
	return parameter.ReplaceAllString(path, "x1")
}

var parameter = regexp.MustCompile(`:[a-z]+`)

var public = []string{
	"GET /", "GET /help", "GET /recover", "POST /recover", "GET /recover/sent",
	"GET /recover/code", "POST /recover/code", "GET /recover/no-mailbox",
	"POST /recover/no-mailbox", "GET /r/:token",
	"POST /r/:token", "GET /r/:token/revoke", "POST /r/:token/revoke", "POST /r/:token/renew",
	"POST /signout", "POST /language", "GET /.well-known/change-password", "GET /.well-known/security.txt",
	"GET /robots.txt", "GET /healthz", "GET /readyz", "GET /static/:name",
	"GET /staff/signin", "POST /staff/signin", "GET /staff/signin/sso", "GET /staff/signin/sso/callback",
	"GET /staff/signin/sso/out", "GET /staff/join/:token", "POST /staff/csp-report", "POST /staff/join/:token",
	"GET /signin", "POST /signin", "POST /signin/passkey", "GET /signin/sso", "POST /signin/sso",
	"GET /signin/sso/leave", "GET /signin/sso/callback", "GET /signin/sso/out", "GET /.well-known/passkey-endpoints",
	"GET /address/:token", "POST /address/:token", "GET /address/:token/undo",
	"POST /address/:token/undo", "GET /alert/:token/me", "POST /alert/:token/me",
	"GET /alert/:token/not-me", "POST /alert/:token/not-me", "GET /genuine", "POST /csp-report", "POST /genuine",
	"GET /password/:token", "POST /password/:token",
	"GET /stop/:token", "POST /stop/:token", "GET /protect", "GET /protect/link", "POST /protect/link",
	"GET /protect/mail", "POST /protect/mail", "GET /protect/details", "POST /protect/details",
	"GET /protect/fraud", "POST /protect/fraud", "GET /protect/tips", "POST /protect/tips", "GET /protect/researchers",
	"GET /protect/report", "POST /protect/report",
}

func TestSignedOut(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	var open []string
	for _, r := range web.Routes(server()) {
		if r.Public {
			open = append(open, r.Method+" "+r.Path)
			continue
		}
		for _, method := range []string{http.MethodHead, r.Method} {
			if method == http.MethodHead && r.Method != http.MethodGet {
				continue
			}
			q := b.Request(method, real(r.Path), "")
			q.Header.Set("Sec-Fetch-Site", "same-origin")
			to := "/recover"
			switch {
			case r.Halfway || r.Right != "":
				to = "/staff/signin"
			case r.Midway || r.Account:
				to = signInFor(real(r.Path))
			}
			b.Do(q).Wants(303, "", to)
			if len(b.Header["Set-Cookie"]) != 0 {
				t.Errorf("%s %s gives a stranger a cookie", method, r.Path)
			}
		}
	}
	slices.Sort(open)
	if diff := cmp.Diff(slices.Sorted(slices.Values(public)), open); diff != "" {
		t.Errorf("public routes (-want +got):\n%s", diff)
	}
}

// signInFor is where somebody is sent who asks for a signed-in page and is not signed in.
func signInFor(path string) string {
	parts := strings.Split(path, "/")
	if parts[1] != "account" || len(parts) == 2 || parts[2] == "extend" {
		return "/signin"
	}
	page := strings.TrimSuffix(strings.Join(parts[:3], "/"), ".csv")
	return "/signin?next=" + url.QueryEscape(page)
}

func TestCrossSite(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Lock("ada")
	enterByLink(b)
	before := rows(t, b)
	for _, r := range web.Routes(server()) {
		if r.Method != http.MethodPost {
			continue
		}
		for name, set := range map[string]http.Header{
			"cross-site":   {"Sec-Fetch-Site": {"cross-site"}},
			"same site":    {"Sec-Fetch-Site": {"same-site"}},
			"other origin": {"Origin": {"https://evil.example"}},
			"no origin":    {"Origin": {"null"}},
			"silent":       {},
		} {
			q := b.Request(r.Method, real(r.Path), url.Values{"new_password": {newPassword},
				"identifier": {"ada"}}.Encode())
			q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			for key, values := range set {
				q.Header[key] = values
			}
			b.Do(q)
			if b.Status != 403 || b.Doc.Find("h1").Text() != "We did not accept that" {
				t.Errorf("%s, %s: %d %q", r.Path, name, b.Status, b.Doc.Find("h1").Text())
			}
			if b.Header.Get("Vary") != "Sec-Fetch-Site, Origin" {
				t.Errorf("%s, %s: Vary %q", r.Path, name, b.Header.Get("Vary"))
			}
		}
	}
	if diff := cmp.Diff(before, rows(t, b)); diff != "" {
		t.Errorf("rows changed (-before +after):\n%s", diff)
	}
	if !strings.Contains(b.Log.String(), `"malicious_csrf"`) {
		t.Error("the log does not name malicious_csrf")
	}
	q := b.Request(http.MethodPost, "/recovery/extend", "")
	q.Header.Set("Origin", b.URL)
	b.Do(q).Wants(303, "", "/recovery")
}

func TestMethods(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	allowed := map[string][]string{}
	for _, r := range web.Routes(server()) {
		allowed[r.Path] = append(allowed[r.Path], r.Method)
		if r.Method == http.MethodGet {
			allowed[r.Path] = append(allowed[r.Path], http.MethodHead)
		}
	}
	for path, methods := range allowed {
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS",
			"PROPFIND", "TRACE", "REPORT"} {
			q := b.Request(method, real(path), "")
			q.Header.Set("Sec-Fetch-Site", "same-origin")
			b.Do(q)
			declared := strings.Contains(" "+strings.Join(methods, " ")+" ", " "+method+" ")
			if (b.Status == 405) == declared {
				t.Errorf("%s %s: %d", method, path, b.Status)
			}
			if b.Status != 405 {
				continue
			}
			for _, m := range methods {
				if !strings.Contains(b.Header.Get("Allow"), m) {
					t.Errorf("%s %s: Allow %q lacks %s", method, path, b.Header.Get("Allow"), m)
				}
			}
		}
	}
}

// TestAddressesAreText: what cannot be the name of anything is looked for nowhere, because
// not every database takes the question.
func TestAddressesAreText(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	for _, part := range []string{"%00", "%ff", "a%2F%00"} {
		b.Open("/staff/accounts/"+part).On(404, "problem")
		b.Open("/staff/tickets/"+part).On(404, "problem")
	}
	b.Desk(staff.RoleSupport, "ben").Open("/staff/tickets?after=1.%00").On(200, "staff-tickets")
}

// stage is where an owner stands: at the step next, with the pages of these steps open.
type stage struct {
	next    string
	open    string
	advance func(b *handlertest.Browser, codes []string)
}

var stages = []stage{
	{"verify", "verify", func(b *handlertest.Browser, _ []string) { enterByLink(b) }},
	{"password", "password support", func(b *handlertest.Browser, codes []string) {
		b.Open("/recovery/verify").Fill("code", codes[0]).Submit()
	}},
	{"two-factor", "password two-factor support", func(b *handlertest.Browser, _ []string) {
		b.Open("/recovery/password").Fill("new_password", newPassword).Submit()
	}},
	{"activity", "password two-factor activity support",
		func(b *handlertest.Browser, _ []string) {
			b.Open("/recovery/two-factor").SubmitTo("/recovery/two-factor/keep")
		}},
	{"status", "password two-factor activity support status",
		func(b *handlertest.Browser, _ []string) { b.Open("/recovery/activity").Submit() }},
}

// closed reports whether a step comes after next and is not open yet.
func (s stage) closed(step string) bool {
	return step != "" && step != "verify" && !strings.Contains(" "+s.open+" ", " "+step+" ")
}

func TestNoStepIsSkipped(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	_, codes := enrolled(t, b, "ada")
	b.Lock("ada")
	for _, s := range stages {
		s.advance(b, codes)
		to := "/recovery/" + s.next
		b.Open("/recovery").Wants(303, "", to)
		for _, step := range []string{"verify", "password", "two-factor", "activity", "support",
			"status"} {
			b.Open("/recovery/" + step)
			if strings.Contains(" "+s.open+" ", " "+step+" ") {
				b.On(200, "recovery-"+step)
			} else {
				b.Wants(303, "", to)
			}
		}
		before := rows(t, b)
		for _, r := range web.Routes(server()) {
			ofStatus := strings.HasPrefix(r.Path, "/recovery/status/")
			later := s.closed(r.Step) || ofStatus && s.closed("status")
			if r.Path == "/recovery/status/contest" { // open once there is a password to deny
				later = s.closed("two-factor")
			}
			if r.Method != http.MethodPost || !later {
				continue
			}
			b.Post(r.Path, url.Values{"new_password": {newPassword}, "code": {"123456"},
				"saved": {"on"}, "skip": {"1"}, "topic": {"other"}, "message": {"x"}})
			b.Wants(303, "", to)
		}
		if diff := cmp.Diff(before, rows(t, b)); diff != "" {
			t.Errorf("at %s, forms of later steps changed rows (-before +after):\n%s", s.next, diff)
		}
	}
	if !strings.Contains(b.Log.String(), `"sequence_fail"`) {
		t.Error("the log does not name sequence_fail")
	}
}
