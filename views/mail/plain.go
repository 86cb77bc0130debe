package mail

import (
	"strings"
	"time"
	_ "time/tzdata" // dates are told in the owner's zone on hosts without zone files, too
	"unicode"
)

// Longest names and sentences that a mail takes over from elsewhere, in characters.
const (
	nameLength     = 64
	sentenceLength = 300
)

// line makes one line of s that cannot change what stands around it: no control characters, no
// marks that turn the direction of writing.
func line(s string, longest int) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\u200c' || r == '\u200d': // join letters in Persian and Indic names
			return r
		case unicode.IsSpace(r) || !unicode.IsGraphic(r) || r == unicode.ReplacementChar:
			return ' '
		}
		return r
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	if runes := []rune(s); len(runes) > longest {
		s = strings.TrimSpace(string(runes[:longest])) + "…"
	}
	return s
}

// inert makes a line of s that is neither markup nor an address nor a line like "Code: …":
// whoever may choose a name must not be able to put a link or a code into a mail of ours.
func inert(s string, longest int) string {
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\@<>`, r) {
			return ' '
		}
		return r
	}, s)
	runes := []rune(line(s, longest))
	var b strings.Builder
	for i, r := range runes {
		inside := i > 0 && i+1 < len(runes)
		switch {
		case r == '.' && inside && unicode.IsLetter(runes[i+1]):
			b.WriteString(". ")
		case r == ':' && !(inside && unicode.IsDigit(runes[i-1]) && unicode.IsDigit(runes[i+1])):
			b.WriteRune(',')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// clock tells times in one zone.
type clock struct {
	zone *time.Location
	name string
}

// newClock is UTC for a zone that is unknown, or has a name that tells people nothing.
func newClock(name string) clock {
	zone, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "UTC" || name == "Local" ||
		strings.HasPrefix(name, "Etc/") {
		return clock{time.UTC, "UTC"}
	}
	city := name[strings.LastIndex(name, "/")+1:]
	return clock{zone, strings.ReplaceAll(city, "_", " ") + " time"}
}

func (c clock) tell(t time.Time) string {
	return t.In(c.zone).Format("2 January 2006, 15:04") + " (" + c.name + ")"
}
