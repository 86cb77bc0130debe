package feed

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// tape is JSON that is not read yet. A json.Decoder takes three times as long for a line that is
// nothing but short text.
type tape []byte

// next is the first byte that is not space; 0 at the end.
func (t *tape) next() byte {
	*t = bytes.TrimLeft(*t, " \t\r\n")
	if len(*t) == 0 {
		return 0
	}
	return (*t)[0]
}

// take reads c, if it is the next byte.
func (t *tape) take(c byte) bool {
	if t.next() != c || len(*t) == 0 {
		return false
	}
	*t = (*t)[1:]
	return true
}

// text reads a string. What is not UTF-8 in it becomes U+FFFD.
func (t *tape) text() (s string, ok bool) {
	if t.next() != '"' {
		return "", false
	}
	end, plain := 1, true
	for ; end < len(*t) && (*t)[end] != '"'; end++ {
		switch c := (*t)[end]; {
		case c == '\\':
			end, plain = end+1, false
		case c < ' ':
			return "", false
		}
	}
	if end >= len(*t) {
		return "", false
	}
	raw := (*t)[:end+1]
	*t = (*t)[end+1:]
	if plain && utf8.Valid(raw) {
		return string(raw[1:end]), true
	}
	err := json.Unmarshal(raw, &s)
	return s, err == nil
}

// value reads any value; numbers as they stand there.
func (t *tape) value() (v any, ok bool) {
	d := json.NewDecoder(bytes.NewReader(*t))
	d.UseNumber()
	if d.Decode(&v) != nil {
		return nil, false
	}
	*t = (*t)[d.InputOffset():]
	return v, true
}
