package web_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"regain/handlers/handlertest"
	"regain/security"
	"regain/security/federation"
	"regain/security/feed"
	"regain/security/policy"
)

// issuers stand in for the network: each code is redeemed for what it was put there for, once.
type issuers struct {
	mu     sync.Mutex
	codes  map[string]federation.Claims
	asked  map[string]federation.Question // by state
	down   error
	logout map[string]federation.Logout
}

func (i *issuers) Begin(_ context.Context, x federation.Issuer, q federation.Question) (string, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if x.ClientSecret != "the secret" {
		return "", errors.New("the secret of the client did not come back")
	}
	i.asked[q.State] = q
	return x.URL + "/authorize?state=" + url.QueryEscape(q.State), i.down
}

func (i *issuers) Exchange(_ context.Context, x federation.Issuer, a federation.Answer) (federation.Claims,
	error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	c, ok := i.codes[a.Code]
	switch {
	case i.down != nil:
		return c, i.down
	case !ok || a.Verifier == "" || a.Nonce == "":
		return c, &federation.Fault{Code: federation.BadAnswer}
	case a.Issuer != x.URL:
		return c, &federation.Fault{Code: federation.BadCallback}
	}
	return c, nil
}

func (i *issuers) VerifyLogout(_ context.Context, _ []federation.Issuer, token string) (federation.Logout,
	error) {
	if i.down != nil {
		return federation.Logout{}, i.down
	}
	l, ok := i.logout[token]
	if !ok {
		return l, &federation.Fault{Code: federation.BadSignature}
	}
	return l, nil
}

func (i *issuers) EndSession(_ context.Context, x federation.Issuer, hint, _ string) (string, error) {
	return x.URL + "/end?hint=" + hint, nil
}

const acmeIssuer = "https://login.acme.example"

// acme makes ada a member of an organisation with an issuer.
func acme(t *testing.T, b *handlertest.Browser, required bool) *issuers {
	t.Helper()
	i := &issuers{codes: map[string]federation.Claims{}, asked: map[string]federation.Question{},
		logout: map[string]federation.Logout{}}
	b.Service.Federation.Issuers = i
	ctx, by := t.Context(), security.Operator("test")
	o := policy.Organisation{ID: "acme", Name: "Acme", Domains: []string{"example.org"},
		Policy: policy.Policy{SingleSignOn: required}}
	if _, err := b.Service.Organisations.Set(ctx, by, o); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Service.Federation.Trust(ctx, by, federation.Issuer{URL: acmeIssuer, ClientID: "regain",
		ClientSecret: "the secret", Organisation: "acme", Claim: federation.ClaimEmail,
		AMR: []string{"mfa"}}, false); err != nil {
		t.Fatal(err)
	}
	belongs(t, b, "ada", "acme")
	return i
}

func belongs(t *testing.T, b *handlertest.Browser, who, organisation string) {
	t.Helper()
	a, err := b.Store.Account(t.Context(), who)
	if err != nil {
		t.Fatal(err)
	}
	a.Organisation = organisation
	b.Commit(feed.PutAccount{Account: a})
}

// word lets the issuer say something for a code.
func (i *issuers) word(b *handlertest.Browser, code string, adjust func(*federation.Claims)) {
	c := federation.Claims{Issuer: acmeIssuer, Subject: "s-ada", Value: "ada@example.org",
		EmailVerified: true, SessionID: "sid-1", AuthTime: b.Now(), IssuedAt: b.Now()}
	adjust(&c)
	i.mu.Lock()
	defer i.mu.Unlock()
	i.codes[code] = c
}

func asIs(*federation.Claims) {}

// leave sets out for the issuer and returns the address of the way back with the code.
func leave(t *testing.T, o *handlertest.Browser, code string) string {
	t.Helper()
	o.Follow().On(200, "signin-sso-leave")
	to, err := url.Parse(strings.TrimPrefix(o.Header.Get("Refresh"), "0; url="))
	if err != nil || to.Host != "login.acme.example" {
		t.Fatalf("leaves for %q", o.Header.Get("Refresh"))
	}
	if href, _ := o.Doc.Find("main a.btn").Attr("href"); href != to.String() {
		t.Errorf("the link leads to %q", href)
	}
	return federation.Redirect + "?" + url.Values{"state": {to.Query().Get("state")}, "code": {code},
		"iss": {acmeIssuer}}.Encode()
}

