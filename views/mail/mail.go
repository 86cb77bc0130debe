// Package mail puts the portal's notices into words, as text and as HTML of the same content.
package mail

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"regain/security/notice"
	"regain/views/zone"
)

// Mail is a message ready to be sent. Subject and Text are plain, HTML is a whole document.
type Mail struct {
	Subject, Text, HTML string
}

// ErrNoLink is wrapped by Render when Site has no function for the link or the code that a
// notice needs, or the function gives none.
var ErrNoLink = errors.New("no link or code")

// Render writes the mail for n. A link to act on stands alone on its line of the text; only
// "was this you?" has two, the one for "it was me" first. The typed code stands alone, too, as
// "Code: ABCD-2345", and that of a caller check as "Staff code: 7KM-3QX". What people wrote to
// each other stands behind "> " on every line, so that it passes for none of these. A kind
// without words is an error that wraps notice.ErrKind.
func Render(n notice.Notice, e notice.Envelope, s Site) (Mail, error) {
	s.BaseURL = strings.TrimSuffix(s.BaseURL, "/")
	s.StaffURL = strings.TrimSuffix(cmp.Or(s.StaffURL, s.BaseURL), "/")
	s.Brand = line(s.Brand, nameLength)
	w := writer{site: s, envelope: e, clock: zone.Of(e.TimeZone)}
	l, err := w.write(n)
	if err != nil {
		return Mail{}, fmt.Errorf("mail %s: %w", n.Kind(), err)
	}
	var html strings.Builder
	if err := page(l).Render(context.Background(), &html); err != nil {
		return Mail{}, fmt.Errorf("mail %s: %w", n.Kind(), err)
	}
	return Mail{Subject: l.subject, Text: l.text(), HTML: broken(html.String())}, nil
}

// broken puts every tag that follows another on a line of its own: mail may not have lines of
// more than 998 octets. Text is escaped, so that "><" stands only between two tags.
func broken(html string) string {
	return strings.ReplaceAll(html, "><", ">\n<") + "\n"
}

// write gives every mail the same order: greeting, what happened, what we did, what to do, what
// comes next, and the closing lines.
func (w writer) write(n notice.Notice) (letter, error) {
	k, err := kindOf(n.Kind())
	if err != nil {
		return letter{}, err
	}
	if w.link, err = k.link(w.site, n).ask(); err != nil {
		return letter{}, err
	}
	if w.envelope.Contest != "" {
		if w.contest, err = (made{w.site.Contest, w.envelope.Contest}).ask(); err != nil {
			return letter{}, err
		}
	}
	w.code = k.code(n)
	l := letter{brand: w.site.Brand,
		subject: Subject(w.site.Brand, string(k.name), notice.VariantOf(n))}
	w.greet(&l, k.to)
	k.letter(w, &l, n)
	w.sign(&l, k.to, cmp.Or(k.never, "a sign-in code"))
	return l, nil
}

func (w writer) greet(l *letter, to reader) {
	whose := "your"
	switch to {
	case staff:
		l.say("Hello Account Security,")
		return
	case colleague:
		l.say("Hello %s,", w.colleague())
		return
	case anybody:
		whose = "the"
	}
	l.say("Hello %s,", w.name())
	if masked := line(w.envelope.Masked, nameLength); masked != "" {
		l.say("This is about %s account %s.", whose, masked)
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
