// Package seal encrypts what the database must keep but not be able to read: authenticator
// seeds, mail data, recovery codes that are not saved yet.
package seal

import (
	"bytes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"

	"golang.org/x/crypto/chacha20poly1305"
)

// KeySize is the length in bytes of each key of a Box.
const KeySize = chacha20poly1305.KeySize

// ErrOpen is the one answer to everything that does not open: damaged, cut short, moved to
// another owner or purpose, or sealed under a key that is not held (standards V11 11.2.5).
var ErrOpen = errors.New("sealed value does not open")

// Box seals under one key and opens under several. It is safe for concurrent use.
type Box struct {
	current string
	aeads   map[string]cipher.AEAD
}

// New makes a Box that seals under keys[current] and opens what any of keys sealed. Keys are
// named by their id, which must not contain ":"; each is KeySize bytes.
func New(current string, keys map[string][]byte) (*Box, error) {
	b := &Box{current: current, aeads: make(map[string]cipher.AEAD, len(keys))}
	for id, key := range keys {
		aead, err := chacha20poly1305.NewX(key)
		if err != nil {
			return nil, fmt.Errorf("sealing key: %w", err)
		}
		if id == "" || bytes.ContainsRune([]byte(id), ':') {
			return nil, errors.New("sealing key: malformed id")
		}
		b.aeads[id] = aead
	}
	if b.aeads[current] == nil {
		return nil, errors.New("sealing key: the current one is missing")
	}
	return b, nil
}

// For builds the context that Seal and Open bind a value to: its purpose and the id of whom it
// belongs to. The two are framed, so that no other pair gives the same bytes.
func For(purpose, owner string) []byte {
	aad := binary.BigEndian.AppendUint64(nil, uint64(len(purpose)))
	return append(append(aad, purpose...), owner...)
}

// Header is how everything begins that Seal makes: the format and the key.
func (b *Box) Header() []byte { return []byte("1:" + b.current + ":") }

// Seal encrypts plain under the current key, bound to aad (see For). The result begins with
// "1:KEYID:", the format and the key, and is 40 bytes longer than that and plain together. The
// nonce is 192 random bits, so that no count of messages has to be kept per key.
func (b *Box) Seal(plain, aad []byte) []byte {
	header := b.Header()
	nonce := make([]byte, chacha20poly1305.NonceSizeX)
	_, _ = rand.Read(nonce)
	out := append(bytes.Clone(header), nonce...)
	return b.aeads[b.current].Seal(out, nonce, plain, bind(header, aad))
}

// Open returns what Seal was given, or ErrOpen. The aad must be the one it was sealed with.
func (b *Box) Open(sealed, aad []byte) ([]byte, error) {
	parts := bytes.SplitN(sealed, []byte(":"), 3)
	if len(parts) != 3 || string(parts[0]) != "1" {
		return nil, ErrOpen
	}
	aead, body := b.aeads[string(parts[1])], parts[2]
	if aead == nil || len(body) < chacha20poly1305.NonceSizeX {
		return nil, ErrOpen
	}
	nonce, text := body[:chacha20poly1305.NonceSizeX], body[chacha20poly1305.NonceSizeX:]
	header := sealed[:len(sealed)-len(body)]
	plain, err := aead.Open(nil, nonce, text, bind(header, aad))
	if err != nil {
		return nil, ErrOpen
	}
	return plain, nil
}

// bind joins header and aad. The header ends at its second colon, so the pair is unambiguous.
func bind(header, aad []byte) []byte { return append(bytes.Clone(header), aad...) }
