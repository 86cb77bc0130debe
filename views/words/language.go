package words

import (
	"context"
	"strings"
	"sync"
	"unicode"

	"github.com/go-playground/locales"
	"github.com/go-playground/locales/ar"
	"github.com/go-playground/locales/de"
	"github.com/go-playground/locales/en_GB"
	"github.com/go-playground/locales/es"
	"github.com/go-playground/locales/fr"
	"github.com/go-playground/locales/hi"
	"github.com/go-playground/locales/pt_BR"
	"github.com/go-playground/locales/uk"
)

// Language is one in which people can read pages and mails.
type Language struct {
	// Tag is its BCP 47 tag, Name what it calls itself.
	Tag, Name string
	cldr      func() locales.Translator
	load      func() *catalogue
}

// English is the language of staff, and what is said where another language lacks a sentence.
var English = speak("en", "English", en_GB.New)

// All are the languages of owners, in the order in which they can be chosen. One more is one line, and a
// file of the name of its tag that has what owners read.
var All = Languages{
	English,
	speak("es", "Español", es.New),
	speak("fr", "Français", fr.New),
	speak("de", "Deutsch", de.New),
	speak("pt-BR", "Português (Brasil)", pt_BR.New),
	speak("uk", "Українська", uk.New),
	speak("hi", "हिन्दी", hi.New),
	speak("ar", "العربية", ar.New),
}

func speak(tag, name string, cldr func() locales.Translator) *Language {
	l := &Language{Tag: tag, Name: name, cldr: sync.OnceValue(cldr)}
	l.load = sync.OnceValue(l.read)
	return l
}

// read reads the file of the language. The tests read all of them, so none can be wrong.
func (l *Language) read() *catalogue {
	content, err := files.ReadFile(l.Tag + ".json")
	if err == nil {
		var all *catalogue
		if all, err = parse(l.Tag+".json", content); err == nil {
			return all
		}
	}
	panic("words: " + err.Error())
}

// Prepare reads the words of the language, for which the first sentence would wait otherwise.
func (l *Language) Prepare() { l.load() }

func (l *Language) catalogue() *catalogue { return l.load() }

// RightToLeft reports how the language is written.
func (l *Language) RightToLeft() bool { return strings.HasPrefix(l.Tag, "ar") }

// Dir is the dir attribute of what is written in the language (HTML).
func (l *Language) Dir() string {
	if l.RightToLeft() {
		return "rtl"
	}
	return "ltr"
}

// find is the sentence for a code and the arguments that fill its slots, in English where the language
// has none.
func (l *Language) find(code string, args []any) (sentence, []any, bool) {
	s, rest, ok := l.catalogue().pick(code, args)
	if !ok && l != English {
		return English.find(code, args)
	}
	return s, rest, ok
}

// pick is the sentence of this catalogue. Slots for which there is no argument stay empty.
func (c *catalogue) pick(code string, args []any) (sentence, []any, bool) {
	if len(args) > 0 {
		part, ok := args[0].(string)
		if n, counts := args[0].(int); counts && n == 0 {
			part, ok = "0", true
		}
		if ok && c.sentences[code+"."+part] != nil {
			return c.pick(code+"."+part, args[1:])
		}
	}
	wordings := c.sentences[code]
	for i := len(wordings) - 1; i >= 0; i-- {
		if len(wordings[i].slots) <= len(args) {
			return wordings[i], args, true
		}
	}
	if len(wordings) == 0 {
		return sentence{}, nil, false
	}
	for len(args) < len(wordings[0].slots) {
		args = append(args[:len(args):len(args)], "")
	}
	return wordings[0], args, true
}

// in is the form of the sentence that the language asks for by the number that is told.
func (s sentence) in(l *Language, args []any) []segment {
	if s.count < 0 {
		return s.forms.of(other)
	}
	if n, ok := number(args[s.count]); ok {
		if form := s.forms.of(l.form(n)); form != nil {
			return form
		}
	}
	return s.forms.of(other)
}

var formNames = map[locales.PluralRule]string{locales.PluralRuleZero: "zero", locales.PluralRuleOne: "one",
	locales.PluralRuleTwo: "two", locales.PluralRuleFew: "few", locales.PluralRuleMany: "many",
	locales.PluralRuleOther: other}

// form is the plural category of a number (CLDR, cardinals).
func (l *Language) form(n int) string { return formNames[l.cldr().CardinalPluralRule(float64(n), 0)] }

// arabic are the digits of the language, where they are not those that are typed.
var arabic = strings.NewReplacer("0", "٠", "1", "١", "2", "٢", "3", "٣", "4", "٤", "5", "٥", "6", "٦", "7",
	"٧", "8", "٨", "9", "٩")

// digits writes the digits of a number or a date as the language does (CLDR, default numbering system).
func (l *Language) digits(text string) string {
	if l.Tag == "ar" {
		return arabic.Replace(text)
	}
	return text
}

// number writes a number as the language does.
func (l *Language) number(n int) string { return l.digits(l.cldr().FmtNumber(float64(n), 0)) }

// fromRight reports whether a letter is of a script that is written from right to left.
func fromRight(r rune) bool {
	return r >= 0x590 && unicode.In(r, unicode.Hebrew, unicode.Arabic, unicode.Syriac, unicode.Thaana, unicode.Nko)
}

type readerKey struct{}

// With is the context of what is read in the language.
func With(ctx context.Context, l *Language) context.Context {
	return context.WithValue(ctx, readerKey{}, l)
}

// Of is the language of ctx; English if none was chosen.
func Of(ctx context.Context) *Language {
	if l, ok := ctx.Value(readerKey{}).(*Language); ok {
		return l
	}
	return English
}
