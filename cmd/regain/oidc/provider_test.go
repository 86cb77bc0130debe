//go:build e2e

package oidc

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"regain/cmd/regain/hook"
	"regain/cmd/regain/oidc/oidctest"
	"regain/security/federation"
	"regain/security/token"
)

// person is somebody with a browser of their own.
type person struct {
	*http.Client
	t *testing.T
	q url.Values // of the address that the issuer sent them back to
}

func newPerson(t *testing.T) *person {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	p := &person{t: t}
	p.Client = &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.String(), portalOrigin) {
			p.q = r.URL.Query()
			return http.ErrUseLastResponse
		}
		return nil
	}}
	return p
}

// portalOrigin is where the issuer sends people back to; nobody listens there.
const portalOrigin = "http://127.0.0.1:9"

// visit goes to an address of the issuer, and signs in if that is asked.
func (p *person) visit(address, login, acr string) url.Values {
	p.t.Helper()
	p.q = nil
	got, err := p.Get(address)
	if err != nil {
		p.t.Fatal(err)
	}
	defer got.Body.Close()
	if p.q == nil {
		body, err := io.ReadAll(got.Body)
		if err != nil || !strings.Contains(string(body), "Company sign-in") {
			p.t.Fatalf("%d %s (%v)", got.StatusCode, body, err)
		}
		if _, err = p.PostForm(got.Request.URL.String(), url.Values{"login": {login}, "acr": {acr}}); err != nil {
			p.t.Fatal(err)
		}
	}
	return p.q
}

// TestJoseProvider: a real issuer, npm's oidc-provider, is asked, and what it answers is taken once; its
// sign-out reaches us, and none but its own tokens do.
func TestJoseProvider(t *testing.T) {
	told := make(chan string, 9)
	portal := listener(t, func(w http.ResponseWriter, r *http.Request) { told <- r.PostFormValue("logout_token") })
	client := oidctest.Portal(portalOrigin)
	client.Logout = portal
	at := federation.Issuer{ID: "i", URL: oidctest.Start(t, client), ClientID: client.ID,
		ClientSecret: client.Secret, Scopes: []string{"email"}, Claim: "email", ACR: []string{"two"}}
	web := hook.New(hook.Guard{Loopback: true}, nil, nil)
	defer web.Close()
	x := New(web, portalOrigin, portalOrigin, true, time.Now)
	ask := func(anew bool) (federation.Question, federation.Answer) {
		q := federation.Question{Redirect: federation.Redirect, State: token.ID(), Nonce: token.ID(),
			Verifier: token.ID() + token.ID() + token.ID(), Anew: anew}
		return q, federation.Answer{Redirect: q.Redirect, Verifier: q.Verifier, Nonce: q.Nonce, Anew: anew}
	}
	ada := newPerson(t)
	round := func(anew bool, login, acr string) (federation.Claims, federation.Answer, error) {
		q, a := ask(anew)
		address, err := x.Begin(t.Context(), at, q)
		if err != nil {
			t.Fatal(err)
		}
		back := ada.visit(address, login, acr)
		if back.Get("state") != q.State || back.Get("iss") != at.URL {
			t.Fatalf("brought back %v", back)
		}
		a.Code, a.Issuer = back.Get("code"), back.Get("iss")
		c, err := x.Exchange(t.Context(), at, a)
		return c, a, err
	}
	first, a, err := round(false, "ada@example.com", "two")
	if err != nil || first.Subject != "ada@example.com" || first.Value != "ada@example.com" ||
		!first.EmailVerified || first.ACR != "two" || len(first.AMR) != 3 || first.SessionID == "" {
		t.Fatalf("%+v, %v", first, err)
	}
	if _, err = x.Exchange(t.Context(), at, a); codeOf(t, err) != federation.BadAnswer {
		t.Errorf("the code again: %v", err)
	}
	again, _, err := round(false, "", "") // they are signed in there
	if err != nil || !again.AuthTime.Equal(first.AuthTime) {
		t.Errorf("again: %+v, %v", again, err)
	}
	if anew, _, err := round(true, "ada@example.com", "one"); err != nil || anew.ACR != "one" ||
		anew.AuthTime.Before(first.AuthTime) {
		t.Errorf("anew: %+v, %v", anew, err)
	}
	if _, _, err = round(true, "ada@example.com", ""); codeOf(t, err) != federation.BadAnswer {
		t.Errorf("cancelled: %v", err)
	}
	wrong := at
	wrong.ClientSecret = "another"
	q, a := ask(false)
	address, err := x.Begin(t.Context(), wrong, q)
	if err != nil {
		t.Fatal(err)
	}
	a.Code, a.Issuer = ada.visit(address, "", "").Get("code"), at.URL
	other := a
	other.Verifier += "x"
	if _, err = x.Exchange(t.Context(), at, other); codeOf(t, err) != federation.BadAnswer {
		t.Errorf("another verifier: %v", err)
	}
	if _, err = x.Exchange(t.Context(), wrong, a); codeOf(t, err) != federation.BadAnswer {
		t.Errorf("another secret: %v", err)
	}
	signOut(t, x, at, ada)
	var raw string
	select {
	case raw = <-told:
	case <-time.After(10 * time.Second):
		t.Fatal("the issuer told nothing of the sign-out")
	}
	l, err := x.VerifyLogout(t.Context(), []federation.Issuer{at}, raw)
	if err != nil || l.SessionID != first.SessionID || l.ID == "" || l.Issuer.ID != "i" {
		t.Errorf("sign-out: %+v, %v", l, err)
	}
}

// signOut signs somebody out at the issuer, as they come from us.
func signOut(t *testing.T, x *Issuers, at federation.Issuer, p *person) {
	t.Helper()
	address, err := x.EndSession(t.Context(), at, "", "/signin")
	if err != nil {
		t.Fatal(err)
	}
	got, err := p.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	body, err := io.ReadAll(got.Body)
	form := regexp.MustCompile(`action="([^"]+)"[^>]*><input type="hidden" name="xsrf" value="([^"]+)"`)
	found := form.FindStringSubmatch(string(body))
	if err != nil || found == nil {
		t.Fatalf("%s (%v)", body, err)
	}
	p.q = nil
	if _, err = p.PostForm(found[1], url.Values{"xsrf": {found[2]}, "logout": {"yes"}}); err != nil || p.q == nil {
		t.Errorf("not sent back: %v", err)
	}
}

// listener is a server on this machine.
func listener(t *testing.T, h http.HandlerFunc) string {
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}
