package mailproof

import (
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// rendered is HTML as text, and where it leads.
type rendered struct {
	text  string
	links []Link
}

// block are elements that stand on lines of their own.
var block = map[atom.Atom]bool{atom.P: true, atom.Div: true, atom.Br: true, atom.Tr: true,
	atom.Li: true, atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.H5: true,
	atom.H6: true, atom.Table: true, atom.Blockquote: true, atom.Hr: true, atom.Ul: true,
	atom.Ol: true, atom.Pre: true, atom.Section: true, atom.Article: true, atom.Header: true,
	atom.Footer: true, atom.Form: true}

// silent are elements whose text nobody reads.
var silent = map[atom.Atom]bool{atom.Script: true, atom.Style: true, atom.Title: true,
	atom.Template: true, atom.Noscript: true, atom.Iframe: true, atom.Noembed: true,
	atom.Noframes: true, atom.Textarea: true, atom.Xmp: true}

// reader makes text of HTML, token by token: nothing of it is kept as a tree.
type reader struct {
	l     *Letter
	tags  *html.Tokenizer
	text  strings.Builder
	links []Link
	base  *url.URL
	quiet atom.Atom // inside of which there is nothing to read
	open  int       // the link that is being read, 1 for the first; 0 for none
	shown strings.Builder
	blank bool // the text ends in one
}

func (l *Letter) render(source string) rendered {
	r := reader{l: l, tags: html.NewTokenizer(strings.NewReader(source)), blank: true}
	r.tags.SetMaxBuf(maxWords + 1)
	for {
		switch kind := r.tags.Next(); kind {
		case html.ErrorToken:
			r.close()
			return rendered{r.text.String(), r.links}
		case html.TextToken:
			if r.quiet == 0 {
				r.say(string(r.tags.Text()))
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			r.start(kind == html.SelfClosingTagToken)
		case html.EndTagToken:
			name, _ := r.tags.TagName()
			r.end(atom.Lookup(name))
		}
	}
}

func (r *reader) start(closed bool) {
	raw, attributes := r.tags.TagName()
	name := atom.Lookup(raw)
	if r.quiet != 0 {
		return
	}
	if silent[name] && !closed {
		r.quiet = name
	}
	if block[name] {
		r.line()
	}
	for attributes {
		var key, value []byte
		key, value, attributes = r.tags.TagAttr()
		r.attribute(name, string(key), value)
	}
}

// attribute looks at where an element leads.
func (r *reader) attribute(of atom.Atom, key string, value []byte) {
	switch {
	case of == atom.Base && key == "href":
		if base, err := url.Parse(strings.TrimSpace(string(value))); err == nil && r.base == nil {
			r.base = base
		}
	case (of == atom.A || of == atom.Area) && (key == "href" || key == "xlink:href"):
		r.close()
		if r.link(Link{URL: r.whole(string(value))}) && of == atom.A {
			r.open = len(r.links)
		}
	case of == atom.Form && key == "action", key == "formaction":
		r.link(Link{URL: r.whole(string(value)), Sends: true})
	case of == atom.Img && key == "alt" && r.open > 0:
		r.show(string(value))
	}
}

// whole is an address as the base of the page completes it.
func (r *reader) whole(address string) string {
	address = r.l.clean(strings.TrimSpace(address))
	if r.base == nil {
		return address
	}
	to, err := url.Parse(address)
	if err != nil || to.IsAbs() {
		return address
	}
	return r.base.ResolveReference(to).String()
}

// link keeps what leads somewhere else; false when it does not, or there is no room.
func (r *reader) link(k Link) bool {
	if k.URL == "" || strings.HasPrefix(k.URL, "#") {
		return false
	}
	if len(r.links) == maxLinks || len(k.URL) > maxURL {
		r.l.odd(Cut)
		return false
	}
	r.links = append(r.links, k)
	return true
}

func (r *reader) end(name atom.Atom) {
	if r.quiet != 0 {
		if name == r.quiet {
			r.quiet = 0
		}
		return
	}
	if name == atom.A {
		r.close()
	}
	if block[name] {
		r.line()
	}
}

// close ends the link that is being read.
func (r *reader) close() {
	if r.open > 0 {
		r.links[r.open-1].Shown = strings.Join(strings.Fields(r.shown.String()), " ")
	}
	r.open = 0
	r.shown.Reset()
}

func (r *reader) show(text string) {
	if room := maxShown - r.shown.Len(); room > 0 {
		r.shown.WriteString(strings.ToValidUTF8(text[:min(len(text), room)], "") + " ")
	}
}

// say adds text with its blanks as a browser shows them.
func (r *reader) say(text string) {
	if r.open > 0 {
		r.show(text)
	}
	if r.text.Len() > maxWords {
		r.l.odd(Cut)
		return
	}
	text = r.l.clean(text)
	if strings.TrimLeft(text, " \t\r\n") != text {
		r.gap()
	}
	for i, word := range strings.FieldsFunc(text, isBlank) {
		if i > 0 {
			r.text.WriteByte(' ')
		}
		r.text.WriteString(word)
		r.blank = false
	}
	if strings.TrimRight(text, " \t\r\n") != text {
		r.gap()
	}
}

func isBlank(c rune) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

func (r *reader) gap() {
	if !r.blank {
		r.text.WriteByte(' ')
	}
	r.blank = true
}

func (r *reader) line() {
	if r.text.Len() > 0 && r.text.Len() < maxWords {
		r.text.WriteByte('\n')
	}
	r.blank = true
}