// toAcme is a new browser on its way back from the issuer.
func toAcme(t *testing.T, b *handlertest.Browser, code string) (*handlertest.Browser, string) {
	t.Helper()
	o := b.Other().Open("/signin/sso?next=/account/activity").On(200, "signin-sso")
	o.Fill("identifier", "somebody@example.org").Submit()
	return o, leave(t, o, code)
}

func TestSingleSignOn(t *testing.T) {
	t.Parallel()
	handlertest.Each(t, func(t *testing.T, b *handlertest.Browser) {
		i := acme(t, b, false)
		b.Open("/signin").Wants(200, `a[href="/signin/sso"]`, "organisation")
		i.word(b, "c-1", asIs)
		o, back := toAcme(t, b, "c-1")
		o.Open(back).Wants(303, "", "/account/activity").Follow().On(200, "account-activity")
		// what came back is good once, also beside the session that it made
		o.Open(back).On(403, "signin-sso").Wants(403, ".note.warn", "another browser")
		// another address, and one of somebody else, change nothing for a subject that is linked
		i.word(b, "c-2", func(c *federation.Claims) { c.Value, c.EmailVerified = "bob@example.org", false })
		two, back := toAcme(t, b, "c-2")
		two.Open(back).Wants(303, "", "/account/activity").Follow()
		two.Open("/account").Wants(200, ".places .row", "Signed in as ada")
		// the page after signing out leads on to the issuer
		two.SubmitTo("/signout").Wants(303, "", "/signin/sso/out").Follow().On(200, "signin-sso-out")
		two.Wants(200, `a.btn[href="https://login.acme.example/end?hint=sid-1"]`, "Acme")
		two.Open("/account").Wants(303, "", "/signin")
	})
}

// TestSingleSignOnRefused: nobody is signed in by the word of an issuer that is not enough, and nobody is
// told why.
func TestSingleSignOnRefused(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	i := acme(t, b, false)
	i.word(b, "first", asIs)
	o, back := toAcme(t, b, "first")
	o.Open(back).Wants(303, "", "/account/activity")
	pages := map[string]string{}
	for name, adjust := range map[string]func(*federation.Claims){
		"another subject":     func(c *federation.Claims) { c.Subject = "s-2" },
		"not verified":        func(c *federation.Claims) { c.Subject, c.EmailVerified = "s-3", false },
		"nobody":              func(c *federation.Claims) { c.Subject, c.Value = "s-4", "zoe@example.org" },
		"no member":           func(c *federation.Claims) { c.Subject, c.Value = "s-5", "bob@example.org" },
		"a foreign domain":    func(c *federation.Claims) { c.Subject, c.Value = "s-6", "ada@elsewhere.example" },
		"another issuer":      func(c *federation.Claims) { c.Issuer = "https://login.other.example" },
		"nobody is named":     func(c *federation.Claims) { c.Subject, c.Value = "s-7", "" },
		"there is no subject": func(c *federation.Claims) { c.Subject = "" },
	} {
		i.word(b, name, adjust)
		o, back := toAcme(t, b, name)
		o.Open(back).On(403, "signin-sso").Wants(403, ".note.warn", "did not work")
		pages[o.Doc.Find("main").Text()] = name
		o.Open("/account").Wants(303, "", "/signin")
		o.Open(back).On(403, "signin-sso").Wants(403, ".note.warn", "is over")
	}
	o, back = toAcme(t, b, "no such code")
	o.Open(back).Wants(403, ".note.warn", "did not work")
	o, back = toAcme(t, b, "first")
	o.Open(strings.Replace(back, "login.acme", "login.evil", 1)).Wants(403, ".note.warn", "did not work")
	o, back = toAcme(t, b, "first")
	o.Open(strings.Replace(back, "code=first", "error=access_denied", 1)).Wants(403, ".note.warn", "did not work")
	if len(pages) != 1 {
		t.Errorf("%d different answers", len(pages))
	}
}

