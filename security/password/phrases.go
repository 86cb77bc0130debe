package password

import (
	_ "embed" // for the list below
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// phraseLines are sayings, titles, verses and examples that whole crowds choose and that guessers
// try first. They are far too long for the estimator to know.
//
//go:embed phrases.txt
var phraseLines string

// A phrase in the form in which it is looked for.
type phrase struct {
	whole string   // its letters without the spaces
	words []string // those that are found again in another order
}

// phraseWord is the length from which a word of a phrase is looked for by itself; shorter ones turn up
// by accident. So many of them have to be there.
const (
	phraseWord  = 4
	phraseWords = 3
)

var phrases = sync.OnceValue(func() (all []phrase) {
	for line := range strings.Lines(phraseLines) {
		p := phrase{whole: letters(line)}
		for _, word := range strings.Fields(line) {
			if len(word) >= phraseWord {
				p.words = append(p.words, word)
			}
		}
		all = append(all, p)
	}
	return all
})

// letters is text folded, with nothing but its letters and numbers.
func letters(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			return r
		}
		return -1
	}, fold(text))
}

// withoutPhrase is what of a candidate is left without a known phrase, the least there can be, and
// whether one stands in it: as it is, with look-alike signs, with its words in another order, or with
// one word of four left out or replaced.
func withoutPhrase(candidate string) (rest string, found bool) {
	texts := spellings(letters(candidate))
	for _, text := range spellings(fold(candidate)) { // with signs such as $ as letters
		texts = append(texts, letters(text))
	}
	for _, text := range texts {
		for _, p := range phrases() {
			left, ok := p.takenFrom(text)
			if ok && (!found || utf8.RuneCountInString(left) < utf8.RuneCountInString(rest)) {
				rest, found = left, true
			}
		}
	}
	return rest, found
}

func (p phrase) takenFrom(text string) (left string, ok bool) {
	if before, after, ok := strings.Cut(text, p.whole); ok {
		return before + after, true
	}
	there := 0
	for _, word := range p.words {
		if before, after, ok := strings.Cut(text, word); ok {
			text, there = before+after, there+1
		}
	}
	return text, there >= phraseWords && there >= len(p.words)-1
}
