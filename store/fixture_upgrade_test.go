package store_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/descope/virtualwebauthn"

	"regain/cmd/wiring"
	"regain/security"
	"regain/security/passkey"
	"regain/security/password"
	"regain/security/rooms"
	"regain/security/seal"
	"regain/security/token"
	"regain/store"
	"regain/store/storetest"
)

// What people held when the program before was stopped. Purposes and kinds are written out, since
// what was made with them has to stay good.
const (
	ownerSeed, staffSeed = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "KRSXG5BAKRSXG5BAKRSXG5BAKRSXG5BA"
	ownerCode, staffCode = "3K7QMX9PTA8WYCD4HN2R5BFJ", "8WYCD4HN2R5BFJ3K7QMX9PTA"
)

// before is a database as the program before left it, and the portal of now on it.
type before struct {
	*rooms.All
	t   *testing.T
	db  *store.DB
	now time.Time
	key virtualwebauthn.Credential
}

func portalOn(t *testing.T, db *store.DB) *before {
	t.Helper()
	keys, err := token.NewKeys([]byte("0123456789abcdef0123456789abcdef"))
	b := &before{t: t, db: db, now: storetest.Now}
	b.must(err)
	box, err := seal.New(keys.KeyID(), keys.DeriveAll("seal", seal.KeySize))
	b.must(err)
	b.All = wiring.Rooms(security.Core{Keys: keys, Box: box,
		Now:       func() time.Time { return b.now },
		Countries: func(string) string { return "GB" },
		Hasher: password.NewHasher(password.Cost{Memory: 8, Time: 1},
			password.Slots{Count: 8, Wait: time.Minute}, password.Pepper{}),
		Passkeys: passkey.Party{ID: "portal.example", Name: "Market",
			Origin: "https://portal.example"}}, db)
	return b
}

func (b *before) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *before) sealed(purpose, owner, plain string) string {
	return base64.StdEncoding.EncodeToString(b.Box.Seal([]byte(plain), seal.For(purpose, owner)))
}

// says is what a row says; in its other columns stands that there is nothing.
type says map[string]any

func (b *before) put(table string, r says) {
	b.t.Helper()
	var names, places []string
	var values []any
	for i, c := range columns(b.t, b.db, table) {
		value, said := r[c.name]
		switch {
		case said:
		case c.kind == "BOOLEAN" || c.kind == "BOOL":
			value = false
		case c.kind == "BIGINT" || c.kind == "INT8":
			value = int64(0)
		default:
			value = ""
		}
		if at, ok := value.(time.Time); ok {
			value = at.UnixMilli()
		}
		names, places = append(names, c.name), append(places, fmt.Sprint("$", i+1))
		values = append(values, value)
	}
	b.must(b.db.Exec(b.t.Context(), "INSERT INTO "+table+" ("+strings.Join(names, ", ")+
		") VALUES ("+strings.Join(places, ", ")+")", values...))
}

// was is when the sessions began, and seen when they were used last.
var was, seen = storetest.Now.Add(-5 * time.Minute), storetest.Now.Add(-2 * time.Minute)

// session adds a session of its second generation; more says what is its own.
func (b *before) session(table, id string, lasts time.Duration, more says) {
	b.t.Helper()
	r := says{"id": id, "generation": int64(2), "started_at": was, "seen_at": seen,
		"ends_at": was.Add(lasts), "ip": "192.0.2.1", "agent": "Firefox"}
	for name, value := range more {
		r[name] = value
	}
	b.put(table, r)
}

