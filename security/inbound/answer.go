package inbound

import (
	"context"
	"fmt"
	"strings"
	"time"

	"regain/security"
	"regain/security/limits"
	"regain/security/notice"
	"regain/security/recovery"
)

// answerable is for how long an answer is worth sending.
const answerable = 24 * time.Hour

// answer is the one mail by which whoever wrote to us hears what became of it. Nothing of what they wrote
// is in it, it goes to the sender of the envelope alone and only where that is the author, and nobody gets
// more than one an hour: so nobody can have us write to somebody else (RFC 3834). No program, list or
// address of ours is answered.
func (s *Service) answer(ctx context.Context, x arrived, n notice.Notice) ([]security.Write, error) {
	author, one := x.author()
	if x.sort != ByPerson || !one || !strings.EqualFold(author, x.From) || s.ours(x.From) {
		return nil, nil
	}
	now, key := s.Now(), s.Keys.Digest("limit", strings.ToLower(x.From))
	wait, err := s.Store.Spend(ctx, limits.MailAnswers, key, now,
		limits.Budget{Limit: limits.MailAnswersAll, Key: s.Keys.Digest("limit", "all")})
	if err != nil {
		return nil, fmt.Errorf("spend answer: %w", err)
	}
	if wait > 0 {
		return nil, nil
	}
	return []security.Write{s.Mail(security.Account{}, recovery.Address{Email: x.From}, n,
		now.Add(answerable))}, nil
}

// ours reports whether an address is one that we take mail for, or send it from.
func (s *Service) ours(address string) bool {
	if _, taken := s.Accepts(address); taken {
		return true
	}
	local, domain, _ := cutAddress(s.Reply)
	theirs, at, _ := cutAddress(address)
	name, _, _ := strings.Cut(theirs, "+")
	return strings.EqualFold(address, s.Sender) || local != "" && strings.EqualFold(name, local) &&
		strings.EqualFold(at, domain)
}
