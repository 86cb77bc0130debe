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

// mayAnswer reports whether a mail is answered, and takes the answer out of what may be sent. Nothing of
// what somebody wrote is in an answer, it goes to the sender of the envelope alone and only where that is
// the author, and nobody gets more than one of a kind an hour: so nobody can have us write to somebody
// else (RFC 3834), or spends by reporting what answers replies. No program, list or address of ours is
// answered.
func (s *Service) mayAnswer(ctx context.Context, x arrived) (bool, error) {
	author, one := x.author()
	if x.sort != ByPerson || !one || !strings.EqualFold(author, x.From) || s.ours(x.From) {
		return false, nil
	}
	kind := string(x.Kind) + " "
	wait, err := s.Store.Spend(ctx, limits.MailAnswers, s.Keys.Digest("limit", kind+strings.ToLower(x.From)),
		s.Now(), limits.Budget{Limit: limits.MailAnswersAll, Key: s.Keys.Digest("limit", kind+"all")})
	if err != nil {
		return false, fmt.Errorf("spend answer: %w", err)
	}
	return wait == 0, nil
}

// refuse takes nothing of a reply, and tells its sender how to write instead.
func (s *Service) refuse(ctx context.Context, x arrived, why string) error {
	may, err := s.mayAnswer(ctx, x)
	if err != nil {
		return err
	}
	if !may {
		return s.end(ctx, x, Refused)
	}
	now := s.Now()
	return s.end(ctx, x, Refused, s.Mail(security.Account{}, recovery.Address{Email: x.From},
		notice.ReplyNotTaken{Why: why, At: now}, now.Add(answerable)))
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