// owners adds ada, who is in the middle of a recovery, and bob, who signs in.
func (b *before) owners() {
	for id, locked := range map[string]string{"ada": "c1", "bob": ""} {
		b.put("accounts", says{"id": id, "username": id, "username_fold": id, "type": "client",
			"password_hash": "x", "locked_by": locked, "version": int64(1)})
		b.put("addresses", says{"id": id + "1", "account_id": id, "email": id + "@example.org",
			"email_fold": id + "@example.org", "origin": "first"})
	}
	b.put("cases", says{"id": "c1", "number": "RC-1", "account_id": "ada", "state": "locked",
		"cause": "compromised", "facts": "[]", "version": int64(1)})
	b.put("recoveries", says{"id": "r1", "account_id": "ada", "case_id": "c1", "started_at": was,
		"version": int64(1)})
	b.session("sessions", "R", 4*time.Hour, says{"account_id": "ada", "recovery_id": "r1",
		"proved_at": was, "proved_by": "totp"})
	b.put("factors", says{"id": "f0", "account_id": "ada", "kind": "totp",
		"sealed": b.sealed("factor", "f0", ownerSeed)})
	whole := says{"account_id": "bob", "proved_at": was, "proved_by": "passkey"}
	b.session("account_sessions", "A", 12*time.Hour, whole)
	whole["ended_at"] = seen
	b.session("account_sessions", "AX", 12*time.Hour, whole)
	for _, id := range []string{"A1", "A2", "A3"} {
		b.session("account_sessions", id, 10*time.Minute, says{"account_id": "bob", "half": true})
	}
	b.put("factors", says{"id": "f1", "account_id": "bob", "kind": "totp",
		"sealed": b.sealed("factor", "f1", ownerSeed), "last_step": b.now.Unix()/30 - 1})
	b.put("recovery_codes", says{"id": "o1", "account_id": "bob", "position": int64(1),
		"digest": b.Keys.Digest("recovery_code", token.FoldCode(ownerCode))})
	b.passkey()
}

// passkey gives bob one whose key has its full length: the peer leaves zeros out.
func (b *before) passkey() {
	for len(b.key.ID) == 0 || len(b.key.Key.AttestationData()) != 77 {
		b.key = virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2)
	}
	b.put("factors", says{"id": "f2", "account_id": "bob", "kind": "passkey", "name": "phone"})
	b.put("passkeys", says{"factor_id": "f2", "credential": b.key.ID, "user_handle": []byte("bob"),
		"public_key": b.key.Key.AttestationData(), "transports": "[]"})
}

// staff adds carol, who works, and dan, who sets up.
func (b *before) staff() {
	b.put("staff", says{"id": "carol", "email": "carol@example.org", "email_fold": "carol",
		"name": "Carol", "role": "support", "password_hash": "x", "joined_at": was,
		"sealed": b.sealed("staff-factor", "carol", staffSeed), "last_step": b.now.Unix()/30 - 1,
		"version": int64(1)})
	b.put("staff", says{"id": "dan", "email": "dan@example.org", "email_fold": "dan",
		"role": "support", "version": int64(1)})
	b.put("invitations", says{"id": "i1", "staff_id": "dan", "expires_at": was.Add(time.Hour)})
	whole := says{"staff_id": "carol", "proved_at": was}
	b.session("staff_sessions", "S", 8*time.Hour, whole)
	whole["ended_at"] = seen
	b.session("staff_sessions", "SX", 8*time.Hour, whole)
	for _, id := range []string{"S1", "S2", "S3"} {
		b.session("staff_sessions", id, 10*time.Minute, says{"staff_id": "carol"})
	}
	b.session("staff_sessions", "SU", time.Hour, says{"staff_id": "dan", "invitation_id": "i1"})
	b.put("staff_codes", says{"id": "o2", "staff_id": "carol", "position": int64(1),
		"digest": b.Keys.Digest("recovery_code", token.FoldCode(staffCode))})
	b.put("looks", says{"session_id": "S", "account_id": "bob", "reason": "asked", "at": seen})
	b.put("caller_checks", says{"id": "k1", "account_id": "bob", "staff_id": "carol",
		"session_id": "S", "address_id": "bob1", "sent_at": seen, "expires_at": b.now})
}
