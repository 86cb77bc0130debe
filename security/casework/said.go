package casework

import (
	"context"
	"fmt"
	"time"

	"regain/security"
)

// ToSupport is the writes by which a message lands on the one ticket for Customer Support that
// the owner has about the topic, and the ticket's number.
func (s *Service) ToSupport(ctx context.Context, a security.Account, topic string,
	said security.Message) ([]security.Write, string, error) {
	t := security.NewTicket(security.TicketMessage, a, topic)
	t.Asked = topic
	return s.JoinTicket(ctx, t, said)
}

// pressedTwice is how long after a message the same words again are a copy of its form.
const pressedTwice = time.Minute

// JustSaid reports whether the newest message of its ticket is m, sent a moment ago by the other
// press of the button.
func (s *Service) JustSaid(ctx context.Context, m security.Message) (bool, error) {
	said, err := s.Store.Messages(ctx, m.Ticket)
	if err != nil {
		return false, fmt.Errorf("read messages: %w", err)
	}
	if len(said) == 0 {
		return false, nil
	}
	last := said[len(said)-1]
	return last.Author == m.Author && last.Same(m) &&
		m.At.Before(last.At.Add(pressedTwice)), nil
}
