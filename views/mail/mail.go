// Package mail puts the portal's notices into words, as text and as HTML of the same content.
package mail

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"regain/security/notice"
)

// Site is what every mail says about the portal and the marketplace behind it.
type Site struct {
	BaseURL string // public origin of the portal, as it is configured
	Brand   string // name of the marketplace
	HostURL string // home of the marketplace; may be empty
	// Addresses of support and for suspicious mails; may be empty.
	SupportEmail, AbuseEmail string
	// Link gives the whole URL of the recovery link with this id.
	Link func(id string) string
	// Code gives the typed code of a request, such as ABCD-2345.
	Code func(requestID string) string
	// Invitation gives the whole URL of the staff invitation with this id.
	Invitation func(id string) string
	// CallerCode gives the code of a caller check, such as 7KM-3QX.
	CallerCode func(checkID string) string
	// Alert gives the whole URL of the alert with this id; "/me" and "/not-me" behind it are
	// the two answers.
	Alert func(id string) string
	// Confirm gives the whole URL by which the change of address with this id is confirmed.
	Confirm func(changeID string) string
	// Undo gives the whole URL by which the change of address with this id is undone.
	Undo func(changeID string) string
}

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
	s.Brand = line(s.Brand, nameLength)
	w := writer{site: s, envelope: e, clock: newClock(e.TimeZone)}
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

// letter is a mail before it becomes text or HTML, so that both say the same.
type letter struct {
	subject string
	parts   []part
}

type shape int

const (
	paragraph shape = iota
	heading
	action // a URL or a code, alone on its line
	quote  // what somebody wrote, line by line
	closing
)

// part is one block of a letter. The URL, where there is one, ends it.
type part struct {
	shape     shape
	text, url string
}

func (l *letter) say(format string, args ...any) {
	l.add(part{text: fmt.Sprintf(format, args...)})
}

func (l *letter) head(text string)  { l.add(part{shape: heading, text: text}) }
func (l *letter) link(url string)   { l.add(part{shape: action, url: url}) }
func (l *letter) alone(text string) { l.add(part{shape: action, text: text}) }
func (l *letter) quote(text string) { l.add(part{shape: quote, text: asWritten(text)}) }
func (l *letter) small(text string) { l.add(part{shape: closing, text: text}) }
func (l *letter) add(parts ...part) { l.parts = append(l.parts, parts...) }

// String is the part without its shape.
func (p part) String() string { return p.text + p.url }

// lines are those of a quote as they were written, each wrapped.
func (p part) lines() []string {
	lines := strings.Split(p.text, "\n")
	for i, line := range lines {
		lines[i] = wrap(line, textWidth)
	}
	return lines
}

const textWidth = 72

func (l letter) text() string {
	var b strings.Builder
	for i, p := range l.parts {
		if i > 0 && l.parts[i-1].shape != heading {
			b.WriteString("\n")
		}
		if p.shape == quote {
			for line := range strings.SplitSeq(strings.Join(p.lines(), "\n"), "\n") {
				b.WriteString(strings.TrimSpace("> "+line) + "\n")
			}
			continue
		}
		b.WriteString(wrap(p.String(), textWidth) + "\n")
	}
	return b.String()
}

// wrap breaks a paragraph between words only, so that a URL stays in one piece, and never right
// before a URL: alone on a line stand only links to act on. A line that is too long
// already gets no further URL.
func wrap(text string, width int) string {
	var b strings.Builder
	used := 0
	for i, word := range strings.Fields(text) {
		n := len([]rune(word))
		switch {
		case i == 0:
		case used > width, used+1+n > width && !strings.Contains(word, "://"):
			b.WriteString("\n")
			used = 0
		default:
			b.WriteString(" ")
			used++
		}
		b.WriteString(word)
		used += n
	}
	return b.String()
}
