package mailproof

import (
	"bytes"
	"encoding/base64"
	"strings"
	"unicode"

	"golang.org/x/text/encoding/htmlindex"
)

// encoding is how a part is written, "" for as it is.
func encoding(h header) string {
	switch e := strings.ToLower(strings.TrimSpace(h.get("content-transfer-encoding"))); e {
	case "base64", "quoted-printable":
		return e
	}
	return ""
}

// decode undoes how a part is written, up to so many bytes.
func (l *Letter) decode(h header, body []byte, most int) []byte {
	return l.undo(encoding(h), body, most)
}

// Content is what the i-th of the files holds, no more than the first so many bytes; false of a mail that
// is attached, see Enclosed, and of the files of Outlook, which are not read.
func (l *Letter) Content(i, most int) ([]byte, bool) {
	if i >= len(l.contents) || l.contents[i] == nil {
		return nil, false
	}
	return new(Letter).undo(l.contents[i].encoding, l.contents[i].body, most), true
}

func (l *Letter) undo(encoding string, body []byte, most int) []byte {
	switch encoding {
	case "base64":
		return l.fromBase64(body, most)
	case "quoted-printable":
		return l.fromQuoted(body, most)
	}
	if len(body) > most {
		l.odd(Cut)
		body = body[:most]
	}
	return body
}

// fromBase64 takes what decodes and leaves out what is no letter of it, as mail programs do.
func (l *Letter) fromBase64(body []byte, most int) []byte {
	kept := make([]byte, 0, min(len(body), most*4/3+4))
	for i, c := range body {
		switch {
		case c == '\n' || c == '\r' || c == ' ' || c == '\t' || c == '=':
			continue
		case c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c == '+' || c == '/':
		default:
			l.odd(BadEncoding)
			continue
		}
		if len(kept) == cap(kept) {
			if len(bytes.TrimSpace(body[i:])) > 0 {
				l.odd(Cut)
			}
			break
		}
		kept = append(kept, c)
	}
	if len(kept)%4 == 1 {
		l.odd(BadEncoding)
		kept = kept[:len(kept)-1]
	}
	n, err := base64.RawStdEncoding.Decode(kept, kept)
	if err != nil {
		l.odd(BadEncoding)
	}
	if n > most {
		l.odd(Cut)
		n = most
	}
	return kept[:n]
}

// fromQuoted takes an "=" that begins nothing as one that is meant (RFC 2045 §6.7, rule 5 of notes).
func (l *Letter) fromQuoted(body []byte, most int) []byte {
	out := make([]byte, 0, min(len(body), most))
	for len(body) > 0 {
		if len(out) >= most {
			l.odd(Cut)
			break
		}
		c := body[0]
		if c != '=' {
			out, body = append(out, c), body[1:]
			continue
		}
		end := bytes.TrimLeft(body[1:], " \t\r")
		if len(end) == 0 || end[0] == '\n' { // the line goes on
			body = end[min(1, len(end)):]
			continue
		}
		if len(body) > 2 && hex(body[1]) >= 0 && hex(body[2]) >= 0 {
			out, body = append(out, byte(hex(body[1])<<4|hex(body[2]))), body[3:]
			continue
		}
		l.odd(BadEncoding)
		out, body = append(out, '='), body[1:]
	}
	return out
}

func hex(c byte) int {
	return strings.IndexByte("0123456789ABCDEF", byte(unicode.ToUpper(rune(c))))
}

// decodedSize is about how large an attachment is, without decoding it.
func decodedSize(h header, body []byte) int {
	if encoding(h) != "base64" {
		return len(body)
	}
	return (len(body) - bytes.Count(body, []byte("\n")) - bytes.Count(body, []byte("\r"))) * 3 / 4
}

// words is decoded text in UTF-8.
func (l *Letter) words(text []byte, name string) string {
	name = strings.ToLower(strings.TrimSpace(name))
	if name == "" || name == "utf-8" || name == "us-ascii" || name == "utf8" {
		return l.clean(string(text))
	}
	e, err := htmlindex.Get(name)
	if err == nil {
		text, err = e.NewDecoder().Bytes(text)
	}
	if err != nil {
		l.odd(BadCharset)
	}
	if len(text) > 2*maxWords { // an encoding in which few bytes are many
		l.odd(Cut)
		text = text[:2*maxWords]
	}
	return l.clean(string(text))
}
