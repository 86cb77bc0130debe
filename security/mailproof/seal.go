package mailproof

import (
	"strconv"
	"strings"
	"time"
)

// SealField is the header field by which we know our mails again.
const SealField = "X-Regain-Seal"

// Shown is what a mail shows, all of which its seal covers.
type Shown struct {
	ID, Code   string    // the id is the Message-ID without its host
	Name, From string    // of the author, and the bare address
	To         string    // bare address
	ReplyTo    string    // bare address; "" for none
	Date       time.Time // to the second
	Subject    string
	Text, HTML string
}

// Covered is what the seal of a mail covers, as parts of a MAC: who and what it is, for whom, and every
// word and every link of it. Blanks and ends of lines, which mail servers change, do not count. It tells
// nothing to whoever lacks the key.
func (w Shown) Covered() [][]byte {
	var parts [][]byte
	for _, s := range []string{w.ID, w.Code, w.Name, strings.ToLower(w.From), strings.ToLower(w.To),
		strings.ToLower(w.ReplyTo), strconv.FormatInt(w.Date.Unix(), 10), w.Subject, w.Text, w.HTML} {
		parts = append(parts, []byte(strings.Join(strings.FieldsFunc(s, isBlank), " ")))
	}
	return parts
}

// Covered is what a seal of this mail has to cover.
func (l *Letter) Covered() [][]byte {
	w := Shown{Code: l.Code, Date: l.Date, Subject: l.Subject, Text: l.plain, HTML: l.html}
	w.ID, _, _ = strings.Cut(l.MessageID, "@")
	if len(l.Author) > 0 {
		w.Name, w.From = l.Author[0].Name, l.Author[0].Address
	}
	if len(l.To) > 0 {
		w.To = l.To[0].Address
	}
	if len(l.ReplyTo) > 0 {
		w.ReplyTo = l.ReplyTo[0].Address
	}
	return w.Covered()
}

// AsSent reports whether the mail has the form of ours, of which nothing could be added beside what a
// seal covers: one author and one addressee, the text and its HTML, no attachment, read to its end, and
// nothing that some mail program could read in another way.
func (l *Letter) AsSent() bool {
	return l.Form == Source && l.built && len(l.Author) == 1 && len(l.To) == 1 && len(l.Cc) == 0 &&
		l.pieces == 2 && l.plain != "" && l.html != "" && len(l.Files) == 0 && l.MessageID != "" &&
		!l.Date.IsZero() && len(l.Enclosed) == 0 && !l.Is(Cut) && !l.Is(FieldTwice) && !l.Is(AuthorTwice) &&
		!l.Is(BadEncoding) && !l.Is(NULs) && !l.Is(TooDeep) && !l.Is(BadBoundary)
}
