package mailproof

import (
	"bytes"
	"io"
	"mime"
	"net/mail"
	"strings"
	"time"

	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/transform"
)

// field is a line of a header, unfolded.
type field struct{ name, value string } // name in lower case

// header is what stands above a body, in its order.
type header []field

func (h header) get(name string) string {
	for _, f := range h {
		if f.name == name {
			return f.value
		}
	}
	return ""
}

func (h header) all(name string) (values []string) {
	for _, f := range h {
		if f.name == name {
			values = append(values, f.value)
		}
	}
	return values
}

// splitHeader takes the header off a mail or a part; false when there is none.
func splitHeader(raw []byte, l *Letter) (h header, body []byte, ok bool) {
	var name string
	var value []byte // of the field that is being read, of which lines may follow
	end := func() {
		if name != "" {
			h = append(h, field{name, string(value)})
		}
		name, value = "", value[:0]
	}
	add := func(text []byte) {
		if len(value)+len(text) > maxValue {
			l.odd(Cut)
			text = text[:max(0, maxValue-len(value))]
		}
		value = append(value, text...)
	}
	whole := raw
	for size := 0; len(raw) > 0; {
		line, rest, _ := bytes.Cut(raw, []byte("\n"))
		text := bytes.TrimRight(line, "\r")
		if len(text) == 0 {
			end()
			return h, rest, len(h) > 0
		}
		key, more, isField := bytes.Cut(text, []byte(":"))
		switch full := size > maxHeader || len(h) >= maxFields; {
		case full:
			l.odd(Cut)
		case name != "" && (text[0] == ' ' || text[0] == '\t'):
			add([]byte{' '})
			add(bytes.TrimSpace(text))
		case isField && isName(key):
			end()
			if name = strings.ToLower(string(bytes.TrimRight(key, " \t"))); len(name) < len(key) {
				l.odd(BadHeader)
			}
			add(bytes.TrimSpace(more))
		case name == "": // text that never was a header
			return nil, whole, false
		default: // the body begins without an empty line
			l.odd(BadHeader)
			end()
			return h, raw, true
		}
		size += len(line)
		raw = rest
	}
	end()
	return h, nil, len(h) > 0
}

// isName tells the name of a field (RFC 5322 §2.2), as far as a blank may follow it.
func isName(name []byte) bool {
	name = bytes.TrimRight(name, " \t")
	for _, c := range name {
		if c <= ' ' || c > '~' {
			return false
		}
	}
	return len(name) > 0 && len(name) < 80
}

var single = []string{"from", "sender", "reply-to", "to", "subject", "date", "message-id"}

// readFields reads what the header of the whole says.
func (l *Letter) readFields(h header) {
	for _, name := range single {
		if len(h.all(name)) > 1 {
			if name == "from" {
				l.odd(AuthorTwice)
			} else {
				l.odd(FieldTwice)
			}
		}
	}
	l.Author = l.addresses(h.all("from"))
	if len(l.Author) == 0 {
		l.odd(NoAuthor)
	}
	l.ReplyTo, l.Sender = l.addresses(h.all("reply-to")), l.addresses(h.all("sender"))
	l.To, l.Cc = l.addresses(h.all("to")), l.addresses(h.all("cc"))
	if path := l.addresses(h.all("return-path")[:min(1, len(h.all("return-path")))]); len(path) > 0 {
		l.ReturnPath = path[0].Address
	}
	l.Subject = l.decoded(h.get("subject"))
	l.Date = l.date(h.get("date"))
	l.InReplyTo, l.References = ids(h.get("in-reply-to")), ids(h.get("references"))
	if own := ids(h.get("message-id")); len(own) > 0 {
		l.MessageID = own[0]
	}
	l.Notice = l.clean(h.get("x-regain-notice"))
	l.Code, l.Seal = l.clean(h.get("x-regain-message")), l.clean(h.get("x-regain-seal"))
	l.Signed = len(h.all("dkim-signature"))
	l.Auto = autoOf(h)
	l.Hearsay = l.hearsay(h)
}

// charset reads what is written in another encoding.
func charset(name string, r io.Reader) (io.Reader, error) {
	e, err := htmlindex.Get(strings.TrimSpace(name))
	if err != nil {
		return nil, err
	}
	return transform.NewReader(r, e.NewDecoder()), nil
}

var decoder = mime.WordDecoder{CharsetReader: charset}

// decoded is a field for reading, in one line.
func (l *Letter) decoded(value string) string {
	text, err := decoder.DecodeHeader(value)
	if err != nil {
		l.odd(BadCharset)
		text = value
	}
	return strings.Join(strings.Fields(l.clean(text)), " ")
}

func (l *Letter) date(value string) time.Time {
	if value == "" {
		return time.Time{}
	}
	at, err := mail.ParseDate(value)
	if err != nil || at.Year() < 1970 || at.Year() > 9999 {
		l.odd(BadDate)
		return time.Time{}
	}
	return at
}

// addresses reads fields that hold some. What no parser takes is still looked through for what mail
// programs would show.
func (l *Letter) addresses(values []string) (all []Address) {
	parser := mail.AddressParser{WordDecoder: &decoder}
	for _, value := range values {
		if strings.TrimSpace(value) == "" || value == "<>" {
			continue
		}
		list, err := parser.ParseList(value)
		if err != nil {
			l.odd(BadHeader)
			list = []*mail.Address{l.guessed(value)}
		}
		for _, a := range list {
			if len(all) == maxPeople {
				l.odd(Cut)
				return all
			}
			all = append(all, l.address(a))
		}
	}
	return all
}

// guessed takes the last address in angle brackets, and what stands before as the name.
func (l *Letter) guessed(value string) *mail.Address {
	at := strings.LastIndex(value, "<")
	if at < 0 {
		return &mail.Address{Address: strings.TrimSpace(value)}
	}
	inner, _, _ := strings.Cut(value[at+1:], ">")
	return &mail.Address{Name: l.decoded(strings.Trim(value[:at], ` "`)),
		Address: strings.TrimSpace(inner)}
}

func (l *Letter) address(a *mail.Address) Address {
	out := Address{Name: strings.Join(strings.Fields(l.clean(a.Name)), " "),
		Address: l.clean(a.Address)}
	if at := strings.LastIndex(out.Address, "@"); at >= 0 {
		out.Domain = foldDomain(out.Address[at+1:])
	}
	return out
}

// ids are the names of mails in a field, without their brackets.
func ids(value string) (all []string) {
	for len(all) < maxIDs {
		_, rest, ok := strings.Cut(value, "<")
		id, after, closed := strings.Cut(rest, ">")
		if !ok || !closed {
			return all
		}
		if id = strings.TrimSpace(id); id != "" && len(id) < maxName {
			all = append(all, strings.ToValidUTF8(strings.ReplaceAll(id, "\x00", ""), ""))
		}
		value = after
	}
	return all
}
