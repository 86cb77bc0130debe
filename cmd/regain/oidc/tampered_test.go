package oidc

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"strings"
	"testing"

	jose "github.com/go-jose/go-jose/v4"
	"github.com/google/go-cmp/cmp"

	"regain/security/federation"
	"regain/security/keyset"
)

// tampered is a token, and what is said of it; "" for one that is taken.
type tampered struct {
	name  string
	token string
	want  federation.Code
}

// raw makes a token of a header and claims, with the signature of another.
func raw(t testing.TB, header string, claims any, signature string) string {
	t.Helper()
	body, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	e := base64.RawURLEncoding
	return e.EncodeToString([]byte(header)) + "." + e.EncodeToString(body) + "." + signature
}

// anyToken are tokens with faults that both kinds can have. typ is that of a good one.
func (f *fake) anyToken(t testing.TB, typ string, good func() map[string]any) []tampered {
	at, k := noon.Unix(), makeKeys()
	by := func(s signer, claims any, head ...any) string {
		return sign(t, s, claims, with(map[string]any{"typ": typ}, head...))
	}
	is := func(pairs ...any) string { return by(f.own, with(good(), pairs...)) }
	der, err := x509.MarshalPKIXPublicKey(&k.rsa.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	asPEM := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	own := by(f.own, good())
	cut := own[:strings.LastIndex(own, ".")]
	text, err := json.Marshal(good())
	if err != nil {
		t.Fatal(err)
	}
	twice := strings.Replace(string(text), `{`, `{"aud":"other",`, 1)
	none := `{"alg":"none","typ":"` + typ + `"}`
	return []tampered{
		{"good", own, ""},
		{"by RSA", by(signer{k.rsa, jose.RS256, "rsa"}, good()), ""},
		{"by PSS", by(signer{k.rsa, jose.PS256, "rsa"}, good()), ""},
		{"by Ed25519", by(signer{k.ed, jose.EdDSA, "ed"}, good()), ""},
		{"no key id", by(signer{k.ec, jose.ES256, ""}, good()), ""},

		{"nothing", "", federation.BadToken},
		{"nonsense", "a.b.c", federation.BadToken},
		{"huge", own + strings.Repeat("A", maxToken), federation.BadToken},
		{"encrypted form", own + ".a.b", federation.BadToken},
		{"JSON form", `{"payload":"e30","signatures":[]}`, federation.BadToken},
		{"alg none", raw(t, none, good(), ""), federation.BadAlgorithm},
		{"alg None", raw(t, strings.Replace(none, "none", "None", 1), good(), ""), federation.BadAlgorithm},
		{"alg none with a signature", raw(t, none, good(), "AAAA"), federation.BadAlgorithm},
		{"HS256 with the public key", by(signer{asPEM, jose.HS256, "rsa"}, good()), federation.BadAlgorithm},
		{"HS256 with the secret", by(signer{[]byte(strings.Repeat("s&cret", 6)), jose.HS256, ""}, good()),
			federation.BadAlgorithm},
		{"alg not taken", by(signer{k.rsa, jose.RS512, "rsa"}, good()), federation.BadAlgorithm},
		{"weak key", by(signer{k.small, jose.RS256, "small"}, good()), federation.BadKey},
		{"alg of another kind of key", by(signer{k.rsa, jose.RS256, "one"}, good()), federation.BadKey},
		{"no signature", cut + ".", federation.BadSignature},
		{"signature of another", cut + "." + strings.Repeat("A", 86), federation.BadSignature},
		{"key of another", by(signer{k.other, jose.ES256, "one"}, good()), federation.BadSignature},
		{"kid unknown", by(signer{k.other, jose.ES256, "two"}, good()), federation.BadKey},
		{"jku", by(signer{k.other, jose.ES256, "one"}, good(), "jku", "https://evil.example/keys"),
			federation.BadSignature},
		{"x5u", by(signer{k.other, jose.ES256, "one"}, good(), "x5u", "https://evil.example/cert"),
			federation.BadSignature},
		{"jwk", by(signer{k.other, jose.ES256, "one"}, good(), "jwk",
			jose.JSONWebKey{Key: &k.other.PublicKey}), federation.BadSignature},
		{"jku beside the right key", by(f.own, good(), "jku", "https://evil.example/keys"), ""},
		{"crit", by(f.own, good(), "crit", []string{"exp"}), federation.BadToken},
		{"cty", by(f.own, good(), "cty", "JWT"), federation.BadToken},
		{"typ of an access token", by(f.own, good(), "typ", "at+jwt"), federation.BadType},
		{"typ of a signal", by(f.own, good(), "typ", "secevent+jwt"), federation.BadType},

		{"a claim twice", by(f.own, twice), federation.BadToken},
		{"claims are a list", by(f.own, `[]`), federation.BadToken},
		{"claims are null", by(f.own, `null`), federation.BadToken},
		{"not UTF-8", by(f.own, "{\"iss\":\"\xff\"}"), federation.BadToken},
		{"iss in capitals", by(f.own, strings.Replace(string(text), `"iss"`, `"Iss"`, 1)),
			federation.BadIssuer},

		{"no iss", by(f.own, without(good(), "iss")), federation.BadIssuer},
		{"iss of another", is("iss", "https://other.example"), federation.BadIssuer},
		{"iss with a slash", is("iss", f.URL+"/"), federation.BadIssuer},
		{"no aud", by(f.own, without(good(), "aud")), federation.BadAudience},
		{"aud of another", is("aud", "other"), federation.BadAudience},
		{"aud in capitals", is("aud", "Regain"), federation.BadAudience},
		{"aud none", is("aud", []string{}), federation.BadAudience},
		{"aud with a number", is("aud", []any{"regain", 1}), federation.BadAudience},
		{"two audiences, no azp", is("aud", []string{"regain", "other"}), federation.BadAudience},
		{"two audiences, azp is us", is("aud", []string{"regain", "other"}, "azp", "regain"), ""},
		{"two audiences, azp is another", is("aud", []string{"regain", "other"}, "azp", "other"),
			federation.BadAudience},
		{"azp of another", is("azp", "other"), federation.BadAudience},
		{"azp is no text", is("azp", []string{"regain"}), federation.BadAudience},
		{"sub is empty", is("sub", ""), federation.BadSubject},
		{"sub is a number", is("sub", 7), federation.BadSubject},
		{"sub is long", is("sub", strings.Repeat("a", 256)), federation.BadSubject},
		{"sub with a line end", is("sub", "ada\n"), federation.BadSubject},

		{"no exp", by(f.own, without(good(), "exp")), federation.BadTime},
		{"exp over", is("iat", at-120, "exp", at-60), federation.BadTime},
		{"exp over, within the skew", is("iat", at-120, "exp", at-59), ""},
		{"exp before iat", is("exp", at-1), federation.BadTime},
		{"exp is text", is("exp", "tomorrow"), federation.BadTime},
		{"exp beyond all times", is("exp", 1e300), federation.BadTime},
		{"no iat", by(f.own, without(good(), "iat")), federation.BadTime},
		{"iat in the future", is("iat", at+61), federation.BadTime},
		{"iat in the future, within the skew", is("iat", at+60), ""},
		{"iat long ago", is("iat", at-16*60-1), federation.BadTime},
		{"nbf in the future", is("nbf", at+61), federation.BadTime},
		{"nbf in the future, within the skew", is("nbf", at+60), ""},
		{"nbf is text", is("nbf", "now"), federation.BadTime},
	}
}

// publish makes the keys of the table known.
func (f *fake) publish() {
	k := makeKeys()
	f.keys = append(f.keys, public(signer{k.rsa, "", "rsa"}), public(signer{k.small, "", "small"}),
		public(signer{k.ed, "", "ed"}))
}

// codeOf is why something was not taken.
func codeOf(t testing.TB, err error) federation.Code {
	t.Helper()
	var fault *federation.Fault
	if err != nil && !errors.As(err, &fault) {
		t.Errorf("no fault: %v", err)
	}
	if fault == nil {
		return ""
	}
	return fault.Code
}

func TestTamperedTokens(t *testing.T) {
	t.Parallel()
	f, x, _ := newFake(t)
	f.publish()
	at := noon.Unix()
	is := func(pairs ...any) string { return sign(t, f.own, with(f.claims(), pairs...), nil) }
	table := append(f.anyToken(t, "JWT", f.claims),
		tampered{"no typ", sign(t, f.own, f.claims(), map[string]any{"typ": ""}), ""},
		tampered{"a logout token", sign(t, f.own, f.logout(), map[string]any{"typ": "logout+jwt"}),
			federation.BadType},
		tampered{"no sub", sign(t, f.own, without(f.claims(), "sub"), nil), federation.BadSubject},
		tampered{"no nonce", sign(t, f.own, without(f.claims(), "nonce"), nil), federation.BadNonce},
		tampered{"nonce of another", is("nonce", "another"), federation.BadNonce},
		tampered{"nonce is a list", is("nonce", []string{"the nonce"}), federation.BadToken},
		tampered{"at_hash", is("at_hash", "deadbeef"), federation.BadToken},
		tampered{"auth_time in the future", is("auth_time", at+61), federation.BadAuthTime},
		tampered{"auth_time is text", is("auth_time", "now"), federation.BadAuthTime})
	for _, tt := range table {
		// Within the pause nobody asks for keys anew: each row has its own turn.
		x.keys = &keyset.Sets{Fetch: x.web.Fetch}
		f.gives(tt.token)
		c, err := x.Exchange(t.Context(), f.issuer(), f.answer())
		if got := codeOf(t, err); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
		if err != nil && !cmp.Equal(c, federation.Claims{}) {
			t.Errorf("%s: claims of a token that is not taken: %+v", tt.name, c)
		}
	}
}

func TestTamperedLogoutTokens(t *testing.T) {
	t.Parallel()
	f, x, _ := newFake(t)
	f.publish()
	by := func(typ string, claims any) string { return sign(t, f.own, claims, map[string]any{"typ": typ}) }
	is := func(pairs ...any) string { return by("logout+jwt", with(f.logout(), pairs...)) }
	no := func(name string) string { return by("logout+jwt", without(f.logout(), name)) }
	event := func(v any) map[string]any { return map[string]any{logoutEvent: v} }
	table := append(f.anyToken(t, "logout+jwt", f.logout),
		tampered{"typ with application/", by("application/logout+jwt", f.logout()), ""},
		tampered{"typ in capitals", by("Logout+JWT", f.logout()), ""},
		tampered{"typ JWT", by("JWT", f.logout()), federation.BadType},
		tampered{"no typ", by("", f.logout()), federation.BadType},
		tampered{"an ID token", by("JWT", f.claims()), federation.BadType},
		tampered{"an ID token by that typ", by("logout+jwt", f.claims()), federation.BadEvents},
		tampered{"no sub", no("sub"), ""},
		tampered{"no sid", no("sid"), ""},
		tampered{"neither", by("logout+jwt", without(without(f.logout(), "sid"), "sub")),
			federation.BadSubject},
		tampered{"no jti", no("jti"), federation.BadToken},
		tampered{"no events", no("events"), federation.BadEvents},
		tampered{"other event", is("events", map[string]any{"https://x.example": map[string]any{}}),
			federation.BadEvents},
		tampered{"event says true", is("events", event(true)), federation.BadEvents},
		tampered{"events is a list", is("events", []string{logoutEvent}), federation.BadEvents},
		tampered{"nonce", is("nonce", "n"), federation.BadEvents},
		tampered{"nonce is null", is("nonce", nil), federation.BadEvents})
	other := f.issuer()
	other.ID, other.ClientID = "j", "another client"
	for _, tt := range table {
		x.logoutKeys = &keyset.Sets{Fetch: x.web.Fetch}
		got, err := x.VerifyLogout(t.Context(), []federation.Issuer{other, f.issuer()}, tt.token)
		if code := codeOf(t, err); code != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, code, tt.want)
		}
		if (err == nil) != (got.ID == "j1") || err == nil && got.Issuer.ID != "i" {
			t.Errorf("%s: %+v", tt.name, got)
		}
	}
	if _, err := x.VerifyLogout(t.Context(), nil, is()); codeOf(t, err) != federation.BadIssuer {
		t.Errorf("nobody is trusted: %v", err)
	}
}
