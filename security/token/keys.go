// Package token derives every key of the portal from one master secret, and makes the texts
// that people and programs carry around: signed links, typed codes, keyed digests and ids.
package token

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"sync"
)

// MinSecret is the least number of bytes of a master secret.
const MinSecret = 32

// Errors of NewKeys.
var (
	ErrShortSecret = errors.New("master secret is shorter than 32 bytes")
	ErrSameSecret  = errors.New("master secret is given twice")
)

// Keys holds the current master secret and the older ones that still verify. It is safe for
// concurrent use, and printing it with any fmt verb shows the current key id only.
type Keys struct {
	roots []root
}

type root struct {
	id   string
	prk  []byte            // nil when the secret is gone
	left map[string][]byte // then what was kept of it
	macs *sync.Map         // by label, a *sync.Pool of hashes that have the key in them
}

// NewKeys makes Keys that sign with current and verify with current and every older secret.
// Each secret needs MinSecret random bytes. It fails with ErrShortSecret or ErrSameSecret.
func NewKeys(current []byte, older ...[]byte) (*Keys, error) {
	k := &Keys{}
	for _, secret := range append([][]byte{current}, older...) {
		r, err := newRoot(secret)
		if err != nil {
			return nil, err
		}
		if _, known := k.find(r.id); known {
			return nil, ErrSameSecret
		}
		k.roots = append(k.roots, r)
	}
	return k, nil
}

// KeyID names the current master secret: 8 hexadecimal digits that reveal nothing of it.
func (k *Keys) KeyID() string { return k.roots[0].id }

// Derive returns n bytes of the current secret that belong to label alone. It panics when n is
// above 8160, the most that one derivation can give.
func (k *Keys) Derive(label string, n int) []byte { return k.roots[0].key("derive/"+label, n) }

// KeyIDs names every secret, the current one first.
func (k *Keys) KeyIDs() []string {
	ids := make([]string, len(k.roots))
	for i, r := range k.roots {
		ids[i] = r.id
	}
	return ids
}

// DeriveBy is Derive of the secret named id; nil when neither that nor its key is at hand.
func (k *Keys) DeriveBy(id, label string, n int) []byte {
	r, _ := k.find(id)
	return r.key("derive/"+label, n)
}

// Leave returns what has to be kept of the secret named id when it goes: keys of 32 bytes by their
// labels, which are "derive/LABEL", "mac/PURPOSE" or "digest/PURPOSE". It is nil for a secret that
// is not at hand.
func (k *Keys) Leave(id string, labels []string) map[string][]byte {
	r, held := k.find(id)
	if !held {
		return nil
	}
	left := make(map[string][]byte, len(labels))
	for _, label := range labels {
		left[label] = r.key(label, sha256.Size)
	}
	return left
}

// Inherit takes over what Leave returned of a secret that is gone: it signs and opens nothing any
// more, but what it made for good can be checked. Call it before the first use.
func (k *Keys) Inherit(id string, left map[string][]byte) {
	if _, known := k.find(id); !known {
		k.roots = append(k.roots, root{id: id, left: left, macs: new(sync.Map)})
	}
}

// DeriveAll is Derive for the current and every older secret, by key id. It is what readers of
// stored data need, so that what an older key wrote stays readable.
func (k *Keys) DeriveAll(label string, n int) map[string][]byte {
	all := make(map[string][]byte, len(k.roots))
	for _, r := range k.roots {
		if key := r.key("derive/"+label, n); key != nil {
			all[r.id] = key
		}
	}
	return all
}

// Format keeps the secrets out of logs whatever the verb.
func (k *Keys) Format(w fmt.State, _ rune) { _, _ = io.WriteString(w, "keys "+k.KeyID()) }

func (k *Keys) find(id string) (root, bool) {
	for _, r := range k.roots {
		if r.id == id {
			return r, true
		}
	}
	return root{}, false
}

func newRoot(secret []byte) (root, error) {
	if len(secret) < MinSecret {
		return root{}, ErrShortSecret
	}
	prk, err := hkdf.Extract(sha256.New, secret, []byte("regain"))
	if err != nil {
		return root{}, fmt.Errorf("master key: %w", err)
	}
	r := root{prk: prk, macs: new(sync.Map)}
	r.id = hex.EncodeToString(r.key("id", 4))
	return r, nil
}

// key is nil when it is not at hand.
func (r root) key(label string, n int) []byte {
	if r.prk == nil {
		return r.left[label]
	}
	out, err := hkdf.Expand(sha256.New, r.prk, label, n)
	if err != nil {
		panic("token: derive " + label + ": " + err.Error())
	}
	return out
}

// mac authenticates parts under a key that belongs to kind and purpose. Every part goes in with
// its length before it, so that moving a byte from one part to the next changes the result. It is
// nil when the key is not at hand.
func (r root) mac(kind, purpose string, parts ...[]byte) []byte {
	if r.macs == nil { // of no secret that there is
		return nil
	}
	label := kind + "/" + purpose
	made, known := r.macs.Load(label)
	if !known {
		key := r.key(label, sha256.Size)
		if key == nil {
			return nil
		}
		made, _ = r.macs.LoadOrStore(label, &sync.Pool{New: func() any { return hmac.New(sha256.New, key) }})
	}
	pool := made.(*sync.Pool)
	h := pool.Get().(hash.Hash)
	defer pool.Put(h)
	h.Reset()
	var length [8]byte
	for _, p := range parts {
		binary.BigEndian.PutUint64(length[:], uint64(len(p)))
		_, _ = h.Write(length[:])
		_, _ = h.Write(p)
	}
	return h.Sum(nil)
}
