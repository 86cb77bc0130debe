package oidc

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"sync"
	"testing"
	"time"

	jose "github.com/go-jose/go-jose/v4"

	"regain/cmd/regain/hook"
	"regain/security/federation"
)

// noon is when the tests take place.
var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// fake is an issuer that says whatever a test wants it to.
type fake struct {
	*httptest.Server
	mu      sync.Mutex
	keys    []jose.JSONWebKey // published
	own     signer
	body    []byte         // of the metadata; nil for one that is as it should be
	more    map[string]any // put into that
	token   func(form url.Values) (status int, body any)
	asked   map[string]int // requests, by path
	form    url.Values     // of the last request for a token
	header  http.Header
	failing bool
}

// signer is a key that signs.
type signer struct {
	key any
	alg jose.SignatureAlgorithm
	kid string
}

var makeKeys = sync.OnceValue(func() (k struct {
	rsa, small *rsa.PrivateKey
	ec, other  *ecdsa.PrivateKey
	ed         ed25519.PrivateKey
}) {
	var errs [5]error
	k.rsa, errs[0] = rsa.GenerateKey(rand.Reader, 2048)
	k.small, errs[1] = rsa.GenerateKey(rand.Reader, 1024)
	k.ec, errs[2] = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	k.other, errs[3] = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	_, k.ed, errs[4] = ed25519.GenerateKey(rand.Reader)
	for _, err := range errs {
		if err != nil {
			panic(err)
		}
	}
	return k
})

func public(s signer) jose.JSONWebKey {
	return jose.JSONWebKey{Key: s.key.(crypto.Signer).Public(), KeyID: s.kid}
}

// newFake starts an issuer, and makes the Issuers that ask it, at a clock of their own.
func newFake(t *testing.T) (*fake, *Issuers, *time.Time) {
	t.Helper()
	f := &fake{own: signer{makeKeys().ec, jose.ES256, "one"}, asked: map[string]int{}, more: map[string]any{}}
	f.keys = []jose.JSONWebKey{public(f.own)}
	f.Server = httptest.NewTLSServer(f)
	t.Cleanup(f.Close)
	roots := x509.NewCertPool()
	roots.AddCert(f.Certificate())
	web := hook.New(hook.Guard{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}}, nil, roots)
	t.Cleanup(func() { web.Close() })
	now := noon
	return f, New(web, "https://portal.example", "https://desk.example", false, func() time.Time { return now }), &now
}

// ServeHTTP answers as an issuer does.
func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked[r.URL.Path]++
	status, body := http.StatusOK, any(nil)
	switch r.URL.Path {
	case "/.well-known/openid-configuration":
		if f.body != nil {
			w.Write(f.body)
			return
		}
		m := map[string]any{"issuer": f.URL, "authorization_endpoint": f.URL + "/auth?tenant=1",
			"token_endpoint": f.URL + "/token", "jwks_uri": f.URL + "/keys",
			"end_session_endpoint":                           f.URL + "/end",
			"authorization_response_iss_parameter_supported": true}
		for k, v := range f.more {
			m[k] = v
		}
		body = m
	case "/keys":
		body = jose.JSONWebKeySet{Keys: f.keys}
	case "/token":
		if err := r.ParseForm(); err != nil {
			panic(err)
		}
		f.form, f.header = r.PostForm, r.Header
		status, body = f.token(r.PostForm)
	default:
		status = http.StatusNotFound
	}
	if f.failing {
		status = http.StatusServiceUnavailable
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(body); err != nil {
		panic(err)
	}
}

func (f *fake) issuer() federation.Issuer {
	return federation.Issuer{ID: "i", URL: f.URL, ClientID: "regain", ClientSecret: "s&cret",
		Scopes: []string{"email"}, Claim: "email", ACR: []string{"urn:two", "urn:three"}}
}

// claims are those of an ID token that nothing is wrong with.
func (f *fake) claims() map[string]any {
	at := noon.Unix()
	return map[string]any{"iss": f.URL, "sub": "ada", "aud": "regain", "exp": at + 300, "iat": at,
		"auth_time": at - 5, "nonce": "the nonce", "email": "ada@example.com", "email_verified": true,
		"acr": "urn:two", "amr": []string{"pwd", "otp"}, "sid": "s1"}
}

// logout are the claims of a logout token that nothing is wrong with.
func (f *fake) logout() map[string]any {
	at := noon.Unix()
	return map[string]any{"iss": f.URL, "sub": "ada", "sid": "s1", "aud": "regain", "exp": at + 120,
		"iat": at, "jti": "j1", "events": map[string]any{logoutEvent: map[string]any{}}}
}

// sign makes a token of claims, or of a text. The header has the type "JWT", unless head says otherwise.
func sign(t testing.TB, s signer, claims any, head map[string]any) string {
	t.Helper()
	o := (&jose.SignerOptions{}).WithType("JWT")
	for k, v := range head {
		o = o.WithHeader(jose.HeaderKey(k), v)
	}
	maker, err := jose.NewSigner(jose.SigningKey{Algorithm: s.alg, Key: jose.JSONWebKey{Key: s.key,
		KeyID: s.kid}}, o)
	if err != nil {
		t.Fatal(err)
	}
	text, ok := claims.(string)
	if !ok {
		raw, err := json.Marshal(claims)
		if err != nil {
			t.Fatal(err)
		}
		text = string(raw)
	}
	made, err := maker.Sign([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	out, err := made.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// gives makes the issuer answer every code with a token.
func (f *fake) gives(token string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.token = func(url.Values) (int, any) {
		return http.StatusOK, map[string]any{"access_token": "an access token", "token_type": "Bearer",
			"id_token": token}
	}
}

func (f *fake) count(path string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.asked[path]
}

// answer is what a browser brought back that was sent to the issuer.
func (f *fake) answer() federation.Answer {
	return federation.Answer{Redirect: federation.Redirect, Code: "the code", Issuer: f.URL,
		Nonce: "the nonce", Verifier: "a verifier that is as long as RFC 7636 wants it"}
}

// without is a set of claims less one; with is one more, or another.
func without(m map[string]any, name string) map[string]any {
	delete(m, name)
	return m
}

func with(m map[string]any, pairs ...any) map[string]any {
	for i := 0; i < len(pairs); i += 2 {
		m[fmt.Sprint(pairs[i])] = pairs[i+1]
	}
	return m
}
