package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/handlers"
	"regain/handlers/handlertest"
	"regain/handlers/web"
	"regain/security/access"
	"regain/views/words"
)

func TestSignIn(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Open("/").Wants(200, `header a[href="/signin"]`, "Sign in")
	o := b.SignIn("ada").Follow().On(200, "account").Wants(200, ".places .row", "Signed in as ada")
	for _, selector := range []string{`header form[action="/signout"] button`,
		`dialog form[action="/account/extend"] button`} {
		o.Wants(200, selector, "")
	}
	o.Open("/signin").Wants(303, "", "/account")
	o.Open("/signin?next=/account/alerts").Wants(303, "", "/account/alerts")
	o.Open("/signin/verify").Wants(303, "", "/account")
	before := o.Cookies()
	if diff := cmp.Diff([]string{"__Host-regain", "__Host-regain-device"}, cookieNames(o)); diff != "" {
		t.Errorf("cookies (-want +got):\n%s", diff)
	}
	o.Open("/account").SubmitTo("/signout").Wants(303, "", "/?signed-out=account")
	if got := o.Header.Get("Clear-Site-Data"); got != `"cache", "storage"` {
		t.Errorf("Clear-Site-Data %q", got)
	}
	o.Follow().Wants(200, `[role="status"]`, words.Say("flash.signed_out_here").String())
	if diff := cmp.Diff([]string{"__Host-regain-device"}, cookieNames(o)); diff != "" {
		t.Errorf("cookies that are left (-want +got):\n%s", diff)
	}
	q := o.Request(http.MethodGet, "/account", "")
	for _, c := range before {
		q.AddCookie(c)
	}
	o.Do(q).Wants(303, "", "/signin")
	if !strings.Contains(b.Log.String(), `"session_use_after_expire"`) {
		t.Error("the log does not name session_use_after_expire")
	}
	o.Follow().Wants(200, `[role="status"]`, words.Say("flash.account_session_gone").String())
}

// TestSignInRefused: the form comes back with what was typed but for the password, and is the same
// for everybody who does not know it.
func TestSignInRefused(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Lock("bob")
	var pages []string
	for _, row := range []struct{ who, password, field, code string }{
		{"ada", "not the password", "identifier", "sign_in_wrong.account"},
		{"bob", "not the password", "identifier", "sign_in_wrong.account"},
		{"zoe", handlertest.OldPassword, "identifier", "sign_in_wrong.account"},
		{"<i>ada</i>", "not the password", "identifier", "sign_in_wrong.account"},
		{"", handlertest.OldPassword, "identifier", "identifier_missing"},
		{"ada", "", "password", "password_missing"},
		{strings.Repeat("a", 321), "not the password", "identifier", "identifier_long"},
	} {
		o := b.SignInWith(row.who, row.password).On(422, "signin")
		o.Wants(422, "title", "Error: Sign in").Wants(422, ".summary a", words.Say(row.code).String())
		o.Wants(422, `label[for="`+row.field+`"] ~ .error`, words.Say(row.code).String())
		if got := o.Doc.Find("#identifier").AttrOr("value", ""); got != row.who {
			t.Errorf("%q: kept %q", row.who, got)
		}
		if row.password != "" && strings.Contains(o.Body, row.password) {
			t.Errorf("%q: the page holds the password", row.who)
		}
		if row.code == "sign_in_wrong.account" && len(row.who) == 3 {
			for _, noise := range []string{`data-options="[^"]*"`, row.who} {
				o.Body = regexp.MustCompile(noise).ReplaceAllString(o.Body, "")
			}
			pages = append(pages, o.Body+strconv.Itoa(len(o.Cookies())))
		}
	}
	for _, page := range pages[1:] {
		if diff := cmp.Diff(pages[0], page); diff != "" {
			t.Errorf("two answers differ:\n%s", diff)
		}
	}
}

// TestSignInRefusedLater: a refused sign-in takes as long as it must, whoever is meant.
func TestSignInRefusedLater(t *testing.T) {
	t.Parallel()
	const floor = 150 * time.Millisecond
	b := handlertest.New(t, func(s *handlers.Server) { s.RefuseAfter = floor })
	b.Lock("bob")
	for _, who := range []string{"ada", "bob", "zoe", "zoe@example.org"} {
		start := time.Now()
		b.Post("/signin", url.Values{"identifier": {who}, "password": {"wrong"}}).On(422, "signin")
		if took := time.Since(start); took < floor {
			t.Errorf("%s was refused after %s", who, took)
		}
	}
}

