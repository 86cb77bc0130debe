package mail

import (
	"slices"
	"strings"
	"unicode"
)

// Longest names and texts that a mail takes over from elsewhere, in characters.
const (
	nameLength    = 64
	addressLength = 254
	textLength    = 10000
	wordLength    = 120 // in a text; mail may not have lines of more than 998 octets
)

// line makes one line of s that cannot change what stands around it: no control characters, no
// marks that turn the direction of writing.
func line(s string, longest int) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\u200c' || r == '\u200d': // join letters in Persian and Indic names
			return r
		case unicode.IsSpace(r) || !unicode.IsGraphic(r) || r == unicode.ReplacementChar:
			return ' '
		}
		return r
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	if runes := []rune(s); len(runes) > longest {
		s = strings.TrimSpace(string(runes[:longest])) + "…"
	}
	return s
}

// inert makes a line of s that is neither markup nor an address nor a line like "Code: …":
// whoever may choose a name must not be able to put a link or a code into a mail of ours.
func inert(s string) string {
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\@<>`, r) {
			return ' '
		}
		return r
	}, s)
	runes := []rune(line(s, nameLength))
	var b strings.Builder
	for i, r := range runes {
		inside := i > 0 && i+1 < len(runes)
		switch {
		case r == '.' && inside && unicode.IsLetter(runes[i+1]):
			b.WriteString(". ")
		case r == ':' && !(inside && unicode.IsDigit(runes[i-1]) && unicode.IsDigit(runes[i+1])):
			b.WriteRune(',')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

var lineBreaks = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u0085", "\n", "\u2028", "\n",
	"\u2029", "\n")

// asWritten keeps the words and the lines of a text that staff wrote, each line by the rules of
// line; between two paragraphs one empty line remains. It stands in a quote only.
func asWritten(s string) string {
	var lines []string
	left := textLength
	for l := range strings.SplitSeq(strings.TrimSpace(lineBreaks.Replace(s)), "\n") {
		l = line(l, left)
		if l == "" && (len(lines) == 0 || lines[len(lines)-1] == "") {
			continue
		}
		lines = append(lines, pieces(l))
		if left -= len([]rune(l)) + 1; left <= 0 {
			break
		}
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// pieces cuts words that no line can hold.
func pieces(s string) string {
	words := strings.Fields(s)
	for i, word := range words {
		var parts []string
		for runes := range slices.Chunk([]rune(word), wordLength) {
			parts = append(parts, string(runes))
		}
		words[i] = strings.Join(parts, " ")
	}
	return strings.Join(words, " ")
}
