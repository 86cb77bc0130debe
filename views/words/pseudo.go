package words

import (
	"strings"
	"sync"

	"github.com/go-playground/locales/en_GB"
)

// Pseudo is English as a language that nobody speaks, for tests and the demo: accents on its letters, 40 %
// longer, in brackets. What stands on a page without them was made before the page knew its language. Tags
// and slots are those of English. It is not one of All.
var Pseudo = pseudo("en-XA", "⟦Pseudo⟧", accents)

// Mirrored is the same from right to left, in letters of Arabic.
var Mirrored = pseudo("ar-XB", "⟦Mirrored⟧", letters)

func pseudo(tag, name string, letters *strings.Replacer) *Language {
	l := speak(tag, name, en_GB.New)
	l.load = sync.OnceValue(func() *catalogue { return pretended(letters) })
	return l
}

// pretended is the catalogue, made of that of English.
func pretended(letters *strings.Replacer) *catalogue {
	all := &catalogue{sentences: map[string][]sentence{}}
	for code, wordings := range English.catalogue().sentences {
		for _, s := range wordings {
			forms := make(map[string][]segment, len(s.forms))
			for name, form := range s.forms {
				forms[name] = pretend(form, letters)
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

// letters are those of Arabic that are near, so that no word is read, and each is joined as it is there.
var letters = strings.NewReplacer(near("abcdefghijklmnopqrstuvwxyz", "ابجدعفغهيجكلمنوبقرستوفوخيز")...)

// near are the old and new letters of a Replacer, in both cases.
func near(latin, other string) (pairs []string) {
	for i, to := range []rune(other) {
		pairs = append(pairs, latin[i:i+1], string(to), strings.ToUpper(latin[i:i+1]), string(to))
	}
	return pairs
}

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
