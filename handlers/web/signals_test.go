package web_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	jose "github.com/go-jose/go-jose/v4"

	"regain/handlers/handlertest"
	"regain/security"
	"regain/security/receiver"
)

// pusher is an issuer that the portal trusts.
type pusher struct {
	*handlertest.Browser
	t    *testing.T
	key  *ecdsa.PrivateKey
	down bool
}

func newPusher(t *testing.T, b *handlertest.Browser) *pusher {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	x := &pusher{Browser: b, t: t, key: key}
	b.Service.Receiver.KeySets.Fetch = func(context.Context, string) ([]byte, error) {
		if x.down {
			return nil, errors.New("down")
		}
		return json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: "k"}}})
	}
	if _, err = b.Service.Receiver.Trust(t.Context(), security.Operator("signal trust"), receiver.Issuer{
		Name: "https://id.example", KeysAt: "https://id.example/jwks", Audience: "us"}); err != nil {
		t.Fatal(err)
	}
	return x
}

// token is one about ada.
func (x *pusher) token(audience string) string {
	x.t.Helper()
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: x.key,
		KeyID: "k"}}, (&jose.SignerOptions{}).WithType("secevent+jwt"))
	if err != nil {
		x.t.Fatal(err)
	}
	signed, err := s.Sign(fmt.Appendf(nil, `{"iss":"https://id.example","aud":%q,"jti":"j-1","iat":%d,
		"sub_id":{"format":"opaque","id":"ada"},"events":{
		"https://schemas.openid.net/secevent/caep/event-type/session-revoked":{}}}`, audience,
		x.Now().Unix()))
	if err != nil {
		x.t.Fatal(err)
	}
	text, err := signed.CompactSerialize()
	if err != nil {
		x.t.Fatal(err)
	}
	return text
}

// push sends a body of a kind, or KIND in ENCODING, and tells status, body, language and when to come again.
func (x *pusher) push(kind, body string) string {
	x.t.Helper()
	kind, packed, _ := strings.Cut(kind, " in ")
	r := x.Request(http.MethodPost, "/ssf/receive", body)
	r.Header.Set("Content-Type", kind)
	if packed != "" {
		r.Header.Set("Content-Encoding", packed)
	}
	x.Do(r)
	if x.Header.Get("Set-Cookie") != "" {
		x.t.Error("it was given a cookie")
	}
	return strings.TrimSpace(fmt.Sprint(x.Status, " ", strings.TrimSpace(x.Body), " ",
		x.Header.Get("Content-Language"), " ", x.Header.Get("Retry-After")))
}

// TestPushedSignals: what RFC 8935 asks of the answers, and what strangers leave behind.
func TestPushedSignals(t *testing.T) {
	t.Parallel()
	handlertest.Each(t, func(t *testing.T, b *handlertest.Browser) {
		x := newPusher(t, b)
		const set = "application/secevent+jwt"
		says := func(kind, body, want string) {
			t.Helper()
			if got := x.push(kind, body); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		}
		x.down = true
		says(set, x.token("us"), "503   5")
		x.down = false
		x.Advance(time.Minute)
		says(set, x.token("us"), "202")
		says(set, x.token("us"), "202")
		for kind, want := range map[string]string{"application/json": "415", set + " in gzip": "415",
			set + "; charset=latin1": "415", set + " in identity": "202", set + "; charset=UTF-8": "202"} {
			says(kind, x.token("us"), want)
		}
		says(set, strings.Repeat("x", 17<<10), "413")
		says(set, x.token("you"),
			`400 {"description":"The SET is for somebody else.","err":"invalid_audience"} en`)
		junk := "eyJhbGciOiJub25lIn0.e30.secret"
		for range 59 {
			says(set, junk, `400 {"description":"The algorithm must be one of ES256, RS256, PS256 and `+
				`EdDSA.","err":"invalid_key"} en`)
		}
		says(set, junk, "429   1")
		x.Advance(time.Minute)
		says(set, x.token("us"), "202") // a stranger makes no issuer wait
		log := b.Log.String()
		if strings.Contains(log, "eyJ") || strings.Count(log, "input_validation_fail") > 2 {
			t.Errorf("in the log: %s", log)
		}
		found, err := b.Store.Activities(t.Context(), "ada", time.Time{}, 9)
		if err != nil || len(found) != 1 || found[0].Kind != "signal_sessions_revoked" {
			t.Errorf("recorded: %+v %v", found, err)
		}
		if x.Open("/ssf/receive"); x.Status != http.StatusMethodNotAllowed {
			t.Errorf("GET: %d", x.Status)
		}
	})
}
