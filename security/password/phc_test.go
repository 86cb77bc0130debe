package password

import (
	"errors"
	"strings"
	"testing"
	"time"
)

const (
	goodSalt = "c29tc2FsdHNvbWVzYWx0"
	goodKey  = "nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"
)

func argonText(params, salt, key string) string {
	return "$argon2id$v=19$" + params + "$" + salt + "$" + key
}

// crafted are hashes that must be refused before any of their numbers reach a library.
func crafted() map[string]string {
	bcrypt := func(head string) string { return head + strings.Repeat("a", 53) }
	return map[string]string{
		"nothing":           "",
		"plain text":        "secret",
		"md5":               "5f4dcc3b5aa765d61d8327deb882cf99",
		"argon2i":           "$argon2i$v=19$m=64,t=1,p=1$" + goodSalt + "$" + goodKey,
		"version 16":        "$argon2id$v=16$m=64,t=1,p=1$" + goodSalt + "$" + goodKey,
		"no version":        "$argon2id$m=64,t=1,p=1$" + goodSalt + "$" + goodKey,
		"text in front":     "x" + argonText("m=64,t=1,p=1", goodSalt, goodKey),
		"extra field":       argonText("m=64,t=1,p=1", goodSalt, goodKey) + "$",
		"t=0":               argonText("m=64,t=0,p=1", goodSalt, goodKey),
		"p=0":               argonText("m=64,t=1,p=0", goodSalt, goodKey),
		"m=0":               argonText("m=0,t=1,p=1", goodSalt, goodKey),
		"m under 8p":        argonText("m=15,t=1,p=2", goodSalt, goodKey),
		"m over":            argonText("m=262145,t=1,p=1", goodSalt, goodKey),
		"m 32 bit":          argonText("m=4294967295,t=1,p=1", goodSalt, goodKey),
		"m 64 bit":          argonText("m=18446744073709551616,t=1,p=1", goodSalt, goodKey),
		"t over":            argonText("m=64,t=65,p=1", goodSalt, goodKey),
		"m*t over":          argonText("m=262144,t=5,p=1", goodSalt, goodKey),
		"p over":            argonText("m=1024,t=1,p=17", goodSalt, goodKey),
		"p wraps":           argonText("m=65536,t=1,p=257", goodSalt, goodKey),
		"sign":              argonText("m=+64,t=1,p=1", goodSalt, goodKey),
		"leading zero":      argonText("m=064,t=1,p=1", goodSalt, goodKey),
		"order":             argonText("t=1,m=64,p=1", goodSalt, goodKey),
		"missing p":         argonText("m=64,t=1", goodSalt, goodKey),
		"unknown parameter": argonText("m=64,t=1,p=1,data=aaaa", goodSalt, goodKey),
		"empty key id":      argonText("m=64,t=1,p=1,keyid=", goodSalt, goodKey),
		"key id sign":       argonText("m=64,t=1,p=1,keyid=a b", goodSalt, goodKey),
		"key id long":       argonText("m=64,t=1,p=1,keyid="+strings.Repeat("k", 33), goodSalt, goodKey),
		"empty salt":        argonText("m=64,t=1,p=1", "", goodKey),
		"short salt":        argonText("m=64,t=1,p=1", "c2FsdHNhbA", goodKey),
		"long salt":         argonText("m=64,t=1,p=1", strings.Repeat("A", 88), goodKey),
		"empty key":         argonText("m=64,t=1,p=1", goodSalt, ""),
		"short key":         argonText("m=64,t=1,p=1", goodSalt, strings.Repeat("A", 20)),
		"long key":          argonText("m=64,t=1,p=1", goodSalt, strings.Repeat("A", 88)),
		"padding":           argonText("m=64,t=1,p=1", goodSalt, goodKey+"="),
		"stray bits":        argonText("m=64,t=1,p=1", goodSalt, strings.TrimSuffix(goodKey, "4")+"5"),
		"line end in key":   argonText("m=64,t=1,p=1", goodSalt, goodKey+"\n"),
		"very long":         argonText("m=64,t=1,p=1", goodSalt, strings.Repeat("A", 4096)),
		"bcrypt short":      "$2a$10$",
		"bcrypt 2x":         bcrypt("$2x$10$"),
		"bcrypt no minor":   bcrypt("$2$10$") + "a",
		"bcrypt cost 3":     bcrypt("$2a$03$"),
		"bcrypt cost 15":    bcrypt("$2a$15$"),
		"bcrypt cost 31":    bcrypt("$2a$31$"),
		"bcrypt cost sign":  bcrypt("$2a$+9$"),
		"bcrypt alphabet":   bcrypt("$2a$10$")[:59] + "=",
		"bcrypt long":       bcrypt("$2a$10$") + "a",
		"bcrypt not ascii":  bcrypt("$2a$10$")[:58] + "é",
	}
}

