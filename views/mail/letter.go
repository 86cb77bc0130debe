package mail

import (
	"fmt"
	"strings"
)

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
