package mail

import (
	"context"
	"strings"

	"github.com/a-h/templ"

	"regain/views/words"
)

// letter is a mail before it becomes text or HTML, so that both say the same. Its words are said in the
// language of ctx.
type letter struct {
	ctx            context.Context
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

// part is one block of a letter. Its text has the URL in it, where there is one.
type part struct {
	shape     shape
	text, url string
}

// say is a paragraph of one sentence of the catalogue, or of those that it holds.
func (l *letter) say(code string, args ...any) { l.tell(words.Say(code, args...)) }

// tell is a paragraph of whole sentences.
func (l *letter) tell(sentences ...words.Text) {
	texts := make([]string, len(sentences))
	for i, s := range sentences {
		texts[i] = s.In(l.ctx)
	}
	l.add(part{text: strings.Join(texts, " ")})
}

func (l *letter) head(code string) { l.add(part{shape: heading, text: words.In(l.ctx, code)}) }
func (l *letter) link(url string)  { l.add(part{shape: action, text: url, url: url}) }

// alone is a line that reads the same in every language: programs or people take it as it is.
func (l *letter) alone(text string) { l.add(part{shape: action, text: text}) }
func (l *letter) quote(text string) { l.add(part{shape: quote, text: asWritten(text)}) }
func (l *letter) small(code string, args ...any) {
	l.add(part{shape: closing, text: words.In(l.ctx, code, args...)})
}
func (l *letter) add(p part) { l.parts = append(l.parts, p) }

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
			b.WriteString(flowed(p.text, stuffed) + "\n")
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

// breaks reports whether a line may end at the space: the narrow ones of French and those that hold a
// number and its unit together are part of a word.
func breaks(r rune) bool { return r == ' ' || r == '\n' }

// wrap breaks a paragraph between words only, so that a URL stays in one piece, and never right
// before a URL: alone on a line stand only links to act on. A line that is too long
// already gets no further URL.
func wrap(text string, width int) string {
	var b strings.Builder
	used := 0
	for i, word := range strings.FieldsFunc(text, breaks) {
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

// quoteStyle has a bar where lines begin. Mail programs do not know the properties that follow the
// direction of writing.
func quoteStyle(lang *words.Language) templ.Attributes {
	side := "left"
	if lang.RightToLeft() {
		side = "right"
	}
	return templ.Attributes{"style": "margin:0 0 12px;padding:8px 16px;background:#F4F5FA;border-" + side +
		":4px solid #D5D9E7;overflow-wrap:anywhere"}
}
