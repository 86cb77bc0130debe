// Package password hashes passwords and judges new ones. It knows nothing of accounts or pages:
// it takes text and answers with a hash, a yes or no, or the code of a refusal.
package password

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/bcrypt"
	"golang.org/x/text/unicode/norm"
)

const (
	saltBytes = 16
	keyBytes  = 32
	threads   = 1
)

// ErrPepper means that a hash names a pepper key that is not at hand, or that the present key
// id is unusable. The account's password is neither right nor wrong; the settings are.
var ErrPepper = errors.New("pepper key is not available")

// Cost is the work one argon2id hash takes: memory in KiB and passes over it, on one thread.
type Cost struct {
	Memory uint32
	Time   uint32
}

// DefaultCost is 19 MiB in two passes (PS1, ASVS 11.4.2).
var DefaultCost = Cost{Memory: 19 << 10, Time: 2}

// Pepper is the keyed step before argon2id (N-PW12): HMAC-SHA256 under a key kept apart from
// the database. ID names the key for new hashes and is written into them as PHC "keyid" (at
// most 32 of letters, digits and "+./-"); Key finds the key of any id, also a retired one, and
// gives nil for an unknown id. The zero Pepper leaves the step out.
type Pepper struct {
	ID  string
	Key func(id string) []byte
}

// Hasher makes and checks password hashes. It is safe for concurrent use. Every password is
// brought to Unicode form NFC first and otherwise taken exactly as received: nothing is trimmed,
// folded or cut (D8, N-PW6).
type Hasher struct {
	cost   Cost
	pepper Pepper
	slots  *slots
	places *places
	hashes atomic.Int64
	// slowest is in nanoseconds; clock and speed are nil until Timed.
	slowest atomic.Int64
	clock   func() time.Time
	speed   func() speed
}

// NewHasher returns a Hasher. The cost is brought within what Valid accepts (from 8 KiB and one
// pass), so that every hash made can be checked again, and there is always at least one slot.
func NewHasher(cost Cost, bound Slots, pepper Pepper) *Hasher {
	cost.Memory = min(max(cost.Memory, 8*threads), maxMemory)
	cost.Time = min(max(cost.Time, 1), maxPasses, maxWork/cost.Memory)
	return &Hasher{cost: cost, pepper: pepper, slots: newSlots(bound), places: newPlaces(bound)}
}

// Hashes counts the argon2id and bcrypt computations so far, dummies included.
func (h *Hasher) Hashes() int64 { return h.hashes.Load() }

// Bench is a slot that was taken for all the hashes that one form needs. It is for one
// goroutine, and Release gives it back.
type Bench struct {
	h     *Hasher
	leave func()
	keys  map[string][]byte // by how they were derived, so that none is derived twice
}

// Reserve takes a slot for the form that was let in by Join, or for a stranger's with one hash.
// Errors: ErrBusy, or the context's.
func (h *Hasher) Reserve(ctx context.Context) (*Bench, error) {
	return h.reserve(ctx, Form{Standing: Stranger, Hashes: 1}, true)
}

func (h *Hasher) reserve(ctx context.Context, f Form, foreign bool) (*Bench, error) {
	_, before := ctx.Value(placeKey{}).(*place) // and may have spent a try, as each time that it came again
	ctx, out, err := h.Join(ctx, f)
	if err != nil {
		return nil, err
	}
	x, _ := ctx.Value(placeKey{}).(*place)
	leave, err := h.slots.enter(ctx, task{x.form.Standing, foreign}, 0)
	if err != nil {
		out()
		if errors.Is(err, context.DeadlineExceeded) && !before {
			err = &Full{After: shortest}
		}
		return nil, fmt.Errorf("password work: %w", err)
	}
	return &Bench{h, func() { leave(); out() }, map[string][]byte{}}, nil
}

// Release gives the slot back.
func (b *Bench) Release() { b.leave() }

// Hash returns the PHC string to store for plain. It takes the salt of the first of the earlier
// hashes of the same account that was made as it would make one now: then a password is compared
// with all of them, and hashed, in one computation. Errors: ErrPepper.
func (b *Bench) Hash(plain string, earlier ...string) (string, error) {
	hash := b.h.present()
	if i := slices.IndexFunc(earlier, func(e string) bool { return !b.h.Stale(e) }); i >= 0 {
		like, _ := parseArgon(earlier[i]) // what is not stale can be read
		hash.salt = like.salt
	} else if _, err := rand.Read(hash.salt); err != nil {
		return "", fmt.Errorf("salt: %w", err)
	}
	var err error
	if hash.key, err = b.derive(hash, normal(plain)); err != nil {
		return "", err
	}
	return hash.String(), nil
}

// Portable returns the PHC string of plain for a program elsewhere, which has no pepper: by the present
// cost, under a salt that no stored hash has.
func (b *Bench) Portable(plain string) (string, error) {
	hash := b.h.present()
	hash.keyID = ""
	if _, err := rand.Read(hash.salt); err != nil {
		return "", fmt.Errorf("salt: %w", err)
	}
	var err error
	if hash.key, err = b.h.derive(hash, normal(plain)); err != nil {
		return "", err
	}
	return hash.String(), nil
}

