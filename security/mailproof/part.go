package mailproof

import (
	"bytes"
	"encoding/base64"
	"mime"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/htmlindex"
)

// walker goes through the parts of a mail.
type walker struct {
	l       *Letter
	pieces  int
	decoded int // bytes of enclosed mails that had to be decoded
}

// kindOf is the type of a part and what it says besides.
func (w *walker) kindOf(h header) (string, map[string]string) {
	value := h.get("content-type")
	if value == "" {
		return "text/plain", nil
	}
	kind, params, err := mime.ParseMediaType(value)
	if err != nil {
		w.l.odd(BadHeader)
		kind, _, _ = strings.Cut(strings.ToLower(value), ";")
		kind = strings.TrimSpace(kind)
		params = map[string]string{}
		// A boundary that is not written well is still the one that mail programs look for.
		if _, rest, ok := strings.Cut(value, "boundary="); ok {
			rest, _, _ = strings.Cut(rest, ";")
			params["boundary"] = strings.Trim(rest, `" `)
		}
	}
	return kind, params
}

func (w *walker) part(h header, body []byte, depth int) {
	if w.pieces++; w.pieces > maxPieces {
		w.l.odd(Cut)
		return
	}
	kind, params := w.kindOf(h)
	switch {
	case strings.HasPrefix(kind, "multipart/"):
		w.parts(body, params["boundary"], depth)
		return
	case kind == "message/rfc822" || kind == "message/global":
		w.enclosed(h, body)
		return
	}
	name := w.name(h, params)
	how, _, _ := strings.Cut(strings.ToLower(h.get("content-disposition")), ";")
	attached := strings.TrimSpace(how) == "attachment" || name != ""
	if !attached && (kind == "text/plain" || kind == "text/html") {
		text := w.l.words(w.l.decode(h, body, maxWords), params["charset"])
		if w.l.pieces++; kind == "text/html" {
			w.l.html = w.l.joined(w.l.html, text)
		} else {
			w.l.plain = w.l.joined(w.l.plain, text)
		}
		return
	}
	w.file(File{Name: name, Type: w.l.clean(kind), Size: decodedSize(h, body)})
}

func (w *walker) file(f File) {
	if len(w.l.Files) == maxFiles {
		w.l.odd(Cut)
		return
	}
	w.l.Files = append(w.l.Files, f)
}

// joined is what all parts of a kind say, within the bound of one.
func (l *Letter) joined(before, more string) string {
	if before == "" {
		return more
	}
	if len(before)+len(more) > maxWords {
		l.odd(Cut)
		return before
	}
	return before + "\n" + more
}

// parts goes through what stands between the boundaries.
func (w *walker) parts(body []byte, boundary string, depth int) {
	if boundary == "" || len(boundary) > 200 {
		w.l.odd(BadBoundary)
		w.part(header{}, body, depth)
		return
	}
	if depth > maxDepth {
		w.l.odd(TooDeep)
		return
	}
	mark := []byte("--" + boundary)
	_, rest, last := nextBoundary(body, mark)
	if rest == nil {
		w.l.odd(BadBoundary)
		w.part(header{}, body, depth)
		return
	}
	for !last && w.pieces <= maxPieces {
		var piece []byte
		piece, rest, last = nextBoundary(rest, mark)
		if rest == nil { // the last one never ends
			w.l.odd(BadBoundary)
			last = true
		}
		h, inner, ok := splitHeader(piece, w.l)
		if !ok {
			h, inner = header{}, bytes.TrimLeft(piece, "\r\n")
		}
		w.part(h, inner, depth+1)
	}
	if !last {
		w.l.odd(Cut)
	}
}

// nextBoundary is what stands before the next line with the mark, and what follows it; rest is nil when
// there is none. last says that it was the closing one.
func nextBoundary(body, mark []byte) (before, rest []byte, last bool) {
	for at := 0; ; {
		i := bytes.Index(body[at:], mark)
		if i < 0 {
			return body, nil, false
		}
		i += at
		at = i + len(mark)
		if i > 0 && body[i-1] != '\n' {
			continue
		}
		line, after, _ := bytes.Cut(body[at:], []byte("\n"))
		tail := bytes.TrimRight(line, " \t\r")
		closing := bytes.Equal(tail, []byte("--"))
		if len(tail) > 0 && !closing {
			continue // the mark of another part that begins alike
		}
		if after == nil {
			after = []byte{}
		}
		before = bytes.TrimSuffix(bytes.TrimSuffix(body[:i], []byte("\n")), []byte("\r"))
		return before, after, closing
	}
}

// enclosed keeps a mail that is attached, and says of it what of any attachment.
func (w *walker) enclosed(h header, body []byte) {
	if len(w.l.Enclosed) == maxEnclosed {
		w.l.odd(Cut)
		return
	}
	if encoding(h) != "" { // which RFC 2046 §5.2.1 forbids, and some do
		body = w.l.decode(h, body, MaxSize-w.decoded)
		w.decoded += len(body)
	}
	w.l.Enclosed = append(w.l.Enclosed, body)
	w.file(File{Name: w.name(h, nil), Type: "message/rfc822", Size: len(body)})
}

// name is that of an attachment.
func (w *walker) name(h header, params map[string]string) string {
	_, more, err := mime.ParseMediaType(h.get("content-disposition"))
	if err != nil {
		more = nil
	}
	for _, name := range []string{more["filename"], params["name"]} {
		if name != "" {
			return w.l.fileName(name)
		}
	}
	return ""
}

// fileName is a name that leads nowhere and shows no other one.
func (l *Letter) fileName(name string) string {
	name = path.Base(strings.ReplaceAll(l.decoded(name), `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			l.odd(HiddenForward)
			return -1
		}
		return r
	}, name)
	for len(name) > maxName {
		_, size := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-size]
	}
	return name
}

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
	switch encoding(h) {
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
