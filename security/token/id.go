package token

import (
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"strings"
	"time"
)

// ID returns a random id of 26 characters out of A-Z and 2-7 (130 bits). It is unguessable, and
// fits Sign.
func ID() string { return rand.Text() }

// ShortID returns a random id of 16 characters out of A-Z and 2-7 (80 bits): no two are the same, but
// what it names has to be guarded by more than that. It keeps a token short.
func ShortID() string { return rand.Text()[:16] }

// ShortIDs returns ids like ShortID, of which each is the one after the one before, the first a random
// one: an index takes them side by side, and not each in another place of it. Whoever knows one of them
// can guess the others. It is for one goroutine.
func ShortIDs() func() string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	id := []byte(ShortID())
	return func() string {
		for i := len(id) - 1; i >= 0; i-- {
			n := strings.IndexByte(alphabet, id[i]) + 1
			id[i] = alphabet[n%len(alphabet)]
			if n < len(alphabet) {
				break
			}
		}
		return string(id)
	}
}

// OrderedID returns a UUID of version 7 in its usual text form. Ids of a later millisecond of now
// sort after those of an earlier one; within one millisecond the order is random. It is not a
// secret: a good part of it is the time.
func OrderedID(now time.Time) string {
	var u [16]byte
	_, _ = rand.Read(u[6:])
	var ms [8]byte
	binary.BigEndian.PutUint64(ms[:], uint64(now.UnixMilli()))
	copy(u[:6], ms[2:])
	u[6] = u[6]&0x0f | 0x70
	u[8] = u[8]&0x3f | 0x80
	t := hex.EncodeToString(u[:])
	return t[:8] + "-" + t[8:12] + "-" + t[12:16] + "-" + t[16:20] + "-" + t[20:]
}
