package security_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	jose "github.com/go-jose/go-jose/v4"
	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/audit"
	"regain/security/keyset"
	"regain/security/notice"
	"regain/security/receiver"
	"regain/security/refusal"
)

const (
	issuerName   = "https://id.example"
	risc         = "https://schemas.openid.net/secevent/risc/event-type/"
	caep         = "https://schemas.openid.net/secevent/caep/event-type/"
	verification = "https://schemas.openid.net/secevent/ssf/event-type/verification"
)

// claims are those of a token. A nil leaves one out.
type claims map[string]any

// issuer is a service that signals, with keys of each kind.
type issuer struct {
	*world
	keys    map[string]crypto.Signer // by id
	fetches atomic.Int64
	down    error // the keys cannot be fetched
	set     string
}

// signingKeys are made once; RSA takes its time.
var signingKeys = sync.OnceValue(func() map[string]crypto.Signer {
	es, err1 := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	rs, err2 := rsa.GenerateKey(rand.Reader, 2048)
	_, ed, err3 := ed25519.GenerateKey(rand.Reader)
	p384, err4 := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	next, err5 := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err := errors.Join(err1, err2, err3, err4, err5); err != nil {
		panic(err)
	}
	return map[string]crypto.Signer{"es": es, "rs": rs, "ed": ed, "p384": p384, "next": next}
})

func newIssuer(w *world) *issuer {
	w.t.Helper()
	x := &issuer{world: w, keys: signingKeys()}
	x.publish("es", "rs", "ed", "p384")
	w.Receiver.KeySets.Fetch = func(context.Context, string) ([]byte, error) {
		x.fetches.Add(1)
		return []byte(x.set), x.down
	}
	_, err := w.Receiver.Trust(w.t.Context(), security.Operator("signal trust"),
		receiver.Issuer{Name: issuerName, KeysAt: "https://id.example/jwks"})
	w.must(err)
	return x
}

// publish makes these keys the ones that are fetched from now on.
func (x *issuer) publish(ids ...string) {
	var set jose.JSONWebKeySet
	for _, id := range ids {
		set.Keys = append(set.Keys, jose.JSONWebKey{Key: x.keys[id].Public(), KeyID: id, Use: "sig"})
	}
	text, err := json.Marshal(set)
	x.must(err)
	x.set = string(text)
}

// said is the claims of a right token, with changes.
func (x *issuer) said(event string, change claims) claims {
	all := claims{"iss": issuerName, "aud": "https://portal.example", "jti": "1", "iat": x.Now().Unix(),
		"sub_id": claims{"format": "opaque", "id": "u-1001"}, "events": claims{event: claims{}}}
	maps.Copy(all, change)
	maps.DeleteFunc(all, func(_ string, v any) bool { return v == nil })
	return all
}

// signed is a token signed with a key.
func (x *issuer) signed(key string, alg jose.SignatureAlgorithm, head map[jose.HeaderKey]any, payload string) string {
	x.t.Helper()
	o := (&jose.SignerOptions{}).WithType("secevent+jwt")
	for name, value := range head {
		if o.ExtraHeaders[name] = value; value == nil {
			delete(o.ExtraHeaders, name)
		}
	}
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: alg,
		Key: jose.JSONWebKey{Key: x.keys[key], KeyID: key}}, o)
	x.must(err)
	made, err := s.Sign([]byte(payload))
	x.must(err)
	text, err := made.CompactSerialize()
	x.must(err)
	return text
}

// token is the usual one.
func (x *issuer) token(event string, change claims) string {
	x.t.Helper()
	text, err := json.Marshal(x.said(event, change))
	x.must(err)
	return x.signed("es", jose.ES256, nil, string(text))
}

func codeOf(err error) string {
	if fault, ok := errors.AsType[*receiver.Fault](err); ok {
		return string(fault.Code)
	}
	if err == nil {
		return "taken"
	}
	return err.Error()
}

