package password

import (
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/bcrypt"
	"golang.org/x/text/unicode/norm"
)

// longestCheck is what one check of an imported hash may take, so that a sign-in is done well
// within the life of a request.
const longestCheck = 2 * time.Second

// bcryptReads is how many bytes of a password bcrypt looks at.
const bcryptReads = 72

// speed is how long this machine takes for one pass of argon2id over a MiB, and for bcrypt of the
// lowest cost.
type speed struct{ mebibyte, bcrypt time.Duration }

// measure takes the speed of this machine: the best of a few tries, because others use it too.
func measure(clock func() time.Time) speed {
	const tries, size, above = 3, 16, 4
	best, text := speed{longestCheck, longestCheck}, []byte("password")
	for range tries {
		start := clock()
		argon2.IDKey(text, make([]byte, saltBytes), 1, size<<10, threads, keyBytes)
		best.mebibyte = min(best.mebibyte, clock().Sub(start)/size)
		start = clock()
		if _, err := bcrypt.GenerateFromPassword(text, minBcryptCost+above); err == nil {
			best.bcrypt = min(best.bcrypt, clock().Sub(start)>>above)
		}
	}
	return best
}

// Timed gives the hasher a clock, without which every hash is Affordable and Slowest is 0.
func (h *Hasher) Timed(clock func() time.Time) *Hasher {
	h.clock, h.places.clock = clock, clock
	h.speed = sync.OnceValue(func() speed { return measure(clock) })
	return h
}

// takes is about how long one check of a hash does; 0 for what is none.
func (s speed) takes(encoded string) time.Duration {
	if hash, err := parseArgon(encoded); err == nil {
		return s.mebibyte * time.Duration(hash.memory) * time.Duration(hash.time) >> 10
	}
	cost, err := bcrypt.Cost([]byte(encoded))
	if err != nil {
		return 0
	}
	return s.bcrypt << (cost - minBcryptCost)
}

// Affordable refuses a valid hash of which a check would take longer than 2 seconds on this
// machine.
func (h *Hasher) Affordable(encoded string) error {
	if h.speed != nil && h.speed().takes(encoded) > longestCheck {
		return malformed("cost")
	}
	return nil
}

// Slowest is the longest time that a check of a hash from outside has taken so far, 2 seconds at
// most.
func (h *Hasher) Slowest() time.Duration { return time.Duration(h.slowest.Load()) }

// timed calls check of a hash from outside, and counts its time for Slowest.
func (h *Hasher) timed(check func() (bool, error)) (bool, error) {
	if h.clock == nil {
		return check()
	}
	start := h.clock()
	ok, err := check()
	took := int64(min(h.clock().Sub(start), longestCheck))
	for known := h.slowest.Load(); took > known; known = h.slowest.Load() {
		if h.slowest.CompareAndSwap(known, took) {
			break
		}
	}
	return ok, err
}

// ReadsPart reports whether a check of the hash looks at the beginning of a long password only.
func ReadsPart(encoded string) bool { return strings.HasPrefix(encoded, "$2") }

// Whole reports whether a match with the hash has looked at all of plain.
func Whole(encoded, plain string) bool {
	return !ReadsPart(encoded) || len(norm.NFD.String(plain)) <= bcryptReads
}
