package token

import (
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// maxID bounds the id inside a token, so that nothing long is ever hashed for a stranger.
const maxID = 800

// macLength is that of the secret part of a token: 128 bits, 22 characters.
const macLength = 16

// Sign returns the token "ID.MAC" that stands for id in purpose ("link", "session", …).
// It needs no escaping in a URL or a cookie. The same id and purpose always give the same token,
// so that it need not be stored to be sent again. The id must be 1 to 800 letters, digits, "-" or
// "_", as ID, ShortID and OrderedID make them; a token of any other id does not open.
func (k *Keys) Sign(purpose, id string) string {
	return id + "." + coded(k.roots[0].signature(purpose, id)[:macLength])
}

// Open returns the id of a token that Sign made for the same purpose, under the current or an
// older key; it may be one of an earlier release, "ID.KEYID.MAC" with the whole MAC. Whatever else it
// is given, it answers "" and false, in constant time as far as the MAC goes. Whether the id is still
// good is for the store to say.
func (k *Keys) Open(purpose, token string) (id string, ok bool) {
	id, rest, _ := strings.Cut(token, ".")
	if !wellFormed(id) {
		return "", false
	}
	for _, r := range k.roots {
		if r.prk == nil {
			continue
		}
		mac := r.signature(purpose, id)
		for _, good := range []string{coded(mac[:macLength]), r.id + "." + coded(mac)} {
			if subtle.ConstantTimeCompare([]byte(rest), []byte(good)) == 1 {
				return id, true
			}
		}
	}
	return "", false
}

// Digest returns "KEYID:HEX", a keyed hash under the current key of a value that must be found
// again but not be read back: a recovery code, an identifier, the subject of a limit. Values are
// compared as they are; fold them first.
func (k *Keys) Digest(purpose, value string) string { return k.roots[0].digest(purpose, value) }

// DigestAll returns the digest of value under every key, the current one first: what a lookup
// asks for, since the row may have been written under an older key.
func (k *Keys) DigestAll(purpose, value string) []string {
	var all []string
	for _, r := range k.roots {
		if d := r.digest(purpose, value); d != "" {
			all = append(all, d)
		}
	}
	return all
}

// MAC returns the 32-byte HMAC-SHA256 of parts under the current key. Parts are framed: ("a",
// "bc") and ("ab", "c") differ. Keep KeyID beside the result, for MACBy.
func (k *Keys) MAC(purpose string, parts ...[]byte) []byte {
	return k.roots[0].mac("mac", purpose, parts...)
}

// MACBy is MAC under the key named keyID; ok is false when that key is not at hand any more.
// Compare the result with hmac.Equal.
func (k *Keys) MACBy(keyID, purpose string, parts ...[]byte) (mac []byte, ok bool) {
	r, _ := k.find(keyID)
	mac = r.mac("mac", purpose, parts...)
	return mac, mac != nil
}

func (r root) signature(purpose, id string) []byte { return r.mac("sign", purpose, []byte(id)) }

func coded(mac []byte) string { return base64.RawURLEncoding.EncodeToString(mac) }

func (r root) digest(purpose, value string) string {
	mac := r.mac("digest", purpose, []byte(value))
	if mac == nil {
		return ""
	}
	return r.id + ":" + hex.EncodeToString(mac)
}

func wellFormed(id string) bool {
	return id != "" && len(id) <= maxID && strings.IndexFunc(id, notIDRune) < 0
}

func notIDRune(c rune) bool {
	letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
	return !letter && (c < '0' || c > '9') && c != '-' && c != '_'
}
