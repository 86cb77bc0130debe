package words

import (
	"slices"
	"strings"
	"sync"

	"github.com/go-playground/locales/ar"
	"github.com/go-playground/locales/en_GB"
)

// Mirrored is Pseudo in letters that are written from right to left. It is not one of All either.
var Mirrored = mirrored()

// Pseudo is English as a language that nobody speaks, for tests and the demo: accents on its letters, 40 %
// longer, in brackets. What stands on a page without them was made before the page knew its language. Tags
// and slots are those of English. It is not one of All.
var Pseudo = pseudo(func(sentence) bool { return false })

// PseudoTranslation is Pseudo with no more than a translation has: what only staff read is in plain
// English, so that a page of owners shows where it says that.
var PseudoTranslation = pseudo(sentence.forStaff)

func pseudo(lacks func(sentence) bool) *Language {
	l := speak("en-XA", "⟦Pseudo⟧", en_GB.New)
	l.load = sync.OnceValue(func() *catalogue { return pretended(accents, lacks) })
	return l
}

func mirrored() *Language {
	l := speak("ar-XB", "⟦Mirrored⟧", ar.New)
	l.load = sync.OnceValue(func() *catalogue {
		return pretended(arabicLetters, func(sentence) bool { return false })
	})
	return l
}

// pretended is the catalogue, made of that of English with other letters.
func pretended(letters *strings.Replacer, lacks func(sentence) bool) *catalogue {
	all := &catalogue{sentences: map[string][]sentence{}}
	for code, wordings := range English.catalogue().sentences {
		for _, s := range wordings {
			if lacks(s) {
				continue
			}
			s.forms = slices.Clone(s.forms)
			for i := range s.forms {
				s.forms[i].parts = pretend(s.forms[i].parts, letters)
			}
			all.sentences[code] = append(all.sentences[code], s)
		}
	}
	return all
}

var accents = strings.NewReplacer("a", "á", "b", "ƀ", "c", "ç", "d", "ð", "e", "é", "f", "ƒ", "g", "ĝ", "h",
	"ĥ", "i", "î", "j", "ĵ", "k", "ķ", "l", "ļ", "m", "ɱ", "n", "ñ", "o", "ö", "p", "þ", "q", "ɋ", "r", "ŕ",
	"s", "š", "t", "ţ", "u", "û", "v", "ṽ", "w", "ŵ", "x", "ẋ", "y", "ý", "z", "ž")

var arabicLetters = strings.NewReplacer(
	"a", "ا", "b", "ب", "c", "س", "d", "د", "e", "ع", "f", "ف", "g", "غ", "h", "ه", "i", "ي",
	"j", "ج", "k", "ك", "l", "ل", "m", "م", "n", "ن", "o", "و", "p", "پ", "q", "ق", "r", "ر",
	"s", "ش", "t", "ت", "u", "ح", "v", "ڤ", "w", "ص", "x", "خ", "y", "ى", "z", "ز", "A", "ا",
	"B", "ب", "C", "س", "D", "د", "E", "ع", "F", "ف", "G", "غ", "H", "ه", "I", "ي", "J", "ج",
	"K", "ك", "L", "ل", "M", "م", "N", "ن", "O", "و", "P", "پ", "Q", "ق", "R", "ر", "S", "ش",
	"T", "ت", "U", "ح", "V", "ڤ", "W", "ص", "X", "خ", "Y", "ى", "Z", "ز",
)

// pretend is the form in brackets, with the length behind it.
func pretend(form []segment, letters *strings.Replacer) []segment {
	list, length := []segment{words("⟦")[0]}, 0
	for _, part := range form {
		if part.kind == literal {
			length += len(part.text)
			part = words(letters.Replace(part.text))[0]
		}
		list = append(list, part)
	}
	return append(list, words(strings.Repeat("·", length*2/5) + "⟧")[0])
}
