package seal

import (
	"crypto/cipher"
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

// StreamSize is how many bytes a stream of so many plain ones has.
func StreamSize(plain int64) int64 {
	chunks := max(1, (plain+chunkPlain-1)/chunkPlain)
	return plain + chunks*chacha20poly1305.Overhead
}

// counter is the nonce of the chunk in turn.
type counter [chacha20poly1305.NonceSize]byte

// next moves on to the following chunk. The count has eight bytes of room, more than anybody fills.
func (c *counter) next() {
	at := c[lastChunk-8 : lastChunk]
	binary.BigEndian.PutUint64(at, binary.BigEndian.Uint64(at)+1)
}

// sealer seals what it reads.
type sealer struct {
	aead   cipher.AEAD
	from   io.Reader
	nonce  counter
	ahead  []byte // the plain chunk in turn, and the first byte of the next
	have   int
	sealed []byte // what is sealed and not read yet
	err    error
}

// SealStream reads as what it seals of all that r has, up to its end.
func SealStream(key []byte, r io.Reader) (io.Reader, error) {
	aead, err := chacha20poly1305.New(key)
	if err != nil {
		return nil, err
	}
	return &sealer{aead: aead, from: r, ahead: make([]byte, chunkPlain+1)}, nil
}

// Read implements io.Reader.
func (s *sealer) Read(p []byte) (int, error) {
	for len(s.sealed) == 0 {
		if s.err != nil {
			return 0, s.err
		}
		s.seal()
	}
	n := copy(p, s.sealed)
	s.sealed = s.sealed[n:]
	return n, nil
}

// seal seals the next chunk. One byte is read beyond it, which tells the last one.
func (s *sealer) seal() {
	n, err := io.ReadFull(s.from, s.ahead[s.have:])
	s.have += n
	last := atEnd(err)
	if err != nil && !last {
		s.err = err
		return
	}
	size := min(s.have, chunkPlain)
	if last {
		s.nonce[lastChunk] = 1
	}
	s.sealed = s.aead.Seal(s.sealed[:0], s.nonce[:], s.ahead[:size], nil)
	if last {
		s.err = io.EOF
		return
	}
	s.nonce.next()
	s.ahead[0], s.have = s.ahead[size], 1
}

// atEnd tells that a reader had no more.
func atEnd(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

// opener opens what a sealer made.
type opener struct {
	aead  cipher.AEAD
	from  io.Reader
	nonce counter
	ahead []byte // the sealed chunk in turn, and the first byte of the next
	have  int
	plain []byte // what is opened and not read yet
	err   error
}

// OpenStream reads as what SealStream was given. Reading fails with ErrOpen as soon
// as something is not as it was written. What came before that was written so, but is not all: nobody
// may take it for the whole before io.EOF.
func OpenStream(key []byte, r io.Reader) (io.Reader, error) {
	aead, err := chacha20poly1305.New(key)
	if err != nil {
		return nil, err
	}
	return &opener{aead: aead, from: r, ahead: make([]byte, chunkSealed+1)}, nil
}

// Read implements io.Reader.
func (s *opener) Read(p []byte) (int, error) {
	for len(s.plain) == 0 {
		if s.err != nil {
			return 0, s.err
		}
		s.open()
	}
	n := copy(p, s.plain)
	s.plain = s.plain[n:]
	return n, nil
}

// open opens the next chunk. One byte is read beyond it, which tells the last one.
func (s *opener) open() {
	n, err := io.ReadFull(s.from, s.ahead[s.have:])
	s.have += n
	last := atEnd(err)
	if err != nil && !last {
		s.err = err
		return
	}
	size := min(s.have, chunkSealed)
	if last {
		s.nonce[lastChunk] = 1
	}
	plain, err := s.aead.Open(nil, s.nonce[:], s.ahead[:size], nil)
	switch {
	case err != nil, last && len(plain) == 0 && s.nonce != (counter{lastChunk: 1}):
		s.err = ErrOpen
		return
	case last:
		s.err = io.EOF
	default:
		s.nonce.next()
		s.ahead[0], s.have = s.ahead[size], 1
	}
	s.plain = plain
}