// TestSingleSignOnOfAnotherBrowser: what one browser began signs nobody in by another one.
func TestSingleSignOnOfAnotherBrowser(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	i := acme(t, b, false)
	i.word(b, "c-1", asIs)
	_, back := toAcme(t, b, "c-1")
	victim := b.Other().Open("/signin").Open(back).On(403, "signin-sso")
	victim.Open("/account").Wants(303, "", "/signin")
	other, own := toAcme(t, b, "c-1")
	other.Open(back).On(403, "signin-sso")
	b.Advance(federation.TripLife)
	other.Open(own).On(403, "signin-sso")
}

// TestSingleSignOnOnce: of many that bring the same back at once, one is signed in.
func TestSingleSignOnOnce(t *testing.T) {
	t.Parallel()
	handlertest.Each(t, func(t *testing.T, b *handlertest.Browser) {
		i := acme(t, b, false)
		i.word(b, "c-1", asIs)
		o, back := toAcme(t, b, "c-1")
		var wg sync.WaitGroup
		var mu sync.Mutex
		statuses := map[int]int{}
		for range 12 {
			q := o.Request(http.MethodGet, back, "")
			for _, c := range o.Cookies() {
				q.AddCookie(c)
			}
			again := b.Other()
			wg.Go(func() {
				again.Do(q)
				mu.Lock()
				defer mu.Unlock()
				statuses[again.Status]++
			})
		}
		wg.Wait()
		if statuses[303] != 1 || statuses[403] != 11 {
			t.Errorf("answers %v", statuses)
		}
	})
}

// TestSingleSignOnRequired: a member of an organisation that has its people sign in by itself does so by
// nothing else, and the form tells nobody who is one.
func TestSingleSignOnRequired(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	i := acme(t, b, true)
	for _, who := range []string{"ada@example.org", "bob@example.org", "zoe@example.org"} {
		for _, password := range []string{handlertest.OldPassword, "not the password"} {
			b.SignInWith(who, password).Wants(303, "", "/signin/sso").Follow().On(200, "signin-sso").
				Wants(200, "h1", "Sign in with Acme")
		}
	}
	wrong := b.SignInWith("ada", "not the password").On(422, "signin")
	unknown := b.SignInWith("zoe", "not the password").On(422, "signin")
	if strings.Contains(wrong.Body, "Acme") || wrong.Doc.Find("main .error").Text() !=
		unknown.Doc.Find("main .error").Text() {
		t.Error("a wrong password of a member reads otherwise")
	}
	b.SignInWith("ada", handlertest.OldPassword).Wants(303, "", "/signin/sso").Follow().
		Wants(200, "h1", "Sign in with Acme")
	b.SignInWith("bob", handlertest.OldPassword).Wants(303, "", "/account")
	i.word(b, "c-1", asIs)
	o, back := toAcme(t, b, "c-1")
	o.Open(back).Wants(303, "", "/account/activity")
	o.Open("/account/password").On(200, "account-password").Wants(200, "main", "Acme keeps your password")
	o.Post("/account/password", url.Values{"current_password": {handlertest.OldPassword},
		"new_password": {"another-lantern-quiet-77"}}).On(200, "account-password")
	// a proof of this moment comes from the issuer too
	b.Advance(11 * time.Minute)
	o.Open("/account/addresses/own").Wants(303, "", "/account/prove?next=%2Faccount%2Faddresses%2Fown")
	i.word(b, "old", func(c *federation.Claims) { c.AuthTime = b.Now().Add(-10 * time.Minute) })
	o.Follow().On(200, "account-prove").Submit()
	old := leave(t, o, "old")
	o.Open(old).On(403, "signin-sso")
	o.Open("/account/prove?next=/account/addresses/own").SubmitTo("/account/prove/sso?next=%2Faccount%2Faddresses%2Fown")
	i.word(b, "new", asIs)
	o.Open(leave(t, o, "new")).Wants(303, "", "/account/addresses/own").Follow().On(200, "account-address")
}

