package token

import (
	"crypto/rand"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
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

// FoldCode brings a typed code to the form that is compared and hashed: ASCII digits and upper case,
// without what people and programs put around and between groups, and with V where the look-alike U
// was typed. A whole line of a mail, "Code: ABCD-2345", is the code in it. Anything else stays as it
// is and so matches no code.
func FoldCode(s string) string {
	s = strings.TrimRightFunc(norm.NFKC.String(s), between)
	s = s[strings.LastIndexByte(s, ':')+1:]
	return norm.NFKC.String(strings.Map(func(c rune) rune {
		switch {
		case c == 'u' || c == 'U':
			return 'V'
		case 'a' <= c && c <= 'z':
			return c - 'a' + 'A'
		case between(c):
			return -1
		case unicode.IsDigit(c):
			return digit(c)
		}
		return c
	}, s))
}

// between reports whether a character stands around or between groups: punctuation and spaces of any
// script, what does not show, and what keyboards have for a stroke: the minus sign, the kashida of
// Arabic, the long vowel of kana. U+20E3 draws a digit as a key.
func between(c rune) bool {
	return unicode.In(c, unicode.P, unicode.Cf, unicode.White_Space, unicode.Variation_Selector) ||
		c == '\u2212' || c == '\u0640' || c == '\u30fc' || c == '\u20e3'
}

// digit is the ASCII digit that a decimal digit of any script stands for: Unicode has them in tens,
// from zero on.
func digit(c rune) rune {
	for _, r := range unicode.Nd.R16 {
		if rune(r.Lo) <= c && c <= rune(r.Hi) {
			return '0' + (c-rune(r.Lo))%10
		}
	}
	for _, r := range unicode.Nd.R32 {
		if rune(r.Lo) <= c && c <= rune(r.Hi) {
			return '0' + (c-rune(r.Lo))%10
		}
	}
	return c
}

// IsCode reports whether a folded code has the form of one of n characters. It says nothing about the
// code being good.
func IsCode(folded string, n int) bool {
	return len(folded) == n && !strings.ContainsFunc(folded, func(c rune) bool {
		return (c < 'A' || c > 'Z') && (c < '0' || c > '9')
	})
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

// FoldNumber brings the number of a case or a ticket, as people type it, to the form in which it is
// stored: "C-1042". Anything else comes back in upper case, without space around it.
func FoldNumber(s string) string {
	number := SearchNumber(s)
	kind, _, _ := strings.Cut(number, "-")
	// A name such as c1042 has nothing between the letter and the digits.
	if slices.ContainsFunc(strings.FieldsFunc(norm.NFKC.String(s), between),
		func(p string) bool { return strings.EqualFold(p, kind) }) {
		return number
	}
	return strings.ToUpper(strings.TrimSpace(s))
}

// SearchNumber is FoldNumber for whoever looks for names as well: what could be a name, such as c1042, is a number, too.
func SearchNumber(s string) string {
	folded := FoldCode(s)
	for _, kind := range []string{"C", "T"} {
		digits, ok := strings.CutPrefix(folded, kind)
		if ok && digits != "" && strings.Trim(digits, "0123456789") == "" {
			return kind + "-" + digits
		}
	}
	return strings.ToUpper(strings.TrimSpace(s))
}
