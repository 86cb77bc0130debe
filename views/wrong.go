// Package views turns finished answers into pages. A model holds only what the page
// shows, already formatted and already decided; its View draws it. The package decides
// nothing, asks no clock and knows neither the rules nor the tables behind a page. All
// sentences stand in views/words.
package views

import (
	"fmt"
	"strings"

	"regain/views/words"
)

// Wrong is how a refusal looks to a form. Field is the form field it belongs to, or empty
// when it belongs to none. Code is one of views/words, and Args fill its sentence in order;
// At fills it instead where it is about a moment.
type Wrong struct {
	Field string
	Code  string
	Args  []string
	At    Moment
}

func (w Wrong) text() words.Text {
	if !w.At.IsZero() {
		return words.Say(w.Code, w.At)
	}
	return words.Coded(w.Code, w.Args)
}

// anchor makes an element id of a field name. Different names give different ids, and
// none of them contains a dot followed by anything but two hexadecimal digits, so that
// suffixes such as ".hint" can never meet another field's id.
func anchor(field string) string {
	var b strings.Builder
	for _, c := range []byte(field) {
		if c == '_' || c == '-' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' {
			b.WriteByte(c)
			continue
		}
		fmt.Fprintf(&b, ".%02x", c)
	}
	return b.String()
}

// WrongAt finds the refusal of one field.
func (p Page) WrongAt(field string) (Wrong, bool) {
	for _, w := range p.Wrong {
		if w.Field == field {
			return w, true
		}
	}
	return Wrong{}, false
}

// DescribedBy lists the ids of a field's hint and error, as far as they are on the page.
func (p Page) DescribedBy(field string, hint words.Text) string {
	var ids []string
	if !hint.IsZero() {
		ids = append(ids, anchor(field)+".hint")
	}
	if _, bad := p.WrongAt(field); bad {
		ids = append(ids, anchor(field)+".error")
	}
	return strings.Join(ids, " ")
}

// IsWrong reports whether a field was refused.
func (p Page) IsWrong(field string) bool {
	_, bad := p.WrongAt(field)
	return bad
}
