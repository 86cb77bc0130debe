package words

import (
	"strings"
	"sync"

	"github.com/go-playground/locales/en_GB"
)

// Pseudo is English as a language that nobody speaks, for tests and the demo: accents on its letters, 40 %
// longer, in brackets. What stands on a page without them was made before the page knew its language. Tags
// and slots are those of English. It is not one of All.
var Pseudo = pseudo(func(sentence) bool { return false })

// PseudoTranslation is Pseudo with no more than a translation has: what only staff read is in plain
// English, so that a page of owners shows where it says that.
var PseudoTranslation = pseudo(sentence.forStaff)

func pseudo(lacks func(sentence) bool) *Language {
	l := speak("en-XA", "⟦Pseudo⟧", en_GB.New)
	l.load = sync.OnceValue(func() *catalogue { return pretended(lacks) })
	return l
}

// pretended is the catalogue, made of that of English.
func pretended(lacks func(sentence) bool) *catalogue {
	all := &catalogue{sentences: map[string][]sentence{}}
	for code, wordings := range English.catalogue().sentences {
		for _, s := range wordings {
			if lacks(s) {
				continue
			}
			forms := make(map[string][]segment, len(s.forms))
			for name, form := range s.forms {
				forms[name] = pretend(form)
			}
			s.forms = forms
			all.sentences[code] = append(all.sentences[code], s)
		}
	}
	return all
}

var accents = strings.NewReplacer("a", "á", "b", "ƀ", "c", "ç", "d", "ð", "e", "é", "f", "ƒ", "g", "ĝ", "h",
	"ĥ", "i", "î", "j", "ĵ", "k", "ķ", "l", "ļ", "m", "ɱ", "n", "ñ", "o", "ö", "p", "þ", "q", "ɋ", "r", "ŕ",
	"s", "š", "t", "ţ", "u", "û", "v", "ṽ", "w", "ŵ", "x", "ẋ", "y", "ý", "z", "ž")

// pretend is the form in brackets, with the length behind it.
func pretend(form []segment) []segment {
	list, length := []segment{words("⟦")[0]}, 0
	for _, part := range form {
		if part.kind == literal {
			length += len(part.text)
			part = words(accents.Replace(part.text))[0]
		}
		list = append(list, part)
	}
	return append(list, words(strings.Repeat("·", length*2/5) + "⟧")[0])
}
