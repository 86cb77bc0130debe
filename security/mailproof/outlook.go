package mailproof

import (
	"bytes"
	"encoding/binary"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/richardlehane/mscfb"
)

// outlookMagic is how a compound file begins (MS-CFB §2.2).
var outlookMagic = []byte{0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1}

// maxDirectory bounds the directory of such a file, in bytes: 2,048 entries. The library keeps the whole
// path of each, so that a deep one would take memory by the square of its depth.
const maxDirectory = 256 << 10

// Properties of a message that are read (MS-OXPROPS).
const (
	propHeaders  = "007D"
	propSubject  = "0037"
	propSender   = "0C1A"
	propAddress  = "5D01"
	propBody     = "1000"
	propHTML     = "1013"
	propFileName = "3707"
	propShort    = "3704"
	propType     = "370E"
	propData     = "3701"
)

// bounded is a file of which only so much of its directory can be read.
type bounded struct {
	*bytes.Reader
	left int
}

// ReadAt implements io.ReaderAt. Links from sector to sector are read in fours.
func (b *bounded) ReadAt(into []byte, at int64) (int, error) {
	if len(into) > 4 {
		if b.left -= len(into); b.left < 0 {
			return 0, io.ErrUnexpectedEOF
		}
	}
	return b.Reader.ReadAt(into, at)
}

// readOutlook reads a file in which Outlook keeps a message. Its header is the one with which it came,
// if it came from outside; its text is what Outlook has made of it.
func readOutlook(raw []byte) (*Letter, error) {
	file := &bounded{bytes.NewReader(raw), maxDirectory}
	box, err := mscfb.New(file)
	if err != nil {
		return nil, ErrOutlook
	}
	file.left = 2 * len(raw)
	l := &Letter{Form: Outlook}
	o := outlook{l: l, own: map[string]string{}, files: map[string]map[string]string{},
		sizes: map[string]int{}}
	for _, f := range box.File {
		o.entry(f)
	}
	if len(o.own) == 0 {
		return nil, ErrOutlook
	}
	head, _, _ := splitHeader([]byte(strings.TrimLeft(o.own[propHeaders], "\r\n")), l)
	l.readFields(head)
	if l.Subject == "" {
		l.Subject = l.decoded(o.own[propSubject])
	}
	if address := o.own[propAddress]; len(l.Author) == 0 && address != "" {
		a := Address{Name: l.decoded(o.own[propSender]), Address: address}
		if _, domain, ok := strings.Cut(address, "@"); ok {
			a.Domain = foldDomain(domain)
		}
		l.Author = []Address{a}
	}
	l.plain, l.html = o.own[propBody], o.own[propHTML]
	for _, name := range o.order {
		said := o.files[name]
		called := said[propFileName]
		if called == "" {
			called = said[propShort]
		}
		walk := walker{l: l}
		walk.file(File{Name: l.fileName(called), Type: strings.ToLower(l.clean(said[propType])),
			Size: o.sizes[name]}, nil)
	}
	l.finish()
	return l, nil
}

// outlook collects the properties of a message and of its attachments.
type outlook struct {
	l     *Letter
	own   map[string]string
	files map[string]map[string]string
	sizes map[string]int
	order []string
}

const (
	propPrefix   = "__substg1.0_"
	attachPrefix = "__attach_version1.0_"
)

// entry keeps what is of use of one stream. What lies in an enclosed message is none of this one.
func (o *outlook) entry(f *mscfb.File) {
	tag, ok := strings.CutPrefix(f.Name, propPrefix)
	if !ok || len(tag) < 8 || len(f.Path) > 1 {
		return
	}
	id, kind := strings.ToUpper(tag[:4]), strings.ToUpper(tag[4:8])
	into := o.own
	if len(f.Path) == 1 {
		name := f.Path[0]
		if !strings.HasPrefix(name, attachPrefix) {
			return
		}
		if o.files[name] == nil {
			if len(o.files) > maxFiles {
				o.l.odd(Cut)
				return
			}
			o.files[name] = map[string]string{}
			o.order = append(o.order, name)
		}
		if id == propData {
			o.sizes[name] = int(min(f.Size, MaxSize))
			return
		}
		into = o.files[name]
	}
	switch id {
	case propHeaders, propSubject, propSender, propAddress, propBody, propHTML, propFileName,
		propShort, propType:
		if _, twice := into[id]; !twice {
			into[id] = o.text(f, kind)
		}
	}
}

// text reads a property: UTF-16 (001F), bytes of some Windows (001E), or HTML as it came (0102).
func (o *outlook) text(f *mscfb.File, kind string) string {
	size := f.Size
	if size > 2*maxWords {
		o.l.odd(Cut)
		size = 2 * maxWords
	}
	raw := make([]byte, max(0, size))
	n, err := io.ReadFull(f, raw)
	if err != nil && n < len(raw) {
		o.l.odd(BadEncoding)
	}
	raw = raw[:n]
	if kind != "001F" {
		if utf8.Valid(raw) {
			return o.l.clean(string(raw))
		}
		return o.l.words(raw, "windows-1252")
	}
	units := make([]uint16, len(raw)/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(raw[2*i:])
	}
	return o.l.clean(strings.TrimRight(string(utf16.Decode(units)), "\x00"))
}
