// Package mail puts the portal's notices into words, as text and as HTML of the same content.
package mail

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/a-h/templ"

	"regain/security/notice"
	"regain/views/words"
	"regain/views/zone"
)

// Mail is a message ready to be sent. Subject and Text are plain, HTML is a whole document.
type Mail struct {
	Language            *words.Language
	Subject, Text, HTML string
}

// ErrNoLink is wrapped by Render when Site has no function for the link or the code that a
// notice needs, or the function gives none.
var ErrNoLink = errors.New("no link or code")

// Render writes the mail for n, in the language of the account that it is about; mails to staff are in
// English. A link to act on stands alone on its line of the text; only "was this you?" has two, the one
// for "it was me" first. The typed code stands alone, too, as "Code: ABCD-2345" in every language, and
// that of a caller check as "Staff code: 7KM-3QX" in English. What people wrote to each other stands
// behind "> " on every line, so that it passes for none of these. A kind without words is an error that
// wraps notice.ErrKind.
func Render(n notice.Notice, e notice.Envelope, s Site) (Mail, error) {
	return RenderIn(s.languageOf(n, e), n, e, s)
}

// languageOf is that of the owner; English where there is no other.
func (s Site) languageOf(n notice.Notice, e notice.Envelope) *words.Language {
	if k, err := kindOf(n.Kind()); err == nil && k.to != staff && k.to != colleague {
		return s.Languages.For(e.Locale)
	}
	return s.Languages.English()
}

// RenderIn is Render in the language.
func RenderIn(lang *words.Language, n notice.Notice, e notice.Envelope, s Site) (Mail, error) {
	s.BaseURL = strings.TrimSuffix(s.BaseURL, "/")
	s.StaffURL = strings.TrimSuffix(cmp.Or(s.StaffURL, s.BaseURL), "/")
	s.Brand = line(s.Brand, nameLength)
	w := writer{site: s, envelope: e, clock: zone.Of(e.TimeZone)}
	l := letter{ctx: words.With(context.Background(), lang), brand: s.Brand}
	if err := w.write(&l, n); err != nil {
		return Mail{}, fmt.Errorf("mail %s: %w", n.Kind(), err)
	}
	var html strings.Builder
	if err := page(l, lang).Render(l.ctx, &html); err != nil {
		return Mail{}, fmt.Errorf("mail %s: %w", n.Kind(), err)
	}
	return Mail{Language: lang, Subject: unmarked.Replace(l.subject), Text: l.text(),
		HTML: broken(html.String())}, nil
}

// The marks around what may be written in another direction than the sentence (see words.Text). Headers
// go without: they are one line, and programs that show them show some marks as boxes. Pages have
// elements for them.
var (
	unmarked = strings.NewReplacer("\u2066", "", "\u2068", "", "\u2069", "")
	marked   = strings.NewReplacer("\u2066", `<bdi dir="ltr">`, "\u2068", "<bdi>", "\u2069", "</bdi>")
)

// Render writes the part for a page (templ.Component), with its marks as elements and wrapped like the text
// part. A URL is shown as what it is: the text of the link is the whole address.
func (p part) Render(_ context.Context, w io.Writer) error {
	text := marked.Replace(templ.EscapeString(wrap(p.text, textWidth)))
	if p.url != "" {
		shown := templ.EscapeString(p.url)
		text = strings.Replace(text, shown, `<a href="`+templ.EscapeString(string(templ.URL(p.url)))+
			`" dir="ltr" style="color:#3336B3">`+shown+`</a>`, 1)
	}
	_, err := io.WriteString(w, text)
	return err
}

// broken puts every tag that follows another on a line of its own: mail may not have lines of
// more than 998 octets. Text is escaped, so that "><" stands only between two tags.
func broken(html string) string {
	return strings.ReplaceAll(html, "><", ">\n<") + "\n"
}

// write gives every mail the same order: greeting, what happened, what we did, what to do, what
// comes next, and the closing lines.
func (w writer) write(l *letter, n notice.Notice) error {
	k, err := kindOf(n.Kind())
	if err != nil {
		return err
	}
	if w.link, err = k.link(w.site, n).ask(); err != nil {
		return err
	}
	if w.envelope.Contest != "" {
		if w.contest, err = (made{w.site.Contest, w.envelope.Contest}).ask(); err != nil {
			return err
		}
	}
	w.code = k.code(n)
	l.subject = Subject(w.site.Brand, string(k.name), notice.VariantOf(n)).In(l.ctx)
	w.greet(l, k.to)
	k.letter(w, l, n)
	w.sign(l, k.to)
	return nil
}

func (w writer) greet(l *letter, to reader) {
	switch to {
	case staff:
		l.say("mail.hello_security")
		return
	case colleague, company:
		l.say("mail.hello", w.colleague())
		return
	}
	name := w.name()
	if to == reporter && name.IsZero() {
		name = w.colleague()
	}
	l.say("mail.hello", name)
	masked := words.As(line(w.envelope.Masked, nameLength))
	switch {
	case masked.IsZero():
	case to == anybody:
		l.say("mail.about_some", masked)
	default:
		l.say("mail.about", masked)
	}
}

// ask asks the site for the link.
func (m made) ask() (string, error) {
	if m.by == nil && m.id == "" {
		return "", nil
	}
	if m.by != nil {
		if text := m.by(m.id); text != "" {
			return text, nil
		}
	}
	return "", ErrNoLink
}
