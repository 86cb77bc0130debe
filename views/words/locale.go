package words

import (
	"cmp"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// For is the language in which we write to whoever has the locale; English where there is none close to it.
func (ls Languages) For(locale string) *Language { return cmp.Or(ls.Find(locale), ls.English()) }

// NameOf is what English calls the language of a locale, such as "Brazilian Portuguese" (CLDR), be there
// words in it or not; "" for none.
func NameOf(locale string) string {
	tag, err := language.Parse(locale)
	if err != nil || tag == language.Und {
		return ""
	}
	return display.English.Languages().Name(tag)
}

// Is reports whether the locale is one of the language. People of some languages are written to in another
// that most of them read (CLDR, language matching).
func (l *Language) Is(locale string) bool {
	own, theirs := language.Make(l.Tag), language.Make(locale)
	one, _ := own.Base()
	other, _ := theirs.Base()
	return one == other
}
