package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/handlers/handlertest"
	"regain/handlers/web"
	"regain/security"
	"regain/security/access"
	"regain/views/words"
)

// TestSignInAnew: whoever signs in in a browser that is signed in already ends the session of
// before, and only that.
func TestSignInAnew(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	other := b.SignIn("ada")
	o := b.SignIn("ada")
	old := o.Cookies()
	o.Post("/signin", url.Values{"identifier": {"bob"}, "password": {handlertest.OldPassword}})
	o.Wants(303, "", "/account").Follow().Wants(200, ".places .row", "Signed in as bob")
	p := b.Other()
	q := p.Request(http.MethodGet, "/account", "")
	for _, c := range old {
		q.AddCookie(c)
	}
	p.Do(q).Wants(303, "", "/signin")
	other.Open("/account").On(200, "account")
}

// TestSignOutOfBoth: signing out ends a recovery and a signed-in session of one browser, and
// signing out everywhere those of the others.
func TestSignOutOfBoth(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	if err := b.Service.Lockout.SendLink(t.Context(), security.Operator("test"),
		"ada"); err != nil {
		t.Fatal(err)
	}
	o := b.SignIn("ada")
	o.Open(b.Mail("recovery_link").Link).On(200, "link").Submit().Wants(303, "", "/recovery")
	want := []string{"__Host-regain", "__Host-regain-device", "__Host-regain-recovery"}
	if diff := cmp.Diff(want, cookieNames(o)); diff != "" {
		t.Errorf("cookies (-want +got):\n%s", diff)
	}
	o.Open("/account").SubmitTo("/signout").Wants(303, "", "/?signed-out=1")
	o.Open("/account").Wants(303, "", "/signin")
	o.Open("/recovery").Wants(303, "", "/recover")

	one, two := b.SignIn("ada"), b.SignIn("ada")
	one.Post("/signout/all", nil).Wants(303, "", "/signin").Follow()
	one.Wants(200, `[role="status"]`, words.Say("flash.signed_out_all").String())
	one.Post("/signout/all", nil).Wants(303, "", "/signin")
	two.Open("/account").Wants(303, "", "/signin")
	two = b.SignIn("ada")
	stale := two.Cookies()
	b.Advance(access.SignedInIdle)
	for _, path := range []string{"/signout/all", "/account/extend"} { // which are no pages
		p := b.Other()
		q := p.Request(http.MethodPost, path, "")
		q.Header.Set("Sec-Fetch-Site", "same-origin")
		for _, c := range stale {
			q.AddCookie(c)
		}
		p.Do(q).Wants(303, "", "/account")
		b.Other().Post(path, nil).Wants(303, "", "/signin")
	}
}

func TestExtendSignedIn(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	o := b.SignIn("ada").Follow().Wants(200, "dialog [data-until]", "10:00 (London time)")
	b.Advance(29 * time.Minute)
	o.SubmitTo("/account/extend").Wants(303, "", "/account").Follow()
	o.Wants(200, `[role="status"]`, words.Say("flash.account_extended").String())
	b.Advance(29 * time.Minute)
	q := o.Request(http.MethodPost, "/account/extend", "")
	q.Header.Set("Sec-Fetch-Site", "same-origin")
	q.Header.Set("Accept", "application/json")
	o.Do(q)
	want := `{"seconds":1800,"at":"2026-11-20T10:58:00Z"}`
	if got := strings.TrimSpace(o.Body); o.Status != 200 || got != want {
		t.Errorf("%d %s, want %s", o.Status, got, want)
	}
	b.Advance(30 * time.Minute)
	o.Open("/account/alerts").Wants(303, "", "/signin?next=%2Faccount%2Falerts")
}

