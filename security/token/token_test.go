package token_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regain/security/token"
)

var (
	secretA = bytes.Repeat([]byte{1}, 32)
	secretB = bytes.Repeat([]byte{2}, 32)
)

func keys(t testing.TB, current []byte, older ...[]byte) *token.Keys {
	t.Helper()
	k, err := token.NewKeys(current, older...)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestNewKeysRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		given  [][]byte
		want   error
		wantID bool
	}{
		{"empty", [][]byte{nil}, token.ErrShortSecret, false},
		{"31 bytes", [][]byte{secretA[:31]}, token.ErrShortSecret, false},
		{"32 bytes", [][]byte{secretA}, nil, true},
		{"short older", [][]byte{secretA, secretB[:31]}, token.ErrShortSecret, false},
		{"same twice", [][]byte{secretA, secretB, secretA}, token.ErrSameSecret, false},
		{"two", [][]byte{secretA, secretB}, nil, true},
	}
	for _, tt := range tests {
		k, err := token.NewKeys(tt.given[0], tt.given[1:]...)
		if !errors.Is(err, tt.want) || (k != nil) != tt.wantID {
			t.Errorf("%s: keys %v, error %v, want %v", tt.name, k, err, tt.want)
		}
		if k != nil && len(k.KeyID()) != 8 {
			t.Errorf("%s: key id %q", tt.name, k.KeyID())
		}
	}
}

