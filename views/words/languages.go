package words

import (
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/language"
)

// Languages are those in which a portal speaks, in the order in which they can be chosen. None stands for All.
type Languages []*Language

func (ls Languages) all() Languages {
	if len(ls) == 0 {
		return All
	}
	return ls
}

// Find is the language that a tag names, be it a choice or the locale of an account, such as "pt", "pt-BR"
// or "pt_BR", wherever it is spoken; nil if there is none.
func (ls Languages) Find(tag string) *Language {
	if l := ls.tagged(tag); l != nil {
		return l
	}
	t, err := language.Parse(tag)
	if err != nil {
		return nil
	}
	l := ls.matched(t)
	if l == nil {
		return nil
	}
	asked, _ := t.Base()
	if found, _ := language.MustParse(l.Tag).Base(); found != asked {
		return nil // one that its speakers are likely to know
	}
	return l
}

// longestHeader is how much of Accept-Language is read, in bytes. Browsers send a fraction of it, and every
// language in it is work.
const longestHeader = 400

// Accepted is the language that a browser asks for by Accept-Language (RFC 9110, 12.5.4), or one that whoever
// speaks that is likely to know (CLDR); nil if it asks for none such.
func (ls Languages) Accepted(header string) *Language {
	if len(header) > longestHeader {
		header = header[:max(strings.LastIndexByte(header[:longestHeader], ','), 0)]
	}
	// What stands first and has no weight is asked for most, and most browsers begin with one of ours.
	if first, _, _ := strings.Cut(header, ","); !strings.Contains(first, ";") {
		base, _, _ := strings.Cut(strings.TrimSpace(first), "-")
		if l := ls.tagged(base); l != nil {
			return l
		}
	}
	tags, _, err := language.ParseAcceptLanguage(header)
	if err != nil || len(tags) == 0 {
		return nil
	}
	return ls.matched(tags...)
}

// Staff are the languages of staff: English.
func (ls Languages) Staff() Languages { return Languages{ls.English()} }

// English is what is said to whoever asks for none that there is.
func (ls Languages) English() *Language { return ls.tagged(English.Tag) }

func (ls Languages) tagged(tag string) *Language {
	all := ls.all()
	i := slices.IndexFunc(all, func(l *Language) bool { return strings.EqualFold(l.Tag, tag) })
	if i < 0 {
		return nil
	}
	return all[i]
}

// matcher knows All. What else there is, such as Pseudo, is found by its own tag alone.
var matcher = sync.OnceValue(func() language.Matcher {
	tags := make([]language.Tag, len(All))
	for i, l := range All {
		tags[i] = language.MustParse(l.Tag)
	}
	return language.NewMatcher(tags)
})

func (ls Languages) matched(tags ...language.Tag) *Language {
	if _, i, sure := matcher().Match(tags...); sure >= language.High {
		return ls.tagged(All[i].Tag)
	}
	return nil
}
