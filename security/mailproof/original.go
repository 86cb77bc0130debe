package mailproof

import "strings"

// Original is the mail that this one brings, and its bytes: one that is attached, or else one that a
// mail program put into the text, of which no header is left (nil then). It is nil when this one brings
// none, or comes from us itself.
func (l *Letter) Original(ours Ours) (*Letter, []byte) {
	for _, a := range l.Author {
		if ours.IsOurs(a.Domain) {
			return nil, nil
		}
	}
	for _, raw := range l.Enclosed {
		if inner, err := Read(raw); err == nil && inner.Form == Source {
			return inner, raw
		}
	}
	if len(l.Inline) == 0 {
		return nil, nil
	}
	in := l.Inline[0]
	inner := &Letter{Form: Bare, Subject: in.Subject, Text: in.Text, EndCode: endCode(in.Text),
		Links: l.Links, Files: l.Files, Odd: l.Odd}
	inner.Author = inner.addresses([]string{in.Author})
	return inner, nil
}

// longestForward is how long the word before the subject of a forwarded mail may be, in bytes.
const longestForward = 8

// OnlyBrings reports whether a mail says nothing but what its one attached mail says.
func (l *Letter) OnlyBrings(inner *Letter) bool {
	return len(l.Enclosed) == 1 && len(l.Files) == 1 && len(l.Odd) == 0 &&
		strings.TrimSpace(l.plain) == "" && l.html == "" &&
		len(strings.TrimSuffix(l.Subject, inner.Subject)) <= longestForward
}
