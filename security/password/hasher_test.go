package password

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/bcrypt"
)

var lowCost = Cost{Memory: 64, Time: 1}

func keys(id string) []byte {
	return map[string][]byte{"k1": []byte("first key"), "k2": []byte("second key")}[id]
}

func testHasher(pepperID string) *Hasher {
	return NewHasher(lowCost, Slots{Count: 1, Wait: time.Minute}, Pepper{ID: pepperID, Key: keys})
}

func mustHash(t *testing.T, h *Hasher, plain string) string {
	t.Helper()
	encoded, err := h.Hash(t.Context(), plain)
	if err != nil {
		t.Fatalf("Hash: %v", err)
	}
	return encoded
}

func TestHashForm(t *testing.T) {
	t.Parallel()
	h := NewHasher(DefaultCost, Slots{}, Pepper{ID: "k1", Key: keys})
	encoded := mustHash(t, h, "caf\u00e9")
	if !strings.HasPrefix(encoded, "$argon2id$v=19$m=19456,t=2,p=1,keyid=k1$") {
		t.Errorf("Hash = %q", encoded)
	}
	hash, err := parseArgon(encoded)
	if err != nil || len(hash.salt) != 16 || len(hash.key) != 32 {
		t.Fatalf("parse = %+v, %v", hash, err)
	}
	mac := hmac.New(sha256.New, []byte("first key"))
	mac.Write([]byte("caf\u00e9"))
	want := argon2.IDKey(mac.Sum(nil), hash.salt, 2, 19456, 1, 32)
	if !bytes.Equal(hash.key, want) {
		t.Error("the key is not argon2id over HMAC-SHA256")
	}
	if again := mustHash(t, h, "caf\u00e9"); again == encoded {
		t.Error("the salt repeats")
	}
}

func TestVerify(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 199)
	tests := []struct {
		name, set, given string
		want             bool
	}{
		{"same", "correct horse", "correct horse", true},
		{"NFD for NFC", "caf\u00e9 caf\u00e9", "cafe\u0301 cafe\u0301", true},
		{"NFC for NFD", "cafe\u0301", "caf\u00e9", true},
		{"not compatible forms", "\uff41bc", "abc", false},
		{"case", "Correct horse", "correct horse", false},
		{"trailing space", "correct horse", "correct horse ", false},
		{"leading space", " correct horse", "correct horse", false},
		{"rune 200", long + "y", long + "z", false},
		{"cut at 72", strings.Repeat("y", 80), strings.Repeat("y", 72), false},
		{"nul", "a\x00b", "a\x00c", false},
		{"empty", "x", "", false},
	}
	for _, id := range []string{"", "k1"} {
		h := testHasher(id)
		for _, tt := range tests {
			got, err := h.Verify(t.Context(), mustHash(t, h, tt.set), tt.given)
			if err != nil || got != tt.want {
				t.Errorf("pepper %q, %s: Verify = %v, %v, want %v", id, tt.name, got, err, tt.want)
			}
		}
	}
}

