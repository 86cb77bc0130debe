package words

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/go-playground/locales"
	"github.com/go-playground/locales/ar"
	"github.com/go-playground/locales/de"
	"github.com/go-playground/locales/uk"
)

// TestTranslations: every language has what owners read, and nothing else, with the slots and tags of
// English, in the plural forms that the language has. English keeps to the same.
func TestTranslations(t *testing.T) {
	t.Parallel()
	english := English.catalogue()
	for _, l := range All {
		for _, fault := range faultsOf(l, english, l.catalogue()) {
			t.Errorf("%s.json: %s", l.Tag, fault)
		}
	}
}

// faultsOf are those of the catalogue of a language.
func faultsOf(l *Language, english, all *catalogue) (list []string) {
	for _, ours := range english.all() {
		s, ok := all.wording(ours.id)
		switch {
		case !ok && !ours.forStaff():
			list = append(list, ours.id+": is missing")
		case ok && ours.forStaff() && l != English:
			list = append(list, ours.id+": only staff read it, in English")
		case ok:
			if faults := s.fit(ours, l); faults != nil {
				list = append(list, ours.id+": "+strings.Join(faults, "; "))
			}
			list = append(list, tooLong(ours, s)...)
		}
	}
	for _, s := range all.all() {
		if _, ok := english.wording(s.id); !ok {
			list = append(list, s.id+": English has no such sentence")
		}
	}
	return list
}

// narrow are the sentences that have to fit on one line, or on two short ones, of a phone that is 320 px
// wide, by their ids and notes, and how many letters do: a heading of 28 px has 18 a line, a button 30, and
// a place in a navigation 34. English may have longer ones, which wrap well; then others may have 1.8 times
// as many.
var narrow = []struct {
	told *regexp.Regexp // "id: note"
	most int
}{
	{regexp.MustCompile(`\.(do|button)(\.\w+)?(\(.*\))?: |: [Bb]utton\.$`), 30},
	{regexp.MustCompile(`: (title|heading) of the page\.$`), 54},
	{regexp.MustCompile(`: A place in the navigation\.`), 34},
}

// tooLong says which forms of s would not fit where ours does.
func tooLong(ours, s sentence) (list []string) {
	for _, n := range narrow {
		if !n.told.MatchString(ours.id + ": " + ours.note) {
			continue
		}
		longest := max(n.most, letters(ours.forms.of(other))*9/5)
		for _, form := range s.forms.names() {
			if has := letters(s.forms.of(form)); has > longest {
				list = append(list, fmt.Sprintf("%s: %shas %d letters, and %d fit", s.id, s.named(form), has, longest))
			}
		}
	}
	return list
}

// TestFaultsOf: the check above sees what it is for.
func TestFaultsOf(t *testing.T) {
	t.Parallel()
	english := readSample(t, `{
		"go": {"description": "Somewhere: button.", "other": "Go on"},
		"by(name, link)": {"description": "x", "other": "<b>{name}</b> <link>here</link>"},
		"left(count)": {"description": "x", "one": "One try", "other": "{count} tries"},
		"plain(count)": {"description": "x", "other": "Tries: {count}"},
		"desk": {"description": "For staff: x", "other": "x"}}`)
	const rest = `"go": "Weiter", "by(name, link)": "<link>hier</link> <b>{name}</b>", "plain(count)": "Versuche: {count}"`
	german := `"left(count)": {"one": "Ein Versuch", "other": "{count} Versuche"}`
	for _, tt := range []struct {
		name, file string
		cldr       func() locales.Translator
		want       []string
	}{
		{"nothing is wrong", "{" + rest + "," + german + "}", de.New, nil},
		{"missing", `{` + rest + `}`, de.New, []string{`left(count): is missing`}},
		{"unknown", "{" + rest + "," + german + `, "more": "x"}`, de.New, []string{"more: English has no such sentence"}},
		{"of staff", "{" + rest + "," + german + `, "desk": "x"}`, de.New, []string{"desk: only staff read it, in English"}},
		{"other slots in the id", strings.Replace("{"+rest+","+german+"}", "by(name, link)", "by(link, name)", 1), de.New,
			[]string{"by(name, link): is missing", "by(link, name): English has no such sentence"}},
		{"slot and tags", `{"go": "<b>Weiter</b>", "by(name, link)": "<link>hier</link>", "plain(count)": "Versuche",` + german + "}",
			de.New, []string{`by(name, link): lacks <b>; lacks {name}`,
				`go: has <b>, which ours has not`, `plain(count): lacks {count}`}},
		{"a tag twice", `{"go": "Weiter", "by(name, link)": "<b>{name}</b> <b>{name}</b> <link>hier</link>",
			"plain(count)": "{count} von {count}",` + german + "}", de.New,
			[]string{`by(name, link): has <b> 2 times`}},
		{"too few forms", "{" + rest + "," + german + "}", uk.New,
			[]string{"left(count): has the forms one, other, and needs few, many, one, other"}},
		{"every form", "{" + rest + `, "left(count)": {"zero": "0", "one": "1", "two": "2", "few": "{count}", "many": "{count}",
			"other": "{count}"}}`, ar.New, nil},
		{"forms where English has one", strings.Replace("{"+rest+","+german+"}", `"Versuche: {count}"`,
			`{"one": "Ein Versuch", "other": "{count} Versuche"}`, 1), de.New, nil},
		{"not all of them", strings.Replace("{"+rest+`,"left(count)":{"one":"1","few":"2","many":"3","other":"{count}"}}`,
			`"Versuche: {count}"`, `{"one": "Ein Versuch", "other": "{count}"}`, 1), uk.New,
			[]string{"plain(count): has the forms one, other, and needs few, many, one, other"}},
		{"long", strings.Replace("{"+rest+","+german+"}", "Weiter", strings.Repeat("ü", 31), 1), de.New,
			[]string{`go: has 31 letters, and 30 fit`}},
	} {
		got := faultsOf(speak("xx", "xx", tt.cldr), english, readSample(t, tt.file))
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func readSample(t *testing.T, file string) *catalogue {
	t.Helper()
	all, err := parse("xx.json", []byte(file))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestNames: a language calls itself by a name that can be chosen on a narrow screen, and its tag is in
// canonical form.
func TestNames(t *testing.T) {
	t.Parallel()
	for _, l := range All {
		if n := utf8.RuneCountInString(l.Name); n == 0 || n > 24 {
			t.Errorf("%s: the name %q", l.Tag, l.Name)
		}
		if got := All.tagged(l.Tag); got != l {
			t.Errorf("%s stands twice", l.Tag)
		}
	}
	stray, err := files.ReadDir(".")
	if err != nil || len(stray) != len(All) {
		t.Errorf("%d files for %d languages, %v", len(stray), len(All), err)
	}
}