// TestSingleSignOnAndSecondFactor: a second factor of ours is owed unless the issuer saw one.
func TestSingleSignOnAndSecondFactor(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	i := acme(t, b, true)
	code := b.Authenticator("ada")
	i.word(b, "one", func(c *federation.Claims) { c.AMR = []string{"pwd"} })
	o, back := toAcme(t, b, "one")
	o.Open(back).Wants(303, "", "/signin/verify?next=%2Faccount%2Factivity").Follow()
	o.Fill("code", code()).Submit().Wants(303, "", "/account/activity")
	i.word(b, "two", func(c *federation.Claims) { c.AMR = []string{"pwd", "mfa"} })
	o, back = toAcme(t, b, "two")
	o.Open(back).Wants(303, "", "/account/activity")
}

// TestSingleSignOnIssuerDown: an issuer that does not answer opens nothing, and the page says what to do.
func TestSingleSignOnIssuerDown(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	i := acme(t, b, true)
	i.word(b, "c-1", asIs)
	o, back := toAcme(t, b, "c-1")
	i.down = security.ErrUnavailable
	o.Open(back).On(503, "signin-sso").Wants(503, ".note.warn", "does not answer")
	if o.Header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	o.Open("/signin/sso/leave").On(503, "signin-sso")
	b.Other().Open("/signin/sso").Fill("identifier", "ada@example.org").Submit().Follow().On(503, "signin-sso")
	i.down = nil
	o.Open(back).Wants(303, "", "/account/activity")
	// forgotten meanwhile
	i.word(b, "c-2", asIs)
	o, back = toAcme(t, b, "c-2")
	if _, err := b.Service.Federation.Forget(t.Context(), security.Operator("test"), "acme"); err != nil {
		t.Fatal(err)
	}
	o.Open(back).On(403, "signin-sso").Wants(403, ".note.warn", "is over")
	b.SignInWith("ada", handlertest.OldPassword).Wants(303, "", "/signin/sso").Follow().On(200, "signin-sso")
}

// TestSingleSignOnElsewhere: an account that moved to another organisation is not the old issuer's any more.
func TestSingleSignOnElsewhere(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	i := acme(t, b, false)
	i.word(b, "c-1", asIs)
	o, back := toAcme(t, b, "c-1")
	o.Open(back).Wants(303, "", "/account/activity")
	belongs(t, b, "ada", "")
	o, back = toAcme(t, b, "c-1")
	o.Open(back).On(403, "signin-sso").Wants(403, ".note.warn", "did not work")
}

// TestRecoveryOfAMember: who signs in by an organisation gets through the recovery by it, and Account
// Security has its ticket, once.
func TestRecoveryOfAMember(t *testing.T) {
	t.Parallel()
	handlertest.Each(t, func(t *testing.T, b *handlertest.Browser) {
		i := acme(t, b, true)
		i.word(b, "before", asIs)
		o, back := toAcme(t, b, "before")
		o.Open(back).Wants(303, "", "/account/activity")
		b.Lock("ada")
		i.word(b, "while", asIs)
		o, back = toAcme(t, b, "while")
		o.Open(back).On(403, "signin-locked")

		r := b.Other().Open(b.Mail("locked_out").Link)
		r.Submit().Wants(303, "", "/recovery").Follow().Follow().On(200, "recovery-password")
		r.Wants(200, "h1", "Your password is with Acme")
		r.Post("/recovery/password", url.Values{"new_password": {"another-lantern-quiet-77"}}).
			On(200, "recovery-password")
		r.Post("/recovery/password/skip", nil).Wants(303, "", "/recovery/password")
		r.Open("/recovery/password").SubmitTo("/recovery/password/sso").Wants(303, "", "/signin/sso/leave")
		i.word(b, "of-bob", func(c *federation.Claims) { c.Subject, c.Value = "s-bob", "bob@example.org" })
		r.Open(leave(t, r, "of-bob")).On(403, "signin-sso")
		r.Open("/recovery/password").SubmitTo("/recovery/password/sso")
		i.word(b, "now", asIs)
		back = leave(t, r, "now")
		r.Open(back).Wants(303, "", "/recovery/password").Follow().Wants(200, ".lede", "You signed in with Acme")
		r.Open(back).On(403, "signin-sso")
		a, err := b.Store.Account(t.Context(), "ada")
		if err != nil || a.PasswordHash != "" || a.PasswordAt.IsZero() {
			t.Errorf("password %q of %v, %v", a.PasswordHash, a.PasswordAt, err)
		}
		c, err := b.Store.Case(t.Context(), a.Case)
		if err != nil || c.SecuredAt.IsZero() || c.Ticket == "" || c.State != "secured" {
			t.Errorf("case %+v, %v", c, err)
		}
		r.Open("/recovery/two-factor").On(200, "recovery-two-factor")
	})
}