func TestSignInLocked(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Lock("ada")
	b.Deliver()
	o := b.SignInWith("ada@example.org", handlertest.OldPassword).On(403, "signin-locked")
	o.Wants(403, "h1", "locked to keep it safe")
	o.Open("/account").Wants(303, "", "/signin")
	o = b.SignInWith("ada@example.org", handlertest.OldPassword)
	o.SubmitTo("/recover").Wants(303, "", "/recover/sent")
	o.Open(b.Mail("recovery_link").Link).On(200, "link").Submit().Wants(303, "", "/recovery")
}

// TestSignInWait: whoever tries too often is told until when, and of the way that is open.
func TestSignInWait(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	for _, who := range []string{"ada", "zoe"} {
		for range 6 {
			b.SignInWith(who, "wrong").On(422, "signin")
		}
		o := b.SignInWith(who, handlertest.OldPassword).On(429, "signin")
		if got := o.Header.Get("Retry-After"); got != "30" {
			t.Errorf("Retry-After %q", got)
		}
		o.Wants(429, ".note", "You can try again at 09:31 (UTC)")
		o.Wants(429, `main a[href="/recover"]`, "Get a link by email")
		if n := o.Doc.Find(`main form[action="/signin"]`).Length(); n != 0 {
			t.Error("there is a form")
		}
	}
	b.Advance(30 * time.Second)
	b.SignIn("ada")
	if !strings.Contains(b.Log.String(), `"authn_login_fail_max"`) {
		t.Error("the log does not name authn_login_fail_max")
	}
}

// TestSignInSecondFactor: with a factor the password alone leads to one page, and the cookie of
// before is dead once the factor was shown.
func TestSignInSecondFactor(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	code := b.Authenticator("ada")
	o := b.Other().Open("/signin?next=/account/alerts").Fill("identifier", "ada")
	o.Fill("password", handlertest.OldPassword).Submit()
	o.Wants(303, "", "/signin/verify?next=%2Faccount%2Falerts").Follow().On(200, "signin-verify")
	if n := o.Doc.Find("nav.sections").Length(); n != 0 {
		t.Error("the navigation is there")
	}
	o.Open("/signin").Wants(303, "", "/signin/verify")
	for _, typed := range []struct{ code, want string }{{"", "code_missing"},
		{"12ab", "code_letters"},
		{"000000", "code_wrong"}} {
		o.Open("/signin/verify?next=/account/alerts").Fill("code", typed.code).Submit()
		o.On(422, "signin-verify").Wants(422, ".error", words.Say(typed.want).String())
	}
	old := o.Cookies()
	o.Fill("code", code()).Submit().Wants(303, "", "/account/alerts")
	if cmp.Equal(old, o.Cookies()) {
		t.Error("the cookie is the one from before the code")
	}
	p := b.Other()
	q := p.Request(http.MethodGet, "/account", "")
	for _, c := range old {
		q.AddCookie(c)
	}
	p.Do(q).Wants(303, "", "/signin")

	// Six wrong ones, and the page says until when.
	h := b.SignInWith("ada", handlertest.OldPassword).Follow()
	for range 4 {
		h.Fill("code", "000000").Submit()
	}
	h.On(429, "signin-verify").Wants(429, ".note", "You can try again at")
	if h.Header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	h.SubmitTo("/signout").Wants(303, "", "/?signed-out=account")
	h.Open("/signin/verify").Wants(303, "", "/signin")
}

// TestAccountRoutes walks all routes of signed-in owners: a stranger is sent to the sign-in,
// whoever owes the second factor to that, and old proofs to a fresh one. No form changes anything.
func TestAccountRoutes(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Authenticator("ada")
	stale := b.SignIn("ada")
	half := b.SignInWith("ada", handlertest.OldPassword)
	b.Advance(access.ProofFresh - time.Second) // it ends half sessions, too
	before := rows(t, b, "seen_at")
	accounts, fresh := 0, 0
	for _, r := range web.Routes(server()) {
		if !r.Account {
			continue
		}
		accounts++
		path := real(r.Path)
		for _, who := range []struct {
			b  *handlertest.Browser
			to string
		}{{b.Other(), signInFor(path)}, {half, "/signin/verify"}} {
			q := who.b.Request(r.Method, path, "")
			q.Header.Set("Sec-Fetch-Site", "same-origin")
			who.b.Do(q).Wants(303, "", who.to)
		}
	}
	b.Advance(time.Second)
	for _, r := range web.Routes(server()) {
		if !r.Fresh {
			continue
		}
		fresh++
		path := real(r.Path)
		q := stale.Request(r.Method, path, "")
		q.Header.Set("Sec-Fetch-Site", "same-origin")
		if r.Method == http.MethodPost {
			path = strings.Join(strings.Split(path, "/")[:3], "/")
		}
		stale.Do(q).Wants(303, "", "/account/prove?next="+url.QueryEscape(path))
	}
	if diff := cmp.Diff(before, rows(t, b, "seen_at")); diff != "" {
		t.Errorf("rows changed (-before +after):\n%s", diff)
	}
	if accounts < 20 || fresh < 8 {
		t.Errorf("%d routes, %d of them need a fresh proof", accounts, fresh)
	}
}

