package words

import (
	"cmp"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"regexp"
	"slices"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
)

//go:embed *.json
var files embed.FS

// A catalogue is the sentences of one language. In its file an id is a code, and behind it in
// parentheses the names of the slots, in the order of the arguments: "code_wrong(count)". A code can
// have wordings for several numbers of arguments.
type catalogue struct {
	sentences map[string][]sentence // by code; those with fewer slots first
}

// sentence is one wording, in its plural forms (CLDR). Where it does not count, only other is there.
type sentence struct {
	id    string
	note  string // for translators; English alone has any
	slots []string
	count int // which slot chooses the form, or -1
	forms forms
}

// forms are the plural forms of a sentence by their names; other is the first. A map would take ten times the
// room, and most of thousands of sentences have one.
type forms []form

type form struct {
	name  string
	parts []segment
}

// of is the form with a name; nil for none.
func (f forms) of(name string) []segment {
	for _, one := range f {
		if one.name == name {
			return one.parts
		}
	}
	return nil
}

// names are those of all forms, sorted.
func (f forms) names() (list []string) {
	for _, one := range f {
		list = append(list, one.name)
	}
	slices.Sort(list)
	return list
}

// segment is a piece of a sentence.
type segment struct {
	kind kind
	// text is the words of a literal, or the name of a tag; html is the words as they stand in a page.
	text, html string
	arg        int // of a slot, and of a tag that an argument makes; else -1
}

type kind int

const (
	literal kind = iota
	slot
	opening
	closing
)

// plainTags need no argument; here is how they begin and end in pages. In plain text they are left out.
var plainTags = map[string][2]string{
	"b":    {"<b>", "</b>"},
	"nobr": {`<span class="nobr">`, "</span>"},
	"vh":   {`<span class="vh">`, "</span>"}, // for those alone who hear the page
}

const other = "other"

// forStaff reports whether nobody but staff reads a sentence of English. Other languages have none of those.
func (s sentence) forStaff() bool { return strings.HasPrefix(s.note, "For staff") }

var (
	idShape = regexp.MustCompile(`^([^\s()]+)(?:\(([a-z_]+(?:, [a-z_]+)*)\))?$`)
	pieces  = regexp.MustCompile(`\{[^{}]*\}|</?[^<>]*>`)
)

// parse reads the file of a language.
func parse(name string, content []byte) (*catalogue, error) {
	file, err := i18n.ParseMessageFileBytes(content, name, map[string]i18n.UnmarshalFunc{"json": json.Unmarshal})
	if err != nil {
		return nil, err
	}
	all := &catalogue{sentences: make(map[string][]sentence, len(file.Messages))}
	var faults []error
	for _, m := range file.Messages {
		code, s, err := compile(m)
		if err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", m.ID, err))
			continue
		}
		all.sentences[code] = append(all.sentences[code], s)
	}
	for code := range all.sentences {
		all.sort(code)
	}
	return all, errors.Join(faults...)
}

// sort puts the wordings of a code in their order.
func (c *catalogue) sort(code string) {
	slices.SortFunc(c.sentences[code], func(a, b sentence) int { return cmp.Compare(len(a.slots), len(b.slots)) })
}

// compile cuts the forms of a message into segments. Errors name what the sentence has wrong.
func compile(m *i18n.Message) (code string, s sentence, err error) {
	s = sentence{id: m.ID, note: m.Description}
	code = m.ID
	if code == "" || strings.ContainsAny(code, "() \t\n\f\r") { // else it is a code without slots
		shape := idShape.FindStringSubmatch(m.ID)
		if shape == nil {
			return "", s, errors.New("want a code, and the names of its slots in parentheses behind it")
		}
		if code = shape[1]; shape[2] != "" {
			s.slots = strings.Split(shape[2], ", ")
		}
	}
	s.count = slices.Index(s.slots, "count")
	for _, one := range [][2]string{{other, m.Other}, {"zero", m.Zero}, {"one", m.One}, {"two", m.Two},
		{"few", m.Few}, {"many", m.Many}} {
		if one[1] == "" {
			continue
		}
		parts, err := cut(one[1], s.slots)
		if err != nil {
			return "", s, err
		}
		s.forms = append(s.forms, form{one[0], parts})
	}
	switch {
	case s.forms.of(other) == nil:
		err = errors.New(`want a form "other"`)
	case s.count < 0 && len(s.forms) > 1:
		err = errors.New("has several forms and no slot named count")
	}
	return code, s, err
}

// cut makes segments of a text. Slots and tags it does not know are errors, and tags that do not match.
func cut(text string, slots []string) (parts []segment, err error) {
	var open []string
	for at := nextPiece(text); at != nil; at = nextPiece(text) {
		parts = append(parts, words(text[:at[0]])...)
		piece := text[at[0]:at[1]]
		name := strings.Trim(piece, "{}<>/")
		part := segment{kind: slot, text: name, arg: slices.Index(slots, name)}
		switch {
		case part.arg < 0 && (piece[0] == '{' || plainTags[name][0] == ""):
			return nil, fmt.Errorf("unknown slot or tag %s", piece)
		case strings.HasPrefix(piece, "</"):
			part.kind = closing
			if len(open) == 0 || open[len(open)-1] != name {
				return nil, fmt.Errorf("%s closes nothing", piece)
			}
			open = open[:len(open)-1]
		case piece[0] == '<':
			part.kind = opening
			open = append(open, name)
		}
		parts, text = append(parts, part), text[at[1]:]
	}
	if len(open) > 0 {
		return nil, fmt.Errorf("<%s> is not closed", open[0])
	}
	return append(parts, words(text)...), nil
}

// nextPiece is where the next slot or tag stands; nil for none.
func nextPiece(text string) []int {
	if !strings.ContainsAny(text, "{<") { // so it is with most of thousands of sentences, and seen much faster
		return nil
	}
	return pieces.FindStringIndex(text)
}

// words are a literal; none for no words.
func words(text string) []segment {
	if text == "" {
		return nil
	}
	return []segment{{kind: literal, text: text, html: html.EscapeString(text), arg: -1}}
}
