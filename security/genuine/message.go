package genuine

import (
	"context"
	"time"

	"regain/security"
	"regain/security/limits"
	"regain/security/refusal"
	"regain/security/token"
)

// Message is what anybody may know of a mail whose code they hold.
type Message struct {
	Kind, Variant string // see package notice
	TimeZone      string // in which the mail tells moments
	At            time.Time
	To            string // masked
}

// CheckMessageCode brings the code of a mail into the form in which MessageByCode takes it,
// however it was typed. It does the same for a code of ours and for one that somebody made up.
// It refuses with CodeMissing, CodeNotOfMail or TooManyRequests.
func (s *Service) CheckMessageCode(ctx context.Context, v security.Visitor, typed string) (string,
	error) {
	code, err := messageCode(typed)
	if err != nil {
		return "", err
	}
	return code, s.SpendFrom(ctx, limits.Genuine, v.IP, s.Now())
}

// messageCode reads what somebody typed as the code of a mail.
func messageCode(typed string) (string, error) {
	folded := token.FoldCode(typed)
	switch {
	case folded == "":
		return "", security.Refuse("code", refusal.CodeMissing)
	case !token.IsCode(folded, security.MessageCodeLength):
		return "", security.Refuse("code", refusal.CodeNotOfMail)
	}
	return token.FormatCode(folded), nil
}

// MessageByCode finds the mail with a code as CheckMessageCode returned it. ErrNotFound: no mail
// that is still on record ended with it.
func (s *Service) MessageByCode(ctx context.Context, code string) (Message, error) {
	m, err := s.Store.MailByCode(ctx, code)
	if err != nil {
		return Message{}, err
	}
	return Message{m.Kind, m.Variant, m.TimeZone, m.QueuedAt, security.Mask(m.To)}, nil
}
