package oidc

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	jose "github.com/go-jose/go-jose/v4"
	"github.com/google/go-cmp/cmp"

	"regain/cmd/regain/hook"
	"regain/security"
	"regain/security/federation"
	"regain/security/keyset"
)

func TestBegin(t *testing.T) {
	t.Parallel()
	f, x, _ := newFake(t)
	sum := sha256.Sum256([]byte(f.answer().Verifier))
	q := federation.Question{Redirect: federation.Redirect, State: "a state", Nonce: "the nonce",
		Verifier: f.answer().Verifier}
	base := map[string]string{"tenant": "1", "response_type": "code", "client_id": "regain",
		"scope": "openid email", "redirect_uri": "https://portal.example" + federation.Redirect,
		"state": "a state", "nonce": "the nonce", "code_challenge_method": "S256",
		"code_challenge": base64.RawURLEncoding.EncodeToString(sum[:]), "acr_values": "urn:two urn:three"}
	for _, tt := range []struct {
		name   string
		change func(*federation.Question)
		more   map[string]string
	}{
		{"plain", func(*federation.Question) {}, nil},
		{"anew", func(q *federation.Question) { q.Anew, q.MaxAge = true, time.Hour },
			map[string]string{"prompt": "login", "max_age": "0"}},
		{"of late", func(q *federation.Question) { q.MaxAge = time.Hour }, map[string]string{"max_age": "3600"}},
		{"hint", func(q *federation.Question) { q.Hint = "ada@example.com" },
			map[string]string{"login_hint": "ada@example.com"}},
		{"staff", func(q *federation.Question) { q.Redirect = federation.RedirectStaff },
			map[string]string{"redirect_uri": "https://desk.example" + federation.RedirectStaff}},
	} {
		asked := q
		tt.change(&asked)
		got, err := x.Begin(t.Context(), f.issuer(), asked)
		if err != nil {
			t.Fatal(err)
		}
		u, err := url.Parse(got)
		if err != nil || !strings.HasPrefix(got, f.URL+"/auth?") {
			t.Fatalf("%s: %s (%v)", tt.name, got, err)
		}
		want := url.Values{}
		for _, m := range []map[string]string{base, tt.more} {
			for k, v := range m {
				want.Set(k, v)
			}
		}
		if diff := cmp.Diff(want, u.Query()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestExchange(t *testing.T) {
	t.Parallel()
	f, x, _ := newFake(t)
	f.gives(sign(t, f.own, f.claims(), nil))
	got, err := x.Exchange(t.Context(), f.issuer(), f.answer())
	if err != nil {
		t.Fatal(err)
	}
	want := federation.Claims{Issuer: f.URL, Subject: "ada", Value: "ada@example.com",
		Email: "ada@example.com", EmailVerified: true, AuthTime: noon.Add(-5 * time.Second),
		ACR: "urn:two", AMR: []string{"pwd", "otp"}, SessionID: "s1", IssuedAt: noon,
		ExpiresAt: noon.Add(5 * time.Minute)}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("claims (-want +got):\n%s", diff)
	}
	sent := url.Values{"grant_type": {"authorization_code"}, "code": {"the code"},
		"redirect_uri":  {"https://portal.example" + federation.Redirect},
		"code_verifier": {f.answer().Verifier}}
	if diff := cmp.Diff(sent, f.form); diff != "" {
		t.Errorf("sent (-want +got):\n%s", diff)
	}
	r := http.Request{Header: f.header}
	if id, secret, _ := r.BasicAuth(); id != "regain" || secret != "s%26cret" {
		t.Errorf("client shown as %q, %q", id, secret)
	}
	x.known, f.more["token_endpoint_auth_methods_supported"] = map[string]*discovered{}, []string{"client_secret_post"}
	if _, err = x.Exchange(t.Context(), f.issuer(), f.answer()); err != nil ||
		f.form.Get("client_secret") != "s&cret" || f.header.Get("Authorization") != "" {
		t.Errorf("secret in the body: %v, %v", f.form, err)
	}
	public := f.issuer()
	public.ClientSecret = ""
	if _, err = x.Exchange(t.Context(), public, f.answer()); err != nil || f.form.Get("client_id") != "regain" ||
		f.form.Has("client_secret") {
		t.Errorf("public client: %v, %v", f.form, err)
	}
}

// TestVerified: an address counts as verified only if the issuer says so.
func TestVerified(t *testing.T) {
	t.Parallel()
	f, x, _ := newFake(t)
	for _, tt := range []struct {
		says any
		want bool
	}{{true, true}, {"true", true}, {false, false}, {"false", false}, {nil, false}, {1, false},
		{[]bool{true}, false}} {
		f.gives(sign(t, f.own, with(f.claims(), "email_verified", tt.says), nil))
		got, err := x.Exchange(t.Context(), f.issuer(), f.answer())
		if err != nil || got.EmailVerified != tt.want {
			t.Errorf("%v: %v, %v", tt.says, got.EmailVerified, err)
		}
	}
}

// TestCallbackIssuer: an answer that says it is of another issuer, or does not say by whom it is where the
// issuer would, or where a code and its verifier are all that it takes to redeem it, is not redeemed anywhere
// (RFC 9207 §2.4, RFC 9700 §4.4).
func TestCallbackIssuer(t *testing.T) {
	t.Parallel()
	f, x, _ := newFake(t)
	f.gives(sign(t, f.own, f.claims(), nil))
	for _, sends := range []bool{true, false} {
		f.more["authorization_response_iss_parameter_supported"] = sends
		x.known = map[string]*discovered{}
		for _, tt := range []struct {
			iss  string
			want federation.Code
		}{{f.URL, ""}, {f.URL + "/", federation.BadCallback}, {"https://other.example", federation.BadCallback},
			{"", map[bool]federation.Code{true: federation.BadCallback}[sends]}} {
			before := f.count("/token")
			a := f.answer()
			a.Issuer = tt.iss
			_, err := x.Exchange(t.Context(), f.issuer(), a)
			if got := codeOf(t, err); got != tt.want || (f.count("/token") > before) != (got == "") {
				t.Errorf("sends %v, iss %q: %q", sends, tt.iss, got)
			}
		}
		public, a, before := f.issuer(), f.answer(), f.count("/token")
		public.ClientSecret, a.Issuer = "", ""
		_, err := x.Exchange(t.Context(), public, a)
		if got := codeOf(t, err); got != federation.BadCallback || f.count("/token") > before {
			t.Errorf("sends %v, without a secret: %q", sends, got)
		}
	}
}

// TestAuthTime: whoever is asked to prove anew, or of late, did.
func TestAuthTime(t *testing.T) {
	t.Parallel()
	f, x, _ := newFake(t)
	at := noon.Unix()
	for _, tt := range []struct {
		name string
		anew bool
		most time.Duration
		says any
		want federation.Code
	}{
		{"not asked", false, 0, nil, ""},
		{"not asked, long ago", false, 0, at - 1e6, ""},
		{"anew, just now", true, 0, at, ""},
		{"anew, not said", true, 0, nil, federation.BadAuthTime},
		{"anew, long ago", true, 0, at - 16*60 - 1, federation.BadAuthTime},
		{"of late", false, time.Hour, at - 3600, ""},
		{"of late, not said", false, time.Hour, nil, federation.BadAuthTime},
		{"of late, too long ago", false, time.Hour, at - 3661, federation.BadAuthTime},
		{"text", false, time.Hour, "now", federation.BadAuthTime},
	} {
		claims := with(f.claims(), "auth_time", tt.says)
		if tt.says == nil {
			claims = without(claims, "auth_time")
		}
		f.gives(sign(t, f.own, claims, nil))
		a := f.answer()
		a.Anew, a.MaxAge = tt.anew, tt.most
		_, err := x.Exchange(t.Context(), f.issuer(), a)
		if got := codeOf(t, err); got != tt.want {
			t.Errorf("%s: %q", tt.name, got)
		}
	}
}

// TestTokenEndpoint: an issuer that takes no code has answered; one that is broken has not, and nothing
// that it said is in an error.
func TestTokenEndpoint(t *testing.T) {
	t.Parallel()
	f, x, _ := newFake(t)
	for _, tt := range []struct {
		name   string
		status int
		body   any
		want   federation.Code // "" for an issuer that is away
	}{
		{"refused", 400, map[string]string{"error": "invalid_grant", "error_description": "private"},
			federation.BadAnswer},
		{"not known", 401, map[string]string{"error": "invalid_client"}, federation.BadAnswer},
		{"no ID token", 200, map[string]string{"access_token": "a", "token_type": "Bearer"}, federation.BadToken},
		{"ID token is a number", 200, map[string]any{"access_token": "a", "id_token": 7}, federation.BadToken},
		{"broken", 500, map[string]string{"private": "private"}, ""},
		{"redirect", 307, nil, ""},
		{"nonsense", 200, "private", ""},
		{"no token at all", 200, map[string]string{}, ""},
		{"huge", 200, map[string]string{"access_token": "a", "id_token": strings.Repeat("private", 1<<18)}, ""},
	} {
		f.token = func(url.Values) (int, any) { return tt.status, tt.body }
		_, err := x.Exchange(t.Context(), f.issuer(), f.answer())
		if tt.want == "" {
			if !errors.Is(err, security.ErrUnavailable) {
				t.Errorf("%s: %v", tt.name, err)
			}
		} else if got := codeOf(t, err); got != tt.want {
			t.Errorf("%s: %q", tt.name, got)
		}
		if err != nil && strings.Contains(err.Error(), "private") {
			t.Errorf("%s: what the issuer said is in the error: %v", tt.name, err)
		}
	}
}

// TestDiscovery: metadata of another issuer, or that leads anywhere but to HTTPS, is none.
func TestDiscovery(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		more map[string]any
		body string
	}{
		{name: "another issuer", more: map[string]any{"issuer": "https://other.example"}},
		{name: "no endpoint", more: map[string]any{"authorization_endpoint": ""}},
		{name: "plain HTTP", more: map[string]any{"token_endpoint": "http://127.0.0.1/token"}},
		{name: "keys in a file", more: map[string]any{"jwks_uri": "file:///etc/passwd"}},
		{name: "script", more: map[string]any{"authorization_endpoint": "javascript:alert(1)"}},
		{name: "sign-out at a script", more: map[string]any{"end_session_endpoint": "javascript:alert(1)"}},
		{name: "a name in the address", more: map[string]any{"jwks_uri": "https://a@127.0.0.1/"}},
		{name: "no JSON", body: "<html>"},
		{name: "a name twice", body: `{"issuer":"a","issuer":"b"}`},
	} {
		f, x, _ := newFake(t)
		if f.more = tt.more; tt.body != "" {
			f.body = []byte(tt.body)
		}
		_, err := x.Begin(t.Context(), f.issuer(), federation.Question{})
		if got := codeOf(t, err); got != federation.BadDiscovery {
			t.Errorf("%s: %q", tt.name, got)
		}
		if f.more, f.body = nil, nil; f.count("/keys") != 0 {
			t.Errorf("%s: keys were asked for", tt.name)
		}
	}
	_, x, _ := newFake(t)
	for _, issuer := range []string{"", "http://127.0.0.1:1", "https://a.example/?x", "https://a.example/#x", "nonsense"} {
		_, err := x.Begin(t.Context(), federation.Issuer{URL: issuer}, federation.Question{})
		if got := codeOf(t, err); got != federation.BadDiscovery {
			t.Errorf("%q: %q", issuer, got)
		}
	}
}

// TestAway: while an issuer is away, what is known of it is used for a day; it is not asked again at
// once, and another issuer is none the worse.
func TestAway(t *testing.T) {
	t.Parallel()
	f, x, now := newFake(t)
	f.gives(sign(t, f.own, f.claims(), nil))
	begin := func() error {
		_, err := x.Begin(t.Context(), f.issuer(), federation.Question{})
		return err
	}
	const at = "/.well-known/openid-configuration"
	f.failing = true
	for range 5 {
		if err := begin(); !errors.Is(err, security.ErrUnavailable) {
			t.Errorf("away: %v", err)
		}
	}
	if f.count(at) != 1 {
		t.Errorf("asked %d times within the pause", f.count(at))
	}
	f.failing = false
	*now = now.Add(metadataPause)
	for range 3 {
		if err := begin(); err != nil {
			t.Error(err)
		}
	}
	*now = now.Add(metadataFresh)
	if err := begin(); err != nil || f.count(at) != 3 {
		t.Errorf("asked %d times, %v", f.count(at), err)
	}
	f.failing = true
	*now = now.Add(metadataFresh)
	for range 3 {
		if err := begin(); err != nil || f.count(at) != 4 {
			t.Errorf("what is known is not used: %v, asked %d times", err, f.count(at))
		}
	}
	*now = now.Add(metadataKept)
	if err := begin(); !errors.Is(err, security.ErrUnavailable) {
		t.Errorf("known for a day: %v", err)
	}
	other, _, _ := newFake(t)
	if _, err := x.Begin(t.Context(), other.issuer(), federation.Question{}); codeOf(t, errOnly(err)) != "" {
		t.Errorf("another issuer: %v", err)
	}
}

// errOnly leaves an issuer out whose certificate is not known: it was asked.
func errOnly(err error) error {
	if errors.Is(err, security.ErrUnavailable) {
		return nil
	}
	return err
}

// TestKeysTurnInFlight: a token that is signed by a key that came after the keys were fetched is taken,
// and what strangers bring does not make us ask the issuer at their pace, nor keeps sign-ins waiting.
func TestKeysTurnInFlight(t *testing.T) {
	t.Parallel()
	f, x, now := newFake(t)
	f.gives(sign(t, f.own, f.claims(), nil))
	if _, err := x.Exchange(t.Context(), f.issuer(), f.answer()); err != nil {
		t.Fatal(err)
	}
	*now = now.Add(keyset.Pause)
	next := signer{makeKeys().other, jose.ES256, "two"}
	f.mu.Lock()
	f.keys = []jose.JSONWebKey{public(next)}
	f.mu.Unlock()
	for range 20 { // strangers, with keys that nobody has
		raw := sign(t, signer{makeKeys().rsa, jose.RS256, "none"}, f.logout(), map[string]any{"typ": "logout+jwt"})
		if _, err := x.VerifyLogout(t.Context(), []federation.Issuer{f.issuer()}, raw); err == nil {
			t.Error("taken")
		}
	}
	if n := f.count("/keys"); n != 2 {
		t.Errorf("keys were fetched %d times", n)
	}
	f.gives(sign(t, next, f.claims(), nil))
	var all sync.WaitGroup
	for range 5 {
		all.Go(func() {
			if _, err := x.Exchange(t.Context(), f.issuer(), f.answer()); err != nil {
				t.Errorf("signed by the new key: %v", err)
			}
		})
	}
	all.Wait()
	if n := f.count("/keys"); n != 3 {
		t.Errorf("keys were fetched %d times", n)
	}
	f.gives(sign(t, f.own, f.claims(), nil))
	if _, err := x.Exchange(t.Context(), f.issuer(), f.answer()); !errors.Is(err, security.ErrUnavailable) {
		t.Errorf("by the old key, within the pause: %v", err)
	}
	*now = now.Add(keyset.Pause)
	if _, err := x.Exchange(t.Context(), f.issuer(), f.answer()); codeOf(t, err) != federation.BadKey {
		t.Errorf("by the old key: %v", err)
	}
}

// TestPrivateIssuer: an issuer in our own network is not asked, whatever its name is.
func TestPrivateIssuer(t *testing.T) {
	t.Parallel()
	f, _, _ := newFake(t)
	web := hook.New(hook.Guard{}, nil, nil)
	defer web.Close()
	x := New(web, "https://portal.example", "https://desk.example", false, func() time.Time { return noon })
	if _, err := x.Begin(t.Context(), f.issuer(), federation.Question{}); !errors.Is(err, security.ErrUnavailable) ||
		f.count("/.well-known/openid-configuration") != 0 {
		t.Errorf("asked: %v", err)
	}
}

func TestEndSession(t *testing.T) {
	t.Parallel()
	f, x, _ := newFake(t)
	got, err := x.EndSession(t.Context(), f.issuer(), "ada", "/x?y=1")
	if want := f.URL + "/end?client_id=regain&logout_hint=ada&post_logout_redirect_uri=" +
		"https%3A%2F%2Fdesk.example%2Fx%3Fy%3D1"; got != want || err != nil {
		t.Errorf("%s, %v; want %s", got, err, want)
	}
	of := f.issuer()
	of.Organisation = "acme"
	got, err = x.EndSession(t.Context(), of, "", "/signin")
	if want := f.URL + "/end?client_id=regain&post_logout_redirect_uri=" +
		"https%3A%2F%2Fportal.example%2Fsignin"; got != want || err != nil {
		t.Errorf("%s, %v; want %s", got, err, want)
	}
	x.known, f.more["end_session_endpoint"] = map[string]*discovered{}, ""
	if got, err = x.EndSession(t.Context(), f.issuer(), "", "/x"); got != "" || err != nil {
		t.Errorf("an issuer that has none: %q, %v", got, err)
	}
}

// TestAlgorithmAnnounced: a token signed by an algorithm that the issuer does not sign by is none of it.
func TestAlgorithmAnnounced(t *testing.T) {
	t.Parallel()
	f, x, _ := newFake(t)
	f.more["id_token_signing_alg_values_supported"] = []string{"RS256"}
	f.gives(sign(t, f.own, f.claims(), nil))
	if _, err := x.Exchange(t.Context(), f.issuer(), f.answer()); codeOf(t, err) != federation.BadAlgorithm {
		t.Error(err)
	}
}
