package token

import (
	"crypto/rand"
	"strings"
	"unicode"
)

// alphabet has no character that is taken for another: no 0 or O, no 1, I or L, no U beside V.
const alphabet = "23456789ABCDEFGHJKMNPQRSTVWXYZ"

// RandomCode returns a code of n characters for typing. Each carries 4.9 bits, so that n = 8 needs a
// limit on tries. Show it with FormatCode, and fold what comes back with FoldCode. A byte beyond the
// last whole multiple of the alphabet is thrown away, which keeps all characters equally likely.
func RandomCode(n int) string {
	const limit = 256 - 256%len(alphabet)
	out := make([]byte, 0, max(n, 0))
	for len(out) < n {
		var drawn [32]byte
		_, _ = rand.Read(drawn[:])
		for _, b := range drawn {
			if int(b) < limit && len(out) < n {
				out = append(out, alphabet[int(b)%len(alphabet)])
			}
		}
	}
	return string(out)
}

// FoldCode brings a typed code to the form that is compared and hashed: upper case, without
// spaces, hyphens, dashes and invisible characters, and with V where the look-alike U was typed.
// Anything else stays as it is and so matches no code.
func FoldCode(s string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case c == 'u' || c == 'U':
			return 'V'
		case 'a' <= c && c <= 'z':
			return c - 'a' + 'A'
		case unicode.In(c, unicode.Pd, unicode.Cf, unicode.White_Space) || c == '\u2212':
			return -1
		}
		return c
	}, s)
}

// FormatCode folds a code and groups it in fours for reading: "ABCD-2345". Doing it twice is
// the same as doing it once.
func FormatCode(s string) string {
	var b strings.Builder
	for i, c := range []rune(FoldCode(s)) {
		if i > 0 && i%4 == 0 {
			b.WriteByte('-')
		}
		b.WriteRune(c)
	}
	return b.String()
}