// TestSignalRefused: each code of RFC 8935, and that what is refused leaves nothing.
func TestSignalRefused(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.account("u-1001", "ada", "ada@example.org")
		w.Receiver.Actions = receiver.Actions{receiver.Compromised: receiver.Lock}
		x := newIssuer(w)
		const event = risc + "credential-compromise"
		hour := func(n int) int64 { return w.Now().Add(time.Duration(n) * time.Hour).Unix() }
		for change, want := range map[*claims]string{
			{"iss": "https://other.example"}:            "invalid_issuer",
			{"iss": nil}:                                "invalid_request",
			{"iss": 5}:                                  "invalid_request",
			{"iss": issuerName + "\u0000"}:              "invalid_request",
			{"aud": "https://else.example"}:             "invalid_audience",
			{"aud": []string{}}:                         "invalid_request",
			{"aud": []any{"https://portal.example", 1}}: "invalid_request",
			{"aud": nil}:                                "invalid_request",
			{"jti": nil}:                                "invalid_request",
			{"jti": strings.Repeat("x", 256)}:           "invalid_request",
			{"jti": "a\nb"}:                             "invalid_request",
			{"iat": nil}:                                "invalid_request",
			{"iat": "now"}:                              "invalid_request",
			{"iat": -1}:                                 "invalid_request",
			{"iat": 1e300}:                              "invalid_request",
			{"iat": hour(1)}:                            "invalid_request",
			{"iat": hour(-7*24 - 1)}:                    "invalid_request",
			{"exp": hour(1)}:                            "invalid_request",
			{"sub": "u-1001"}:                           "invalid_request",
			{"events": nil}:                             "invalid_request",
			{"events": claims{}}:                        "invalid_request",
			{"events": claims{event: "x"}}:              "invalid_request",
			{"events": []string{event}}:                 "invalid_request",
			{"sub_id": "u-1001"}:                        "invalid_request",
			{"sub_id": claims{"format": "opaque", "id": "u-9"}}: "taken",
			{"sub_id": nil}:                                       "taken",
			{"sub_id": claims{"format": "x"}}:                     "taken",
			{"events": claims{risc + "account-purged": claims{}}}: "taken",
		} {
			if got := codeOf(w.Receiver.Take(t.Context(), x.token(event, *change))); got != want {
				t.Errorf("%v: %s, want %s", *change, got, want)
			}
		}
		good, err := json.Marshal(x.said(event, nil))
		w.must(err)
		right := x.signed("es", jose.ES256, nil, string(good))
		parts := strings.Split(right, ".")
		with := func(head string) string {
			return base64url(head) + "." + parts[1] + "." + parts[2]
		}
		public, err := json.Marshal(x.keys["rs"].Public())
		w.must(err)
		hs, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.HS256, Key: public},
			(&jose.SignerOptions{}).WithType("secevent+jwt").WithHeader("kid", "rs"))
		w.must(err)
		forged, err := hs.Sign(good)
		w.must(err)
		symmetric, err := forged.CompactSerialize()
		w.must(err)
		own := jose.JSONWebKey{Key: x.keys["next"].Public(), KeyID: "next"}
		twice := strings.Replace(string(good), "{", `{"jti":"2",`, 1)
		deep := strings.Replace(string(good), "u-1001", "u-9\",\"a\":"+strings.Repeat("[", 5000)+strings.Repeat("]", 5000)+",\"b\":\"", 1)
		for name, tt := range map[string]struct{ raw, want string }{
			"deep":                    {x.signed("es", jose.ES256, nil, deep), "taken"},
			"empty":                   {"", "invalid_request"},
			"nonsense":                {"a.b.c", "invalid_request"},
			"two parts":               {parts[0] + "." + parts[1], "invalid_request"},
			"JSON form":               {`{"payload":"` + parts[1] + `"}`, "invalid_request"},
			"none":                    {with(`{"alg":"none","typ":"secevent+jwt"}`), "invalid_key"},
			"HS256 by the public key": {symmetric, "invalid_key"},
			"no signature":            {parts[0] + "." + parts[1] + ".", "authentication_failed"},
			"another payload":         {parts[0] + "." + base64url(strings.Replace(string(good), "u-1001", "u-1002", 1)) + "." + parts[2], "authentication_failed"},
			"no alg":                  {with(`{"typ":"secevent+jwt"}`), "invalid_key"},
			"two algs":                {with(`{"alg":"ES256","alg":"RS256","kid":"es","typ":"secevent+jwt"}`), "invalid_request"},
			"huge head":               {with(`{"alg":"ES256","x":"` + strings.Repeat("x", 9000) + `"}`), "invalid_request"},
			"no typ":                  {x.signed("es", jose.ES256, map[jose.HeaderKey]any{"typ": nil}, string(good)), "invalid_request"},
			"typ of a JWT":            {x.signed("es", jose.ES256, map[jose.HeaderKey]any{"typ": "JWT"}, string(good)), "invalid_request"},
			"nested":                  {x.signed("es", jose.ES256, map[jose.HeaderKey]any{"cty": "JWT"}, right), "invalid_request"},
			"nested, not said":        {x.signed("es", jose.ES256, nil, right), "invalid_request"},
			"crit":                    {x.signed("es", jose.ES256, map[jose.HeaderKey]any{"crit": []string{"b64"}, "b64": true}, string(good)), "invalid_request"},
			"unknown key":             {x.signed("next", jose.ES256, nil, string(good)), "unavailable"},
			"own key in the head":     {x.signed("next", jose.ES256, map[jose.HeaderKey]any{"jwk": own, "jku": "https://evil.example", "x5u": "https://evil.example"}, string(good)), "unavailable"},
			"another curve":           {x.signed("p384", jose.ES384, nil, string(good)), "invalid_key"},
			"a name twice":            {x.signed("es", jose.ES256, nil, twice), "invalid_request"},
			"not UTF-8":               {x.signed("es", jose.ES256, nil, strings.Replace(string(good), "opaque", "\xff", 1)), "invalid_request"},
		} {
			got := codeOf(w.Receiver.Take(t.Context(), tt.raw))
			if got != tt.want && !(tt.want == "unavailable" && strings.Contains(got, "unavailable")) {
				t.Errorf("%s: %s, want %s", name, got, tt.want)
			}
		}
		if a, err := w.db.Account(t.Context(), "u-1001"); err != nil || a.Locked() {
			t.Errorf("locked: %v, %v", a.Locked(), err)
		}
		if rows, err := w.db.Old(t.Context(), security.OldSignals, w.Now().Add(time.Hour), 9); len(rows) > 0 || err != nil {
			t.Errorf("left: %v %v", rows, err)
		}
		if last := w.last.Load(); last != nil {
			t.Errorf("on the trail: %v", last)
		}
		if n := x.fetches.Load(); n > 1 {
			t.Errorf("%d fetches in a minute", n)
		}
	})
}

