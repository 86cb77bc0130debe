package casework

import (
	"context"

	"regain/security"
	"regain/security/refusal"
	"regain/security/ticket"
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
	return s.JoinTicket(ctx, AboutTopic(a, topic), said)
}

// AboutTopic is the ticket that a message about a topic opens.
func AboutTopic(a security.Account, topic string) security.Ticket {
	t := security.NewTicket(security.TicketMessage, a, topic)
	t.Asked = topic
	return t
}

// Said is the writes by which what the owner says lands on a ticket of theirs, which is open afterwards.
// A ticket that somebody waits for is due no later for it: by mail, anybody can say something. It refuses with TicketClosed beside the message.
func Said(t security.Ticket, said ...security.Message) ([]security.Write, error) {
	switch at := said[0].At; {
	case t.Status == ticket.Closed:
		return nil, security.Refuse("message", refusal.TicketClosed)
	case t.Status != ticket.Open:
		due := at.Add(ticket.Level(t.Topic))
		if !t.Status.Owing() || t.DueAt.IsZero() || due.Before(t.DueAt) {
			t.DueAt = due
		}
		t.Status = ticket.Open
	}
	writes := []security.Write{SaveTicket{Ticket: t}}
	for _, m := range said {
		m.Ticket = t.ID
		writes = append(writes, Say(m)...)
	}
	return writes, nil
}