// The two argon2id hashes are test vectors published with the reference implementation.
func TestVerifyImported(t *testing.T) {
	t.Parallel()
	made, err := bcrypt.GenerateFromPassword([]byte("password"), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	tail := string(made[3:])
	tests := map[string]string{
		"one thread": argonText("m=256,t=2,p=1", "c29tZXNhbHQ", goodKey),
		"two threads": argonText("m=256,t=2,p=2", "c29tZXNhbHQ",
			"bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc"),
		"2a": "$2a" + tail, "2b": "$2b" + tail, "2y": "$2y" + tail,
	}
	h := testHasher("k1")
	for name, encoded := range tests {
		if err := Valid(encoded); err != nil {
			t.Errorf("%s: Valid = %v", name, err)
		}
		if ok, err := h.Verify(t.Context(), encoded, "password"); err != nil || !ok {
			t.Errorf("%s: right password gives %v, %v", name, ok, err)
		}
		if ok, err := h.Verify(t.Context(), encoded, "passwore"); err != nil || ok {
			t.Errorf("%s: wrong password gives %v, %v", name, ok, err)
		}
		if !h.Stale(encoded) {
			t.Errorf("%s: not stale", name)
		}
	}
}

func TestVerifyBcryptReads72Bytes(t *testing.T) {
	t.Parallel()
	made, err := bcrypt.GenerateFromPassword(bytes.Repeat([]byte("p"), 72), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	h := testHasher("")
	tests := []struct {
		given string
		want  bool
	}{
		{strings.Repeat("p", 80), true},
		{strings.Repeat("p", 72) + "otherend", true},
		{strings.Repeat("p", 71) + "qqqqqqqqq", false},
	}
	for _, tt := range tests {
		if ok, err := h.Verify(t.Context(), string(made), tt.given); err != nil || ok != tt.want {
			t.Errorf("%q: Verify = %v, %v, want %v", tt.given, ok, err, tt.want)
		}
	}
}

// TestImportedInAnyForm: whoever made an imported hash hashed what was typed, or a form of it.
func TestImportedInAnyForm(t *testing.T) {
	t.Parallel()
	const composed, apart = "caf\u00e9 \u1e9b\u0323", "cafe\u0301 \u017f\u0323\u0307"
	const mixed = "cafe\u0301 \u1e9b\u0323"
	h := testHasher("k1")
	for _, made := range []string{composed, apart, mixed} {
		for _, typed := range []string{composed, apart, mixed, "cafe"} {
			want := typed == made || typed != "cafe" && made != mixed
			for scheme, encoded := range map[string]string{"bcrypt": bcryptOf(t, made),
				"argon2id": argonOf(made)} {
				if ok, err := h.Verify(t.Context(), encoded, typed); err != nil || ok != want {
					t.Errorf("%s of %+q, %+q typed: %v, %v, want %v", scheme, made, typed, ok, err, want)
				}
			}
		}
	}
}

func bcryptOf(t *testing.T, plain string) string {
	t.Helper()
	made, err := bcrypt.GenerateFromPassword([]byte(plain), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	return string(made)
}

func argonOf(plain string) string {
	key := argon2.IDKey([]byte(plain), []byte("somesalt"), 1, 64, 1, 32)
	return argonText("m=64,t=1,p=1", "c29tZXNhbHQ", base64.RawStdEncoding.EncodeToString(key))
}

func TestVerifyCrafted(t *testing.T) {
	t.Parallel()
	h := testHasher("")
	for name, encoded := range crafted() {
		if encoded == "" {
			continue
		}
		if ok, err := h.Verify(t.Context(), encoded, "secret"); ok || !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: Verify = %v, %v, want ErrMalformed", name, ok, err)
		}
	}
	if h.Hashes() != 0 {
		t.Errorf("%d hashes were computed", h.Hashes())
	}
}

func TestHashesCountsDummies(t *testing.T) {
	t.Parallel()
	h := testHasher("k1")
	encoded := mustHash(t, h, "x")
	for _, stored := range []string{encoded, "", "$2a$04$" + strings.Repeat("a", 53)} {
		if ok, err := h.Verify(t.Context(), stored, "y"); err != nil || ok {
			t.Errorf("%q: Verify = %v, %v", stored, ok, err)
		}
	}
	if h.Hashes() != 4 {
		t.Errorf("Hashes = %d, want 4", h.Hashes())
	}
}

func TestPepper(t *testing.T) {
	t.Parallel()
	first, second, none := testHasher("k1"), testHasher("k2"), testHasher("")
	old := mustHash(t, first, "secret")
	for name, h := range map[string]*Hasher{"rotated": second, "dropped": none} {
		if ok, err := h.Verify(t.Context(), old, "secret"); err != nil || !ok {
			t.Errorf("%s: Verify = %v, %v", name, ok, err)
		}
	}
	moved := strings.Replace(old, "keyid=k1", "keyid=k2", 1)
	if ok, err := first.Verify(t.Context(), moved, "secret"); err != nil || ok {
		t.Errorf("other key: Verify = %v, %v", ok, err)
	}
	gone := strings.Replace(old, "keyid=k1", "keyid=k9", 1)
	keyless := NewHasher(lowCost, Slots{}, Pepper{})
	for _, h := range []*Hasher{first, keyless} {
		if ok, err := h.Verify(t.Context(), gone, "secret"); ok || !errors.Is(err, ErrPepper) {
			t.Errorf("unknown key: Verify = %v, %v", ok, err)
		}
	}
	for _, id := range []string{"k9", "not an id", strings.Repeat("k", 33)} {
		h := testHasher(id)
		if encoded, err := h.Hash(t.Context(), "secret"); encoded != "" || !errors.Is(err, ErrPepper) {
			t.Errorf("id %q: Hash = %q, %v", id, encoded, err)
		}
	}
}

func TestStale(t *testing.T) {
	t.Parallel()
	h := testHasher("k1")
	current := mustHash(t, h, "x")
	other := func(cost Cost, id string) string {
		return mustHash(t, NewHasher(cost, Slots{}, Pepper{ID: id, Key: keys}), "x")
	}
	tests := []struct {
		name, encoded string
		want          bool
	}{
		{"current", current, false},
		{"memory", other(Cost{Memory: 65, Time: 1}, "k1"), true},
		{"time", other(Cost{Memory: 64, Time: 2}, "k1"), true},
		{"other pepper", other(lowCost, "k2"), true},
		{"no pepper", other(lowCost, ""), true},
		{"threads", strings.Replace(current, "p=1", "p=2", 1), true},
		{"salt", argonText("m=64,t=1,p=1,keyid=k1", goodSalt, goodKey), true},
		{"bcrypt", "$2a$10$" + strings.Repeat("a", 53), true},
		{"unreadable", "x", true},
	}
	for _, tt := range tests {
		if got := h.Stale(tt.encoded); got != tt.want {
			t.Errorf("%s: Stale = %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestCostIsAlwaysVerifiable(t *testing.T) {
	t.Parallel()
	tests := []struct{ give, want Cost }{
		{Cost{}, Cost{8, 1}},
		{Cost{1 << 31, 1 << 31}, Cost{maxMemory, 8}},
		{Cost{64, 1 << 31}, Cost{64, 64}},
		{DefaultCost, Cost{19456, 2}},
	}
	for _, tt := range tests {
		if got := NewHasher(tt.give, Slots{}, Pepper{}).cost; got != tt.want {
			t.Errorf("NewHasher(%v) has %v, want %v", tt.give, got, tt.want)
		}
	}
	h := NewHasher(Cost{}, Slots{}, Pepper{})
	if ok, err := h.Verify(t.Context(), mustHash(t, h, "x"), "x"); err != nil || !ok {
		t.Errorf("least cost: Verify = %v, %v", ok, err)
	}
}

// Each hash asks for its pepper inside its slot, which lets the test count who is in there.
func TestSlotsBound(t *testing.T) {
	t.Parallel()
	const count, callers = 2, 12
	var inside, most atomic.Int64
	entered, release := make(chan struct{}, callers), make(chan struct{})
	key := func(string) []byte {
		now := inside.Add(1)
		defer inside.Add(-1)
		for seen := most.Load(); now > seen && !most.CompareAndSwap(seen, now); {
			seen = most.Load()
		}
		entered <- struct{}{}
		<-release
		return []byte("key")
	}
	patient := NewHasher(lowCost, Slots{Count: count, Wait: time.Minute}, Pepper{"k", key})
	var group sync.WaitGroup
	for range callers {
		group.Go(func() {
			if _, err := patient.Hash(t.Context(), "x"); err != nil {
				t.Errorf("Hash: %v", err)
			}
		})
	}
	for range count {
		<-entered
	}
	if n := patient.slots.busy(); n != count {
		t.Errorf("%d slots taken, want %d", n, count)
	}
	close(release)
	group.Wait()
	if most.Load() != count || patient.Hashes() != callers || patient.slots.busy() != 0 {
		t.Errorf("most %d, hashes %d, left %d", most.Load(), patient.Hashes(), patient.slots.busy())
	}
}

// waiting cancels its context as soon as someone waits for that.
type waiting struct {
	context.Context
	cancel context.CancelFunc
}

func (w waiting) Done() <-chan struct{} {
	w.cancel()
	return w.Context.Done()
}

func TestCancelledWhileWaiting(t *testing.T) {
	t.Parallel()
	h := testHasher("")
	if _, err := h.slots.enter(t.Context(), task{Standing: Proven}, 0); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	if _, err := h.Hash(waiting{ctx, cancel}, "x"); !errors.Is(err, context.Canceled) {
		t.Errorf("Hash: %v, want cancelled", err)
	}
	if h.Hashes() != 0 || h.slots.busy() != 1 {
		t.Errorf("%d hashes, %d slots taken", h.Hashes(), h.slots.busy())
	}
}

func BenchmarkHash(b *testing.B) {
	h := NewHasher(DefaultCost, Slots{Count: 1}, Pepper{})
	for b.Loop() {
		if _, err := h.Hash(b.Context(), "correct horse battery staple"); err != nil {
			b.Fatal(err)
		}
	}
}

// TestSlowest: what a hash from outside takes is remembered, what one of ours takes is not.
func TestSlowest(t *testing.T) {
	t.Parallel()
	at, step := time.Unix(0, 0), time.Second
	h := testHasher("k1").Timed(func() time.Time { at = at.Add(step); return at })
	bcrypt := "$2a$04$" + strings.Repeat("a", 53)
	for _, row := range []struct {
		hash       string
		step, want time.Duration
	}{
		{mustHash(t, h, "x"), time.Second, 0},
		{"", time.Second, 0},
		{bcrypt, time.Second, time.Second},
		{bcrypt, time.Millisecond, time.Second},
		{bcrypt, time.Hour, longestCheck},
	} {
		step = row.step
		if _, err := h.Verify(t.Context(), row.hash, "y"); err != nil || h.Slowest() != row.want {
			t.Errorf("%.7s in %v: slowest %v, %v", row.hash, step, h.Slowest(), err)
		}
	}
}