// TestProve: what changes the ways in asks again after ten minutes and comes back.
func TestProve(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	code := b.Authenticator("bob")
	plain, app := b.SignIn("ada"), b.SignIn("bob")
	plain.Open("/account/prove?next=/account/two-factor").Wants(303, "", "/account/two-factor")
	b.Advance(access.ProofFresh)
	for name, row := range map[string]struct {
		b            *handlertest.Browser
		field, wrong string
		right        string
	}{
		"ada": {plain, "password", "not the password", handlertest.OldPassword},
		"bob": {app, "code", "000000", code()},
	} {
		o := row.b
		o.Open("/account/prove?next=/account/two-factor").On(200, "account-prove")
		o.Fill(row.field, "").Submit().On(422, "account-prove")
		o.Wants(422, `label[for="`+row.field+`"] ~ .error`, "Enter")
		o.Fill(row.field, row.wrong).Submit().On(422, "account-prove").Wants(422, ".summary", "")
		if strings.Contains(o.Body, row.wrong) {
			t.Errorf("%s: the page holds what was typed", name)
		}
		old := o.Cookies()
		o.Fill(row.field, row.right).Submit().Wants(303, "", "/account/two-factor")
		if cmp.Equal(old, o.Cookies()) {
			t.Errorf("%s: the cookie is the one from before", name)
		}
		o.Follow().On(200, "account-two-factor").Wants(200, `[role="status"]`,
			words.Say("flash.proved").String())
	}
	b.Advance(access.ProofFresh)
	plain.Open("/account/prove")
	for range 20 { // a known browser has tries of its own beside those of all
		plain.Fill("password", "wrong").Submit().On(422, "account-prove")
	}
	plain.Fill("password", "wrong").Submit().On(429, "account-prove")
	plain.Wants(429, ".note", "You can try again at")
}

// TestTwoFactorFirst: where the policy asks for a second factor, an account without one sees
// nothing but the pages that set it up.
func TestTwoFactorFirst(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Service.Policy.TwoFactorRequired = true
	o := b.SignIn("ada")
	for _, r := range web.Routes(server()) {
		path := real(r.Path)
		section := strings.Join(strings.Split(path, "/")[:min(3, strings.Count(path, "/")+1)], "/")
		switch section {
		case "/account/two-factor", "/account/passkeys", "/account/prove", "/account/extend",
			"/signout/all":
			continue
		}
		if !r.Account {
			continue
		}
		q := o.Request(r.Method, path, "")
		q.Header.Set("Sec-Fetch-Site", "same-origin")
		o.Do(q).Wants(303, "", "/account/two-factor")
	}
	o.Follow().On(200, "account-two-factor")
	o.Wants(200, `[role="status"]`, words.Say("flash.two_factor_first").String())
	o.Open("/account/passkeys").On(200, "account-passkeys")
	b.Authenticator("bob")
	b.SignIn("bob").Follow().On(200, "account")
}

// TestLinkOfAnother: a link that is opened in a browser where somebody else is signed in says so,
// and does nothing before they agreed.
func TestLinkOfAnother(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Lock("ada")
	link := b.Mail("locked_out").Link
	o := b.Other().Open(link).On(200, "link")
	if o.Doc.Find(`input[name="leave"]`).Length() != 0 {
		t.Error("a stranger is asked whether to leave")
	}
	o = b.SignIn("bob")
	o.Open(link).On(200, "link").Wants(200, ".note", "bob")
	before := rows(t, b)
	o.Post(link, nil).On(409, "link-other").Wants(409, ".facts", "bob")
	o.Wants(409, ".facts", "a••••")
	o.Wants(409, `a[href="/account"]`, "Stay signed in")
	if diff := cmp.Diff(before, rows(t, b)); diff != "" {
		t.Errorf("rows changed (-before +after):\n%s", diff)
	}
	o.Open("/account").Wants(200, ".places .row", "Signed in as bob")
	elsewhere := b.SignIn("bob")
	o.Post(link, nil).SubmitTo(link).Wants(303, "", "/recovery").Follow()
	o.Follow().On(200, "recovery-password")
	o.Open("/account").Wants(303, "", "/signin")
	elsewhere.Open("/account").On(200, "account")
	o.Open(link).On(410, "link-used")

	// The owner's own link asks nothing, and a second factor that is owed is nobody signed in.
	for _, who := range []string{"cleo", "bob"} {
		b.Authenticator("bob")
		own := b.SignInWith(who, handlertest.OldPassword)
		if err := b.Service.Lockout.SendLink(t.Context(), security.Operator("test"),
			"cleo"); err != nil {
			t.Fatal(err)
		}
		link = b.Mail("recovery_link").Link
		own.Open(link).On(200, "link")
		if own.Doc.Find(`input[name="leave"]`).Length() != 0 {
			t.Errorf("%s is asked whether to leave", who)
		}
		own.SubmitTo(link).Wants(303, "", "/recovery")
	}
}