func base64url(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

// TestSignalSigned: every algorithm that is good, with and without the id of the key.
func TestSignalSigned(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.account("u-1001", "ada", "ada@example.org")
		x := newIssuer(w)
		n := 0
		for _, tt := range []struct {
			key string
			alg jose.SignatureAlgorithm
		}{{"es", jose.ES256}, {"rs", jose.RS256}, {"rs", jose.PS256}, {"ed", jose.EdDSA}} {
			n++
			text, err := json.Marshal(x.said(caep+"session-revoked", claims{"jti": fmt.Sprint(n)}))
			w.must(err)
			w.must(w.Receiver.Take(t.Context(), x.signed(tt.key, tt.alg, nil, string(text))))
		}
		if got := w.signalled("u-1001"); got != strings.TrimSpace(strings.Repeat("signal_sessions_revoked ", 4)) {
			t.Errorf("recorded: %s", got)
		}
	})
}

// signalled are the kinds of activity of the account that were signalled.
func (w *world) signalled(account string) string {
	w.t.Helper()
	all, err := w.db.Activities(w.t.Context(), account, time.Time{}, 100)
	w.must(err)
	var kinds []string
	for _, a := range all {
		kinds = append(kinds, a.Kind)
		if a.Summary != issuerName {
			w.t.Errorf("from %q", a.Summary)
		}
	}
	return strings.Join(kinds, " ")
}

// TestSignalEffects: every event with every action.
func TestSignalEffects(t *testing.T) {
	t.Parallel()
	for at, event := range map[string]receiver.Event{risc + "credential-compromise": receiver.Compromised,
		risc + "account-disabled": receiver.Disabled, risc + "sessions-revoked": receiver.SignedOut,
		caep + "session-revoked": receiver.SignedOut, risc + "account-enabled": receiver.Enabled} {
		for action, want := range map[receiver.Action]string{
			receiver.Ignore: "locked false; recorded []; alerts 0; mails []; trail ",
			receiver.Record: "locked false; recorded [signal_E]; alerts 0; mails []; trail signal.taken by " + issuerName,
			receiver.Alert: "locked false; recorded [signal_E]; alerts 1; mails [change_noticed]; trail signal.taken by " +
				issuerName,
			receiver.Lock: "locked true; recorded [signal_E]; alerts 0; mails [locked_out]; trail account.locked by " +
				issuerName,
		} {
			if event == receiver.Enabled && (action == receiver.Alert || action == receiver.Lock) {
				if _, err := receiver.ReadActions(string(event) + "=" + string(action)); err == nil {
					t.Errorf("%s may lead to %s", event, action)
				}
				continue
			}
			t.Run(at[len("https://schemas.openid.net/secevent/"):]+" "+string(action), func(t *testing.T) {
				each(t, func(t *testing.T, w *world) {
					want := strings.ReplaceAll(want, "_E", "_"+string(event))
					w.account("u-1001", "ada", "ada@example.org")
					w.Receiver.Actions = receiver.Actions{event: action}
					x := newIssuer(w)
					raw := x.token(at, claims{"events": claims{at: claims{"reason_admin": claims{"en": "seen\n<b>"}}}})
					for range 2 { // the repeat does nothing
						w.must(w.Receiver.Take(t.Context(), raw))
						if got := w.effects(); got != want {
							t.Fatalf("got  %s\nwant %s", got, want)
						}
					}
				})
			})
		}
	}
}

