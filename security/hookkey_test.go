package security_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"regain/security"
	"regain/security/audit"
	"regain/security/password"
	"regain/security/refusal"
	"regain/security/webhook"
	"regain/store/storetest"
)

// aCurveKey is the private key of a receiver.
func aCurveKey(t testing.TB, c elliptic.Curve, kid string) jose.JSONWebKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(c, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return jose.JSONWebKey{Key: key, KeyID: kid}
}

// keyed is an endpoint that wants hashes encrypted to a key.
func (w *world) keyed(key jose.JSONWebKey) webhook.Added {
	w.t.Helper()
	x, err := w.Webhooks.Add(w.t.Context(), security.Operator("test"), "https://keyed.example/in", nil,
		jsonOf(w.t, key.Public()))
	w.must(err)
	return x
}

// sealed is what was sent of a new password: the whole body, and the JWE.
type sealed struct {
	webhook.Parcel
	Account, Change, JWE string
}

func (r *aReceiver) passwords(t testing.TB) (all []sealed) {
	t.Helper()
	for _, p := range r.got {
		var body struct {
			Type webhook.Type
			Data webhook.Data
		}
		if err := json.Unmarshal([]byte(p.Body), &body); err != nil {
			t.Fatal(err)
		}
		if body.Type == webhook.PasswordUpdated {
			all = append(all, sealed{p, body.Data.Account, body.Data.Change, body.Data.PasswordHash})
		} else if body.Data.PasswordHash != "" {
			t.Errorf("%s carries a hash", body.Type)
		}
	}
	return all
}

// opened is the hash in a JWE, which has to be bound to what it was sent with.
func (s sealed) opened(t testing.TB, key jose.JSONWebKey) string {
	t.Helper()
	algorithm := jose.ECDH_ES
	if _, ok := key.Key.(*rsa.PrivateKey); ok {
		algorithm = jose.RSA_OAEP_256
	}
	x, err := jose.ParseEncryptedCompact(s.JWE, []jose.KeyAlgorithm{algorithm},
		[]jose.ContentEncryption{jose.A256GCM})
	if err != nil {
		t.Fatal(err)
	}
	h := x.Header
	if h.ExtraHeaders["sub"] != s.Account || h.ExtraHeaders["jti"] != s.ID || h.ExtraHeaders["cty"] != "text/plain" ||
		key.KeyID != "" && h.KeyID != key.KeyID {
		t.Errorf("header %+v of %s", h, s.Body)
	}
	plain, err := x.Decrypt(key.Key)
	if err != nil {
		t.Fatal(err)
	}
	return string(plain)
}

// peppered gives the portal a pepper, which no receiver has.
func (w *world) peppered() {
	w.Core.Hasher = password.NewHasher(password.Cost{Memory: 8, Time: 1},
		password.Slots{Count: 8, Wait: time.Minute},
		password.Pepper{ID: "k", Key: func(string) []byte { return []byte("a pepper of this portal") }})
}

// elsewhere checks a password as a program does that has no pepper.
func elsewhere(t testing.TB, hash, plain string) bool {
	t.Helper()
	ok, err := password.NewHasher(password.DefaultCost, password.Slots{}, password.Pepper{}).
		Verify(t.Context(), hash, plain)
	if err != nil {
		t.Error(err)
	}
	return ok
}

