package words

import (
	"slices"
	"strings"
	"testing"
)

// TestReadOwn: what cannot stand in the place of ours is refused by the id of its sentence.
func TestReadOwn(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		file string
		want []string // parts of the error; none is no error
	}{
		{`{}`, nil},
		{`{"safe.money": "Payouts wait.", "password_short(count)": {"one": "Use {count} letter more", "other": "{count} more"},
			"nobody": {"other": "No one"}}`, nil},
		{`{`, []string{"unexpected end"}},
		{"{\"safe.money\": \"\xff\"}", []string{"not UTF-8"}},
		{`{"hours": 7, "nobody": {"others": "x"}, "somebody": {"other": ["x"]}}`, []string{"hours: want a sentence",
			"nobody: want a sentence", "somebody: want a sentence"}},
		{`"x"`, []string{"cannot unmarshal string"}},
		{`{"safe.mony": "x", "password_short(most)": "{most}"}`,
			[]string{"safe.mony: we have no such sentence", "password_short(most): we have no such sentence"}},
		{`{"safe.money": "{brand}", "safe.contracts": "<b>x", "safe.messages": ""}`,
			[]string{"safe.money: unknown slot or tag {brand}", "safe.contracts: <b> is not closed", `safe.messages: want a form "other"`}},
		{`{"safe.money": "<b>x</b>", "password_short(count)": {"one": "x", "other": "more"}}`,
			[]string{`safe.money: has <b>, which ours has not`, `password_short(count): form "other" lacks {count}`}},
		{`{"password_short(count)": {"few": "{count}", "other": "{count}"}}`,
			[]string{"password_short(count): has the forms few, other, and needs one, other"}},
		{`{"safe.money": "` + strings.Repeat("a", most+1) + `"}`, []string{`safe.money: is longer than 200 characters`}},
		{`{"safe.money": {}, "no.such": {}, "safe.contracts": {"description": "x"}}`, []string{"safe.money: want a sentence",
			"no.such: want a sentence", "safe.contracts: want a sentence"}},
		{`{"safe.money": " ", "safe.contracts": "\u200e", "password_short(count)": {"one": "\u00a0", "other": "{count}"}}`,
			[]string{"safe.money: says nothing", "safe.contracts: says nothing", `password_short(count): form "one" says nothing`}},
		{`{"safe.money": "a\nb", "safe.contracts": "a\u202eb"}`,
			[]string{"safe.money: has control", "safe.contracts: has control"}},
	} {
		_, err := ReadOwn(English, []byte(tt.file))
		if tt.want == nil {
			if err != nil {
				t.Errorf("%s: %v", tt.file, err)
			}
			continue
		}
		for _, want := range tt.want {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v, want %q", tt.file, err, want)
			}
		}
	}
	i := slices.IndexFunc(English.catalogue().all(), sentence.forStaff)
	s := English.catalogue().all()[i]
	_, err := ReadOwn(Pseudo, []byte(`{"`+s.id+`": "x"}`))
	if err == nil || !strings.Contains(err.Error(), s.id+": only staff read it, in English") {
		t.Errorf("a sentence of staff in another language: %v", err)
	}
}

// TestWith: the words of an operator stand in the place of ours in their language, and those for every
// language where it has none of its own. Ours stay as they are.
func TestWith(t *testing.T) {
	t.Parallel()
	text := func(code, words string) Own {
		own, err := OwnText(code, words)
		if err != nil {
			t.Fatal(err)
		}
		return own
	}
	file := func(content string) Own {
		own, err := ReadOwn(English, []byte(content))
		if err != nil {
			t.Fatal(err)
		}
		return own
	}
	both := Languages{English, Pseudo}
	own := both.With(map[string][]Own{"": {text("safe.money", "R&D {too}."), text("safe.contracts", "They run.")},
		"en": {file(`{"safe.money": "Payouts wait.", "device(browser, system)": "{system}: {browser}"}`)}})
	for _, tt := range []struct {
		lang *Language
		text Text
		want string
	}{
		{own.Find("en"), Say("safe.money"), "Payouts wait."},
		{own.Find("en"), Say("safe.contracts"), "They run."},
		{own.Find("en"), Say("device", "Q", "Z"), "Z: Q"},
		{own.Find("en"), Say("device.unknown"), English.say(Say("device.unknown"))},
		{own.Find("en-XA"), Say("safe.money"), "R&D {too}."},
		{own.Find("en-XA"), Say("device", "Q", "Z"), Pseudo.say(Say("device", "Q", "Z"))},
		{English, Say("safe.money"), "The lock does not move your money."},
		{both.With(nil).English(), Say("safe.money"), "The lock does not move your money."},
		{Languages(nil).With(nil).Find("en"), Say("safe.money"), "The lock does not move your money."},
	} {
		if got := tt.lang.say(tt.text); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
	if own.Find("en-AU") != own.English() || own.Accepted("en-US, en;q=0.5") != own.English() ||
		own.Staff()[0] != own.English() || own.English() == English {
		t.Error("the language is another one than that with the words of the operator")
	}
	for text, want := range map[string]string{"<b>x</b>": "has markup", "a\x00b": "control characters",
		"": "is empty", "\xff": "not UTF-8",
		strings.Repeat("ä", most+1): "longer than 200"} {
		if _, err := OwnText("safe.money", text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.10q: %v, want %q", text, err, want)
		}
	}
}

func (l *Language) say(t Text) string {
	var b strings.Builder
	t.write(&b, plain{nil, l})
	return b.String()
}
