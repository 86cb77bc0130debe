//go:build e2e

package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"regain/security"
	"regain/security/audit"
	"regain/store/storetest"
)

// joseFolder is a folder in which programs of Node find the package jose.
func joseFolder(t *testing.T) string {
	t.Helper()
	from, dir := os.Getenv("REGAIN_JOSE"), t.TempDir()
	if _, err := os.Stat(filepath.Join(from, "package.json")); err != nil {
		t.Fatalf("there is no npm package jose at REGAIN_JOSE (%v); .ci/install puts it into the cache, "+
			"and make passes it on", err)
	}
	err := os.Mkdir(filepath.Join(dir, "node_modules"), 0o700)
	if err == nil {
		err = os.Symlink(from, filepath.Join(dir, "node_modules", "jose"))
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// programOf is the program of the README that begins so.
func programOf(t *testing.T, begin string) string {
	t.Helper()
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, text, found := strings.Cut(string(readme), "\n```js\n"+begin)
	text, _, ends := strings.Cut(text, "\n```\n")
	if !found || !ends {
		t.Fatalf("the README has no program that begins with %s", begin)
	}
	return begin + text
}

// TestJoseJWE: the program of the README, on npm's jose, reads the hash of a new password by each kind of
// key that is taken; of a message that was changed, or is about something else, it takes none.
func TestJoseJWE(t *testing.T) {
	dir := joseFolder(t)
	keys := map[string]crypto.Signer{}
	var err error
	if keys["RSA"], err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
		t.Fatal(err)
	}
	for _, c := range []elliptic.Curve{elliptic.P256(), elliptic.P384(), elliptic.P521()} {
		if keys[c.Params().Name], err = ecdsa.GenerateKey(c, rand.Reader); err != nil {
			t.Fatal(err)
		}
	}
	keep := func(name string, v any) string {
		data, ok := v.([]byte)
		if !ok {
			if data, err = json.Marshal(v); err != nil {
				t.Fatal(err)
			}
		}
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	keep("decrypt.mjs", []byte(programOf(t, "import { compactDecrypt")))
	dsn := storetest.Schema(t)
	x := openKilled(t, dsn)
	defer x.Close()
	x.service.Webhooks.Reach.Loopback = true
	lockedPerson(t, x, "ada")
	node := func(args []string, in string) (string, error) {
		p := exec.CommandContext(t.Context(), "node", args...)
		p.Dir, p.Stdin = dir, strings.NewReader(in)
		out, err := p.CombinedOutput()
		return string(out), err
	}
	const hash = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2U"
	for name, key := range keys {
		private := keep(name+".private.jwk", jose.JSONWebKey{Key: key, KeyID: "at the " + name})
		public, err := json.Marshal(jose.JSONWebKey{Key: key.Public(), KeyID: "at the " + name})
		if err != nil {
			t.Fatal(err)
		}
		to := newReceiver(t)
		made, err := x.service.Webhooks.Add(t.Context(), operator, to.URL, nil, string(public))
		if err != nil {
			t.Fatal(err)
		}
		a, err := x.db.Account(t.Context(), "ada")
		if err != nil {
			t.Fatal(err)
		}
		e := x.service.Event(operator, audit.PasswordUpdated, clock())
		e.Account = a.ID
		if err := x.db.Commit(t.Context(), e, security.SetPassword{Account: a.ID, Hash: "$other", Portable: hash,
			At: e.At, IfVersion: a.Version}); err != nil {
			t.Fatal(err)
		}
		deliverAll(t, dsn, made.ID, 0)
		if len(to.got) != 1 {
			t.Fatalf("%s: %d messages", name, len(to.got))
		}
		id, body := to.got[0], to.bodies[0]
		if out, err := node([]string{"decrypt.mjs", private, id}, body); err != nil ||
			!strings.HasPrefix(out, "ada ") || !strings.HasSuffix(out, " "+hash+"\n") {
			t.Errorf("%s: %s, %v", name, out, err)
		}
		var sent struct {
			Data map[string]any `json:"data"`
		}
		if err := json.Unmarshal([]byte(body), &sent); err != nil {
			t.Fatal(err)
		}
		jwe := sent.Data["password_hash"].(string)
		head, rest, _ := strings.Cut(jwe, ".")
		plain, err := base64.RawURLEncoding.DecodeString(head)
		if err != nil {
			t.Fatal(err)
		}
		forged := strings.Replace(string(plain), `"ada"`, `"eve"`, 1)
		if forged == string(plain) {
			t.Fatalf("header %s", plain)
		}
		other := func(jwe, account string) string {
			data := map[string]any{"password_hash": jwe, "account": account, "sequence": 1}
			text, err := json.Marshal(map[string]any{"data": data})
			if err != nil {
				t.Fatal(err)
			}
			return string(text)
		}
		for what, tt := range map[string]struct{ id, body string }{
			"another header":  {id, other(base64.RawURLEncoding.EncodeToString([]byte(forged))+"."+rest, "eve")},
			"another account": {id, other(jwe, "eve")},
			"another message": {"msg_other", body},
			"another text":    {id, other(jwe[:len(jwe)-30]+"AAAA"+jwe[len(jwe)-26:], "ada")},
		} {
			if out, err := node([]string{"decrypt.mjs", private, tt.id}, tt.body); err == nil ||
				strings.Contains(out, hash) {
				t.Errorf("%s, %s: %s", name, what, out)
			}
		}
	}
}