// effects is what became of ada's account.
func (w *world) effects() string {
	w.t.Helper()
	ctx := w.t.Context()
	a, err := w.db.Account(ctx, "u-1001")
	w.must(err)
	alerts, err := w.db.Alerts(ctx, a.ID, time.Time{}, 9)
	w.must(err)
	mails, err := w.db.Mails(ctx, a.ID, 9)
	w.must(err)
	var kinds []string
	for _, m := range mails {
		kinds = append(kinds, m.Kind)
	}
	var last security.Event
	if newest := w.last.Load(); newest != nil {
		last = *newest
	}
	trail := string(last.Kind)
	if last.By.Kind == security.ByIssuer {
		trail += " by " + last.By.ID
		if last.Data["reason"] != "seen <b>" || last.Data["signal"] == "" {
			w.t.Errorf("on the trail: %v", last.Data)
		}
	}
	if a.Locked() {
		c, err := w.db.Case(ctx, a.Case)
		w.must(err)
		if c.Remark.Kind != security.SaidSignal || c.Remark.Args[1] != issuerName || c.OpenedBy != issuerName {
			w.t.Errorf("the case says %+v", c.Remark)
		}
	}
	return fmt.Sprintf("locked %v; recorded [%s]; alerts %d; mails %v; trail %s", a.Locked(),
		w.signalled("u-1001"), len(alerts), kinds, trail)
}

// TestSignalSubjects: who is meant by which subject.
func TestSignalSubjects(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.account("u-1001", "ada", "ada@example.org")
		w.account("u-1002", "bob", "both@example.org")
		w.account("u-1003", "cleo", "both@example.org")
		w.commit(audit.AddressChanged, security.RetireAddress{ID: "u-1001-a1", Account: "u-1001", At: w.Now()},
			security.AddAddress{Address: security.Address{ID: "u-1001-a2", Account: "u-1001", Since: w.Now(),
				Email: "new@example.org", Origin: security.OriginImport}})
		x := newIssuer(w)
		opaque := claims{"format": "opaque", "id": "u-1001"}
		for i, tt := range []struct {
			subject claims
			want    string
		}{
			{opaque, "u-1001"},
			{claims{"format": "opaque", "id": "ada"}, ""},
			{claims{"format": "iss_sub", "iss": "https://portal.example", "sub": "u-1001"}, "u-1001"},
			{claims{"format": "iss_sub", "iss": issuerName, "sub": "u-1001"}, ""},
			{claims{"format": "email", "email": "Both@example.org"}, "u-1002 u-1003"},
			{claims{"format": "email", "email": "new@example.org"}, ""},
			{claims{"format": "email", "email": "ada"}, ""},
			{claims{"format": "email", "email": "nobody@example.org"}, ""},
			{claims{"format": "complex", "user": opaque, "device": claims{"format": "opaque", "id": "u-1002"}}, "u-1001"},
			{claims{"user": opaque}, "u-1001"},
			{claims{"format": "complex", "tenant": opaque}, ""},
			{claims{"format": "complex", "user": claims{"format": "complex", "user": opaque}}, ""},
			{claims{"format": "phone_number", "phone_number": "+12025550100"}, ""},
		} {
			raw := x.token(caep+"session-revoked", claims{"jti": fmt.Sprint(i), "sub_id": tt.subject})
			before := map[string]int{}
			ids := []string{"u-1001", "u-1002", "u-1003"}
			for _, id := range ids {
				before[id] = len(w.signalled(id))
			}
			w.must(w.Receiver.Take(t.Context(), raw))
			got := slices.DeleteFunc(ids, func(id string) bool { return len(w.signalled(id)) == before[id] })
			if strings.Join(got, " ") != tt.want {
				t.Errorf("%v: %v, want %s", tt.subject, got, tt.want)
			}
		}
	})
}