// The texts below are stored and mailed, so they must stay the same from one version to the next.
// They were computed from RFC 5869 and RFC 2104 by another program.
func TestStable(t *testing.T) {
	t.Parallel()
	k := keys(t, secretA)
	got := []string{
		k.KeyID(), k.Sign("link", "A1"), k.Digest("limit", "x"),
		fmt.Sprintf("%x", k.MAC("audit", []byte("a"), nil)), fmt.Sprintf("%x", k.Derive("seal", 8)),
	}
	want := []string{
		"19d07aa2",
		"A1.-jaNjoCe5AV-nqh9pabfBA",
		"19d07aa2:6d018baeaefc637f52c455be1708a51f07ec9293197f0532b863ee6b2c427ce1",
		"2afd97637703dbed75e22b881bd9b44571e4a3931da1af1c719635b44111d59c",
		"bef86e1fc546a5ff",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestOpen(t *testing.T) {
	t.Parallel()
	old, now := keys(t, secretA), keys(t, secretB, secretA)
	id := token.ID()
	text := old.Sign("link", id)
	longest := strings.Repeat("x", 800)
	const long = "A1.19d07aa2.-jaNjoCe5AV-nqh9pabfBIRZ-dtwE4J2WzShv8hwqxc"
	tests := []struct {
		name, purpose, token string
		keys                 *token.Keys
		want                 string
	}{
		{"same key", "link", text, old, id},
		{"older key", "link", text, now, id},
		{"current key", "link", now.Sign("link", id), now, id},
		{"key not held", "link", now.Sign("link", id), old, ""},
		{"other purpose", "session", text, old, ""},
		{"other id", "link", "B" + text, old, ""},
		{"empty", "link", "", old, ""},
		{"dots", "link", "..", old, ""},
		{"id only", "link", id, old, ""},
		{"of an earlier release", "link", long, keys(t, secretA), "A1"},
		{"of an earlier release, older key", "link", long, now, "A1"},
		{"of an earlier release, key not held", "link", long, keys(t, secretB), ""},
		{"of an earlier release, other purpose", "session", long, old, ""},
		{"of an earlier release, cut short", "link", long[:len(long)-1], old, ""},
		{"of an earlier release, cut to a new one", "link", long[:len("A1.19d07aa2.")+22], old, ""},
		{"no key id", "link", "A1." + long[len("A1.19d07aa2."):], old, ""},
		{"empty mac", "link", id + ".", old, ""},
		{"cut short", "link", text[:len(text)-1], old, ""},
		{"padded", "link", text + "=", old, ""},
		{"more behind", "link", text + ".x", old, ""},
		{"space before", "link", " " + text, old, ""},
		{"last character", "link", otherLast(text), old, ""},
		{"longest id", "link", old.Sign("link", longest), old, longest},
		{"id too long", "link", old.Sign("link", longest+"x"), old, ""},
		{"id empty", "link", old.Sign("link", ""), old, ""},
		{"id with dot", "link", old.Sign("link", "a.b"), old, ""},
		{"id with slash", "link", old.Sign("link", "a/b"), old, ""},
		{"id beyond ascii", "link", old.Sign("link", "ä"), old, ""},
	}
	for _, tt := range tests {
		got, ok := tt.keys.Open(tt.purpose, tt.token)
		if got != tt.want || ok != (tt.want != "") {
			t.Errorf("%s: Open = %q, %v, want %q", tt.name, got, ok, tt.want)
		}
	}
}

// otherLast changes the last character of a MAC in a bit that base64 does not use.
func otherLast(text string) string {
	const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	i := strings.IndexByte(digits, text[len(text)-1])
	return text[:len(text)-1] + string(digits[i^1])
}

func TestDigest(t *testing.T) {
	t.Parallel()
	old, now := keys(t, secretA), keys(t, secretB, secretA)
	want := []string{now.Digest("code", "x"), old.Digest("code", "x")}
	if diff := cmp.Diff(want, now.DigestAll("code", "x")); diff != "" {
		t.Error(diff)
	}
	if !strings.HasPrefix(want[0], now.KeyID()+":") || len(want[0]) != 8+1+64 {
		t.Errorf("digest %q has not the shape KEYID:HEX", want[0])
	}
	different(t, want[0], want[1], now.Digest("code", "y"), now.Digest("limit", "x"))
}

func TestMAC(t *testing.T) {
	t.Parallel()
	old, now := keys(t, secretA), keys(t, secretB, secretA)
	a, b, ab := []byte("a"), []byte("b"), []byte("ab")
	different(t,
		string(now.MAC("audit")), string(now.MAC("audit", nil)), string(now.MAC("audit", a, b)),
		string(now.MAC("audit", ab)), string(now.MAC("audit", ab, nil)),
		string(now.MAC("audit", nil, ab)), string(now.MAC("other", a, b)),
		string(old.MAC("audit", a, b)),
	)
}

func TestDerive(t *testing.T) {
	t.Parallel()
	old, now := keys(t, secretA), keys(t, secretB, secretA)
	want := map[string][]byte{
		old.KeyID(): old.Derive("seal", 32), now.KeyID(): now.Derive("seal", 32),
	}
	if diff := cmp.Diff(want, now.DeriveAll("seal", 32)); diff != "" {
		t.Error(diff)
	}
	different(t, string(old.Derive("seal", 32)), string(now.Derive("seal", 32)),
		string(now.Derive("cookie", 32)), string(secretA), string(secretB))
}

func TestPrintingHidesSecrets(t *testing.T) {
	t.Parallel()
	k := keys(t, secretA)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d"} {
		if got, want := fmt.Sprintf(verb, k), "keys "+k.KeyID(); got != want {
			t.Errorf("%s prints %q, want %q", verb, got, want)
		}
	}
}

func different(t *testing.T, all ...string) {
	t.Helper()
	seen := map[string]int{}
	for i, s := range all {
		if first, ok := seen[s]; ok {
			t.Errorf("values %d and %d are the same: %x", first, i, s)
		}
		seen[s] = i
	}
}

func FuzzOpen(f *testing.F) {
	k := keys(f, secretA)
	f.Add("link", k.Sign("link", "A1"))
	f.Add("link", "..")
	f.Add("", "A1."+k.KeyID()+".")
	f.Fuzz(func(t *testing.T, purpose, text string) {
		id, ok := k.Open(purpose, text)
		if ok != (id != "") || ok && k.Sign(purpose, id) != text {
			t.Errorf("Open(%q, %q) = %q, %v", purpose, text, id, ok)
		}
	})
}

func TestMACByOfNoKey(t *testing.T) {
	t.Parallel()
	k, err := token.NewKeys(make([]byte, token.MinSecret))
	if err != nil {
		t.Fatal(err)
	}
	if mac, ok := k.MACBy("unknown", "p"); mac != nil || ok {
		t.Errorf("%x, %v by a key that is not there", mac, ok)
	}
}
