package mail_test

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/bidi"

	"regain/security/notice"
	"regain/views/mail"
	"regain/views/words"
	"regain/views/words/plaintest"
)

// tongues are the languages of owners and those of tests.
func tongues() []*words.Language {
	return append([]*words.Language{words.Pseudo, words.Mirrored}, words.All...)
}

// untold are what mails have of people, places and machines, and the lines that are the same in every
// language.
var untold = regexp.MustCompile(`https?://\S+|[\w.•-]+@[\w.•-]+|[\w.]+\.example[\w/-]*|\ba••|Example Market|` +
	`Ada Byron|Max Weber|Work laptop|Old phone|\bBen\b|\bada\b|Code: ABCD-2345|` +
	`regain case show C-1042|\d+ November 2026, [\d:]+|1 January 0001, [\d:]+|\bLondon\b|` +
	`Latvia|Brazil|\bAcme\b|United Kingdom|United States|France|Germany|Italy`)

// quotedLine is one of what somebody wrote.
var quotedLine = regexp.MustCompile(`(?m)^> .*`)

// english is a word as people, and English, write it: none that Pseudo says has one.
var english = regexp.MustCompile(`[a-z]{2,}`)

// TestLanguageOfMails: a mail, whatever is known of what it tells, is said in its language. What is
// written by people, names and addresses stand as they are.
func TestLanguageOfMails(t *testing.T) {
	t.Parallel()
	for _, v := range variants() {
		m := renderIn(t, words.Pseudo, v.n)
		for _, text := range []string{m.Subject, plain(quotedLine.ReplaceAllString(m.Text, ""))} {
			if found := english.FindString(untold.ReplaceAllString(text, "")); found != "" {
				t.Errorf("%s: %q is English in\n%s", v.name, found, text)
			}
		}
	}
}

// TestBothPartsSayTheSame: what a letter says stands in its text and in its HTML, in every language.
func TestBothPartsSayTheSame(t *testing.T) {
	t.Parallel()
	marks := strings.NewReplacer("\u2066", "", "\u2068", "", "\u2069", "")
	for _, lang := range tongues() {
		for _, v := range lettersIn(lang) {
			m := renderIn(t, lang, v.n)
			doc := seen(t, m.HTML)
			for _, of := range []string{"html", ".card"} {
				e := doc.Find(of)
				if l, d := e.AttrOr("lang", ""), e.AttrOr("dir", ""); l != lang.Tag || d != lang.Dir() || m.Language != lang {
					t.Errorf("%s in %s: %s is in %q, %q", v.name, lang.Tag, of, l, d)
				}
			}
			if doc.Find("title").Text() != m.Subject || plain(doc.Find("h1").Text()) != plain(m.Subject) {
				t.Errorf("%s in %s: not titled %q", v.name, lang.Tag, m.Subject)
			}
			doc.Find("[data-frame]").Remove()
			if diff := cmp.Diff(plain(marks.Replace(m.Text)), plain(doc.Find("body").Text())); diff != "" {
				t.Errorf("%s in %s (-text +html):\n%s", v.name, lang.Tag, diff)
			}
			for l := range strings.Lines(m.Text + m.HTML) {
				if len(l) > 998 {
					t.Errorf("%s in %s: line of %d octets: %.60s…", v.name, lang.Tag, len(l), l)
				}
			}
		}
	}
}

// TestLinesOfPrograms: what programs read stands in every language as in English: the links alone on
// their lines, and the typed code. A link within a sentence has nothing beside it, but what
// languages for tests put behind every sentence.
func TestLinesOfPrograms(t *testing.T) {
	t.Parallel()
	lines := func(m mail.Mail) (list []string) {
		for l := range strings.Lines(m.Text) {
			if strings.HasPrefix(l, "http") || strings.HasPrefix(l, "Code: ") || strings.HasPrefix(l, "regain ") {
				list = append(list, l)
			}
		}
		return list
	}
	for _, lang := range tongues() {
		for _, v := range lettersIn(lang) {
			m := renderIn(t, lang, v.n)
			if diff := cmp.Diff(lines(renderIn(t, words.English, v.n)), lines(m)); diff != "" {
				t.Errorf("%s in %s (-English +got):\n%s", v.name, lang.Tag, diff)
			}
			for word := range strings.FieldsSeq(m.Text) {
				if strings.Contains(word, "/revoke") && strings.TrimRight(word, "·⟧") != linkURL+"/revoke" {
					t.Errorf("%s in %s: no program opens %q", v.name, lang.Tag, word)
				}
			}
			if strings.ContainsAny(m.Subject, "\u2066\u2068\u2069\u200e\u200f") {
				t.Errorf("%s in %s: marks in the subject %q", v.name, lang.Tag, m.Subject)
			}
		}
	}
}

// first is the first letter of a text that has a direction, without what is isolated (Unicode UAX 9, P2).
func first(text string) bidi.Class {
	depth := 0
	for _, r := range text {
		p, _ := bidi.LookupRune(r)
		switch c := p.Class(); {
		case r == '\u2066' || r == '\u2068':
			depth++
		case r == '\u2069':
			depth--
		case depth == 0 && (c == bidi.L || c == bidi.R || c == bidi.AL):
			return c
		}
	}
	return bidi.ON
}

// TestDirectionOfParagraphs: mail programs find the direction of a line of plain text by its first letter.
// So each paragraph of a language from right to left begins with one of its letters, and needs no mark.
func TestDirectionOfParagraphs(t *testing.T) {
	t.Parallel()
	same := regexp.MustCompile(`^(https?://|> |Code: |regain case show |$)`)
	for _, lang := range tongues() {
		for _, v := range lettersIn(lang) {
			m := renderIn(t, lang, v.n)
			if !lang.RightToLeft() || m.Language == words.English {
				continue
			}
			for _, p := range append(unflowed(m.Text), m.Subject) {
				if c := first(p); !same.MatchString(p) && c != bidi.AL && c != bidi.R {
					t.Errorf("%s in %s begins from left to right: %q", v.name, lang.Tag, p)
				}
			}
		}
	}
}

