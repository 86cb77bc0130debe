package casework

import (
	"context"

	"regain/security"
)

// Say is the writes by which a message is on its ticket, with the files that come with it.
func Say(m security.Message) []security.Write {
	writes := []security.Write{AddMessage{m}}
	for _, f := range m.Files {
		writes = append(writes, PutFile{f, m.Ticket, m.ID})
	}
	return writes
}

// ToSupport is the writes by which a message lands on the one ticket for Customer Support that
// the owner has about the topic, and the ticket's number.
func (s *Service) ToSupport(ctx context.Context, a security.Account, topic string,
	said security.Message) ([]security.Write, string, error) {
	t := security.NewTicket(security.TicketMessage, a, topic)
	t.Asked = topic
	return s.JoinTicket(ctx, t, said)
}
