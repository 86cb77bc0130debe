// Package mailproof reads mails that anybody brings, and judges whether they are ours. It reads within
// bounds, opens nothing that is attached, and asks nobody but the resolver that it is given.
package mailproof

import (
	"errors"
	"time"
)

// Bounds of what is read. What lies beyond is left out and told as Cut; only a mail larger than MaxSize
// is not read at all.
const (
	MaxSize     = 10 << 20 // bytes of a mail
	maxHeader   = 256 << 10
	maxFields   = 500
	maxValue    = 16 << 10 // bytes of a field that is taken apart
	maxDepth    = 8        // parts within parts
	maxPieces   = 500      // parts of all depths
	maxWords    = 1 << 20  // decoded bytes of text, and of HTML
	maxLinks    = 300
	maxURL      = 4 << 10
	maxShown    = 300 // bytes of what stands for a link
	maxFiles    = 50
	maxName     = 255
	maxEnclosed = 10
	maxPeople   = 30 // addresses of one field
	maxIDs      = 50
)

// Errors of Read.
var (
	ErrTooLarge = errors.New("mail is larger than 10 MB")
	ErrEmpty    = errors.New("nothing to read")
	ErrOutlook  = errors.New("not an Outlook message that can be read")
)

// Form is what a mail was brought as.
type Form string

// The forms. A mail that Outlook keeps as a file is no longer as it came: its signatures can not be
// checked. Bare text has no header at all.
const (
	Source  Form = "source" // RFC 5322, an .eml file or pasted source
	Outlook Form = "outlook"
	Bare    Form = "bare"
)

// Letter is what a mail says. Nothing of it is to be believed. All text is valid UTF-8 without NUL.
type Letter struct {
	Form Form
	// Author, ReplyTo, Sender, To and Cc are the addresses of these fields; Author is From, of every
	// From field if there are several.
	Author, ReplyTo, Sender, To, Cc []Address
	ReturnPath                      string // bare address, "" for <> too
	Subject                         string
	Date                            time.Time // zero: none that can be read
	// MessageID, InReplyTo and References are without the angle brackets.
	MessageID             string
	InReplyTo, References []string
	// Text is that of the text/plain parts, or else of the HTML ones made plain (PlainFromHTML), with
	// "\n" at the end of lines.
	Text          string
	PlainFromHTML bool
	Links         []Link // of text and HTML, each once, in their order
	Files         []File
	// Enclosed are the mails that are attached as such (message/rfc822, Outlook: none), byte for byte
	// in MIME parts that are not encoded.
	Enclosed [][]byte
	// Inline are the mails that a mail program put into the text when it forwarded them.
	Inline []Inline
	Auto   Auto
	// Notice and Code are the header fields of our mails, Seal that by which they are known again;
	// EndCode is the message code at the end of the text.
	Notice, Code, Seal, EndCode string
	Hearsay                     []Hearsay
	Signed                      int // DKIM signatures, of which nothing is known yet
	Odd                         []Odd

	contents    []*sent // of Files
	plain, html string  // as decoded, for what a seal covers
	pieces      int     // text/plain and text/html parts
	built       bool    // see builtAsOurs
}

// Address is one of a header field.
type Address struct {
	Name    string // decoded, "" for none
	Address string // as it stands there
	Domain  string // folded, without a trailing dot; "" where there is none
}

// Link is an address in a mail.
type Link struct {
	URL string // as it stands there
	// Shown is the text that leads there, "" for an address in plain text.
	Shown string
	// Sends says that it is where a form in the mail sends what is typed.
	Sends bool
}

// File is an attachment, of which only the head was read; see Letter.Content.
type File struct {
	Name string // as its sender calls it, without folders and marks of direction
	Type string // as its sender says, folded
	Size int    // bytes, about
}

// sent is a part as it came, and how it is written.
type sent struct {
	encoding string
	body     []byte
}

// Inline is a mail that stands in the text of another.
type Inline struct {
	// Author, Subject are those of its own lines above the text, as they stand there; "" where
	// there are none.
	Author, Subject string
	Text            string
}

// Auto says that a program wrote the mail by itself (RFC 3834), and what kind it is.
type Auto string

// The kinds of Auto; NotAuto is a mail of a person as far as one can tell. To none but that one may be
// answered by a program.
const (
	NotAuto   Auto = ""
	AutoReply Auto = "reply"
	AutoBulk  Auto = "bulk" // list, newsletter, other programs
	Bounce    Auto = "bounce"
)

// Hearsay is what a header says of checks that a server on the way made. Anybody can write that.
type Hearsay struct {
	By     string // who says so
	Method string // "spf", "dkim", "dmarc", "arc"
	Result string // "pass", "fail" …
	Domain string // whom it is about, "" for nobody
}

// Odd is a code for what is wrong with the form of a mail.
type Odd string

// What can be odd. None of it keeps a mail from being read.
const (
	Cut           Odd = "cut" // more of something than is read
	AuthorTwice   Odd = "author_twice"
	FieldTwice    Odd = "field_twice" // another one that may stand once
	NoAuthor      Odd = "no_author"
	BadHeader     Odd = "bad_header"
	BadEncoding   Odd = "bad_encoding"
	BadCharset    Odd = "bad_charset"
	BadBoundary   Odd = "bad_boundary"
	BadDate       Odd = "bad_date"
	NULs          Odd = "nul"
	TooDeep       Odd = "too_deep"
	HiddenForward Odd = "hidden_text" // marks of direction, or text that no reader shows
)

func (l *Letter) odd(o Odd) {
	for _, known := range l.Odd {
		if known == o {
			return
		}
	}
	l.Odd = append(l.Odd, o)
}

// Is reports whether this is odd about the mail.
func (l *Letter) Is(o Odd) bool {
	for _, known := range l.Odd {
		if known == o {
			return true
		}
	}
	return false
}
