package words

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// fit says in what a sentence of l differs from that of English otherwise than in its words: the slots and
// tags of each of its forms, and which forms there are.
func (s sentence) fit(english sentence, l *Language) []string {
	want := pieceCounts(english.forms.of(other))
	var faults []string
	for _, form := range s.forms.names() {
		for _, fault := range differences(pieceCounts(s.forms.of(form)), want, form) {
			faults = append(faults, s.named(form)+fault)
		}
	}
	if s.count >= 0 && len(s.forms)+len(english.forms) > 2 {
		got, asked := s.forms.names(), l.categories()
		if !slices.Equal(got, asked) {
			faults = append(faults, fmt.Sprintf("has the forms %s, and needs %s", strings.Join(got, ", "),
				strings.Join(asked, ", ")))
		}
	}
	return faults
}

// named tells a form from the others, where there are any.
func (s sentence) named(form string) string {
	if len(s.forms) == 1 {
		return ""
	}
	return fmt.Sprintf("form %q ", form)
}

// pieceCounts are the slots and tags of a form, as they are written, with how often each is there.
func pieceCounts(form []segment) map[string]int {
	counts := map[string]int{}
	for _, part := range form {
		switch part.kind {
		case slot:
			counts["{"+part.text+"}"]++
		case opening:
			counts["<"+part.text+">"]++
		}
	}
	return counts
}

// differences are what a form has too much or lacks. It may say a thing twice, but has each tag as often as
// English; and where the form itself tells the number, that may be left out.
func differences(got, want map[string]int, form string) (list []string) {
	for _, piece := range slices.Sorted(maps.Keys(want)) {
		switch {
		case got[piece] == 0 && (piece != "{count}" || form == other):
			list = append(list, "lacks "+piece)
		case piece[0] == '<' && got[piece] > want[piece]:
			list = append(list, fmt.Sprintf("has %s %d times", piece, got[piece]))
		case piece[0] == '<' && got[piece] > 0 && got[piece] < want[piece]:
			list = append(list, "lacks one "+piece)
		}
	}
	for _, piece := range slices.Sorted(maps.Keys(got)) {
		if want[piece] == 0 {
			list = append(list, "has "+piece+", which ours has not")
		}
	}
	return list
}

// categories are the names of the plural forms of the language (CLDR, cardinals), sorted.
func (l *Language) categories() (list []string) {
	for _, rule := range l.cldr().PluralsCardinal() {
		list = append(list, formNames[rule])
	}
	slices.Sort(list)
	return list
}

// wording is the sentence of a catalogue with the id.
func (c *catalogue) wording(id string) (sentence, bool) {
	code, _, _ := strings.Cut(id, "(")
	for _, s := range c.sentences[code] {
		if s.id == id {
			return s, true
		}
	}
	return sentence{}, false
}

// all are the sentences of a catalogue, sorted by their ids.
func (c *catalogue) all() (list []sentence) {
	for _, wordings := range c.sentences {
		list = append(list, wordings...)
	}
	slices.SortFunc(list, func(a, b sentence) int { return strings.Compare(a.id, b.id) })
	return list
}