// TestPasswordHashTold: an endpoint with a key is told the hash of each new password, by which a program
// without the pepper can check it; the same delivery again is the same; nobody else is told one, and of
// a password that was ended there is none.
func TestPasswordHashTold(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.peppered()
		first := aCurveKey(t, elliptic.P256(), "first")
		with, without := w.keyed(first), w.hook()
		r, plain := &aReceiver{answer: webhook.Answer{Status: 204}}, &aReceiver{answer: webhook.Answer{Status: 204}}
		o := w.updated()
		w.carry(with.ID, r)
		w.carry(without.ID, plain)
		told := r.passwords(t)
		if len(told) != 1 || told[0].Change != "set" || told[0].Account != "u-1001" {
			t.Fatalf("told %+v", told)
		}
		hash := told[0].opened(t, first)
		if hash == o.Account.PasswordHash || saltOf(hash) == saltOf(o.Account.PasswordHash) ||
			strings.Contains(hash, "keyid") || !elsewhere(t, hash, newPassword) || elsewhere(t, hash, oldPassword) {
			t.Errorf("told %s, stored %s", hash, o.Account.PasswordHash)
		}
		if got := plain.passwords(t); len(got) != 1 || got[0].JWE != "" || got[0].ID != told[0].ID {
			t.Errorf("without a key: %+v", got)
		}
		second := aCurveKey(t, elliptic.P521(), "")
		x, err := w.Webhooks.EncryptTo(t.Context(), security.Operator("test"), with.ID, jsonOf(t, second.Public()))
		w.must(err)
		if a, b := thumb(t, with.Endpoint), thumb(t, x); a == b || a == "" {
			t.Errorf("thumbprints %s, %s", a, b)
		}
		late := w.keyed(second)
		for _, id := range []string{with.ID, late.ID} {
			_, err := w.Webhooks.SendSince(t.Context(), security.Operator("test"), id, start)
			w.must(err)
		}
		r.got, plain.got = nil, nil
		w.carry(with.ID, r)
		w.carry(late.ID, plain)
		if again := r.passwords(t); len(again) != 1 || again[0].Body != told[0].Body {
			t.Errorf("again %+v", again)
		}
		if got := plain.passwords(t); len(got) != 1 || got[0].JWE != "" {
			t.Errorf("from before its key: %+v", got)
		}
		r.got = nil
		w.must(w.Guided.ContestOwn(t.Context(), o))
		w.carry(with.ID, r)
		if got := r.passwords(t); len(got) != 1 || got[0].Change != "ended" || got[0].JWE != "" {
			t.Errorf("ended: %+v", got)
		}
	})
}

// TestPasswordHashOfOwner: the change of a signed-in owner is told to each endpoint under its own key, in
// their order; with none it costs no hash.
func TestPasswordHashOfOwner(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.peppered()
		u := w.alan()
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		w.must(err)
		keys := []jose.JSONWebKey{aCurveKey(t, elliptic.P384(), ""), {Key: key}}
		runs := w.Hasher.Hashes()
		session, err := w.Account.ChangePassword(t.Context(), u, oldPassword, newPassword)
		w.must(err)
		runs = w.Hasher.Hashes() - runs
		var to []webhook.Added
		for _, k := range keys {
			to = append(to, w.keyed(k))
		}
		w.advance(time.Second)
		more := w.Hasher.Hashes()
		_, err = w.Account.ChangePassword(t.Context(), w.entered(session), newPassword, earlier[0])
		w.must(err)
		if more = w.Hasher.Hashes() - more; more != runs+1 {
			t.Errorf("%d runs, %d without an endpoint", more, runs)
		}
		var hashes []string
		for i, x := range to {
			r := &aReceiver{answer: webhook.Answer{Status: 204}}
			w.carry(x.ID, r)
			told := r.passwords(t)
			if len(told) != 1 {
				t.Fatalf("told %+v", told)
			}
			hashes = append(hashes, told[0].opened(t, keys[i]))
		}
		if hashes[0] != hashes[1] || !elsewhere(t, hashes[0], earlier[0]) {
			t.Errorf("hashes %v", hashes)
		}
	})
}

func thumb(t testing.TB, x webhook.Endpoint) string {
	t.Helper()
	text, err := x.Thumbprint()
	if err != nil {
		t.Error(err)
	}
	return text
}

