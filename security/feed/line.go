package feed

import (
	"encoding/json"
	"fmt"
	"slices"
)

// LineCode names why an input line is refused, or what of it was left out.
type LineCode string

// The reasons to refuse a line.
const (
	LineNotJSON        LineCode = "not_json"
	LineNotObject      LineCode = "not_an_object"
	LineTrailing       LineCode = "trailing_data"
	LineTooLong        LineCode = "line_too_long"
	LineUnknownKey     LineCode = "unknown_key"
	LineDuplicateKey   LineCode = "duplicate_key"
	LineMissing        LineCode = "missing"
	LineBeside         LineCode = "excluded"
	LineType           LineCode = "wrong_type"
	LineLength         LineCode = "too_long"
	LineCharacters     LineCode = "characters"
	LineTime           LineCode = "time"
	LineFuture         LineCode = "future"
	LineChoice         LineCode = "choice"
	LineEmail          LineCode = "email"
	LineEmailUnicode   LineCode = "email_unicode"
	LineUsername       LineCode = "username"
	LineFormat         LineCode = "format"
	LinePasswordHash   LineCode = "password_hash"
	LineIP             LineCode = "ip"
	LineAltered        LineCode = "altered"
	LineUnknownAccount LineCode = "unknown_account"
	LineUsernameTaken  LineCode = "username_taken"
	LineOtherContent   LineCode = "other_content"
	LineConflict       LineCode = "changed_meanwhile"
	LineOlder          LineCode = "older"
	LineNumber         LineCode = "number"
	LineShort          LineCode = "too_short"
	LineNoEffect       LineCode = "no_effect"
	LineDomainShared   LineCode = "domain_shared"
	LineDomainTaken    LineCode = "domain_taken"
	LineOrganisation   LineCode = "unknown_organisation"
)

// LineError says why a line is refused, or as a warning what was left out of one that was kept. It
// never quotes a password hash.
type LineError struct {
	In     string // the key of the object in which Key stands; "" for the line itself
	Key    string // the key at fault; "" when it is the whole line
	Code   LineCode
	Detail string // what was expected, or whom it collides with
}

var lineReasons = map[LineCode]string{
	LineNotJSON:        "is not JSON",
	LineNotObject:      "is not a JSON object",
	LineTrailing:       "has something after the object",
	LineTooLong:        "is too long",
	LineUnknownKey:     "is not a known key",
	LineDuplicateKey:   "stands there twice",
	LineMissing:        "is missing",
	LineBeside:         "cannot stand beside another key",
	LineType:           "must be text",
	LineLength:         "is too long",
	LineCharacters:     "has characters that are not allowed",
	LineTime:           "must be a time as in RFC 3339, such as 2026-11-20T08:30:00Z",
	LineFuture:         "lies in the future",
	LineChoice:         "has no such value",
	LineEmail:          "is not an e-mail address that mail can be sent to",
	LineEmailUnicode:   "has letters before the @ that few mail servers take",
	LineUsername:       "must not be empty nor contain @",
	LineFormat:         "is malformed",
	LinePasswordHash:   "is no hash that can be checked",
	LineIP:             "is not an IP address",
	LineAltered:        "was cut or cleaned of characters that are not allowed",
	LineUnknownAccount: "is not known",
	LineUsernameTaken:  "belongs to another account",
	LineOtherContent:   "is known with other content",
	LineConflict:       "was changed meanwhile; import it again",
	LineOlder:          "is before what counts",
	LineNumber:         "must be a number",
	LineShort:          "is shorter than can be asked for",
	LineNoEffect:       "has no effect",
	LineDomainShared:   "names a domain under which anybody can have an address",
	LineDomainTaken:    "names a domain of another organisation",
	LineOrganisation:   "is no organisation that is known",
}

// Error gives the reason in words.
func (e *LineError) Error() string {
	what := "the line"
	if e.Key != "" {
		what = fmt.Sprintf("%q", e.Key)
	}
	if e.In != "" {
		what += fmt.Sprintf(" of %q", e.In)
	}
	if e.Detail == "" {
		return what + " " + lineReasons[e.Code]
	}
	return what + " " + lineReasons[e.Code] + ": " + e.Detail
}

// line is one input line taken apart. The first fault sticks; the checks after
// it change nothing.
type line struct {
	values   map[string]string
	odd      map[string]bool // whose value was no text
	fault    *LineError
	warnings Warnings
}

// Warnings tell what was left out of a line that is kept.
type Warnings []*LineError

// readLine takes an object of the given keys apart. Each is to hold text; what else it holds is
// left to the reader of the key. A null counts as absent, and what is not UTF-8 becomes a character
// that is forbidden.
func readLine(raw []byte, keys ...string) *line {
	l := &line{values: make(map[string]string, len(keys)), odd: map[string]bool{}}
	t := tape(raw)
	if !t.take('{') {
		if _, ok := t.value(); ok || t.next() == '[' {
			return l.fail("", LineNotObject, "")
		}
		return l.fail("", LineNotJSON, "")
	}
	seen := make([]bool, len(keys))
	for more := t.next() != '}'; more && l.fault == nil; more = t.take(',') {
		l.readPair(&t, keys, seen)
	}
	if l.fault != nil {
		return l
	}
	if !t.take('}') {
		return l.fail("", LineNotJSON, "")
	}
	if t.next(); len(t) > 0 {
		return l.fail("", LineTrailing, "")
	}
	return l
}

func (l *line) readPair(t *tape, keys []string, seen []bool) {
	key, ok := t.text()
	if !ok {
		l.fail("", LineNotJSON, "")
		return
	}
	n := slices.Index(keys, key)
	switch {
	case n < 0:
		l.fail(shorten(key), LineUnknownKey, "")
		return
	case seen[n]:
		l.fail(key, LineDuplicateKey, "")
		return
	}
	seen[n] = true
	if !t.take(':') {
		l.fail("", LineNotJSON, "")
		return
	}
	if t.next() == '"' {
		if l.values[key], ok = t.text(); !ok {
			l.fail("", LineNotJSON, "")
		}
		return
	}
	value, ok := t.value()
	switch v := value.(type) {
	case nil:
		if !ok {
			l.fail("", LineNotJSON, "")
		}
	case json.Number, bool:
		l.values[key], l.odd[key] = fmt.Sprint(v), true
	default:
		l.odd[key] = true
	}
}

// value is that of a key without which the line says nothing. It has to be text.
func (l *line) value(key string) string {
	if l.odd[key] {
		l.fail(key, LineType, "")
	}
	return l.values[key]
}

// shorten keeps an odd key readable in a message.
func shorten(key string) string {
	const most = 60
	if r := []rune(key); len(r) > most {
		return string(r[:most]) + "…"
	}
	return key
}

// leave notes that a value was left out, or not kept as it was.
func (l *line) leave(key string, code LineCode, detail string) string {
	l.warnings = append(l.warnings, &LineError{Key: key, Code: code, Detail: detail})
	return ""
}

func (l *line) fail(key string, code LineCode, detail string) *line {
	if l.fault == nil {
		l.fault = &LineError{Key: key, Code: code, Detail: detail}
	}
	return l
}

// err avoids the interface that holds a nil pointer.
func (l *line) err() error {
	if l.fault == nil {
		return nil
	}
	return l.fault
}
