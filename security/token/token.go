package token

import (
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// maxID bounds the id inside a token, so that nothing long is ever hashed for a stranger.
const maxID = 64

// Sign returns the token "ID.KEYID.MAC" that stands for id in purpose ("link", "session", …).
// It needs no escaping in a URL or a cookie. The same id and purpose always give the same token,
// so that it need not be stored to be sent again. The id must be 1 to 64 letters, digits, "-" or
// "_", as ID and OrderedID make them; a token of any other id does not open.
func (k *Keys) Sign(purpose, id string) string { return k.roots[0].sign(purpose, id) }

// Open returns the id of a token that Sign made for the same purpose, under the current or an
// older key. Whatever else it is given, it answers "" and false, in constant time as far as the
// MAC goes. Whether the id is still good is for the store to say.
func (k *Keys) Open(purpose, token string) (id string, ok bool) {
	id, rest, _ := strings.Cut(token, ".")
	keyID, _, _ := strings.Cut(rest, ".")
	r, known := k.find(keyID)
	if !known || !wellFormed(id) {
		return "", false
	}
	if subtle.ConstantTimeCompare([]byte(token), []byte(r.sign(purpose, id))) != 1 {
		return "", false
	}
	return id, true
}

// Digest returns "KEYID:HEX", a keyed hash under the current key of a value that must be found
// again but not be read back: a recovery code, an identifier, the subject of a limit. Values are
// compared as they are; fold them first.
func (k *Keys) Digest(purpose, value string) string { return k.roots[0].digest(purpose, value) }

// DigestAll returns the digest of value under every key, the current one first: what a lookup
// asks for, since the row may have been written under an older key.
func (k *Keys) DigestAll(purpose, value string) []string {
	all := make([]string, len(k.roots))
	for i, r := range k.roots {
		all[i] = r.digest(purpose, value)
	}
	return all
}

// MAC returns the 32-byte HMAC-SHA256 of parts under the current key. Parts are framed: ("a",
// "bc") and ("ab", "c") differ.
func (k *Keys) MAC(purpose string, parts ...[]byte) []byte {
	return k.roots[0].mac("mac", purpose, parts...)
}

func (r root) sign(purpose, id string) string {
	mac := r.mac("sign", purpose, []byte(id))
	return id + "." + r.id + "." + base64.RawURLEncoding.EncodeToString(mac)
}

func (r root) digest(purpose, value string) string {
	return r.id + ":" + hex.EncodeToString(r.mac("digest", purpose, []byte(value)))
}

func wellFormed(id string) bool {
	return id != "" && len(id) <= maxID && strings.IndexFunc(id, notIDRune) < 0
}

func notIDRune(c rune) bool {
	letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
	return !letter && (c < '0' || c > '9') && c != '-' && c != '_'
}
