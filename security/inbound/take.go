package inbound

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/textproto"
	"strings"

	"regain/security"
	"regain/security/audit"
	"regain/security/seal"
	"regain/security/token"
)

// ErrHead is a mail whose headers are longer than MaxHead.
var ErrHead = errors.New("the headers of the mail are too long")

// ErrFull is when more waits to be read than may: the mail is not taken now.
var ErrFull = errors.New("too many mails wait to be read")

// Most that waits to be read.
const (
	mostWaiting = 50_000
	mostBytes   = 2 << 30
)

// Accepts says what a recipient stands for; false where no mail is taken for it.
func (s *Service) Accepts(recipient string) (Target, bool) {
	if s.Abuse != "" && strings.EqualFold(recipient, s.Abuse) {
		return Target{Kind: Report}, true
	}
	local, domain, ok := cutAddress(s.Reply)
	if !ok {
		return Target{}, false
	}
	toLocal, toDomain, _ := cutAddress(recipient)
	name, tag, _ := strings.Cut(toLocal, "+")
	if !strings.EqualFold(name, local) || !strings.EqualFold(toDomain, domain) {
		return Target{}, false
	}
	number, ok := s.ReplyNumber(tag)
	return Target{Kind: Reply, Number: number}, ok
}

func cutAddress(address string) (local, domain string, ok bool) {
	at := strings.LastIndexByte(address, '@')
	if at < 0 {
		return "", "", false
	}
	return address[:at], address[at+1:], true
}

// Room fails with ErrFull when too much waits to be read.
func (s *Service) Room(ctx context.Context) error {
	b, err := s.Mails.MailBacklog(ctx)
	if err == nil && (b.Waiting >= mostWaiting || b.Bytes >= mostBytes) {
		err = ErrFull
	}
	return err
}

// Waiting counts the mails that are to be read, and those that nobody could read.
func (s *Service) Waiting(ctx context.Context) (unread, aside int, err error) {
	b, err := s.Mails.MailBacklog(ctx)
	return b.Waiting, b.Aside, err
}

// Keep keeps a mail for each of its targets, all or none. A mail that comes again, as it does when its
// sender did not hear that it was taken, is kept once. It fails with ErrHead for good.
func (s *Service) Keep(ctx context.Context, from string, to []Target, raw []byte) error {
	head, _ := split(raw)
	if len(head) > MaxHead {
		return ErrHead
	}
	now := s.Now()
	e := s.Event(security.Actor{Kind: security.ByStranger}, audit.MailTaken, now)
	var writes []security.Write
	for _, t := range to {
		m := Mail{ID: token.OrderedID(now), Digest: s.known(from, t, raw), Kind: t.Kind,
			Size: int64(len(raw)), TakenAt: now}
		if err := s.seal(&m, envelope{From: from, Number: t.Number}, raw); err != nil {
			return err
		}
		writes = append(writes, PutMail{m})
	}
	e.Data = map[string]string{"mail": string(to[0].Kind)}
	if err := s.Store.Commit(ctx, e, writes...); err != nil {
		return fmt.Errorf("keep mail: %w", err)
	}
	return nil
}

// known is by what a mail is known when it comes again: who sent it for what, its id and what is below
// its headers, for servers on the way add to those each time.
func (s *Service) known(from string, t Target, raw []byte) string {
	head, body := split(raw)
	sum := sha256.Sum256(body)
	return s.Keys.Digest(security.PurposeInbound, strings.Join([]string{from, string(t.Kind), t.Number,
		field(head, "Message-Id"), string(sum[:])}, "\n"))
}

// field is the first header of that name; "" when there is none.
func field(head []byte, name string) string {
	for line := range strings.Lines(string(head)) {
		at, value, ok := strings.Cut(line, ":")
		if ok && textproto.CanonicalMIMEHeaderKey(strings.TrimRight(at, " \t")) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

func (s *Service) seal(m *Mail, e envelope, raw []byte) error {
	e.Key = make([]byte, seal.KeySize)
	_, _ = rand.Read(e.Key)
	box, err := own(e.Key)
	if err != nil {
		return err
	}
	text, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("encode envelope: %w", err)
	}
	m.Sealed = s.Seal(security.PurposeInbound, m.ID, text)
	m.Data = box.Seal(raw, seal.For(security.PurposeInbound, m.ID))
	return nil
}

func (s *Service) open(m Mail) (e envelope, raw []byte, err error) {
	text, err := s.Unseal(security.PurposeInbound, m.ID, m.Sealed)
	if err != nil {
		return e, nil, fmt.Errorf("open envelope: %w", err)
	}
	if err = json.Unmarshal(text, &e); err != nil {
		return e, nil, fmt.Errorf("read envelope: %w", err)
	}
	box, err := own(e.Key)
	if err != nil {
		return e, nil, err
	}
	if raw, err = box.Open(m.Data, seal.For(security.PurposeInbound, m.ID)); err != nil {
		return e, nil, fmt.Errorf("open mail: %w", err)
	}
	return e, raw, nil
}

// own is the box of the key of one mail.
func own(key []byte) (*seal.Box, error) { return seal.New("own", map[string][]byte{"own": key}) }
