package mail

import (
	"fmt"
	"strings"
)

// letter is a mail before it becomes text or HTML, so that both say the same.
type letter struct {
	brand, subject string
	parts          []part
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

// lines are those of a quote as they were written.
func (p part) lines() []string { return strings.Split(p.text, "\n") }

const textWidth = 72

// preheader is what lists of mails show beside the subject: the first thing that the letter tells.
func (l letter) preheader() string {
	for i, p := range l.parts {
		if i > 0 && l.parts[i-1].shape == heading {
			return p.text
		}
	}
	return ""
}

// text is flowed (RFC 3676): a line that ends in a space goes on in the next one.
func (l letter) text() string {
	var b strings.Builder
	for i, p := range l.parts {
		if i > 0 && l.parts[i-1].shape != heading {
			b.WriteString("\n")
		}
		if p.shape != quote {
			b.WriteString(flowed(p.String(), stuffed) + "\n")
			continue
		}
		for _, line := range p.lines() {
			b.WriteString(strings.TrimSuffix(flowed(line, quoted), " ") + "\n")
		}
	}
	return b.String()
}

// flowed wraps a paragraph and marks each of its lines.
func flowed(text string, mark func(line string) string) string {
	lines := strings.Split(wrap(text, textWidth), "\n")
	for i, line := range lines {
		lines[i] = mark(line)
	}
	return strings.Join(lines, " \n")
}

// stuffed keeps a line from being read as a quote, as one that was stuffed, or as the beginning of
// another mail in a mailbox.
func stuffed(line string) string {
	if strings.HasPrefix(line, " ") || strings.HasPrefix(line, ">") || strings.HasPrefix(line, "From ") {
		return " " + line
	}
	return line
}

func quoted(line string) string { return "> " + line }

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
