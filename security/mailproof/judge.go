package mailproof

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
)

// Ours is what we know of ourselves.
type Ours struct {
	Brand string
	// Sender is the bare address that our mails come from.
	Sender string
	// IsOurs tells our domains, of mail and of pages.
	IsOurs func(domain string) bool
	// Skeleton is what names have in common that look alike.
	Skeleton func(string) string
	// Link judges an address by the rules of browsers.
	Link func(address string) LinkVerdict
}

// LinkVerdict is what is found of one address.
type LinkVerdict struct {
	Host  string // where it leads, "" for nowhere on the web
	Ours  bool
	Fools bool // it is made to look like another one
}

// Record is what the outbox knows under the code of a mail; the zero one is that it knows nothing.
type Record struct {
	ID, To string // of the outbox row, and the bare address
}

// SealState is what the seal of a mail says.
type SealState string

// The states of a seal. SealUnknown is one of a key that we have no more, or none that we ever made.
const (
	SealNone    SealState = "none"
	SealRight   SealState = "right"
	SealWrong   SealState = "wrong"
	SealUnknown SealState = "unknown"
)

// JudgedLink is a link of a mail with where it leads.
type JudgedLink struct {
	Link
	LinkVerdict
	// Instead is the host that its text names, where that is another one; "" else.
	Instead string
}

// Finding is what a mail was found to be.
type Finding struct {
	Verdict Verdict
	Reasons []Reason // for the verdict first
	Signed  []Signature
	Links   []JudgedLink
}

// Proof is what is known of a mail from elsewhere: Record is that of its code.
type Proof struct {
	Record Record
	Seal   SealState
	Signed []Signature // by Signatures
}

// Judge says whether a mail is ours. It asks nobody.
func Judge(l *Letter, ours Ours, p Proof) Finding {
	f := Finding{Signed: p.Signed, Links: judgeLinks(l.Links, ours)}
	facts := gather(l, ours, p, f.Links)
	f.Verdict, f.Reasons = Decide(facts)
	return f
}

// Check is Judge with the signatures asked for.
func Check(ctx context.Context, raw []byte, l *Letter, ours Ours, p Proof, r Resolver,
	now time.Time) Finding {
	if l.Form == Source && l.Signed > 0 && r != nil {
		p.Signed = Signatures(ctx, raw, r, now)
	}
	return Judge(l, ours, p)
}

// gather puts what is known into the facts of the decision.
func gather(l *Letter, ours Ours, p Proof, links []JudgedLink) Facts {
	f := Facts{Form: l.Form, CodeStated: l.CodeStated() != "", CodeKnown: p.Record.ID != "",
		Seal: p.Seal, AsSent: l.AsSent(), Cut: l.Is(Cut), AuthorTwice: l.Is(AuthorTwice),
		Files: len(l.Files)}
	if len(l.Author) > 0 {
		a := l.Author[0]
		f.Author, f.AuthorOurs = a.Domain, a.Domain != "" && ours.IsOurs(a.Domain)
		f.AuthorSender = strings.EqualFold(a.Address, ours.Sender)
		f.NameOurs = !f.AuthorOurs && ours.named(a.Name+" "+a.Domain)
	}
	if f.CodeKnown {
		id, _, _ := strings.Cut(l.MessageID, "@")
		f.IDOther = l.MessageID != "" && id != p.Record.ID
		f.ToOther = len(l.To) > 0 && !strings.EqualFold(l.To[0].Address, p.Record.To)
	}
	elsewhere := l.Sender
	if p.Seal != SealRight || !f.AsSent { // which covers where replies go
		elsewhere = slices.Concat(l.ReplyTo, l.Sender)
	}
	for _, a := range elsewhere {
		if a.Domain != "" && a.Domain != f.Author && !ours.IsOurs(a.Domain) {
			f.ReplyElsewhere = a.Domain
		}
	}
	for _, k := range links {
		f.link(k)
	}
	f.signed(l, p.Signed)
	return f
}

func (f *Facts) link(k JudgedLink) {
	if k.Host != "" && !k.Ours && f.LinkForeign == "" {
		f.LinkForeign = k.Host
	}
	if (k.Fools || k.Instead != "") && f.LinkFools == "" {
		f.LinkFools = k.Host
		if f.LinkFools == "" {
			f.LinkFools = k.Instead
		}
	}
	f.Sends = f.Sends || k.Sends
}

// signed takes the best that signatures say: of the author's own domain, then of any.
func (f *Facts) signed(l *Letter, all []Signature) {
	f.Signature = NotSigned
	for _, s := range all {
		own := len(l.Author) == 1 && aligned(s.Domain, l.Author[0].Domain)
		switch {
		case s.State == SignatureValid && own:
			f.Signature, f.SignedBy = SignedByAuthor, s.Domain
			return
		case s.State == SignatureValid && f.Signature != SignedByOther:
			f.Signature, f.SignedBy = SignedByOther, s.Domain
		case f.Signature != NotSigned:
		case s.State == KeyUnreachable:
			f.Signature, f.SignedBy = SignedUnknown, s.Domain
		default:
			f.Signature, f.SignedBy = SignedWrong, s.Domain
		}
	}
}

// CodeStated is the message code that a mail shows: at the end of its text, or else in its header.
func (l *Letter) CodeStated() string {
	if l.EndCode != "" {
		return l.EndCode
	}
	return l.Code
}

// named reports whether a text speaks of us: our brand, however it is spaced and written, or a domain.
func (o Ours) named(text string) bool {
	if brand := o.look(o.Brand); len(brand) > 3 && strings.Contains(o.look(text), brand) {
		return true
	}
	for _, word := range strings.FieldsFunc(text, func(c rune) bool {
		return unicode.IsSpace(c) || strings.ContainsRune("<>()[]@,;\"'", c)
	}) {
		if strings.Contains(word, ".") && o.IsOurs(foldDomain(word)) {
			return true
		}
	}
	return false
}

// look is a text by the look of its letters alone.
func (o Ours) look(text string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsLetter(c) || unicode.IsDigit(c) {
			return c
		}
		return -1
	}, o.Skeleton(text))
}

func judgeLinks(links []Link, ours Ours) (all []JudgedLink) {
	for _, k := range links {
		j := JudgedLink{Link: k, LinkVerdict: ours.Link(k.URL)}
		if shown := shownHost(k.Shown); shown != "" && !aligned(shown, j.Host) {
			j.Instead = shown
		}
		all = append(all, j)
	}
	return all
}

// shownHost is the host that the text of a link names; "" for words.
func shownHost(shown string) string {
	shown = strings.TrimSpace(shown)
	if shown == "" || strings.ContainsFunc(shown, unicode.IsSpace) {
		return ""
	}
	if !strings.Contains(shown, "://") {
		shown = "https://" + shown
	}
	to, err := url.Parse(shown)
	if err != nil || to.User != nil {
		return ""
	}
	host := foldDomain(to.Hostname())
	if _, ending, ok := strings.Cut(host, "."); !ok || !isHost(host) || strings.Trim(ending, "0123456789.") == "" {
		return ""
	}
	return host
}
