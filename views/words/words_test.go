package words

import (
	"context"
	"strings"
	"testing"

	"github.com/go-playground/locales"
	"github.com/go-playground/locales/ar"
	"github.com/go-playground/locales/uk"
)

// sample is a language with sentences of its own.
func sample(t *testing.T, tag string, cldr func() locales.Translator, file string) context.Context {
	t.Helper()
	all, err := parse(tag+".json", []byte(file))
	if err != nil {
		t.Fatal(err)
	}
	l := speak(tag, tag, cldr)
	l.load = func() *catalogue { return all }
	return With(t.Context(), l)
}

type house struct{}

func (house) In(ctx context.Context) string { return "house of " + Of(ctx).Tag }

const few = `{"days(count)": {"one": "{count} день", "few": "{count} дні", "many": "{count} днів", "other": "{count} дня"},
	"by(who, what)": "{what}: {who}", "bold(link)": "<b>{link}</b> & <link>here</link>", "plain": "1 < 2"}`

func TestText(t *testing.T) {
	t.Parallel()
	english := t.Context()
	ukrainian := sample(t, "uk", uk.New, few)
	arabic := sample(t, "ar", ar.New, `{"days(count)": {"zero": "صفر", "one": "يوم", "two": "يومان", "few": "{count} أيام",
		"many": "{count} يومًا", "other": "{count} يوم"}, "by(who, what)": "{what} – {who}"}`)
	for _, tt := range []struct {
		name       string
		ctx        context.Context
		text       Text
		want, page string // page is want where it is empty
	}{
		{"no argument", english, Say("password_short"), "Use more characters", ""},
		{"one more", english, Say("password_short", 15), "Use at least 15 characters", ""},
		{"a number of thousands", english, Say("password_short", 1500), "Use at least 1,500 characters", ""},
		{"a number that comes with a refusal", arabic, Coded("days", []string{"15"}), "١٥ يومًا", ""},
		{"an exact sentence", english, Say("password_personal", "name", "avoid_personal"),
			"Choose a password without your name", ""},
		{"none", english, Say("activity_lead", 0), "None of these sign-ins and changes needs your answer.", ""},
		{"an int that names none", english, Say("activity_lead", 2),
			"2 of these sign-ins and changes need your answer.", ""},
		{"an argument that names none", english, Say("password_personal", "", ""),
			"Choose a password without your name, username, email address or birth date", ""},
		{"more arguments than slots", english, Say("code_missing", "more", "than", "asked"),
			"Enter the code", ""},
		{"too few arguments", english, Say("device", "Q"), "Q on ", ""},
		{"no such code", english, Say("no_such_code", "x"), "no_such_code", ""},
		{"no such code is no markup", english, Say("<i>"), "<i>", "&lt;i&gt;"},
		{"what somebody wrote", english, Say("answer_missing", "<b>&"), "Answer for the sign-in of <b>&",
			"Answer for the sign-in of &lt;b&gt;&amp;"},
		{"a slot in an argument", english, Say("answer_missing", "{at}"), "Answer for the sign-in of {at}", ""},
		{"text in text", english, Say("device", Say("browser.firefox"), As("Q")), "Firefox on Q", ""},
		{"more behind", english, As("a").Then(As("b").Then(As("c")), Say("nobody")), "abcNobody", ""},
		{"nothing", english, Text{}, "", ""},
		{"what somebody wrote, by itself", english, As("عمر"), "عمر", "<bdi>عمر</bdi>"},
		{"what somebody wrote, in a text", english, Say("device", Say("browser.firefox"), As("عمر")),
			"Firefox on \u2068عمر\u2069", "Firefox on <bdi>عمر</bdi>"},
		{"what somebody wrote, before more", english, As("عمر").Then(As(" 1")), "\u2068عمر\u2069 1",
			"<bdi>عمر</bdi> 1"},
		{"letters from right to left", english, Say("answer_missing", "عمر"),
			"Answer for the sign-in of \u2068عمر\u2069", "Answer for the sign-in of <bdi>عمر</bdi>"},

		{"one", ukrainian, Say("days", 21), "21 день", ""},
		{"few", ukrainian, Say("days", "3"), "3 дні", ""},
		{"many", ukrainian, Say("days", 11), "11 днів", ""},
		{"not a number", ukrainian, Say("days", "x"), "x дня", ""},
		{"in its own order", ukrainian, Say("by", "ada", "Q"), "Q: ada", ""},
		{"spoken", ukrainian, Say("by", house{}, 2), "2: house of uk", ""},
		{"tags", ukrainian, Say("bold", Link{"/a?b&c"}), "{/a?b&c} & here",
			`<b>{/a?b&amp;c}</b> &amp; <a href="/a?b&amp;c">here</a>`},
		{"an address that runs a script", ukrainian, Say("bold", Link{"javascript:x"}), "{javascript:x} & here",
			`<b>{javascript:x}</b> &amp; <a href="about:invalid#TemplFailedSanitizationURL">here</a>`},
		{"signs of markup", ukrainian, Say("plain"), "1 < 2", "1 &lt; 2"},
		{"English where it has none", ukrainian, Say("password_short", 9), "Use at least 9 characters", ""},

		{"zero", arabic, Say("days", 0), "صفر", ""},
		{"two", arabic, Say("days", 2), "يومان", ""},
		{"digits of the language", arabic, Say("days", 1234), "١٬٢٣٤ يومًا", ""},
		{"digits that are typed", arabic, Say("by", "a@b.example", "12"),
			"\u206812\u2069 – \u2068a@b.example\u2069", "<bdi>12</bdi> – <bdi>a@b.example</bdi>"},
	} {
		if got := tt.text.In(tt.ctx); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
		var b strings.Builder
		if err := tt.text.Render(tt.ctx, &b); err != nil {
			t.Error(err)
		}
		if tt.page == "" {
			tt.page = tt.want
		}
		if got := b.String(); got != tt.page {
			t.Errorf("%s on a page: %q, want %q", tt.name, got, tt.page)
		}
	}
	if !(Text{}).IsZero() || As("a").IsZero() || Say("you").IsZero() || (Text{}).Then(As("")).IsZero() {
		t.Error("IsZero is wrong")
	}
}

