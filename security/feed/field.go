package feed

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"regain/security"
	"regain/security/identifier"
	"regain/security/risk"
)

// The longest values of a line, in characters.
const (
	maxID       = 128
	maxUsername = 64
	maxSummary  = 2000
	maxValue    = 500
	maxAgent    = 512
	maxCode     = 64
)

// need refuses the line when one of the keys is absent or empty.
func (l *line) need(keys ...string) {
	for _, k := range keys {
		if l.value(k) == "" {
			l.fail(k, LineMissing, "")
		}
	}
}

// written is text that the person in the account, who may be an intruder, can choose. It is never a
// reason to refuse the line: whatever happened is recorded. "…" stands for what was not kept.
func (l *line) written(key string, max int) string {
	v := l.soft(key)
	clean := []rune(legible(v, '…'))
	if len(clean) > max {
		clean = append(clean[:max-1], '…')
	}
	if string(clean) != v {
		l.leave(key, LineAltered, "")
	}
	return string(clean)
}

// soft is the value of a key that the line is good without. What is no text at all is left out.
func (l *line) soft(key string) string {
	if l.values[key] == "" && l.odd[key] {
		return l.leave(key, LineType, "")
	}
	return l.values[key]
}

// typed is soft without the space around it, as the forms of pages take it.
func (l *line) typed(key string) string { return strings.TrimSpace(l.soft(key)) }

// legible is v with a space for every forbidden space and with instead for every other forbidden
// character.
func legible(v string, instead rune) string {
	return strings.Map(func(r rune) rune {
		switch {
		case !security.Forbidden(r):
			return r
		case unicode.IsSpace(r):
			return ' '
		}
		return instead
	}, v)
}

// text is a value of at most max printable characters; newlines are none.
func (l *line) text(key string, max int) string {
	v := l.value(key)
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

// placed is the id of what has a page of its own. Programs leave "." and ".." out of an address.
func (l *line) placed(key string) string {
	v := l.id(key)
	if v == "." || v == ".." {
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

// username is one without the space around it, which whoever types it does not see either.
func (l *line) username(key string) string {
	l.values[key] = strings.TrimSpace(l.values[key])
	v := l.handle(key, maxUsername)
	if v == "" || strings.Contains(v, "@") {
		l.fail(key, LineUsername, "")
	}
	return v
}

func (l *line) email(key string) string {
	v := identifier.Mailbox(l.value(key))
	switch {
	case l.values[key] == "" || security.ValidEmail(v):
	case security.ValidEmail(identifier.Latin(v)):
		l.fail(key, LineEmailUnicode, "")
	default:
		l.fail(key, LineEmail, "")
	}
	return v
}

// choice is one of a closed set, or absent.
func (l *line) choice(key string, of ...string) string {
	v := l.value(key)
	if v != "" && !slices.Contains(of, v) {
		l.fail(key, LineChoice, "want one of "+strings.Join(of, ", "))
	}
	return v
}

// epoch is the earliest moment that is stored as one.
var epoch = time.UnixMilli(1)

// time is a moment in UTC, in whole milliseconds; zero when absent.
func (l *line) time(key string) time.Time {
	t, ok := moment(l.value(key))
	if !ok {
		l.fail(key, LineTime, "")
	}
	return t
}

// told is a moment that the line is good without; zero when absent.
func (l *line) told(key string) time.Time {
	t, ok := moment(l.typed(key))
	if !ok {
		l.leave(key, LineTime, "")
	}
	return t
}

// leap is the second that some minutes have more than others; RFC 3339 allows it, Go does not.
var leap = regexp.MustCompile(`^(.{17})60`)

func moment(v string) (t time.Time, ok bool) {
	if v == "" {
		return t, true
	}
	v = strings.ToUpper(v) // RFC 3339 §5.6 has t and z too
	if err := t.UnmarshalText([]byte(leap.ReplaceAllString(v, "${1}59"))); err != nil ||
		t.Before(epoch) {
		return time.Time{}, false
	}
	return t.UTC().Truncate(time.Millisecond), true
}

// ip is an address in its canonical form. What cannot be read is an unknown place.
func (l *line) ip(key string) string {
	v := l.values[key]
	if a, ok := security.ReadIP(v); ok {
		return a.String()
	}
	if v != "" || l.odd[key] {
		l.leave(key, LineIP, "")
	}
	return ""
}

// agent is what a browser calls itself, cleaned and cut.
func (l *line) agent(key string) string {
	clean := []rune(legible(l.values[key], ' '))
	return string(clean[:min(len(clean), maxAgent)])
}

func (l *line) date(key string) string {
	v := l.typed(key)
	if t, err := time.Parse(time.DateOnly, v); v != "" && (err != nil || t.Year() < 1900) {
		return l.leave(key, LineFormat, "want YYYY-MM-DD")
	}
	return v
}

func (l *line) country(key string) string {
	v := risk.CountryCode(l.soft(key))
	if v != "" && !risk.IsCountry(v) {
		return l.leave(key, LineFormat, "want two letters of ISO 3166-1")
	}
	return v
}

// locale is a language tag, also out of a name such as en_US.UTF-8.
func (l *line) locale(key string) string {
	v, _, _ := strings.Cut(l.typed(key), ".")
	v, _, _ = strings.Cut(v, "@")
	if len(v) > 35 || strings.ContainsFunc(v, func(r rune) bool {
		return r != '-' && r != '_' && !security.Alphanumeric(r)
	}) {
		return l.leave(key, LineFormat, "want a language tag such as en or en-GB")
	}
	return v
}

func (l *line) timeZone(key string) string {
	v := l.typed(key)
	if v == "" {
		return ""
	}
	if !security.ValidZone(v) {
		return l.leave(key, LineFormat, "want an IANA name such as Europe/London")
	}
	return v
}

// either refuses a line that has neither or both of two keys.
func (l *line) either(one, other string) {
	switch {
	case l.value(one) == "" && l.value(other) == "":
		l.fail(one, LineMissing, "")
	case l.values[one] != "" && l.values[other] != "":
		l.fail(other, LineBeside, one)
	}
}

// code is that of the second factor, which stands in an object of its own.
func (l *line) code(raw []byte) string {
	const key = "second_factor"
	if l.values[key] != "" {
		l.fail(key, LineType, "want an object with a code")
	}
	if !l.odd[key] || l.fault != nil {
		return ""
	}
	second := readLine(inner(raw, key), "code")
	second.need("code")
	code := second.text("code", maxCode)
	switch {
	case second.fault != nil && second.fault.Key == "":
		l.fail(key, LineType, "want an object with a code")
	case second.fault != nil:
		l.fail(key, second.fault.Code, second.fault.Error())
	case l.values["password"] == "":
		l.fail(key, LineBeside, "outcome")
	}
	return code
}

// list is a value that has to be a list of texts; nil when there is none.
func (l *line) list(raw []byte, key string) (all []string) {
	_, single := l.values[key]
	if single || l.odd[key] && l.fault == nil && json.Unmarshal(inner(raw, key), &all) != nil {
		l.fail(key, LineType, "want a list of texts")
	}
	return all
}

// inner is the value of a key of an object.
func inner(raw []byte, key string) json.RawMessage {
	var outer map[string]json.RawMessage
	if json.Unmarshal(raw, &outer) != nil {
		return nil
	}
	return outer[key]
}