// derive is Hasher.derive, but for what was derived on this bench before.
func (b *Bench) derive(like argonHash, plain string) ([]byte, error) {
	how := like
	how.key = make([]byte, len(like.key))
	as := how.String() + "$" + plain
	key, ok := b.keys[as]
	if !ok {
		var err error
		if key, err = b.h.derive(like, plain); err != nil {
			return nil, err
		}
		b.keys[as] = key
	}
	return key, nil
}

// Verify tells whether plain belongs to the stored hash: one of ours, an imported argon2id
// without keyid (which is then unpeppered) or an imported bcrypt. An empty encoded stands for an
// unknown account: a hash of the present cost is computed and thrown away, and the answer is
// false (AU1). bcrypt reads 72 bytes, so a longer password matches an imported bcrypt hash by
// its first 72; see Whole.
// Errors: ErrMalformed, ErrPepper.
func (b *Bench) Verify(encoded, plain string) (bool, error) {
	if encoded == "" {
		_, err := b.h.derive(b.h.present(), normal(plain))
		return false, err
	}
	if b.h.Stale(encoded) {
		return b.h.timed(func() (bool, error) { return b.verify(encoded, plain) })
	}
	return b.verify(encoded, plain)
}

func (b *Bench) verify(encoded, plain string) (bool, error) {
	if !strings.HasPrefix(encoded, argonPrefix) {
		return inAnyForm(plain, func(s string) (bool, error) { return b.h.verifyBcrypt(encoded, s) })
	}
	hash, err := parseArgon(encoded)
	if err != nil {
		return false, err
	}
	same := func(s string) (bool, error) {
		key, err := b.derive(hash, s)
		return err == nil && subtle.ConstantTimeCompare(key, hash.key) == 1, err
	}
	if hash.keyID != "" { // one of ours
		return same(normal(plain))
	}
	return inAnyForm(plain, same)
}

// inAnyForm tries a password as it was typed and in the two forms of Unicode that keyboards and
// systems make: whoever made an imported hash may have hashed any of them.
func inAnyForm(plain string, same func(string) (bool, error)) (bool, error) {
	forms := []string{plain, norm.NFC.String(plain), norm.NFD.String(plain)}
	for i, form := range forms {
		if slices.Contains(forms[:i], form) {
			continue
		}
		if ok, err := same(form); ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}

// Hash is Bench.Hash in a slot of its own, for the form that was let in, or else for whoever is Proven.
// Errors: ErrBusy, ErrPepper, or the context's.
func (h *Hasher) Hash(ctx context.Context, plain string) (string, error) {
	b, err := h.reserve(ctx, Form{Standing: Proven, Hashes: 1}, false)
	if err != nil {
		return "", err
	}
	defer b.Release()
	return b.Hash(plain)
}

// Verify is Bench.Verify in a slot of its own. Errors: ErrBusy, ErrMalformed, ErrPepper, or the
// context's.
func (h *Hasher) Verify(ctx context.Context, encoded, plain string) (bool, error) {
	b, err := h.reserve(ctx, Form{Standing: Stranger, Hashes: 1}, h.foreign(encoded))
	if err != nil {
		return false, err
	}
	defer b.Release()
	return b.Verify(encoded, plain)
}

// foreign tells whether to check a hash may take another cost than ours.
func (h *Hasher) foreign(encoded string) bool { return encoded != "" && h.Stale(encoded) }

// Stale tells whether a hash was made otherwise than Hash would make it now (scheme, cost,
// pepper, sizes), so that it should be replaced when the password is next at hand.
func (h *Hasher) Stale(encoded string) bool {
	hash, err := parseArgon(encoded)
	return err != nil || hash.memory != h.cost.Memory || hash.time != h.cost.Time ||
		hash.threads != threads || hash.keyID != h.pepper.ID ||
		len(hash.salt) != saltBytes || len(hash.key) != keyBytes
}

func (h *Hasher) present() argonHash {
	return argonHash{
		memory: h.cost.Memory, time: h.cost.Time, threads: threads, keyID: h.pepper.ID,
		salt: make([]byte, saltBytes), key: make([]byte, keyBytes),
	}
}

func (h *Hasher) derive(like argonHash, plain string) ([]byte, error) {
	input, err := h.season(like.keyID, plain)
	if err != nil {
		return nil, err
	}
	h.hashes.Add(1)
	return argon2.IDKey(input, like.salt, like.time, like.memory, like.threads, uint32(len(like.key))), nil
}

// normal is the form in which a password is hashed.
func normal(plain string) string { return norm.NFC.String(plain) }

func (h *Hasher) season(keyID, plain string) ([]byte, error) {
	if keyID == "" {
		return []byte(plain), nil
	}
	if h.pepper.Key == nil || !validKeyID(keyID) {
		return nil, ErrPepper
	}
	key := h.pepper.Key(keyID)
	if len(key) == 0 {
		return nil, ErrPepper
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(plain))
	return mac.Sum(nil), nil
}

func (h *Hasher) verifyBcrypt(encoded, plain string) (bool, error) {
	if err := validBcrypt(encoded); err != nil {
		return false, err
	}
	h.hashes.Add(1)
	err := bcrypt.CompareHashAndPassword([]byte(encoded), []byte(plain))
	if errors.Is(err, bcrypt.ErrMismatchedHashAndPassword) {
		return false, nil
	}
	if err != nil {
		return false, malformed("bcrypt")
	}
	return true, nil
}
