package otp

import (
	"crypto/rand"
	"errors"
	"strings"
)

const (
	// alphabet leaves out what is taken for something else: 0 and O, 1, I and L, and U beside V.
	alphabet       = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
	recoveryLength = 24
)

// RecoveryCodes returns n fresh codes (standards D17) of 24 characters, 117 bits each, grouped in
// fours by hyphens as they are shown. That is above the 112 bits under which a code would need a
// slow password hash; store a keyed digest of the folded code. It fails when n is not positive.
func RecoveryCodes(n int) ([]string, error) {
	if n < 1 {
		return nil, errors.New("recovery codes: count is not positive")
	}
	codes := make([]string, n)
	for i := range codes {
		codes[i] = strings.Join(Groups(randomCode()), "-")
	}
	return codes, nil
}

// LooksLikeRecoveryCode tells which of the two a typed code is meant to be: true for 24 ASCII
// letters and digits in any grouping and case, false for the six digits of an app and all else.
// It says nothing about the code being good.
func LooksLikeRecoveryCode(s string) bool {
	const capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	const lower = "abcdefghijklmnopqrstuvwxyz"
	s = strip(s)
	return len(s) == recoveryLength && strings.Trim(s, "0123456789"+capitals+lower) == ""
}

// randomCode throws away bytes beyond the last whole multiple of the alphabet, so that every
// character is equally likely.
func randomCode() string {
	const limit = 256 - 256%len(alphabet)
	code := make([]byte, 0, recoveryLength)
	var b [1]byte
	for len(code) < recoveryLength {
		_, _ = rand.Read(b[:])
		if int(b[0]) < limit {
			code = append(code, alphabet[int(b[0])%len(alphabet)])
		}
	}
	return string(code)
}