// TestSignalRace: the same token at many doors at once has its effect once.
func TestSignalRace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.account("u-1001", "ada", "ada@example.org")
		w.Receiver.Actions = receiver.Actions{receiver.Compromised: receiver.Alert}
		x := newIssuer(w)
		raw := x.token(risc+"credential-compromise", nil)
		w.must(w.Receiver.Take(t.Context(), x.token(verification, nil))) // the keys are there
		var all sync.WaitGroup
		var taken atomic.Int64
		w.db.Committed = func(_ context.Context, c security.Change) {
			if c.Event.Kind == audit.SignalTaken {
				taken.Add(1)
			}
		}
		for range 8 {
			all.Go(func() {
				if err := w.Receiver.Take(t.Context(), raw); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		mailed[notice.ChangeNoticed](w, w.deliver())
		if n := taken.Load(); n != 1 {
			t.Errorf("%d times", n)
		}
	})
}

// TestSignalKeys: keys are fetched once an hour, for one that is not known once a minute, and live on for
// a day when they cannot be.
func TestSignalKeys(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.account("u-1001", "ada", "ada@example.org")
		x := newIssuer(w)
		n := 0
		take := func(key, want string, fetched int64) {
			t.Helper()
			n++
			text, err := json.Marshal(x.said(caep+"session-revoked", claims{"jti": fmt.Sprint(n)}))
			w.must(err)
			err = w.Receiver.Take(t.Context(), x.signed(key, jose.ES256, nil, string(text)))
			got := codeOf(err)
			if errors.Is(err, security.ErrUnavailable) {
				got = "later"
			}
			if got != want || x.fetches.Load() != fetched {
				t.Fatalf("%s after %d fetches, want %s after %d", got, x.fetches.Load(), want, fetched)
			}
		}
		x.down = errors.New("down")
		take("es", "later", 1)
		take("es", "later", 1) // no second try within the minute
		w.advance(keyset.Pause)
		x.down = nil
		take("es", "taken", 2)
		take("next", "later", 2) // nobody knows yet
		w.advance(keyset.Pause)
		take("next", "invalid_key", 3)
		x.publish("next")
		take("next", "later", 3)
		take("es", "taken", 3) // as long as it is remembered
		w.advance(keyset.Pause)
		take("next", "taken", 4)
		take("es", "later", 4)
		w.advance(keyset.Pause)
		take("es", "invalid_key", 5)
		x.down = errors.New("down")
		w.advance(keyset.Fresh)
		take("next", "taken", 6)
		w.advance(keyset.Kept)
		take("next", "later", 7)
	})
}

// TestSignalLockLimit: an issuer that somebody else speaks for locks no more than so many an hour, and
// what comes beyond is taken later.
func TestSignalLockLimit(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.Receiver.Actions = receiver.Actions{receiver.Disabled: receiver.Lock}
		x := newIssuer(w)
		last := ""
		for i := range 101 {
			id := fmt.Sprint("u-", i)
			w.account(id, id, id+"@example.org")
			last = x.token(risc+"account-disabled", claims{"jti": id, "sub_id": claims{"format": "opaque", "id": id}})
			err := w.Receiver.Take(t.Context(), last)
			if refused, ok := errors.AsType[*security.Refusal](err); i == 100 != ok ||
				ok && (refused.Code != refusal.TooManyRequests || refused.Retry <= 0) {
				t.Fatalf("%d: %v", i, err)
			}
		}
		w.advance(time.Hour)
		w.must(w.Receiver.Take(t.Context(), last))
	})
}