// TestLogoutToken: what an issuer says is over ends here, once, and what is not its token ends nothing.
func TestLogoutToken(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	i := acme(t, b, false)
	x, err := b.Service.Federation.Of(t.Context(), "acme")
	if err != nil {
		t.Fatal(err)
	}
	say := func(token string, sid, sub string) {
		i.logout[token] = federation.Logout{Issuer: x, Subject: sub, SessionID: sid, ID: token,
			IssuedAt: b.Now()}
	}
	in := func(sid string) *handlertest.Browser {
		i.word(b, sid, func(c *federation.Claims) { c.SessionID = sid })
		o, back := toAcme(t, b, sid)
		return o.Open(back).Wants(303, "", "/account/activity")
	}
	send := func(body string) (*handlertest.Browser, int) {
		o := b.Other()
		q := o.Request(http.MethodPost, federation.LogoutPath, body)
		q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		q.Header.Del("Origin")
		q.Header.Del("Sec-Fetch-Site")
		return o, o.Do(q).Status
	}
	one, two, own := in("sid-1"), in("sid-2"), b.SignIn("ada")
	say("t-1", "sid-1", "")
	o, status := send("logout_token=t-1")
	if status != 200 || o.Header.Get("Cache-Control") != "no-store" || o.Body != "" {
		t.Errorf("answer %d %q %q", status, o.Header.Get("Cache-Control"), o.Body)
	}
	one.Open("/account").Wants(303, "", "/signin")
	two.Open("/account").On(200, "account")
	b.Advance(time.Second)
	three := in("sid-1")
	if _, status = send("logout_token=t-1"); status != 200 {
		t.Errorf("the same token: %d", status)
	}
	three.Open("/account").On(200, "account")
	i.word(b, "sid-3", func(c *federation.Claims) { c.SessionID = "sid-3" })
	on, back := toAcme(t, b, "sid-3")
	say("t-2", "", "s-ada")
	if _, status = send("logout_token=t-2"); status != 200 {
		t.Errorf("by subject: %d", status)
	}
	two.Open("/account").Wants(303, "", "/signin")
	three.Open("/account").Wants(303, "", "/signin")
	on.Open(back).On(403, "signin-sso").Wants(403, ".note.warn", "did not work")
	own.Open("/account").On(200, "account")
	say("t-3", "", "s-nobody")
	if _, status = send("logout_token=t-3"); status != 200 {
		t.Errorf("of nobody: %d", status)
	}
	for _, body := range []string{"logout_token=false", "", "logout_token=t-3&logout_token=t-3", "%zz"} {
		if o, status = send(body); status != 400 || o.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%q: %d", body, status)
		}
	}
	// Nobody's bad tokens, which the log has once a minute, hide a failure of ours.
	i.down = security.ErrUnavailable
	for range 2 {
		if o, status = send("logout_token=t-3"); status != 503 || o.Header.Get("Retry-After") == "" {
			t.Errorf("while the issuer is down: %d, come again after %q", status, o.Header.Get("Retry-After"))
		}
	}
	i.down = nil
	bad, failures := strings.Count(b.Log.String(), "input_validation_fail"), strings.Count(b.Log.String(), `"failure"`)
	if bad != 1 || failures != 2 {
		t.Errorf("the log has %d bad tokens and %d failures, want 1 and 2", bad, failures)
	}
	say("t-4", "", "s-ada")
	b.Advance(federation.LogoutLife)
	if _, status = send("logout_token=t-4"); status != 400 {
		t.Errorf("an old token: %d", status)
	}
}
