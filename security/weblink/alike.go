package weblink

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// shownOf is a host in its own letters, as a program that decodes it would draw it.
func shownOf(host string) string {
	if !strings.Contains(host, "xn--") {
		return host
	}
	if shown, err := idna.Punycode.ToUnicode(host); err == nil && utf8.ValidString(shown) {
		return shown
	}
	return host
}

// drawn are the letters of other alphabets that are drawn like one of ours, or nearly so: those
// of UTS #39 that may stand in the name of a host, without accents, which are taken off before.
var drawn = table(map[rune]string{
	'a': "аɑαꭺɐ", 'b': "ьЬƅᖯбɓ", 'c': "сϲᴄꮯƈ", 'd': "ԁɗɖđꮷ", 'e': "еєҽɛεəɘꬲ", 'f': "ƒϝẝꞙ",
	'g': "ɡցɢɠ", 'h': "һհħɦʜ", 'i': "іıɩιɨɪӏ", 'j': "јϳɉʝ", 'k': "кκқᴋƙ", 'l': "łƖǀוןɭɫℓᛁ丨",
	'm': "мᴍɱ", 'n': "пոռɴɲŋη", 'o': "оοօσөøᴏº০๐໐ഠ౦೦०੦૦ଠ០ჿ〇ဝ", 'p': "рρϱƿᴘ", 'q': "ԛգզɋ",
	'r': "гᴦɾɼʀꭇ", 's': "ѕꜱƽʂ", 't': "тτŧᴛƭ", 'u': "υսцᴜʊʋ", 'v': "νѵᴠ", 'w': "ԝɯѡաωшɰ",
	'x': "хχҳ", 'y': "уγүყʏɣƴ", 'z': "ᴢʐƶʑ", '-': "ー一‐‑–—ᅳㅡ", '/': "⁄∕ノ╱〳᜵", '.': "․·‧ꓸ",
})

func table(like map[rune]string) map[rune]rune {
	m := map[rune]rune{}
	for ours, theirs := range like {
		for _, c := range theirs {
			m[c] = ours
		}
	}
	return m
}

// pairs are the letters and digits of ASCII that are taken for each other.
var pairs = strings.NewReplacer("rn", "m", "vv", "w", "cl", "d", "0", "o", "1", "l", "i", "l",
	"3", "e", "4", "a", "5", "s", "7", "t")

// skeleton is what two words have in common that look alike. It is good for comparing alone.
func skeleton(word string) string {
	var b strings.Builder
	if isASCII(word) {
		return pairs.Replace(strings.ToLower(word))
	}
	for _, c := range norm.NFKD.String(word) {
		c = unicode.ToLower(c)
		if like, ok := drawn[c]; ok {
			c = like
		}
		if !unicode.Is(unicode.Mn, c) && !invisible(c) {
			b.WriteRune(c)
		}
	}
	return pairs.Replace(b.String())
}

// invisible tells of characters that do not show, or that turn around what follows.
func invisible(c rune) bool {
	return c < ' ' || c == 0x7f || unicode.In(c, unicode.Cf, unicode.Cc, unicode.Zl, unicode.Zp,
		unicode.Variation_Selector) || c == '\u034f' || c == '\u115f' || c == '\u1160' ||
		c == '\u3164' || c == '\uffa0' || c == '\u2800' || c == '\u180e' || c > ' ' && unicode.Is(unicode.Zs, c)
}

// alphabets are those that are kept apart. Letters of others count as one.
var alphabets = []*unicode.RangeTable{unicode.Latin, unicode.Cyrillic, unicode.Greek,
	unicode.Armenian, unicode.Hebrew, unicode.Arabic, unicode.Cherokee, unicode.Georgian}

// mixed tells whether a word has letters of two alphabets that one language does not mix. Those of
// East Asia are written beside Latin ones.
func mixed(word string) bool {
	first := -1
	for _, c := range word {
		if c < utf8.RuneSelf && !unicode.IsLetter(c) || !unicode.IsLetter(c) ||
			unicode.In(c, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul,
				unicode.Bopomofo) {
			continue
		}
		of := len(alphabets)
		for i, alphabet := range alphabets {
			if unicode.Is(alphabet, c) {
				of = i
				break
			}
		}
		if first >= 0 && of != first {
			return true
		}
		first = of
	}
	return false
}

// near tells whether at most so many letters have to be changed, left out, put in or swapped with
// their neighbour to make one word of the other (the distance of Damerau and Levenshtein).
func near(a, b string, most int) bool {
	x, y := []rune(a), []rune(b)
	if len(x)-len(y) > most || len(y)-len(x) > most {
		return false
	}
	before, last, row := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := range x {
		row[0] = i + 1
		for j := range y {
			cost := 1
			if x[i] == y[j] {
				cost = 0
			}
			row[j+1] = min(row[j]+1, last[j+1]+1, last[j]+cost)
			if i > 0 && j > 0 && x[i] == y[j-1] && x[i-1] == y[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(y)] <= most
}

// imitates tells in which way a word of another's host is like the word that is ours; empty when
// it is not.
func (own ownHost) imitates(word string) Reason {
	if own.label == "" {
		return ""
	}
	if word == own.label {
		return OtherEnding
	}
	looks, long := skeleton(word), utf8.RuneCountInString(own.label)
	most := 0
	if long >= 9 {
		most = 2
	} else if long >= 4 {
		most = 1
	}
	switch {
	case looks == own.skeleton:
		return Lookalike
	case most > 0 && near(looks, own.skeleton, most):
		return OneLetter
	case own.within(looks):
		return NameInside
	}
	return ""
}

// within tells whether our word stands in what a word looks like. A short one must stand alone.
func (own ownHost) within(looks string) bool {
	joined := strings.ReplaceAll(looks, "-", "")
	if utf8.RuneCountInString(own.label) >= 4 {
		return strings.Contains(joined, strings.ReplaceAll(own.skeleton, "-", ""))
	}
	for piece := range strings.FieldsFuncSeq(looks, func(c rune) bool {
		return !unicode.IsLetter(c) && !unicode.IsDigit(c)
	}) {
		if own.skeleton != "" && piece == own.skeleton {
			return true
		}
	}
	return false
}
