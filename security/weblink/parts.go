package weblink

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// The marks of the bytes of a link.
const (
	isHost byte = 1 << iota
	fools
)

// hidden looks for characters that do not show.
func (f *finding) hidden() {
	for i, c := range f.r.link {
		if invisible(c) {
			f.found(Hidden, span{i, i + utf8.RuneLen(c)})
		}
	}
}

// Of a piece that is longer than longest, in characters, only the beginning is drawn.
const longest, beginning = 240, 200

// parts cuts a link where its marks change. What does not show becomes a part of its own.
func parts(link string, marks []byte) (all []Part) {
	from := 0
	end := func(to int) {
		if from < to {
			all = append(all, Part{Text: shortened(link[from:to]), Host: marks[from]&isHost != 0,
				Fools: marks[from]&fools != 0})
		}
		from = to
	}
	for i, c := range link {
		if invisible(c) {
			end(i)
			all = append(all, Part{Text: fmt.Sprintf("U+%04X", c), Host: marks[i]&isHost != 0,
				Fools: true, Hidden: true})
			from = i + utf8.RuneLen(c)
		} else if i > from && marks[i] != marks[i-1] {
			end(i)
		}
	}
	end(len(link))
	return all
}

func shortened(text string) string {
	text = strings.ToValidUTF8(text, "\ufffd")
	if len(text) <= longest || utf8.RuneCountInString(text) <= longest {
		return text
	}
	return string([]rune(text)[:beginning]) + "…"
}
