package security

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"regain/security/recovery"
	"regain/security/ticket"
)

// ticketsShown is how many tickets an owner is shown, the newest.
const ticketsShown = 100

// OwnTicket is a ticket as its requester may know of it.
type OwnTicket struct {
	Ticket
	Messages []Message
	Roles    map[string]Role // of those of staff who wrote one of the messages
	NextWord time.Time       // zero when nobody has to answer
	Overdue  bool
	Lockout  string // number of the case, when the kind of ticket comes from a lockout
}

// Writable reports whether the requester can add to the ticket.
func (t OwnTicket) Writable() bool { return t.Status != ticket.Closed }

// OwnTickets lists the tickets of the owner, newest first, at most ticketsShown. Those of
// earlier lockouts are among them.
func (s *Service) OwnTickets(ctx context.Context, u *SignedIn) ([]OwnTicket, error) {
	all, err := s.Store.Tickets(ctx, TicketFilter{Account: u.Account.ID, Limit: ticketsShown})
	if err != nil {
		return nil, fmt.Errorf("read tickets: %w", err)
	}
	list := make([]OwnTicket, len(all))
	for i, t := range all {
		if list[i], err = s.ownTicketOf(ctx, u, t); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// OwnTicket reads one ticket of the owner by its number, in any letter case. ErrNotFound: there
// is none, or it is somebody else's.
func (s *Service) OwnTicket(ctx context.Context, u *SignedIn, number string) (OwnTicket, error) {
	t, err := s.ticketOfOwner(ctx, u, number)
	if err != nil {
		return OwnTicket{}, err
	}
	return s.ownTicketOf(ctx, u, t)
}

func (s *Service) ticketOfOwner(ctx context.Context, u *SignedIn, number string) (Ticket, error) {
	t, err := s.Store.TicketByNumber(ctx, strings.ToUpper(strings.TrimSpace(number)))
	if err == nil && t.Account != u.Account.ID {
		err = ErrNotFound
	}
	return t, err
}

// ownTicketOf adds what the owner may read of a ticket, and when the next word comes.
func (s *Service) ownTicketOf(ctx context.Context, u *SignedIn, t Ticket) (OwnTicket, error) {
	o := OwnTicket{Ticket: t}
	var err error
	if o.Messages, err = s.publicMessages(ctx, t.ID); err != nil {
		return o, err
	}
	if t.Kind == TicketSecured || t.Kind == TicketHandedOver {
		c, err := s.Store.Case(ctx, t.Case)
		if err != nil {
			return o, fmt.Errorf("read case of ticket: %w", err)
		}
		o.Lockout = c.Number
	}
	o.NextWord, o.Overdue = t.nextWord(s.Now())
	o.Roles, err = s.rolesOf(ctx, o.Messages)
	return o, err
}

// nextWord is by when the requester hears; the zero moment when nobody has to answer.
func (t Ticket) nextWord(now time.Time) (at time.Time, overdue bool) {
	if t.Status == ticket.Pending || t.Status.Settled() {
		return time.Time{}, false
	}
	level := ticket.Level(t.Topic)
	return recovery.NextWord(t.DueAt.Add(-level), level, now)
}

// WriteToSupport takes a message about one of Topics. It lands on the owner's running ticket
// about the same topic, or opens one for Customer Support, and returns its number. It refuses
// with MessageMissing, MessageLong, TopicUnknown or TooManyRequests.
func (s *Service) WriteToSupport(ctx context.Context, u *SignedIn, topic, text string) (
	number string, err error) {
	if !slices.Contains(Topics, topic) {
		return "", refuse("topic", TopicUnknown)
	}
	text = clean(text)
	if err := checkMessage(text); err != nil {
		return "", err
	}
	now := s.Now()
	if err := s.spend(ctx, limitMessages, u.Account.ID, now); err != nil {
		return "", err
	}
	err = retry(ctx, func() error {
		said := s.message("", AuthorOwner, true, text, now)
		var writes []Write
		if writes, number, err = s.toSupport(ctx, u.Account, topic, said); err != nil {
			return err
		}
		return s.Store.Commit(ctx, s.wroteEvent(u, number, now), writes...)
	})
	return number, err
}

// toSupport is the writes by which a message lands on the one ticket for Customer Support that
// the owner has about the topic, and the ticket's number.
func (s *Service) toSupport(ctx context.Context, a Account, topic string, said Message) ([]Write,
	string, error) {
	t := newTicket(TicketMessage, a, topic)
	t.Asked = topic
	return s.joinTicket(ctx, t, said)
}

func (s *Service) wroteEvent(u *SignedIn, ticket string, now time.Time) Event {
	e := s.signedInEvent(u, MessageSent, now)
	e.Data = map[string]string{"ticket": ticket}
	return e
}

// pressedTwice is how long after a message the same words again are a copy of its form.
const pressedTwice = time.Minute

// justSaid reports whether the newest message of its ticket is m, sent a moment ago by the other
// press of the button.
func (s *Service) justSaid(ctx context.Context, m Message) (bool, error) {
	said, err := s.Store.Messages(ctx, m.Ticket)
	if err != nil {
		return false, fmt.Errorf("read messages: %w", err)
	}
	if len(said) == 0 {
		return false, nil
	}
	last := said[len(said)-1]
	return last.Author == m.Author && last.same(m) &&
		m.At.Before(last.At.Add(pressedTwice)), nil
}

// ReplyToTicket adds what the owner says to a ticket of theirs, which is open afterwards. It
// refuses with MessageMissing, MessageLong, TooManyRequests, or TicketClosed beside the message.
// ErrNotFound: there is no such ticket, or it is somebody else's.
func (s *Service) ReplyToTicket(ctx context.Context, u *SignedIn, number, text string) error {
	if _, err := s.ticketOfOwner(ctx, u, number); err != nil {
		return err
	}
	text = clean(text)
	if err := checkMessage(text); err != nil {
		return err
	}
	now := s.Now()
	if err := s.spend(ctx, limitMessages, u.Account.ID, now); err != nil {
		return err
	}
	return retry(ctx, func() error {
		t, err := s.ticketOfOwner(ctx, u, number)
		switch {
		case err != nil:
			return err
		case t.Status == ticket.Closed:
			return refuse("message", TicketClosed)
		case t.Status != ticket.Open:
			t.Status, t.DueAt = ticket.Open, now.Add(ticket.Level(t.Topic))
		}
		said := s.message(t.ID, AuthorOwner, true, text, now)
		if again, err := s.justSaid(ctx, said); again || err != nil {
			return err
		}
		return s.Store.Commit(ctx, s.wroteEvent(u, t.Number, now), SaveTicket{t},
			AddMessage{said})
	})
}
