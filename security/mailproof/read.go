package mailproof

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// Read reads a mail: RFC 5322 source with either kind of line ends, also of only the text of one, or a
// file of Outlook. It fails with ErrTooLarge, ErrEmpty or ErrOutlook; whatever else is wrong is told
// in Letter.Odd. It keeps raw, for what is attached.
func Read(raw []byte) (*Letter, error) {
	switch {
	case len(raw) > MaxSize:
		return nil, ErrTooLarge
	case len(bytes.TrimSpace(raw)) == 0:
		return nil, ErrEmpty
	case bytes.HasPrefix(raw, outlookMagic):
		return readOutlook(raw)
	}
	l := &Letter{Form: Source}
	raw = tidy(raw)
	head, body, ok := splitHeader(raw, l)
	if !ok {
		l.Form = Bare
		l.plain = l.words(raw, "utf-8")
		l.finish()
		return l, nil
	}
	l.readFields(head)
	w := walker{l: l}
	w.part(head, body, 1)
	l.built = l.pieces == 2 && builtAsOurs(raw)
	l.finish()
	return l, nil
}

// tidy leaves out what stands before the first field in files and pasted text: a mark of encoding, empty
// lines, the line with which mailboxes begin a mail.
func tidy(raw []byte) []byte {
	raw = bytes.TrimPrefix(raw, []byte("\ufeff"))
	raw = bytes.TrimLeft(raw, "\r\n")
	if bytes.HasPrefix(raw, []byte("From ")) {
		if _, rest, ok := bytes.Cut(raw, []byte("\n")); ok {
			return rest
		}
	}
	return raw
}

// finish makes what follows from the text and the HTML.
func (l *Letter) finish() {
	var page rendered
	if l.html != "" {
		page = l.render(l.html)
	}
	l.Text = l.plain
	if strings.TrimSpace(l.plain) == "" && l.html != "" {
		l.Text, l.PlainFromHTML = page.text, true
	}
	l.Text = strings.TrimRight(unixLines.Replace(l.Text), "\n")
	seen := map[Link]bool{}
	for _, link := range append(page.links, textLinks(l.plain)...) {
		if seen[link] {
			continue
		}
		if len(l.Links) == maxLinks {
			l.odd(Cut)
			break
		}
		seen[link] = true
		l.Links = append(l.Links, link)
	}
	l.EndCode = endCode(l.Text)
	l.Inline = inlineForwards(l.Text)
}

var unixLines = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// clean is text as it may be shown and kept.
func (l *Letter) clean(s string) string {
	if strings.Contains(s, "\x00") {
		l.odd(NULs)
		s = strings.ReplaceAll(s, "\x00", "")
	}
	if !utf8.ValidString(s) {
		l.odd(BadCharset)
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	return s
}
