package seal

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"io"

	"golang.org/x/crypto/chacha20poly1305"
)

// A stream is sealed in chunks, so that none of its plain text has to be held as a whole: each by
// ChaCha20-Poly1305 under a nonce that is the number of the chunk and whether it is the last one. This
// is STREAM (Hoang, Reyhanitabar, Rogaway and Vizár, 2015), framed as age frames it: what is cut short,
// moved, doubled or put together from two of them does not open.
const (
	chunkPlain  = 64 << 10
	chunkSealed = chunkPlain + chacha20poly1305.Overhead
	lastChunk   = chacha20poly1305.NonceSize - 1 // the byte of the nonce that marks it
)

// StreamKey draws the key of one stream. A key seals one stream and never a second one: the numbers of
// chunks begin anew with each.
func StreamKey() []byte {
	key := make([]byte, KeySize)
	_, _ = rand.Read(key)
	return key
}

// counter is the nonce of the chunk in turn.
type counter [chacha20poly1305.NonceSize]byte

// next moves on to the following chunk. The count has eight bytes of room, more than anybody fills.
func (c *counter) next() {
	at := c[lastChunk-8 : lastChunk]
	binary.BigEndian.PutUint64(at, binary.BigEndian.Uint64(at)+1)
}

// chunks goes through a stream, one chunk after the other, and reads as what is made of them.
type chunks struct {
	from  io.Reader
	nonce counter
	ahead []byte // the chunk in turn, and the first byte of the next
	have  int
	made  []byte // what is not read yet
	err   error
	// make is what becomes of a chunk.
	make func(n counter, chunk []byte) ([]byte, error)
}

// SealStream reads as what it seals of all that r has, up to its end.
func SealStream(key []byte, r io.Reader) (io.Reader, error) {
	aead, err := chacha20poly1305.New(key)
	if err != nil {
		return nil, err
	}
	return &chunks{from: r, ahead: make([]byte, chunkPlain+1),
		make: func(n counter, chunk []byte) ([]byte, error) {
			return aead.Seal(nil, n[:], chunk, nil), nil
		}}, nil
}

// OpenStream reads as what SealStream was given. Reading fails with ErrOpen as soon
// as something is not as it was written. What came before that was written so, but is not all: nobody
// may take it for the whole before io.EOF.
func OpenStream(key []byte, r io.Reader) (io.Reader, error) {
	aead, err := chacha20poly1305.New(key)
	if err != nil {
		return nil, err
	}
	return &chunks{from: r, ahead: make([]byte, chunkSealed+1),
		make: func(n counter, chunk []byte) ([]byte, error) {
			plain, err := aead.Open(nil, n[:], chunk, nil)
			// Only a stream that is empty as a whole ends with an empty chunk.
			if err != nil || len(plain) == 0 && n != (counter{lastChunk: 1}) {
				return nil, ErrOpen
			}
			return plain, nil
		}}, nil
}

// Read implements io.Reader.
func (s *chunks) Read(p []byte) (int, error) {
	for len(s.made) == 0 {
		if s.err != nil {
			return 0, s.err
		}
		s.next()
	}
	n := copy(p, s.made)
	s.made = s.made[n:]
	return n, nil
}

// next makes something of the next chunk. One byte is read beyond it, which tells the last one.
func (s *chunks) next() {
	n, err := io.ReadFull(s.from, s.ahead[s.have:])
	s.have += n
	last := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
	if err != nil && !last {
		s.err = err
		return
	}
	size := min(s.have, len(s.ahead)-1)
	if last {
		s.nonce[lastChunk] = 1
	}
	if s.made, s.err = s.make(s.nonce, s.ahead[:size]); s.err != nil {
		return
	}
	if last {
		s.err = io.EOF
		return
	}
	s.nonce.next()
	s.ahead[0], s.have = s.ahead[size], 1
}
