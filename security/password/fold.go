package password

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// strip reduces letters to their plain form ("Ünïcödé" to "Unicode", full width to ASCII) and
// leaves case alone. It serves comparisons only; hashing takes the text as it is.
func strip(text string) string {
	bare := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFKD.String(text))
	return norm.NFC.String(bare)
}

func fold(text string) string { return strings.ToLower(strip(text)) }

// ascii puts one small letter in place of each rune that is not ASCII. The estimator counts
// bytes and knows English, so other scripts would look far stronger than they are; neighbours in
// an alphabet stay neighbours, which keeps its sequences and repeats visible.
func ascii(text string) string {
	return strings.Map(func(r rune) rune {
		if r < unicode.MaxASCII {
			return r
		}
		return 'a' + unicode.ToLower(r)%26
	}, strip(text))
}

var leetLetters = map[rune]rune{
	'@': 'a', '4': 'a', '8': 'b', '(': 'c', '3': 'e', '6': 'g', '9': 'g', '!': 'i', '0': 'o',
	'$': 's', '5': 's', '7': 't', '+': 't',
}

// spellings returns text and its readings with look-alike signs as letters, rune for rune. "1"
// stands for i as often as for l, hence two readings.
func spellings(text string) []string {
	read := func(one rune) string {
		return strings.Map(func(r rune) rune {
			if r == '1' {
				return one
			}
			if letter, found := leetLetters[r]; found {
				return letter
			}
			return r
		}, text)
	}
	return slices.Compact([]string{text, read('i'), read('l')})
}