// TestPasswordHashStored: no file of the database has a byte of the hash that was told, and no error
// quotes one.
func TestPasswordHashStored(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "regain.db")
	w := newWorld(t, storetest.OpenFile(t, path))
	w.peppered()
	key, r := aCurveKey(t, elliptic.P256(), ""), &aReceiver{answer: webhook.Answer{Status: 500}}
	x, u := w.keyed(key), w.alan()
	session, err := w.Account.ChangePassword(t.Context(), u, oldPassword, newPassword)
	w.must(err)
	w.carry(x.ID, r)
	hash := r.passwords(t)[0].opened(t, key)
	files, err := filepath.Glob(path + "*")
	w.must(err)
	found := false
	for _, file := range files {
		data, err := os.ReadFile(file)
		w.must(err)
		found = found || bytes.Contains(data, []byte(r.passwords(t)[0].JWE))
		for _, part := range []string{hash, saltOf(hash), strings.Split(hash, "$")[5]} {
			if bytes.Contains(data, []byte(part)) {
				t.Errorf("%s has %s", file, part)
			}
		}
	}
	if !found {
		t.Error("the files have no JWE: nothing was looked at")
	}
	w.commit(audit.HookTurned, webhook.SetEncryption{ID: x.ID, From: w.endpoint(x.ID).EncryptTo, To: "{",
		Events: w.endpoint(x.ID).Events})
	_, err = w.Account.ChangePassword(t.Context(), w.entered(session), newPassword, earlier[0])
	if err == nil || strings.Contains(err.Error(), "argon2id") {
		t.Errorf("with a damaged key: %v", err)
	}
	if _, err := w.endpoint(x.ID).Thumbprint(); err == nil {
		t.Error("a damaged key has a thumbprint")
	}
}

