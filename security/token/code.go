package token

import (
	"crypto/subtle"
	"encoding/binary"
	"strings"
	"unicode"
)

// alphabet has no character that is taken for another: no 0 or O, no 1, I or L, no U beside V.
const alphabet = "23456789ABCDEFGHJKMNPQRSTVWXYZ"

// Code returns the typed code of n characters that stands for id in purpose. It is derived under
// the current key and never stored; each character carries 4.9 bits, so that n = 8 needs a limit
// on tries. Show it with FormatCode; check what comes back with SameCode and CodeAll.
func (k *Keys) Code(purpose, id string, n int) string { return k.roots[0].code(purpose, id, n) }

// CodeAll returns the code under every key, the current one first, so that a code mailed just
// before the key was changed is still good.
func (k *Keys) CodeAll(purpose, id string, n int) []string {
	all := make([]string, len(k.roots))
	for i, r := range k.roots {
		all[i] = r.code(purpose, id, n)
	}
	return all
}

// SameCode reports whether typed, once folded, is one of codes, in constant time per code.
func SameCode(typed string, codes ...string) bool {
	folded, same := []byte(FoldCode(typed)), 0
	for _, c := range codes {
		same |= subtle.ConstantTimeCompare(folded, []byte(FoldCode(c)))
	}
	return same == 1 && len(folded) > 0
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

// code draws characters from as many MAC blocks as it needs. A byte beyond the last whole
// multiple of the alphabet is thrown away, which keeps all characters equally likely. The length
// is part of what is authenticated: a short code is no prefix of a longer one.
func (r root) code(purpose, id string, n int) string {
	const limit = 256 - 256%len(alphabet)
	out := make([]byte, 0, max(n, 0))
	for block := uint64(0); len(out) < n; block++ {
		position := binary.BigEndian.AppendUint64(nil, uint64(n))
		position = binary.BigEndian.AppendUint64(position, block)
		for _, b := range r.mac("code", purpose, []byte(id), position) {
			if int(b) < limit && len(out) < n {
				out = append(out, alphabet[int(b)%len(alphabet)])
			}
		}
	}
	return string(out)
}