func TestValidRefuses(t *testing.T) {
	t.Parallel()
	for name, encoded := range crafted() {
		if err := Valid(encoded); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: Valid = %v, want ErrMalformed", name, err)
		}
	}
}

func TestValidAccepts(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"least":      argonText("m=8,t=1,p=1", "c29tZXNhbHQ", strings.Repeat("A", 22)),
		"most":       argonText("m=131072,t=8,p=16", strings.Repeat("A", 86), strings.Repeat("A", 86)),
		"most t":     argonText("m=16384,t=64,p=1", goodSalt, goodKey),
		"bcrypt 2a":  "$2a$10$" + strings.Repeat("a", 53),
		"bcrypt 2b":  "$2b$04$" + strings.Repeat(".", 53),
		"bcrypt 2y":  "$2y$14$" + strings.Repeat("9", 53),
		"usual salt": argonText("m=19456,t=2,p=1", strings.Repeat("A", 22), goodKey),
	}
	for name, encoded := range tests {
		if err := Valid(encoded); err != nil {
			t.Errorf("%s: Valid = %v", name, err)
		}
	}
}

// TestAffordable: of the hashes that are valid, those are refused that take too long on the machine
// at hand.
func TestAffordable(t *testing.T) {
	t.Parallel()
	h := testHasher("")
	h.speed = func() speed { return speed{4 * time.Millisecond, time.Millisecond} }
	for encoded, fault := range map[string]string{
		argonText("m=131072,t=3,p=1", goodSalt, goodKey):         "",
		argonText("m=131072,t=4,p=1", goodSalt, goodKey):         "cost",
		"$2b$14$" + strings.Repeat("a", 53):                      "",
		"$2b$15$" + strings.Repeat("a", 53):                      "bcrypt cost",
		argonText("m=64,t=1,p=1,keyid=k1", goodSalt, goodKey):    "keyid",
		"$argon2i$v=19$m=64,t=1,p=1$" + goodSalt + "$" + goodKey: "argon2i",
		"$argon2d$v=19$m=64,t=1,p=1$" + goodSalt + "$" + goodKey: "argon2d",
	} {
		err := Valid(encoded)
		if err == nil {
			err = h.Affordable(encoded)
		}
		if fault == "" && err != nil || fault != "" && (!errors.Is(err, ErrMalformed) ||
			!strings.HasPrefix(err.Error(), fault+": ")) {
			t.Errorf("%s: %v, want %q", encoded, err, fault)
		}
	}
	h.speed = func() speed { return speed{time.Millisecond, 2 * time.Millisecond} }
	if err := h.Affordable("$2b$14$" + strings.Repeat("a", 53)); !errors.Is(err, ErrMalformed) {
		t.Errorf("bcrypt of cost 14 on a slow machine: %v", err)
	}
}

func FuzzValid(f *testing.F) {
	for _, encoded := range crafted() {
		f.Add(encoded)
	}
	f.Add(argonText("m=64,t=1,p=1,keyid=k1", goodSalt, goodKey))
	f.Add("$2y$10$" + strings.Repeat("a", 53))
	f.Fuzz(func(t *testing.T, encoded string) {
		err := Valid(encoded)
		if err != nil && !errors.Is(err, ErrMalformed) {
			t.Fatalf("error of another kind: %v", err)
		}
		if err != nil || !strings.HasPrefix(encoded, argonPrefix) {
			return
		}
		hash, err := parseArgon(encoded)
		if err != nil || hash.String() != encoded {
			t.Fatalf("%q reads as %q, %v", encoded, hash, err)
		}
	})
}