// TestHookKeys: each kind of key that is no public key for the purpose is refused by its own name.
func TestHookKeys(t *testing.T) {
	t.Parallel()
	w, by := sqliteWorld(t), security.Operator("test")
	weak, err := rsa.GenerateKey(rand.Reader, 1024)
	w.must(err)
	strong, err := rsa.GenerateKey(rand.Reader, 2048)
	w.must(err)
	ed, _, err := ed25519.GenerateKey(rand.Reader)
	w.must(err)
	curve := aCurveKey(t, elliptic.P256(), "")
	// with is a good key with more in it, or something else.
	with := func(key jose.JSONWebKey, more map[string]any) string {
		var all map[string]any
		w.must(json.Unmarshal([]byte(jsonOf(t, key)), &all))
		for name, value := range more {
			if all[name] = value; value == nil {
				delete(all, name)
			}
		}
		return jsonOf(t, all)
	}
	type m = map[string]any
	public, rsaKey := curve.Public(), jose.JSONWebKey{Key: &strong.PublicKey}
	set := m{"keys": []any{json.RawMessage(jsonOf(t, public)), json.RawMessage(jsonOf(t, rsaKey))}}
	for name, tt := range map[string]struct {
		jwk  string
		want refusal.Code // "": it is taken
	}{
		"EC":                     {jsonOf(t, public), ""},
		"RSA":                    {jsonOf(t, rsaKey), ""},
		"no point":               {with(public, m{"x": nil, "y": nil}), refusal.HookKey},
		"EC of a browser":        {with(public, m{"key_ops": []string{}, "ext": true, "alg": "ECDH-ES", "use": "enc"}), ""},
		"RSA of a browser":       {with(rsaKey, m{"key_ops": []string{"encrypt"}, "alg": "RSA-OAEP-256"}), ""},
		"nothing":                {" ", refusal.HookKey},
		"no JSON":                {"-----BEGIN PUBLIC KEY-----", refusal.HookKey},
		"a list":                 {"[" + jsonOf(t, public) + "]", refusal.HookKey},
		"two":                    {jsonOf(t, public) + jsonOf(t, public), refusal.HookKey},
		"long":                   {with(public, m{"pad": strings.Repeat("x", 16<<10)}), refusal.HookKey},
		"no kty":                 {with(public, m{"kty": nil}), refusal.HookKey},
		"odd kid":                {with(public, m{"kid": "a\nb"}), refusal.HookKey},
		"not on the curve":       {with(public, m{"y": strings.Repeat("A", 43)}), refusal.HookKey},
		"a set":                  {jsonOf(t, set), refusal.HookKeySet},
		"an empty set":           {`{"keys":[]}`, refusal.HookKeySet},
		"symmetric":              {`{"kty":"oct","k":"AAAAAAAAAAAAAAAAAAAAAA"}`, refusal.HookKeySymmetric},
		"private EC":             {jsonOf(t, curve), refusal.HookKeyPrivate},
		"private RSA":            {jsonOf(t, jose.JSONWebKey{Key: strong}), refusal.HookKeyPrivate},
		"private, then null":     {strings.TrimSuffix(jsonOf(t, curve), "}") + `,"D":null}`, refusal.HookKeyPrivate},
		"weak RSA":               {jsonOf(t, jose.JSONWebKey{Key: &weak.PublicKey}), refusal.HookKeyWeak},
		"RSA with e 3":           {with(rsaKey, m{"e": "Aw"}), refusal.HookKeyWeak},
		"Ed25519":                {jsonOf(t, jose.JSONWebKey{Key: ed}), refusal.HookKeyCurve},
		"X25519":                 {`{"kty":"OKP","crv":"X25519","x":"3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08"}`, refusal.HookKeyCurve},
		"secp256k1":              {with(public, m{"crv": "secp256k1"}), refusal.HookKeyCurve},
		"to sign":                {with(public, m{"use": "sig"}), refusal.HookKeyUse},
		"to verify":              {with(rsaKey, m{"key_ops": []string{"verify"}}), refusal.HookKeyUse},
		"for nothing":            {with(rsaKey, m{"key_ops": []string{}}), refusal.HookKeyUse},
		"EC to verify":           {with(public, m{"key_ops": []string{"verify"}}), refusal.HookKeyUse},
		"RSA1_5":                 {with(rsaKey, m{"alg": "RSA1_5"}), refusal.HookKeyUse},
		"RSA-OAEP with SHA-1":    {with(rsaKey, m{"alg": "RSA-OAEP"}), refusal.HookKeyUse},
		"ECDH-ES with a wrap":    {with(public, m{"alg": "ECDH-ES+A256KW"}), refusal.HookKeyUse},
		"ES256":                  {with(public, m{"alg": "ES256"}), refusal.HookKeyUse},
		"the algorithm of other": {with(public, m{"alg": "RSA-OAEP-256"}), refusal.HookKeyUse},
	} {
		made, err := w.Webhooks.Add(t.Context(), by, "https://hooks.example", nil, tt.jwk)
		if tt.want != "" {
			if r, ok := errors.AsType[*security.Refusal](err); !ok || r.Code != tt.want || r.Field != "encrypt_to" {
				t.Errorf("%s: %v, want %s", name, err, tt.want)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		kept := w.endpoint(made.ID)
		if kept.EncryptTo != made.EncryptTo || thumb(t, kept) == "" || strings.Contains(kept.EncryptTo, `"d"`) {
			t.Errorf("%s: kept %+v", name, kept)
		}
	}
	_, err = w.Webhooks.Add(t.Context(), by, "https://hooks.example",
		[]webhook.Type{webhook.AccountLocked}, jsonOf(t, public))
	wantRefusal(t, err, refusal.HookKeyIdle)
	all, err := w.Webhooks.List(t.Context())
	w.must(err)
	_, err = w.Webhooks.EncryptTo(t.Context(), by, all[0].ID, jsonOf(t, curve))
	wantRefusal(t, err, refusal.HookKeyPrivate)
	if _, err := w.Webhooks.EncryptTo(t.Context(), by, all[0].ID, ""); err != nil || w.endpoint(all[0].ID).EncryptTo != "" {
		t.Errorf("no key any more: %v", err)
	}
	// RFC 7638 §3.1 has this key and its thumbprint.
	const n = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCi" +
		"FV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d" +
		"0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-c" +
		"sFCur-kEgU8awapJzKnqDKgw"
	made, err := w.Webhooks.Add(t.Context(), by, "https://hooks.example", nil, `{"kty":"RSA","n":"`+n+`","e":"AQAB"}`)
	w.must(err)
	if got := thumb(t, made.Endpoint); got != "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs" {
		t.Errorf("thumbprint %s", got)
	}
}