// TestSubjects: a subject fits the line of a header that mail programs do not fold.
func TestSubjects(t *testing.T) {
	t.Parallel()
	for _, lang := range tongues() {
		for _, v := range lettersIn(lang) {
			m := renderIn(t, lang, v.n)
			if n := len([]rune(m.Subject)); n > 78 && lang != words.Pseudo && lang != words.Mirrored {
				t.Errorf("%s in %s: subject of %d characters: %s", v.name, lang.Tag, n, m.Subject)
			}
			if !strings.Contains(m.Subject, "Example Market") {
				t.Errorf("%s in %s: subject without a brand: %s", v.name, lang.Tag, m.Subject)
			}
		}
	}
}

// TestLanguageOfTheAccount: a mail is in the language of the account that it is about, and one to staff in
// English, whatever the account.
func TestLanguageOfTheAccount(t *testing.T) {
	t.Parallel()
	locales := map[string]*words.Language{"": words.English, "en-GB": words.English, "xx": words.English,
		"\x00": words.English}
	for _, l := range words.All {
		locales[l.Tag] = l
	}
	for locale, want := range locales {
		for _, n := range notice.All() {
			e := enveloped(n)
			e.Locale = locale
			want := want
			if forStaff(n.Kind()) {
				want = words.English
			}
			if m := render(t, n, e, site()); m.Language != want {
				t.Errorf("%s to an account of %q: in %s, want %s", n.Kind(), locale, m.Language.Tag, want.Tag)
			}
		}
	}
}

// TestNamesOfOtherScripts: a name in Arabic within English, and a Latin one within Arabic letters, is kept
// apart from what stands around it, and cannot end that by itself.
func TestNamesOfOtherScripts(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		lang             *words.Language
		name, text, page string
	}{
		{words.English, "عمر حداد", "Hello \u2068عمر حداد\u2069,", "Hello <bdi>عمر حداد</bdi>,"},
		{words.English, "Ada\u2069\u202e", "Hello Ada,", "Hello Ada,"},
		{words.Mirrored, "Ada <Byron>", "\u2068Ada Byron\u2069", "<bdi>Ada Byron</bdi>"},
		{words.Mirrored, "عمر\u2066", "\u2068عمر\u2069", "<bdi>عمر</bdi>"},
	} {
		e := envelope()
		e.Name = tt.name
		m, err := mail.RenderIn(tt.lang, notice.TwoFactorOn{}, e, site())
		if err != nil {
			t.Fatal(err)
		}
		if greeting, _, _ := strings.Cut(m.Text, "\n"); !strings.Contains(greeting, tt.text) {
			t.Errorf("%s in %s greets %q, want %q", tt.name, tt.lang.Tag, greeting, tt.text)
		}
		if !strings.Contains(m.HTML, tt.page) {
			t.Errorf("%s in %s: no %q in\n%s", tt.name, tt.lang.Tag, tt.page, m.HTML)
		}
	}
}

// TestEverySentenceOfMailsIsSaid: no sentence is translated that no mail says.
func TestEverySentenceOfMailsIsSaid(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("../words/en.json")
	if err != nil {
		t.Fatal(err)
	}
	var catalogue map[string]map[string]string
	if err := json.Unmarshal(content, &catalogue); err != nil {
		t.Fatal(err)
	}
	bare := site()
	bare.SupportEmail = ""
	var said strings.Builder
	for _, v := range variants() {
		for _, s := range []mail.Site{site(), bare} {
			e := enveloped(v.n)
			if s.SupportEmail == "" {
				e.Reply = "t2079-abc"
			}
			m := render(t, v.n, e, s)
			said.WriteString(m.Subject + "\n" + plain(m.Text) + "\n" + mail.Title(string(v.n.Kind())).String() + "\n")
		}
	}
	slots, tested := regexp.MustCompile(`\{[a-z_]+\}`), 0
	for id, forms := range catalogue {
		kind, _, _ := strings.Cut(id, ".")
		if !slices.Contains([]string{"mail", "mail_title", "mail_subject"}, kind) || id == "mail.sender(brand)" {
			continue
		}
		tested++
		for _, form := range []string{forms["one"], forms["other"]} {
			for _, piece := range slots.Split(form, -1) {
				if !strings.Contains(said.String(), strings.TrimSpace(piece)) {
					t.Errorf("%s: no mail says %q", id, piece)
				}
			}
		}
	}
	if tested < 300 {
		t.Errorf("%d sentences were tested", tested)
	}
}

// TestLettersArePlain: a letter asks no more of a reader than a page does, as a whole.
func TestLettersArePlain(t *testing.T) {
	t.Parallel()
	tested, hardest := 0, 0.0
	for _, v := range variants() {
		if forStaff(v.n.Kind()) {
			continue
		}
		var said []string
		for _, p := range unflowed(quotedLine.ReplaceAllString(renderIn(t, words.English, v.n).Text, "")) {
			said = append(said, plaintest.Sentences(p)...)
		}
		tested++
		g := plaintest.Grade(said)
		if hardest = max(hardest, g); g > plaintest.MostGrade {
			t.Errorf("%s asks for %.1f years of school", v.name, g)
		}
	}
	if tested < 100 {
		t.Errorf("%d letters were tested", tested)
	}
	t.Logf("%d letters, the hardest asks for %.1f years", tested, hardest)
}
