// Package words has every sentence that people read, in one file a language, and says them in the
// language of whoever reads. What is stored, compared or handed around is a code with arguments.
package words

import (
	"context"
	"io"
	"strconv"
	"strings"

	"github.com/a-h/templ"
)

// Text is something to say, before it is said in a language: the code of a sentence of the catalogue,
// and what fills its slots. It is a templ.Component, so pages show it as it is; the zero Text says
// nothing.
type Text struct {
	code string
	args []any
	then []Text // what is said right behind it
}

// Say is the sentence with the code. The arguments fill its slots in the order in which the catalogue
// names them. One is
//   - a string, which stands as it is: what people wrote, names, addresses, numbers of tickets;
//   - an int, written as the language writes numbers. In the slot "count" it chooses the plural form, and a
//     string of digits is one too: what comes with a refusal is all strings;
//   - whatever can be Spoken, such as a Text or a moment;
//   - a Link, around the words between <name> and </name>.
//
// When the code and the first argument together name a more exact sentence ("password_guessable" with
// "date"), that one is taken and the argument is used up; 0 is the only int that names one. Where there are wordings for several numbers
// of arguments, the one with most is taken that can be filled, else the shortest one with what there is.
// A code without a sentence says itself, which Known tells apart.
func Say(code string, args ...any) Text { return Text{code: code, args: args} }

// In is Say in the language of ctx, without markup.
func In(ctx context.Context, code string, args ...any) string { return Say(code, args...).In(ctx) }

// Coded is Say for a code that comes with its arguments from elsewhere, such as a refusal.
func Coded(code string, args []string) Text {
	list := make([]any, len(args))
	for i, arg := range args {
		list[i] = arg
	}
	return Text{code: code, args: list}
}

// As is what somebody wrote, or a name: it is the same in all languages. No words say nothing.
func As(text string) Text {
	if text == "" {
		return Text{}
	}
	return Text{args: []any{text}}
}

// Number is a number as the language writes it.
func Number(n int) Text { return Text{args: []any{n}} }

// Spell is what reads otherwise in other languages, by itself.
func Spell(s Spoken) Text { return Text{args: []any{s}} }

// Then is t with more said right behind it, without a space between.
func (t Text) Then(more ...Text) Text {
	t.then = append(t.then[:len(t.then):len(t.then)], more...)
	return t
}

// IsZero reports whether there is nothing to say.
func (t Text) IsZero() bool { return t.code == "" && len(t.args) == 0 && len(t.then) == 0 }

// Spoken is what can stand in the slot of a sentence and reads otherwise in other languages. One that
// is a templ.Component is written as such in pages.
type Spoken interface {
	In(ctx context.Context) string
}

// Link is what an argument makes of the words between <name> and </name> in pages; elsewhere they are
// words as any.
type Link struct{ Href string }

// usual is how long most sentences are at most, in bytes.
const usual = 64

// In is the text in the language of ctx, without markup. In a language that is written from right to
// left, arguments are kept from mixing with what is around them (Unicode UAX 9, isolates). What somebody
// wrote stays as it was written where nothing else is around it: programs read it, and people copy it.
func (t Text) In(ctx context.Context) string {
	if t.code == "" && len(t.args) == 1 && len(t.then) == 0 {
		if own, ok := t.args[0].(string); ok {
			return own
		}
	}
	lang := Of(ctx)
	if whole, ok := t.whole(lang); ok {
		return whole.text
	}
	var b strings.Builder
	b.Grow(usual)
	t.write(&b, plain{ctx, lang})
	return b.String()
}

// String is the text in English, for commands, files and tests.
func (t Text) String() string { return t.In(context.Background()) }

// Render writes the text for a page (templ.Component).
func (t Text) Render(ctx context.Context, w io.Writer) error {
	lang := Of(ctx)
	if whole, ok := t.whole(lang); ok {
		_, err := io.WriteString(w, whole.html)
		return err
	}
	var b strings.Builder
	b.Grow(usual)
	t.write(&b, markup{plain{ctx, lang}})
	_, err := io.WriteString(w, b.String())
	return err
}

// whole is the text where it is words and nothing else, as most are: a page has dozens, and need not put
// them together again.
func (t Text) whole(l *Language) (segment, bool) {
	if t.code == "" || len(t.then) > 0 {
		return segment{}, false
	}
	s, args, ok := l.find(t.code, t.args)
	if !ok {
		return segment{}, false
	}
	if parts := s.in(l, args); len(parts) == 1 && parts[0].kind == literal {
		return parts[0], true
	}
	return segment{}, false
}

// Known reports whether the code has a sentence of its own.
func Known(code string) bool {
	_, ok := English.catalogue().sentences[code]
	return ok
}

// writer is how the parts of a sentence are written: as plain text, or for a page.
type writer interface {
	language() *Language
	literal(b *strings.Builder, s segment)
	value(b *strings.Builder, arg any)
	// tag opens or closes a tag; arg is nil for one that needs none.
	tag(b *strings.Builder, s segment, arg any)
}

func (t Text) write(b *strings.Builder, w writer) {
	if t.code == "" {
		for _, arg := range t.args {
			w.value(b, arg)
		}
	} else {
		t.sentence(b, w)
	}
	for _, more := range t.then {
		more.write(b, w)
	}
}

func (t Text) sentence(b *strings.Builder, w writer) {
	s, args, ok := w.language().find(t.code, t.args)
	if !ok {
		w.value(b, t.code)
		return
	}
	for _, part := range s.in(w.language(), args) {
		switch part.kind {
		case literal:
			w.literal(b, part)
		case slot:
			arg := args[part.arg]
			if n, ok := number(arg); ok && part.arg == s.count {
				arg = n
			}
			w.value(b, arg)
		default:
			var arg any
			if part.arg >= 0 {
				arg = args[part.arg]
			}
			w.tag(b, part, arg)
		}
	}
}

// number is the value of an argument that counts, and whether it is one.
func number(arg any) (int, bool) {
	switch n := arg.(type) {
	case int:
		return n, true
	case string:
		v, err := strconv.Atoi(n)
		return v, err == nil
	}
	return 0, false
}

var _ templ.Component = Text{}
