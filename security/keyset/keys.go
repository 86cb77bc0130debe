// Package keyset reads tokens that others sign, and remembers the public keys of those who do.
package keyset

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	jose "github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/json"
)

// How long keys are good: Fresh is the age at which they are fetched again, Kept that at which they are
// forgotten although no new ones came, and Pause the time between two tries.
const (
	Fresh = time.Hour
	Kept  = 24 * time.Hour
	Pause = time.Minute
)

// Bounds of keys.
const (
	leastRSA, mostRSA = 2048, 8192 // bits
	mostKeys          = 100        // of an issuer
)

// Algorithms are those that a token may be signed by.
var Algorithms = []jose.SignatureAlgorithm{jose.ES256, jose.RS256, jose.PS256, jose.EdDSA}

// What is wrong with a token or its key.
var (
	ErrForm      = errors.New("no signed token in compact form")
	ErrAlgorithm = errors.New("the algorithm is none that is taken")
	ErrHeader    = errors.New("the header says what must not be overlooked")
	ErrNoKey     = errors.New("no such key")
	ErrAway      = errors.New("no such key is known, and none are fetched now")
)

// Parse reads the head of a token and its type in lower case, without "application/" (RFC 7515 §4.1.9).
// What the head says beside algorithm, id of the key and type is nothing to go by; what it says must
// not be overlooked is refused.
func Parse(raw string) (signed *jose.JSONWebSignature, kind string, err error) {
	signed, err = jose.ParseSignedCompact(raw, Algorithms)
	switch {
	case errors.As(err, new(*jose.ErrUnexpectedSignatureAlgorithm)):
		return nil, "", ErrAlgorithm
	case err != nil:
		return nil, "", ErrForm
	}
	head := signed.Signatures[0].Protected
	for _, not := range []jose.HeaderKey{"crit", "b64", "cty"} {
		if _, there := head.ExtraHeaders[not]; there {
			return nil, "", ErrHeader
		}
	}
	kind, _ = head.ExtraHeaders["typ"].(string)
	return signed, strings.TrimPrefix(strings.ToLower(kind), "application/"), nil
}

// Sets remembers the public keys of issuers for a while. It is safe for concurrent use.
type Sets struct {
	// Fetch reads what stands at an address, some 64 KiB at most, within seconds.
	Fetch func(ctx context.Context, address string) ([]byte, error)

	mu  sync.Mutex
	set map[string]*fetched // by address
}

// fetched are the keys that stood at an address.
type fetched struct {
	keys      []jose.JSONWebKey
	at, tried time.Time
	busy      chan struct{} // closed when the fetch that goes on is over; nil when none does
}

// Find is the key that a token says it is signed by. It fails with ErrNoKey if there is none among
// keys that were fetched just now, and with ErrAway where that is not known. Who comes while keys are
// fetched waits for those.
func (k *Sets) Find(ctx context.Context, address string, h jose.Header, now time.Time) (any, error) {
	for {
		key, turn, busy := k.look(address, h, now)
		switch {
		case turn:
			return k.fetch(ctx, address, h, now, key)
		case key != nil:
			return key, nil
		case busy == nil:
			return nil, ErrAway
		}
		select {
		case <-busy:
		case <-ctx.Done():
			return nil, fmt.Errorf("%w: %w", ErrAway, ctx.Err())
		}
	}
}

// fetch gets the keys that stand at an address now. key is the one that was known.
func (k *Sets) fetch(ctx context.Context, address string, h jose.Header, now time.Time, key any) (any, error) {
	defer func() {
		k.mu.Lock()
		defer k.mu.Unlock()
		close(k.set[address].busy)
		k.set[address].busy = nil
	}()
	body, err := k.Fetch(ctx, address)
	var keys []jose.JSONWebKey
	if err == nil {
		keys, err = Read(body)
	}
	switch {
	case err == nil:
		k.mu.Lock()
		k.set[address].keys, k.set[address].at = keys, now
		k.mu.Unlock()
		if key = pick(keys, h); key == nil {
			return nil, ErrNoKey
		}
	case key == nil:
		return nil, fmt.Errorf("fetch keys: %w: %w", ErrAway, err)
	}
	return key, nil
}

// look is the key among those that are remembered, whether it is the caller's turn to fetch, and what to
// wait for where somebody else does.
func (k *Sets) look(address string, h jose.Header, now time.Time) (key any, turn bool, busy chan struct{}) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.set == nil {
		k.set = map[string]*fetched{}
	}
	f := k.set[address]
	if f == nil {
		f = &fetched{}
		k.set[address] = f
	}
	age := now.Sub(f.at)
	if age >= 0 && age < Kept {
		key = pick(f.keys, h)
	}
	waited := now.Sub(f.tried)
	if f.busy == nil && (key == nil || age >= Fresh) && (waited < 0 || waited >= Pause) {
		f.tried, turn, f.busy = now, true, make(chan struct{})
	}
	return key, turn, f.busy
}

// Read reads the keys of a JWK set that can be used. Others say nothing about these.
func Read(body []byte) ([]jose.JSONWebKey, error) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(body, &set); err != nil {
		return nil, fmt.Errorf("read JWK set: %w", err)
	}
	var keys []jose.JSONWebKey
	for _, raw := range set.Keys[:min(len(set.Keys), mostKeys)] {
		var key jose.JSONWebKey
		if key.UnmarshalJSON(raw) == nil && key.IsPublic() && (key.Use == "" || key.Use == "sig") {
			keys = append(keys, key)
		}
	}
	return keys, nil
}

// pick is the key with the id that the header names, if it is one for the algorithm there; without an
// id, it is the only key for that. The address of a key in the header, or a key there, is nothing to
// go by.
func pick(keys []jose.JSONWebKey, h jose.Header) (found any) {
	for _, key := range keys {
		alg := jose.SignatureAlgorithm(h.Algorithm)
		if !fits(key.Key, alg) || key.Algorithm != "" && key.Algorithm != h.Algorithm ||
			h.KeyID != "" && key.KeyID != h.KeyID {
			continue
		}
		if found != nil {
			return nil // two that could be meant
		}
		found = key.Key
	}
	return found
}

// fits reports whether a key is one of its algorithm, and no weak one.
func fits(key any, alg jose.SignatureAlgorithm) bool {
	switch key := key.(type) {
	case *ecdsa.PublicKey:
		return alg == jose.ES256 && key.Curve == elliptic.P256()
	case *rsa.PublicKey:
		bits := key.N.BitLen()
		return (alg == jose.RS256 || alg == jose.PS256) && bits >= leastRSA && bits <= mostRSA
	case ed25519.PublicKey:
		return alg == jose.EdDSA
	}
	return false
}
