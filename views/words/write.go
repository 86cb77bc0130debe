package words

import (
	"context"
	"fmt"
	"html"
	"io"
	"strings"

	"github.com/a-h/templ"
)

// Isolates of text whose direction may be another (Unicode UAX 9).
const (
	firstStrong = "\u2068"
	leftToRight = "\u2066"
	popIsolate  = "\u2069"
)

// plain writes text without markup.
type plain struct {
	ctx  context.Context
	lang *Language
}

func (p plain) language() *Language                      { return p.lang }
func (p plain) literal(b *strings.Builder, s segment)    { b.WriteString(s.text) }
func (p plain) tag(_ *strings.Builder, _ segment, _ any) {}

func (p plain) value(b *strings.Builder, arg any) {
	if t, ok := arg.(Text); ok {
		t.write(b, p)
		return
	}
	p.isolated(b, p.text(arg), arg)
}

// text is an argument in words.
func (p plain) text(arg any) string {
	switch v := arg.(type) {
	case string:
		return v
	case int:
		return p.lang.number(v)
	case Spoken:
		return v.In(p.ctx)
	}
	return fmt.Sprint(arg)
}

// isolated keeps what comes from elsewhere from changing the order of the words around it.
func (p plain) isolated(b *strings.Builder, text string, arg any) {
	if p.mixes(arg, text) {
		text = firstStrong + text + popIsolate
	}
	b.WriteString(text)
}

// mixes reports whether what comes from elsewhere can stand in another direction than the sentence: any
// in a language from right to left, letters of such a language in another.
func (p plain) mixes(arg any, text string) bool {
	if _, elsewhere := arg.(string); !elsewhere || text == "" {
		return false
	}
	return p.lang.RightToLeft() || strings.ContainsFunc(text, fromRight)
}

// markup writes for a page.
type markup struct{ plain }

func (m markup) literal(b *strings.Builder, s segment) { b.WriteString(s.html) }

func (m markup) value(b *strings.Builder, arg any) {
	switch v := arg.(type) {
	case templ.Component:
		// A Builder takes everything; what a component of a page returns comes to light when it is
		// rendered by itself.
		_ = v.Render(m.ctx, b)
	case Spoken:
		b.WriteString(html.EscapeString(v.In(m.ctx)))
	default:
		text := m.text(arg)
		if m.mixes(arg, text) {
			b.WriteString("<bdi>" + html.EscapeString(text) + "</bdi>")
			return
		}
		b.WriteString(html.EscapeString(text))
	}
}

func (m markup) tag(b *strings.Builder, s segment, arg any) {
	link, isLink := arg.(Link)
	switch {
	case isLink && s.kind == opening:
		b.WriteString(`<a href="` + html.EscapeString(string(templ.URL(link.Href))) + `">`)
	case isLink:
		b.WriteString("</a>")
	default:
		b.WriteString(plainTags[s.text][s.kind-opening])
	}
}

// Code is an address, a number or a name of a machine in a sentence: it reads from left to right.
type Code string

// In is the code (Spoken).
func (c Code) In(ctx context.Context) string {
	if Of(ctx).RightToLeft() {
		return leftToRight + string(c) + popIsolate
	}
	return string(c)
}

// Render writes it for a page (templ.Component).
func (c Code) Render(_ context.Context, w io.Writer) error {
	_, err := io.WriteString(w, `<span class="ltr">`+html.EscapeString(string(c))+`</span>`)
	return err
}

// Bare is a link within a text that is no page: programs read it, so that nothing stands beside it, not even a
// mark for its direction.
type Bare string

// In is the link (Spoken).
func (b Bare) In(context.Context) string { return string(b) }

// Zone is the name of a time zone in a sentence. In pages the script puts that of the reader there.
type Zone Text

// In is the name (Spoken).
func (z Zone) In(ctx context.Context) string { return Text(z).In(ctx) }

// Render writes it for a page (templ.Component).
func (z Zone) Render(ctx context.Context, w io.Writer) error {
	_, err := io.WriteString(w, `<span data-zone>`+html.EscapeString(z.In(ctx))+`</span>`)
	return err
}
