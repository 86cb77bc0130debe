package account

import (
	"context"
	"fmt"
	"slices"
	"time"

	"regain/security"
	"regain/security/notice"
)

// MessagesShown is how many mails are listed at most.
const MessagesShown = 200

// SentMessage is a mail as its owner may know of it.
type SentMessage struct {
	Kind, Code string
	To         string // masked
	At         time.Time
	State      security.Delivery
}

// SentMessages lists the mails to the owner of the last 90 days, newest first. more is true when
// there were so many that the oldest of them are left out.
func (s *Service) SentMessages(ctx context.Context, u *SignedIn) (list []SentMessage, more bool,
	err error) {
	mails, err := s.Store.Mails(ctx, u.Account.ID, MessagesShown+1)
	if err != nil {
		return nil, false, fmt.Errorf("read mails: %w", err)
	}
	since := s.Now().Add(-security.Review)
	mails = slices.DeleteFunc(mails, func(m security.MailState) bool {
		return !m.QueuedAt.After(since)
	})
	if more = len(mails) > MessagesShown; more {
		mails = mails[:MessagesShown]
	}
	toStaff := string(notice.UrgentReview{}.Kind())
	for _, m := range mails {
		if m.Kind != toStaff {
			list = append(list, SentMessage{m.Kind, m.Code, security.Mask(m.To), m.QueuedAt,
				m.Delivery()})
		}
	}
	return list, more, nil
}
