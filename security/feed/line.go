package feed

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"
)

// LineCode names why an input line is refused.
type LineCode string

// The reasons to refuse a line.
const (
	LineNotJSON        LineCode = "not_json"
	LineNotUTF8        LineCode = "not_utf8"
	LineNotObject      LineCode = "not_an_object"
	LineTrailing       LineCode = "trailing_data"
	LineTooLong        LineCode = "line_too_long"
	LineUnknownKey     LineCode = "unknown_key"
	LineDuplicateKey   LineCode = "duplicate_key"
	LineMissing        LineCode = "missing"
	LineType           LineCode = "wrong_type"
	LineLength         LineCode = "too_long"
	LineCharacters     LineCode = "characters"
	LineTime           LineCode = "time"
	LineFuture         LineCode = "future"
	LineChoice         LineCode = "choice"
	LineEmail          LineCode = "email"
	LineUsername       LineCode = "username"
	LineFormat         LineCode = "format"
	LinePasswordHash   LineCode = "password_hash"
	LineIP             LineCode = "ip"
	LineUnknownAccount LineCode = "unknown_account"
	LineUsernameTaken  LineCode = "username_taken"
	LineOtherContent   LineCode = "other_content"
	LineConflict       LineCode = "changed_meanwhile"
)

// LineError says why a line is refused. It never quotes a password hash.
type LineError struct {
	Key    string // the key at fault; "" when it is the whole line
	Code   LineCode
	Detail string // what was expected, or whom it collides with
}

var lineReasons = map[LineCode]string{
	LineNotJSON:        "is not JSON",
	LineNotUTF8:        "is not UTF-8",
	LineNotObject:      "is not a JSON object",
	LineTrailing:       "has something after the object",
	LineTooLong:        "is too long",
	LineUnknownKey:     "is not a known key",
	LineDuplicateKey:   "stands there twice",
	LineMissing:        "is missing",
	LineType:           "must be text",
	LineLength:         "is too long",
	LineCharacters:     "has characters that are not allowed",
	LineTime:           "must be a time as in RFC 3339, such as 2026-11-20T08:30:00Z",
	LineFuture:         "lies in the future",
	LineChoice:         "has no such value",
	LineEmail:          "is not an e-mail address that mail can be sent to",
	LineUsername:       "must not contain @ nor begin or end with a space",
	LineFormat:         "is malformed",
	LinePasswordHash:   "is no hash that can be checked",
	LineIP:             "is not an IP address",
	LineUnknownAccount: "is not known",
	LineUsernameTaken:  "belongs to another account",
	LineOtherContent:   "is known with other content",
	LineConflict:       "was changed meanwhile; import it again",
}

// Error gives the reason in words.
func (e *LineError) Error() string {
	what := "the line"
	if e.Key != "" {
		what = fmt.Sprintf("%q", e.Key)
	}
	if e.Detail == "" {
		return what + " " + lineReasons[e.Code]
	}
	return what + " " + lineReasons[e.Code] + ": " + e.Detail
}

// line is one input line taken apart. The first fault sticks; the checks after
// it change nothing.
type line struct {
	values map[string]string
	fault  *LineError
}

// readLine takes an object of the given keys apart, all of which hold text. A
// null counts as absent.
func readLine(raw []byte, keys ...string) *line {
	l := &line{values: map[string]string{}}
	if !utf8.Valid(raw) {
		return l.fail("", LineNotUTF8, "")
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	open, err := d.Token()
	if err != nil {
		return l.fail("", LineNotJSON, "")
	}
	if open != json.Delim('{') {
		return l.fail("", LineNotObject, "")
	}
	seen := map[string]bool{}
	for d.More() && l.fault == nil {
		l.readPair(d, keys, seen)
	}
	if l.fault != nil {
		return l
	}
	if _, err := d.Token(); err != nil {
		return l.fail("", LineNotJSON, "")
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return l.fail("", LineTrailing, "")
	}
	return l
}

func (l *line) readPair(d *json.Decoder, keys []string, seen map[string]bool) {
	t, err := d.Token()
	key, ok := t.(string)
	if err != nil || !ok {
		l.fail("", LineNotJSON, "")
		return
	}
	switch {
	case !slices.Contains(keys, key):
		l.fail(shorten(key), LineUnknownKey, "")
		return
	case seen[key]:
		l.fail(key, LineDuplicateKey, "")
		return
	}
	seen[key] = true
	if t, err = d.Token(); err != nil {
		l.fail("", LineNotJSON, "")
		return
	}
	switch v := t.(type) {
	case string:
		l.values[key] = v
	case nil:
	default:
		l.fail(key, LineType, "")
	}
}

// shorten keeps an odd key readable in a message.
func shorten(key string) string {
	const most = 60
	if r := []rune(key); len(r) > most {
		return string(r[:most]) + "…"
	}
	return key
}

func (l *line) fail(key string, code LineCode, detail string) *line {
	if l.fault == nil {
		l.fault = &LineError{key, code, detail}
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
