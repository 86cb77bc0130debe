package casework

import (
	"context"

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
