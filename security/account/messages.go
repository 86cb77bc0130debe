package account

import (
	"context"
	"fmt"
	"slices"
	"time"

	"regain/security"
	"regain/security/notice"
)

// MessagesShown is how many mails a page has.
const MessagesShown = 50

// SentMessage is a mail as its owner may know of it.
type SentMessage struct {
	Kind, Code string
	To         string // masked
	At         time.Time
	State      security.Delivery
}

// SentMessages is a page of the mails to the owner of the last 90 days, newest first, without the
// first from of them; next is where the next page begins, 0 for none.
func (s *Service) SentMessages(ctx context.Context, u *SignedIn, from int) (list []SentMessage,
	next int, err error) {
	mails, err := s.Store.Mails(ctx, u.Account.ID, activityMost)
	if err != nil {
		return nil, 0, fmt.Errorf("read mails: %w", err)
	}
	since := s.Now().Add(-security.Review)
	// To Account Security, and to the organisation of the owner.
	toOthers := []string{string(notice.UrgentReview{}.Kind()), string(notice.MemberNotice{}.Kind())}
	mails, next = pageOf(slices.DeleteFunc(mails, func(m security.MailState) bool {
		return !m.QueuedAt.After(since) || slices.Contains(toOthers, m.Kind)
	}), from, MessagesShown)
	for _, m := range mails {
		list = append(list, SentMessage{m.Kind, m.Code, security.Mask(m.To), m.QueuedAt, m.Delivery()})
	}
	return list, next, nil
}
