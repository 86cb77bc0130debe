package security

import (
	"context"
	"fmt"
	"slices"
	"time"

	"regain/security/notice"
)

// MessagesShown is how many mails are listed at most.
const MessagesShown = 200

// SentMessage is a mail as its owner may know of it.
type SentMessage struct {
	Kind, Code string
	To         string // masked
	At         time.Time
	State      Delivery
}

// Delivery is what became of a mail.
type Delivery string

// What can become of a mail.
const (
	DeliverySent   Delivery = "sent"
	DeliveryWaits  Delivery = "waits"
	DeliveryFailed Delivery = "failed" // it will not be tried again
)

func (m MailState) delivery() Delivery {
	switch {
	case !m.SentAt.IsZero():
		return DeliverySent
	case !m.GaveUpAt.IsZero():
		return DeliveryFailed
	}
	return DeliveryWaits
}

// SentMessages lists the mails to the owner of the last 90 days, newest first. more is true when
// there were so many that the oldest of them are left out.
func (s *Service) SentMessages(ctx context.Context, u *SignedIn) (list []SentMessage, more bool,
	err error) {
	mails, err := s.Store.Mails(ctx, u.Account.ID, MessagesShown+1)
	if err != nil {
		return nil, false, fmt.Errorf("read mails: %w", err)
	}
	since := s.Now().Add(-Review)
	mails = slices.DeleteFunc(mails, func(m MailState) bool { return !m.QueuedAt.After(since) })
	if more = len(mails) > MessagesShown; more {
		mails = mails[:MessagesShown]
	}
	toStaff := string(notice.UrgentReview{}.Kind())
	for _, m := range mails {
		if m.Kind != toStaff {
			list = append(list, SentMessage{m.Kind, m.Code, Mask(m.To), m.QueuedAt, m.delivery()})
		}
	}
	return list, more, nil
}
