package words

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Own is sentences of the operator of a portal, which replace ours in one language.
type Own struct {
	sentences []sentence
}

// most is as many letters as a sentence of an operator may have: so many as a worried person reads on a
// phone or, where ours has more, twice as many as ours.
const most = 200

// ReadOwn reads the file with which an operator replaces sentences of a language: as one of ours, with those
// alone that are other. The error has a line for each that does not fit, which begins with its id.
func ReadOwn(l *Language, content []byte) (Own, error) {
	if !utf8.Valid(content) {
		return Own{}, errNotUTF8
	}
	if err := shaped(content); err != nil {
		return Own{}, err
	}
	file, err := parse(l.Tag+".json", content)
	if file == nil {
		return Own{}, err
	}
	faults := []error{err}
	own := Own{file.all()}
	for _, s := range own.sentences {
		if err := s.fitsOurs(l); err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", s.id, err))
		}
	}
	return own, errors.Join(faults...)
}

// shaped says which ids of a file have neither a sentence nor its forms.
func shaped(content []byte) error {
	var all map[string]any
	if err := json.Unmarshal(content, &all); err != nil {
		return err
	}
	var faults []error
	for _, id := range slices.Sorted(maps.Keys(all)) {
		forms, ok := all[id].(map[string]any)
		if !ok {
			forms = map[string]any{other: all[id]}
		}
		if !areForms(forms) {
			faults = append(faults, fmt.Errorf("%s: want a sentence, or its plural forms", id))
		}
	}
	return errors.Join(faults...)
}

// areForms reports whether there is a sentence in its forms, and nothing else but a note.
func areForms(all map[string]any) bool {
	said := 0
	for name, text := range all {
		_, isText := text.(string)
		isForm := slices.Contains(slices.Collect(maps.Values(formNames)), name)
		if !isText || !isForm && name != "description" {
			return false
		}
		if isForm {
			said++
		}
	}
	return said > 0
}

// OwnText is one sentence of an operator, the same in all languages. It may have no slots and no markup.
func OwnText(code, text string) (Own, error) {
	s := sentence{id: code, count: -1, forms: forms{{other, words(text)}}}
	switch {
	case !utf8.ValidString(text):
		return Own{}, errNotUTF8
	case text == "":
		return Own{}, errors.New("is empty; remove it to keep our words")
	case strings.ContainsAny(text, "<>"):
		return Own{}, errors.New("has markup; want plain text")
	}
	return Own{[]sentence{s}}, s.fitsOurs(English)
}

var errNotUTF8 = errors.New("is not UTF-8")

// fitsOurs says why a sentence cannot take the place of ours.
func (s sentence) fitsOurs(l *Language) error {
	english, ok := English.catalogue().wording(s.id)
	if !ok {
		return errors.New("we have no such sentence")
	}
	if english.forStaff() && l != English {
		return errors.New("only staff read it, in English")
	}
	faults := s.fit(english, l)
	several := strings.Contains(plainText(english.forms.of(other)), "\n")
	longest := max(most, 2*letters(english.forms.of(other)))
	for _, form := range s.forms.names() {
		if silent(s.forms.of(form)) {
			faults = append(faults, s.named(form)+"says nothing")
		}
		if letters(s.forms.of(form)) > longest {
			faults = append(faults, fmt.Sprintf("%sis longer than %d characters", s.named(form), longest))
		}
		if text := plainText(s.forms.of(form)); strings.ContainsFunc(text, func(r rune) bool {
			return odd(r) && (r != '\n' || !several)
		}) {
			faults = append(faults, s.named(form)+"has control characters; want one line")
		}
	}
	if faults == nil {
		return nil
	}
	return errors.New(strings.Join(faults, "; "))
}

// plainText is what a form has of its own.
func plainText(form []segment) string {
	var b strings.Builder
	for _, part := range form {
		if part.kind == literal {
			b.WriteString(part.text)
		}
	}
	return b.String()
}

// silent reports whether a form has nothing that can be seen: it would be a button without a name.
func silent(form []segment) bool {
	return !slices.ContainsFunc(form, func(part segment) bool { return part.kind == slot }) &&
		!strings.ContainsFunc(plainText(form), func(r rune) bool { return unicode.IsGraphic(r) && !unicode.IsSpace(r) })
}

// odd is a sign that nobody sees, but for those that join and part letters and tell directions.
func odd(r rune) bool {
	return !unicode.IsGraphic(r) && !strings.ContainsRune("\u200c\u200d\u200e\u200f\u061c", r)
}

// letters is how many characters of its own a form has.
func letters(form []segment) int { return utf8.RuneCountInString(plainText(form)) }

// With are the languages in which sentences of the operator stand in the place of ours: those of a file by
// the tag of its language, and those below "" in each that has none of its own for them.
func (ls Languages) With(own map[string][]Own) Languages {
	if len(own) == 0 {
		return ls.all()
	}
	list := make(Languages, 0, len(ls.all()))
	for _, l := range ls.all() {
		list = append(list, l.with(slices.Concat(own[""], own[l.Tag])))
	}
	return list
}

func (l *Language) with(own []Own) *Language {
	mine := &Language{Tag: l.Tag, Name: l.Name, cldr: l.cldr}
	all := &catalogue{sentences: maps.Clone(l.catalogue().sentences)}
	for _, of := range own {
		for _, s := range of.sentences {
			all.put(s)
		}
	}
	mine.load = func() *catalogue { return all }
	return mine
}

// put lets a sentence stand in the place of the one with its id.
func (c *catalogue) put(s sentence) {
	code, _, _ := strings.Cut(s.id, "(")
	list := slices.DeleteFunc(slices.Clone(c.sentences[code]),
		func(ours sentence) bool { return ours.id == s.id })
	c.sentences[code] = append(list, s)
	c.sort(code)
}
