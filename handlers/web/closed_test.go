package web_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/cmd/wiring"
	"regain/handlers"
	"regain/handlers/handlertest"
	"regain/handlers/web"
	"regain/security/access"
	"regain/security/limits"
	"regain/security/staff"
	"regain/store"
)

// TestNobodyElseReads: no answer lets the scripts of another site read it, and none becomes a
// script by a parameter.
func TestNobodyElseReads(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Lock("ada")
	toStatus(b)
	for _, r := range web.Routes(server()) {
		q := b.Request(http.MethodGet, real(r.Path)+"?callback=evil&jsonp=evil", "")
		q.Header.Set("Origin", "https://evil.example")
		q.Header.Set("Sec-Fetch-Site", "cross-site")
		b.Do(q)
		for name := range b.Header {
			if strings.HasPrefix(name, "Access-Control-") {
				t.Errorf("%s: %s is %q", r.Path, name, b.Header.Get(name))
			}
		}
		if strings.Contains(b.Body, "evil(") {
			t.Errorf("%s calls a function of another site: %q", r.Path, b.Body)
		}
	}
}

// TestNothingBesideThePages: what lies beside a program on a server is not there: no folder, no
// trace of the source control, no metrics, no page under the name of a file.
func TestNothingBesideThePages(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	u := b.SignIn("ada").Follow().On(200, "account")
	for _, path := range []string{"/.git/HEAD", "/.git/config", "/.gitignore", "/.svn/entries",
		"/static", "/static/", "/static/app.css", "/static/static.go", "/go.mod", "/SECURITY.md",
		"/metrics", "/debug/pprof/", "/debug/vars", "/swagger", "/regain.db", "/account/x.css",
		"/account/sessions/x.css", "/account.css", "/account/activity/x.js", "/.env"} {
		u.Open(path)
		if u.Status != http.StatusNotFound || u.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d, %q", path, u.Status, u.Header.Get("Cache-Control"))
		}
	}
}

// TestCookiesFit: browsers keep no cookie of more than 4,096 bytes, and the longest of ours is far
// from that, even when all that a cookie may hold is in it.
func TestCookiesFit(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	longest := 0
	look := func(b *handlertest.Browser) *handlertest.Browser {
		for _, line := range b.Header["Set-Cookie"] {
			c, err := http.ParseSetCookie(line)
			if err != nil {
				t.Fatal(err)
			}
			longest = max(longest, len(c.Name)+len(c.Value))
			if !strings.HasPrefix(c.Name, "__Host-") || !c.Secure || !c.HttpOnly ||
				c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" {
				t.Errorf("cookie %q", line)
			}
		}
		return b
	}
	look(b.Open("/recover").Fill("identifier", "ada").Submit())
	look(b.Fill("code", b.Mail("recovery_link").Code))
	look(b.Other().Open("/genuine").Fill("code", "ABCD-EFGH-JKMN").Submit())
	look(b.Open("/protect/link").Fill("link", "https://evil.example/"+strings.Repeat("x", 570)).Submit())
	b.Wants(303, "", "/protect/link?checked=1")
	b.Lock("ada")
	look(enterByLink(b))
	look(b.Open("/recovery/password").Fill("new_password", newPassword).Submit())
	look(b.SignIn("bob"))
	look(b.SignInWith("ada", newPassword))
	look(b.Desk(staff.RoleAdmin, "ines"))
	if longest < 100 || longest > 2048 {
		t.Errorf("the longest cookie has %d bytes", longest)
	}
}

