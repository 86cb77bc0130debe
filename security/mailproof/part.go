package mailproof

import (
	"bytes"
	"mime"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"
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
	w.file(File{Name: name, Type: w.l.clean(kind), Size: decodedSize(h, body)}, &sent{encoding(h), body})
}

// file adds an attachment; content is nil of one that is not kept as it is.
func (w *walker) file(f File, content *sent) {
	if len(w.l.Files) == maxFiles {
		w.l.odd(Cut)
		return
	}
	w.l.Files, w.l.contents = append(w.l.Files, f), append(w.l.contents, content)
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
		if i > 0 && body[i-1] != '\n' || at < len(body) && !strings.ContainsRune("- \t\r\n", rune(body[at])) {
			continue
		}
		line, after, _ := bytes.Cut(body[at:], []byte("\n"))
		tail := bytes.TrimRight(line, " \t\r")
		closing := string(tail) == "--"
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
	w.file(File{Name: w.name(h, nil), Type: "message/rfc822", Size: len(body)}, nil)
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
