package genuine

import (
	"context"
	"crypto/hmac"
	"encoding/base64"
	"errors"
	"strings"

	"regain/security"
	"regain/security/limits"
	"regain/security/mailproof"
	"regain/security/refusal"
	"regain/security/token"
	"regain/security/weblink"
)

// SealOf is what the header field mailproof.SealField of a mail says: the key and a MAC. Data of the
// outbox is wiped as soon as a mail is sent, secrets and all; by its seal the mail itself shows later
// that it is ours and complete.
func (s *Service) SealOf(covered [][]byte) string {
	return s.Keys.KeyID() + "." +
		base64.RawURLEncoding.EncodeToString(s.Keys.MAC(security.PurposeMailSeal, covered...))
}

// sealState checks the seal of a mail, in constant time as far as the MAC goes.
func (s *Service) sealState(l *mailproof.Letter) mailproof.SealState {
	if l.Seal == "" {
		return mailproof.SealNone
	}
	key, coded, _ := strings.Cut(l.Seal, ".")
	got, err := base64.RawURLEncoding.DecodeString(coded)
	if err != nil {
		return mailproof.SealUnknown
	}
	want, ok := s.Keys.MACBy(key, security.PurposeMailSeal, l.Covered()...)
	switch {
	case !ok:
		return mailproof.SealUnknown
	case hmac.Equal(got, want):
		return mailproof.SealRight
	}
	return mailproof.SealWrong
}

// MailAnswer is what is told about a mail that somebody brought. Nothing of it is kept.
type MailAnswer struct {
	mailproof.Finding
	// Letter is what was judged; Forwarded says that it was in the mail that was brought.
	Letter    *mailproof.Letter
	Forwarded bool
	// Known is our mail with the code that this one has; nil for none.
	Known *Message
}

// CheckMail says whether a mail is ours, as a file or as its source. It refuses with MailMissing,
// MailTooLarge, MailUnreadable or TooManyRequests, and keeps nothing.
func (s *Service) CheckMail(ctx context.Context, v security.Visitor, raw []byte) (*MailAnswer, error) {
	if err := s.SpendFrom(ctx, limits.MailCheck, v.IP, s.Now()); err != nil {
		return nil, err
	}
	l, err := s.read(raw)
	if err != nil {
		return nil, err
	}
	return s.JudgeMail(ctx, raw, l)
}

// read reads one mail at a time: each takes memory, and no more than a moment.
func (s *Service) read(raw []byte) (*mailproof.Letter, error) {
	s.reading.Lock()
	defer s.reading.Unlock()
	l, err := mailproof.Read(raw)
	switch {
	case errors.Is(err, mailproof.ErrTooLarge):
		return nil, security.Refuse("mail", refusal.MailTooLarge)
	case errors.Is(err, mailproof.ErrEmpty):
		return nil, security.Refuse("mail", refusal.MailMissing)
	case errors.Is(err, mailproof.ErrOutlook):
		return nil, security.Refuse("mail", refusal.MailUnreadable)
	}
	return l, err
}

// JudgeMail is CheckMail for a mail that was read already. One that somebody forwarded is judged by what
// it was before.
func (s *Service) JudgeMail(ctx context.Context, raw []byte, l *mailproof.Letter) (*MailAnswer, error) {
	a := MailAnswer{Letter: l}
	if inner, of := l.Original(s.ours(nil)); inner != nil {
		a.Letter, a.Forwarded, raw = inner, true, of
	}
	proof := mailproof.Proof{Seal: s.sealState(a.Letter)}
	m, err := s.mailOf(ctx, a.Letter)
	switch {
	case err == nil:
		proof.Record = mailproof.Record{ID: m.ID, To: m.To}
		a.Known = &Message{m.Kind, m.Variant, m.TimeZone, m.QueuedAt, security.Mask(m.To)}
	case !errors.Is(err, security.ErrNotFound):
		return nil, err
	}
	links := make([]string, len(a.Letter.Links))
	for i, k := range a.Letter.Links {
		links[i] = k.URL
	}
	bad, err := s.BadHosts(ctx, links)
	if err != nil {
		return nil, err
	}
	a.Finding = mailproof.Check(ctx, raw, a.Letter, s.ours(bad), proof, s.Resolver, s.Now())
	if a.Forwarded && a.Verdict == mailproof.Genuine && !l.OnlyBrings(a.Letter) {
		a.doubt(l)
	}
	return &a, nil
}

// doubt is for a mail of ours that somebody has put into one with words or files of their own: those
// would seem to be from us too.
func (a *MailAnswer) doubt(around *mailproof.Letter) {
	a.Verdict = mailproof.Unclear
	why := mailproof.Reason{Code: "author_none"}
	if len(around.Author) > 0 && around.Author[0].Domain != "" {
		why = mailproof.Reason{Code: "author_other", About: around.Author[0].Domain}
	}
	a.Reasons = append([]mailproof.Reason{why}, a.Reasons...)
}

// mailOf finds our mail by the code that a mail shows, or by that of its header.
func (s *Service) mailOf(ctx context.Context, l *mailproof.Letter) (security.MailState, error) {
	for _, code := range []string{l.EndCode, l.Code} {
		folded := token.FoldCode(code)
		if !token.IsCode(folded, security.MessageCodeLength) {
			continue
		}
		m, err := s.Store.MailByCode(ctx, token.FormatCode(folded))
		if !errors.Is(err, security.ErrNotFound) {
			return m, err
		}
	}
	return security.MailState{}, security.ErrNotFound
}

// ours is what our mails are known by, and which hosts are known to be bad.
func (s *Service) ours(bad weblink.Bad) mailproof.Ours {
	_, domain, _ := strings.Cut(s.Sender, "@")
	senders := weblink.HostsOf("https://" + domain)
	is := func(host string) bool { return s.Links.Ours.Has(host) || domain != "" && senders.Has(host) }
	return mailproof.Ours{Brand: s.Policy.Issuer, Sender: s.Sender, IsOurs: is,
		Skeleton: weblink.Skeleton, Link: func(address string) mailproof.LinkVerdict {
			a := s.Links.Link(address, bad)
			return mailproof.LinkVerdict{Host: a.Shown, Ours: is(a.Host), Fools: a.Fools()}
		}}
}
