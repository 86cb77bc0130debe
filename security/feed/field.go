package feed

import (
	"net/netip"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"regain/security"
)

// The longest values of a line, in characters.
const (
	maxID       = 128
	maxUsername = 64
	maxSummary  = 2000
	maxValue    = 500
	maxAgent    = 512
)

// need refuses the line when one of the keys is absent or empty.
func (l *line) need(keys ...string) {
	for _, k := range keys {
		if l.values[k] == "" {
			l.fail(k, LineMissing, "")
		}
	}
}

// text is a value of at most max printable characters; newlines are none.
func (l *line) text(key string, max int) string {
	v := l.values[key]
	if utf8.RuneCountInString(v) > max {
		l.fail(key, LineLength, "")
	}
	if strings.ContainsFunc(v, security.Forbidden) {
		l.fail(key, LineCharacters, "")
	}
	return v
}

// id is text without any space.
func (l *line) id(key string) string {
	v := l.handle(key, maxID)
	if strings.ContainsFunc(v, unicode.IsSpace) {
		l.fail(key, LineCharacters, "")
	}
	return v
}

// handle is text that tells one account or thing from another. Format characters
// do not show, so two that look alike could differ by them.
func (l *line) handle(key string, max int) string {
	v := l.text(key, max)
	if strings.ContainsFunc(v, func(r rune) bool { return unicode.Is(unicode.Cf, r) }) {
		l.fail(key, LineCharacters, "")
	}
	return v
}

func (l *line) username(key string) string {
	v := l.handle(key, maxUsername)
	if strings.Contains(v, "@") || v != strings.TrimSpace(v) {
		l.fail(key, LineUsername, "")
	}
	return v
}

func (l *line) email(key string) string {
	v := l.values[key]
	if v != "" && !security.ValidEmail(v) {
		l.fail(key, LineEmail, "")
	}
	return v
}

// choice is one of a closed set, or absent.
func (l *line) choice(key string, of ...string) string {
	v := l.values[key]
	if v != "" && !slices.Contains(of, v) {
		l.fail(key, LineChoice, "want one of "+strings.Join(of, ", "))
	}
	return v
}

// epoch is the earliest moment that is stored as one.
var epoch = time.UnixMilli(1)

// time is a moment in UTC, in whole milliseconds; zero when absent.
func (l *line) time(key string) time.Time {
	v := l.values[key]
	if v == "" {
		return time.Time{}
	}
	var t time.Time
	if err := t.UnmarshalText([]byte(v)); err != nil || t.Before(epoch) {
		l.fail(key, LineTime, "")
		return time.Time{}
	}
	return t.UTC().Truncate(time.Millisecond)
}

// ip is an address in its canonical form.
func (l *line) ip(key string) string {
	v := l.values[key]
	if v == "" {
		return ""
	}
	a, err := netip.ParseAddr(v)
	if err != nil || a.Zone() != "" {
		l.fail(key, LineIP, "")
	}
	return a.Unmap().String()
}

// agent is cleaned and cut instead of refused: whoever logs in chooses it, and
// must not be able to keep the login from being recorded.
func (l *line) agent(key string) string {
	clean := strings.Map(func(r rune) rune {
		if security.Forbidden(r) {
			return ' '
		}
		return r
	}, l.values[key])
	if r := []rune(clean); len(r) > maxAgent {
		clean = string(r[:maxAgent])
	}
	return clean
}

func (l *line) date(key string) string {
	v := l.values[key]
	if v == "" {
		return ""
	}
	t, err := time.Parse(time.DateOnly, v)
	if err != nil || t.Year() < 1900 {
		l.fail(key, LineFormat, "want YYYY-MM-DD")
	}
	return v
}

func (l *line) country(key string) string {
	v := l.values[key]
	capital := func(c byte) bool { return c >= 'A' && c <= 'Z' }
	if v != "" && (len(v) != 2 || !capital(v[0]) || !capital(v[1])) {
		l.fail(key, LineFormat, "want two capital letters")
	}
	return v
}

func (l *line) locale(key string) string {
	v := l.values[key]
	if len(v) > 35 || strings.ContainsFunc(v, func(r rune) bool {
		return r != '-' && r != '_' && !security.Alphanumeric(r)
	}) {
		l.fail(key, LineFormat, "want a language tag such as en or en-GB")
	}
	return v
}

func (l *line) timeZone(key string) string {
	v := l.values[key]
	if v == "" {
		return ""
	}
	if _, err := time.LoadLocation(v); err != nil || v == "Local" || len(v) > maxUsername {
		l.fail(key, LineFormat, "want an IANA name such as Europe/London")
	}
	return v
}
