package seal_test

import (
	"bytes"
	"errors"
	"testing"

	"regain/security/seal"
)

var (
	keyA = bytes.Repeat([]byte{1}, seal.KeySize)
	keyB = bytes.Repeat([]byte{2}, seal.KeySize)
)

func box(t testing.TB, current string, keys map[string][]byte) *seal.Box {
	t.Helper()
	b, err := seal.New(current, keys)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, current string
		keys          map[string][]byte
	}{
		{"no keys", "a", nil},
		{"current missing", "b", map[string][]byte{"a": keyA}},
		{"short key", "a", map[string][]byte{"a": keyA[1:]}},
		{"long key", "a", map[string][]byte{"a": append([]byte{0}, keyA...)}},
		{"short older key", "a", map[string][]byte{"a": keyA, "b": keyB[1:]}},
		{"empty id", "", map[string][]byte{"": keyA}},
		{"colon in id", "a:b", map[string][]byte{"a:b": keyA}},
	}
	for _, tt := range tests {
		if b, err := seal.New(tt.current, tt.keys); err == nil || b != nil {
			t.Errorf("%s: box %v, error %v", tt.name, b, err)
		}
	}
}

func TestSealAndOpen(t *testing.T) {
	t.Parallel()
	old := box(t, "a", map[string][]byte{"a": keyA})
	both := box(t, "b", map[string][]byte{"a": keyA, "b": keyB})
	renamed := box(t, "b", map[string][]byte{"b": keyA})
	aad := seal.For("seed", "U1")
	sealed := old.Seal([]byte("plain"), aad)
	changed := func(i int) []byte {
		c := bytes.Clone(sealed)
		c[(i+len(c))%len(c)] ^= 1
		return c
	}
	tests := []struct {
		name        string
		box         *seal.Box
		sealed, aad []byte
		opens       bool
	}{
		{"same key", old, sealed, aad, true},
		{"older key", both, sealed, aad, true},
		{"current of two", both, both.Seal([]byte("plain"), aad), aad, true},
		{"key not held", old, both.Seal([]byte("plain"), aad), aad, false},
		{"same key of another name", renamed, sealed, aad, false},
		{"name changed with it", renamed, bytes.Replace(sealed, []byte("a"), []byte("b"), 1), aad,
			false},
		{"moved to another owner", old, sealed, seal.For("seed", "U2"), false},
		{"moved to another purpose", old, sealed, seal.For("mail", "U1"), false},
		{"purpose and owner shifted", old, sealed, seal.For("seedU", "1"), false},
		{"no context", old, sealed, nil, false},
		{"nothing", old, nil, aad, false},
		{"header only", old, []byte("1:a:"), aad, false},
		{"short nonce", old, sealed[:4+23], aad, false},
		{"nonce only", old, sealed[:4+24], aad, false},
		{"cut short", old, sealed[:len(sealed)-1], aad, false},
		{"more behind", old, append(bytes.Clone(sealed), 0), aad, false},
		{"format changed", old, changed(0), aad, false},
		{"key id changed", old, changed(2), aad, false},
		{"nonce changed", old, changed(4), aad, false},
		{"text changed", old, changed(4 + 24), aad, false},
		{"tag changed", old, changed(-1), aad, false},
	}
	for _, tt := range tests {
		got, err := tt.box.Open(tt.sealed, tt.aad)
		if tt.opens && (err != nil || string(got) != "plain") {
			t.Errorf("%s: %q, %v", tt.name, got, err)
		}
		if !tt.opens && (err != seal.ErrOpen || got != nil) {
			t.Errorf("%s: %q, %v, want ErrOpen and nothing", tt.name, got, err)
		}
	}
}

func TestSealedText(t *testing.T) {
	t.Parallel()
	b := box(t, "a", map[string][]byte{"a": keyA})
	plain := []byte("a seed that nobody may read")
	one, two := b.Seal(plain, nil), b.Seal(plain, nil)
	if bytes.Equal(one, two) {
		t.Error("sealing twice gives the same bytes")
	}
	if bytes.Contains(one, plain[:4]) || !bytes.HasPrefix(one, []byte("1:a:")) {
		t.Errorf("sealed: %q", one)
	}
	if got, want := len(one), len("1:a:")+40+len(plain); got != want {
		t.Errorf("length %d, want %d", got, want)
	}
	if got, err := b.Open(b.Seal(nil, nil), nil); err != nil || len(got) != 0 {
		t.Errorf("nothing sealed opens as %q, %v", got, err)
	}
}

func FuzzOpen(f *testing.F) {
	b := box(f, "a", map[string][]byte{"a": keyA})
	f.Add(b.Seal([]byte("plain"), []byte("x")), []byte("y"))
	f.Add([]byte("1:a:"), []byte(nil))
	f.Add([]byte("::"), []byte("::"))
	f.Fuzz(func(t *testing.T, sealed, aad []byte) {
		before := bytes.Clone(sealed)
		other := bytes.Join([][]byte{aad, []byte("fuzz")}, nil)
		if got, err := b.Open(sealed, other); !errors.Is(err, seal.ErrOpen) {
			t.Errorf("opened %q as %q", sealed, got)
		}
		if !bytes.Equal(before, sealed) {
			t.Error("the sealed bytes were changed")
		}
		got, err := b.Open(b.Seal(sealed, aad), aad)
		if err != nil || !bytes.Equal(got, sealed) {
			t.Errorf("round trip of %q = %q, %v", sealed, got, err)
		}
	})
}
