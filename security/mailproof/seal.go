package mailproof

import "strings"

// SealField is the header field by which we know our mails again.
const SealField = "X-Regain-Seal"

// Covered is what the seal of a mail covers, as parts of a MAC: the code and the id (Message-ID without
// its host), for whom it is, and every word and every link of it. Blanks and ends of lines, which mail
// servers change, do not count. It tells nothing to whoever lacks the key.
func Covered(id, code, to, subject, text, html string) [][]byte {
	parts := make([][]byte, 0, 6)
	for _, s := range []string{id, code, strings.ToLower(to), subject, text, html} {
		parts = append(parts, []byte(strings.Join(strings.Fields(s), " ")))
	}
	return parts
}

// Covered is what a seal of this mail has to cover.
func (l *Letter) Covered() [][]byte {
	id, _, _ := strings.Cut(l.MessageID, "@")
	to := ""
	if len(l.To) > 0 {
		to = l.To[0].Address
	}
	return Covered(id, l.Code, to, l.Subject, l.plain, l.html)
}

// AsSent reports whether the mail has the form of ours, of which nothing could be added beside what a
// seal covers: one author and one addressee, the text and its HTML, no attachment, read to its end.
func (l *Letter) AsSent() bool {
	return l.Form == Source && len(l.Author) == 1 && len(l.To) == 1 && len(l.Cc) == 0 &&
		l.pieces == 2 && l.plain != "" && l.html != "" && len(l.Files) == 0 &&
		len(l.Enclosed) == 0 && !l.Is(Cut) && !l.Is(FieldTwice) && !l.Is(AuthorTwice)
}