// TestTypedTextIsNoSQL: wherever something is looked for by what somebody typed, a text that would
// change a question to the database is looked for as it is, and found nowhere.
func TestTypedTextIsNoSQL(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	d := b.Desk(staff.RoleSupport, "ben")
	before := rows(t, b)["accounts"]
	for _, text := range []string{"'", `"`, "' OR '1'='1", "ada' --", "ada'; DROP TABLE accounts; --",
		"%", "_da", `\`, "ada%", "a' UNION SELECT id FROM sessions --", "$1", "?1", ":id"} {
		typed := url.QueryEscape(text)
		for _, path := range []string{"/staff/accounts?q=" + typed + "&reason=caller",
			"/staff/accounts/" + url.PathEscape(text), "/staff/tickets?status=" + typed,
			"/staff/tickets?after=" + typed, "/staff/tickets/" + url.PathEscape(text)} {
			if d.Open(path); d.Status >= 500 {
				t.Errorf("%s: %d", path, d.Status)
			}
		}
		o := b.Other()
		o.Post("/recover", url.Values{"identifier": {text}})
		if o.Status >= 500 {
			t.Errorf("recover %q: %d", text, o.Status)
		}
		o = b.SignInWith(text, handlertest.OldPassword)
		if o.Status != 422 && o.Status != 429 {
			t.Errorf("sign in %q: %d", text, o.Status)
		}
	}
	b.Deliver()
	if after := rows(t, b)["accounts"]; after != before {
		t.Errorf("accounts changed:\n%s", cmp.Diff(before, after))
	}
	for _, l := range b.Letters {
		if !strings.HasSuffix(l.To, "@market.example") { // staff hear of each other
			t.Errorf("%s was mailed to %s", l.Kind, l.To)
		}
	}
}

// TestLogLinesAreWhole: nothing that a request says begins a line of the log or hides one.
func TestLogLinesAreWhole(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Agent = "odd\t\"}{\"event\":\"forged\"}"
	b.Post("/recover", url.Values{"identifier": {"x\r\n{\"event\":\"forged\"}\x1b[2J"}})
	b.Open("/no%0d%0a%7b%22event%22:%22forged%22%7d/%1b[2J?x=%0aforged")
	b.Post("/recover%0aforged", url.Values{"identifier": {"ada"}})
	log := b.Log.String()
	for _, bad := range []string{"forged", "\x1b", "\r", "[2J"} {
		if strings.Contains(log, bad) {
			t.Errorf("the log holds %q", bad)
		}
	}
	if n := strings.Count(log, "\n"); n < 3 || len(sources(t, b)) != n {
		t.Errorf("%d lines of JSON in %d", len(sources(t, b)), n)
	}
}

// TestUnclearRequests: where a request ends and what its lines are is never a matter of opinion.
func TestUnclearRequests(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	host := strings.TrimPrefix(b.URL, "https://")
	const form = "Content-Type: application/x-www-form-urlencoded\r\n"
	for name, head := range map[string]string{
		"two lengths":        form + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcde",
		"odd encoding":       form + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
		"two encodings":      form + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
		"negative length":    form + "Content-Length: -1\r\n\r\n",
		"space before colon": "X-Odd : y\r\n\r\n",
		"return in a value":  "X-Odd: a\rb\r\n\r\n",
		"zero in a value":    "X-Odd: a\x00b\r\n\r\n",
		"two hosts":          "Host: evil.example\r\n\r\n",
	} {
		client, err := tls.Dial("tcp", host, &tls.Config{InsecureSkipVerify: true})
		if err != nil {
			t.Fatal(err)
		}
		_, err = io.WriteString(client, "POST /recover HTTP/1.1\r\nHost: "+host+"\r\n"+head)
		if err = errors.Join(err, client.CloseWrite()); err != nil {
			t.Fatal(err)
		}
		answer, err := io.ReadAll(client)
		if status, _, _ := strings.Cut(string(answer), "\r\n"); err != nil ||
			!strings.HasPrefix(status, "HTTP/1.1 400 ") && !strings.HasPrefix(status, "HTTP/1.1 501 ") {
			t.Errorf("%s: %v, %q", name, err, status)
		}
		client.Close()
	}
}

// TestLengthsAreTrue: what an answer says of its length is how long it is, with and without a body.
func TestLengthsAreTrue(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	for _, path := range []string{"/", "/recover", "/nothing", "/healthz", "/staff"} {
		length := map[string]string{}
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			b.Do(b.Request(method, path, ""))
			if length[method] = b.Header.Get("Content-Length"); method == http.MethodHead && b.Body != "" {
				t.Errorf("HEAD %s has a body", path)
			}
			if said := length[method]; said != "" && method == http.MethodGet &&
				said != fmt.Sprint(len(b.Body)) {
				t.Errorf("%s: %s bytes said, %d sent", path, said, len(b.Body))
			}
		}
	}
}

// unlimited is a store that cannot count.
type unlimited struct{ *store.DB }

func (unlimited) Spend(context.Context, limits.Limit, string, time.Time, ...limits.Budget) (
	time.Duration, error) {
	return 0, errors.New("the counter is broken")
}

func (unlimited) TakePasswordTry(context.Context, access.PasswordTry, time.Time) (int, time.Duration, error) {
	return 0, 0, errors.New("the counter is broken")
}

// TestNoCountNoWay: where a limit cannot be counted, nothing is done (ASVS 16.5.3).
func TestNoCountNoWay(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t, func(s *handlers.Server) {
		db := s.Security.Store.(*store.DB)
		s.Security = wiring.Rooms(*s.Security.Core, unlimited{db})
	})
	before := rows(t, b)
	for path, form := range map[string]url.Values{
		"/recover": {"identifier": {"ada"}},
		"/signin":  {"identifier": {"ada"}, "password": {handlertest.OldPassword}},
		"/genuine": {"code": {"ABCD-EFGH-JKMN"}},
	} {
		o := b.Other()
		o.Post(path, form)
		if o.Status != http.StatusInternalServerError || len(o.Cookies()) != 0 {
			t.Errorf("%s: %d, %d cookies", path, o.Status, len(o.Cookies()))
		}
	}
	if diff := cmp.Diff(before, rows(t, b)); diff != "" {
		t.Errorf("rows changed (-before +after):\n%s", diff)
	}
}

// TestPasswordsDoNotAge: a password is good for as long as nobody else has it (ASVS 6.2.10).
func TestPasswordsDoNotAge(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.SignIn("ada").Follow().On(200, "account")
	b.Advance(7 * 365 * 24 * time.Hour)
	b.SignIn("ada").Follow().On(200, "account")
}

// TestEveryPageSignsOut: whoever is signed in finds the way out on every page (ASVS 7.4.4).
func TestEveryPageSignsOut(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	owner, desk := b.SignIn("ada"), b.Desk(staff.RoleSecurity, "ines")
	b.Lock("bob")
	in := b.Other()
	in.Open(b.Mail("locked_out").Link)
	in.SubmitTo(in.Path)
	pages := map[string]int{}
	for _, r := range web.Routes(server()) {
		side, _, _ := strings.Cut(strings.TrimPrefix(r.Path, "/"), "/")
		of := map[string]*handlertest.Browser{"account": owner, "staff": desk, "recovery": in}[side]
		if of == nil || r.Public || r.Method != http.MethodGet {
			continue
		}
		out := "/signout"
		if side == "staff" {
			out = "/staff/signout"
		}
		of.Open(real(r.Path))
		if of.Status != http.StatusOK || of.Doc.Find("main[data-page]").Length() == 0 {
			continue
		}
		pages[side]++
		if of.Doc.Find(`form[action="`+out+`"] button`).Length() == 0 {
			t.Errorf("%s has no button to sign out", r.Path)
		}
	}
	if pages["account"] < 10 || pages["staff"] < 4 || pages["recovery"] < 2 {
		t.Errorf("pages %v", pages)
	}
}