// TestSignalIssuers: who is trusted, and when they were heard.
func TestSignalIssuers(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, by := t.Context(), security.Operator("signal trust")
		x := newIssuer(w)
		for _, tt := range []struct {
			x    receiver.Issuer
			want refusal.Code
		}{
			{receiver.Issuer{KeysAt: "https://id.example/jwks"}, refusal.IssuerName},
			{receiver.Issuer{Name: "a b", KeysAt: "https://id.example/jwks"}, refusal.IssuerName},
			{receiver.Issuer{Name: "a", KeysAt: "https://u:p@id.example/jwks"}, refusal.KeysAddress},
			{receiver.Issuer{Name: "a", KeysAt: "ftp://id.example/jwks"}, refusal.KeysAddress},
			{receiver.Issuer{Name: "a", KeysAt: "http://id.example/jwks"}, refusal.KeysPlain},
			{receiver.Issuer{Name: "a", KeysAt: "http://127.0.0.1/jwks"}, refusal.KeysPlain},
		} {
			_, err := w.Receiver.Trust(ctx, by, tt.x)
			if refused, ok := errors.AsType[*security.Refusal](err); !ok || refused.Code != tt.want {
				t.Errorf("%+v: %v", tt.x, err)
			}
		}
		w.advance(time.Hour)
		w.must(w.Receiver.Take(ctx, x.token(verification, claims{"events": claims{verification: claims{"state": "a\u202eb"}}})))
		all, err := w.Receiver.List(ctx)
		w.must(err)
		want := []receiver.Issuer{{Name: issuerName, KeysAt: "https://id.example/jwks",
			Audience: "https://portal.example", Subjects: "https://portal.example", TrustedAt: start,
			HeardAt: w.Now(), VerifiedAt: w.Now()}}
		if diff := cmp.Diff(want, all); diff != "" {
			t.Error(diff)
		}
		w.must(w.Receiver.Take(ctx, x.token(verification, claims{"events": claims{verification: claims{"state": "abc"}}})))
		_, err = w.Receiver.Trust(ctx, by, receiver.Issuer{Name: issuerName, KeysAt: "https://id.example/2",
			Audience: "us"})
		w.must(err)
		all, err = w.Receiver.List(ctx)
		w.must(err)
		if all[0].State != "abc" || all[0].KeysAt != "https://id.example/2" || all[0].HeardAt != w.Now() {
			t.Errorf("trusted again: %+v", all)
		}
		_, err = w.Receiver.Distrust(ctx, by, issuerName)
		w.must(err)
		if _, err = w.Receiver.Distrust(ctx, by, issuerName); !errors.Is(err, security.ErrNotFound) {
			t.Error(err)
		}
		if got := codeOf(w.Receiver.Take(ctx, x.token(verification, nil))); got != "invalid_issuer" {
			t.Error(got)
		}
	})
}

// FuzzParseToken: whatever the claims are, they are read or refused, and what is read is bounded.
func FuzzParseToken(f *testing.F) {
	f.Add([]byte(`{"iss":"a","jti":"1","iat":1,"aud":["b"],"events":{"x":{}},"sub_id":{"format":"opaque","id":"u"}}`))
	f.Add([]byte(`{"iss":"a","jti":"1","iat":1e400,"aud":"b","events":{"x":{"reason_admin":{"en":"\u0000"}}}}`))
	f.Add([]byte(`{"a":[[[[[`))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := receiver.ParseToken(data)
		if _, ok := errors.AsType[*receiver.Fault](err); err != nil && !ok {
			t.Fatalf("%T", err)
		}
		if err == nil && (got.Issuer == "" || got.ID == "" || len(got.ID) > 255 || len(got.Audience) == 0 ||
			len(got.Events) == 0 || strings.ContainsFunc(got.Issuer+got.ID, security.Forbidden)) {
			t.Errorf("%+v", got)
		}
	})
}

// TestSignalLate: an issuer tries for days to deliver. As long as what it signals is taken, the owner is asked.
func TestSignalLate(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.account("u-1001", "ada", "ada@example.org")
	x := newIssuer(w)
	late := w.Now().Add(-2 * 24 * time.Hour).Unix()
	w.must(w.Receiver.Take(t.Context(), x.token(risc+"credential-compromise", claims{"iat": late})))
	if diff := cmp.Diff([]string{"change_noticed ada@example.org"}, kinds(w.deliver())); diff != "" {
		t.Errorf("mails (-want +got):\n%s", diff)
	}
}

// TestSignalOfALockedAccount: what leads to a lockout is told to the owner of an account that is locked already, as
// what leads to less is.
func TestSignalOfALockedAccount(t *testing.T) {
	t.Parallel()
	for _, action := range []receiver.Action{receiver.Alert, receiver.Lock} {
		t.Run(string(action), func(t *testing.T) {
			t.Parallel()
			w := sqliteWorld(t)
			w.account("u-1001", "ada", "ada@example.org")
			w.Receiver.Actions = receiver.Actions{receiver.Compromised: action}
			x := newIssuer(w)
			w.lock("ada")
			w.deliver()
			w.must(w.Receiver.Take(t.Context(), x.token(risc+"credential-compromise", nil)))
			if diff := cmp.Diff([]string{"change_noticed ada@example.org"}, kinds(w.deliver())); diff != "" {
				t.Errorf("mails (-want +got):\n%s", diff)
			}
		})
	}
}
