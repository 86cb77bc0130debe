package password

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// minWord is the shortest personal word that is looked for; shorter ones turn up by accident.
const minWord = 3

// kindBrand marks words of the service among the personal ones.
const kindBrand = "brand"

// tellingWord is the length from which a personal word refuses a candidate wherever it stands;
// tellingDate the same for a run of the birth date, whose shorter parts are any number's.
const (
	tellingWord = 4
	tellingDate = 6
)

// word is something an attacker would try for this person first, folded, and where it is from.
type word struct {
	kind, text string
	common     bool // everybody's word: one of the brand's or of a mail domain
}

// telling reports whether the word alone gives the candidate away.
func (w word) telling() bool {
	least := tellingWord
	if w.kind == KindBirthDate {
		least = tellingDate
	}
	return !w.common && utf8.RuneCountInString(w.text) >= least
}

// birthLayouts are the usual spellings of a birth date; years alone and days alone count too.
var birthLayouts = []string{
	"20060102", "02012006", "01022006", "060102", "020106", "010206",
	"2006-01-02", "2006.01.02", "2006/01/02", "02-01-2006", "02.01.2006", "02/01/2006",
	"01-02-2006", "01.02.2006", "01/02/2006", "2-1-2006", "2.1.2006", "2/1/2006", "1/2/2006",
	"2Jan2006", "02Jan2006", "2January2006", "January2006", "Jan2006",
	"0201", "0102", "2006",
}

// words lists what is known of the person and the service, longest first so that a long match
// is credited before its parts.
func (p Policy) words(who Person) []word {
	var all []word
	add := func(kind string, texts ...string) {
		for _, text := range texts {
			if text = fold(text); utf8.RuneCountInString(text) >= minWord {
				all = append(all, word{kind: kind, text: text})
			}
		}
	}
	common := func(kind string, texts ...string) {
		own := len(all)
		add(kind, texts...)
		for i := range all[own:] {
			all[own+i].common = true
		}
	}
	for _, brand := range p.Brand {
		add(kindBrand, strings.Join(splitWords(brand), ""))
		add(kindBrand, brand)
		if parts := splitWords(brand); len(parts) > 1 {
			common(kindBrand, parts...)
		}
	}
	add(KindName, joined(who.Name)...)
	add(KindUsername, who.Username)
	add(KindUsername, joined(who.Username)...)
	for _, email := range who.Emails {
		local, domain := emailWords(email)
		add(KindEmail, append(local, email)...)
		common(KindEmail, domain...)
	}
	add(KindBirthDate, birthWords(who.BirthDate)...)
	slices.SortStableFunc(all, func(a, b word) int {
		return cmp.Compare(utf8.RuneCountInString(b.text), utf8.RuneCountInString(a.text))
	})
	return all
}

func splitWords(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.Is(unicode.M, r)
	})
}

// joined gives the words of text and all of them in one.
func joined(text string) []string {
	parts := splitWords(text)
	return append(parts, strings.Join(parts, ""))
}

// emailWords gives the local part without its tag and the words in it, and the labels of the
// domain but the last, as people read them.
func emailWords(email string) (local, domain []string) {
	name, host, _ := strings.Cut(email, "@")
	if read, err := idna.Punycode.ToUnicode(host); err == nil {
		host = read
	}
	name, _, _ = strings.Cut(name, "+")
	labels := strings.Split(host, ".")
	return append(joined(name), name), labels[:len(labels)-1]
}

// birthWords takes a date as 2006-01-02; any other text yields nothing.
func birthWords(date string) []string {
	day, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return nil
	}
	found := make([]string, 0, len(birthLayouts))
	for _, layout := range birthLayouts {
		found = append(found, day.Format(layout))
	}
	return found
}

// mainKind returns the kind of word that gives the candidate away: of the words that stand in
// it the one that covers most, if a telling one is among them or they cover half of it
// together; otherwise "". Short words turn up by accident, so that they count only by the half
// (ASVS 6.2.11). Look-alike signs and words spelled backwards count as the word.
func mainKind(candidate string, words []word) string {
	folded := fold(candidate)
	covered := make([]bool, utf8.RuneCountInString(folded))
	perKind := map[string]int{}
	total, told := 0, false
	var readings [][]rune
	for _, spelling := range spellings(folded) {
		readings = append(readings, []rune(spelling))
	}
	for _, w := range words {
		for _, reading := range readings {
			added := cover(covered, reading, []rune(w.text))
			perKind[w.kind] += added
			total += added
			told = told || added > 0 && w.telling()
		}
	}
	if total == 0 || !told && total*2 < len(covered) {
		return ""
	}
	main := ""
	for _, kind := range []string{kindBrand, KindName, KindUsername, KindEmail, KindBirthDate} {
		if perKind[kind] > perKind[main] {
			main = kind
		}
	}
	return main
}

// cover marks where needle stands in text, forwards or backwards, and counts the new marks.
func cover(marks []bool, text, needle []rune) int {
	reversed := slices.Clone(needle)
	slices.Reverse(reversed)
	added := 0
	for start := 0; start+len(needle) <= len(text); start++ {
		part := text[start : start+len(needle)]
		if !slices.Equal(part, needle) && !slices.Equal(part, reversed) {
			continue
		}
		for i := range part {
			if !marks[start+i] {
				marks[start+i] = true
				added++
			}
		}
	}
	return added
}