// TestReturnPath: the sign-in leads to signed-in pages of ours and nowhere else.
func TestReturnPath(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	o := b.SignIn("ada")
	for _, row := range []struct{ next, to string }{
		{"", "/account"},
		{"/account", "/account"},
		{"/account/alerts", "/account/alerts"},
		{"/account/activity?kind=logins&page=2", "/account/activity?kind=logins&page=2"},
		{"/accounts", "/account"},
		{"/account-evil", "/account"},
		{"/staff", "/account"},
		{"/signout", "/account"},
		{"//evil.example", "/account"},
		{"//evil.example/account", "/account"},
		{"///evil.example/account", "/account"},
		{"https://evil.example/account", "/account"},
		{"https:/account", "/account"},
		{"/\\evil.example", "/account"},
		{"/account\\..\\..\\evil", "/account"},
		{"/account/../signout", "/account"},
		{"/account/%2e%2e/signout", "/account"},
		{"/account/..%2f..%2fstaff", "/account"},
		{"account", "/account"},
		{"javascript:alert(1)", "/account"},
		{"/account#@evil.example", "/account"},
		{"/account\r\nSet-Cookie: a=b", "/account"},
		{"/account\t", "/account"},
		{" /account", "/account"},
		{"%2f%2fevil.example", "/account"},
		{"https://u:p@evil.example/account", "/account"},
		{"/%2fevil.example", "/account"},
		{"/account/%2f%2fevil.example", "/account/%2f%2fevil.example"},
		{"/\\/evil.example", "/account"},
		{"/%5cevil.example", "/account"},
		{"/account/x/../../signout", "/account"},
		{"/account\x00", "/account"},
		{"/account\x7f", "/account"},
		{"/account\u2028", "/account"},
		{"/account/%0d%0aSet-Cookie:%20a=b", "/account/%0d%0aSet-Cookie:%20a=b"},
		{"/account/\xff", "/account/%FF"},
		{"data:text/html,x", "/account"},
		{"/account/alerts?x=" + strings.Repeat("a", 3000), "/account"},
		{"/account/" + strings.Repeat("a", 3000), "/account"},
		{"/account/alerts?next=//evil.example", "/account/alerts?next=//evil.example"},
	} {
		o.Open("/signin?next="+url.QueryEscape(row.next)).Wants(303, "", row.to)
	}
	// The form carries it, and a form that was tampered with leads nowhere else.
	d := b.Other().Open("/signin?next=/account/addresses").Fill("identifier", "ada")
	d.Fill("password", handlertest.OldPassword).Submit().Wants(303, "", "/account/addresses")
	b.Other().Post("/signin", url.Values{"identifier": {"ada"}, "next": {"https://evil.example"},
		"password": {handlertest.OldPassword}}).Wants(303, "", "/account")
}

// TestNothingSecretOfSignInIsKept looks for canaries of sign-ins in the log and in the database.
func TestNothingSecretOfSignInIsKept(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	code := b.Authenticator("ada")
	typed := "canary-wrong-password-4713"
	b.SignInWith("ada", typed)
	b.SignInWith("canary-unknown-name-4714", typed)
	b.SignInWith(typed, "canary-in-the-name-4715")
	o := b.SignInWith("ada", handlertest.OldPassword)
	canaries := []string{typed, handlertest.OldPassword, "canary-unknown-name-4714",
		"canary-in-the-name-4715", "ada@example.org"}
	for _, c := range o.Cookies() {
		canaries = append(canaries, c.Value)
	}
	o.Follow().Fill("code", "4716 471").Submit()
	o.Fill("code", code()).Submit().Wants(303, "", "/account")
	for _, c := range o.Cookies() {
		canaries = append(canaries, c.Value)
	}
	b.Advance(access.ProofFresh)
	o.Open("/account/prove").Fill("code", code()).Submit()
	notKept(t, b, canaries)
}