// TestThenLeavesItsText: two who say more behind the same text do not write over each other.
func TestThenLeavesItsText(t *testing.T) {
	t.Parallel()
	base := As("a").Then(As("b"), As("c"))
	one, two := base.Then(As("1")), base.Then(As("2"))
	if got := one.String() + " " + two.String() + " " + base.String(); got != "abc1 abc2 abc" {
		t.Error(got)
	}
}

func TestKnown(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]bool{
		"code_missing": true, "flash.password_updated": true, "why": true, "why(cause, at)": false, "no_such_code": false, "": false,
	} {
		if got := Known(code); got != want {
			t.Errorf("Known(%q) = %v, want %v", code, got, want)
		}
	}
}

// TestParseRefuses: a fault of a file is named by the id of its sentence.
func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ file, want string }{
		{`{`, "unexpected end"},
		{`{"A b": "x"}`, "A b: want a code"},
		{`{"a(b,c)": "x"}`, "a(b,c): want a code"},
		{`{"a": "x {b}"}`, "a: unknown slot or tag {b}"},
		{`{"a(b)": "x {c} {b}"}`, "a(b): unknown slot or tag {c}"},
		{`{"a": "<i>x</i>"}`, "a: unknown slot or tag <i>"},
		{`{"a": "<b>x"}`, "a: <b> is not closed"},
		{`{"a": "x</b>"}`, "a: </b> closes nothing"},
		{`{"a(c)": "<b><c>x</b></c>"}`, "a(c): </b> closes nothing"},
		{`{"a(count)": {"one": "x"}}`, `a(count): want a form "other"`},
		{`{"a(b)": {"one": "x", "other": "y"}}`, "a(b): has several forms and no slot named count"},
	} {
		if _, err := parse("xx.json", []byte(tt.file)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", tt.file, err, tt.want)
		}
	}
}

func TestLanguages(t *testing.T) {
	t.Parallel()
	for _, l := range All {
		if All.Find(l.Tag) != l || All.Accepted(l.Tag) != l {
			t.Errorf("%s is not found", l.Tag)
		}
		l.catalogue() // panics if it cannot be read
	}
	for tag, want := range map[string]*Language{"en_GB": English, "en-AU": English, "EN": English,
		"": nil, "ja": nil, "tlh": nil, "x": nil, "zz-ZZ": nil, strings.Repeat("a-", 5000): nil} {
		if got := All.Find(tag); got != want {
			t.Errorf("Find(%.20q) = %v", tag, got)
		}
	}
	for header, want := range map[string]*Language{"ja, en;q=0.5": English, "en-US,en;q=0.9": English, "en-XA": English, "en;q=0": nil, " EN-gb": English,
		"": nil, "*": nil, ";;;": nil, "ja": nil} {
		if got := All.Accepted(header); got != want {
			t.Errorf("Accepted(%q) = %v", header, got)
		}
	}
}

func BenchmarkText(b *testing.B) {
	page := []Text{Say("flash.password_updated"), Say("password_short", 15), Say("device", Say("browser.firefox"),
		Say("system.windows"))}
	var out strings.Builder
	b.ReportAllocs()
	for b.Loop() {
		out.Reset()
		for _, text := range page {
			_ = text.Render(b.Context(), &out)
		}
	}
}
