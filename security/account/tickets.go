package account

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/attach"
	"regain/security/audit"
	"regain/security/casework"
	"regain/security/guided"
	"regain/security/refusal"
	"regain/security/staff"
	"regain/security/ticket"
	"regain/security/token"
)

// TicketsShown is how many tickets a page has.
const TicketsShown = 20

// OwnTicket is a ticket as its requester may know of it.
type OwnTicket struct {
	security.Ticket
	Messages []security.Message
	Files    map[string][]attach.Attachment // of the messages, by their ids
	Roles    map[string]staff.Role          // of those of staff who wrote one of the messages
	NextWord time.Time                      // zero when nobody has to answer
	Overdue  bool
	Lockout  string // number of the case, when the kind of ticket comes from a lockout
}

// Writable reports whether the requester can add to the ticket.
func (t OwnTicket) Writable() bool { return t.Status != ticket.Closed }

// OwnTickets is a page of the tickets of the owner, newest first, without the first from of them; next
// is where the next page begins, 0 for none. Those of earlier lockouts are among them.
func (s *Service) OwnTickets(ctx context.Context, u *SignedIn, from int) (list []OwnTicket, next int,
	err error) {
	all, err := s.Store.Tickets(ctx, security.TicketFilter{Account: u.Account.ID,
		Limit: from + TicketsShown + 1})
	if err != nil {
		return nil, 0, fmt.Errorf("read tickets: %w", err)
	}
	all, next = pageOf(all, from, TicketsShown)
	list = make([]OwnTicket, len(all))
	for i, t := range all {
		if list[i], err = s.ownTicketOf(ctx, t); err != nil {
			return nil, 0, err
		}
	}
	return list, next, nil
}

// OwnTicket reads one ticket of the owner by its number, in any letter case. ErrNotFound: there
// is none, or it is somebody else's.
func (s *Service) OwnTicket(ctx context.Context, u *SignedIn, number string) (OwnTicket, error) {
	t, err := s.ticketOfOwner(ctx, u, number)
	if err != nil {
		return OwnTicket{}, err
	}
	return s.ownTicketOf(ctx, t)
}

func (s *Service) ticketOfOwner(ctx context.Context, u *SignedIn, number string) (security.Ticket,
	error) {
	t, err := s.Store.TicketByNumber(ctx, token.FoldNumber(number))
	if err == nil && t.Account != u.Account.ID {
		err = security.ErrNotFound
	}
	return t, err
}

// ownTicketOf adds what the owner may read of a ticket, and when the next word comes.
func (s *Service) ownTicketOf(ctx context.Context, t security.Ticket) (OwnTicket,
	error) {
	o := OwnTicket{Ticket: t}
	var err error
	if o.Messages, err = s.Guided.PublicMessages(ctx, t.ID); err != nil {
		return o, err
	}
	if t.Kind == security.TicketSecured || t.Kind == security.TicketHandedOver {
		c, err := s.Store.Case(ctx, t.Case)
		if err != nil {
			return o, fmt.Errorf("read case of ticket: %w", err)
		}
		o.Lockout = c.Number
	}
	o.NextWord, o.Overdue = t.NextWord(s.Now())
	if o.Roles, err = s.Guided.RolesOf(ctx, o.Messages); err != nil {
		return o, err
	}
	o.Files, err = s.Attach.OnMessages(ctx, o.Messages)
	return o, err
}

// WriteToSupport takes a message about one of Topics. It lands on the owner's running ticket
// about the same topic, or opens one for Customer Support, and returns its number. It refuses
// with MessageMissing, MessageLong, TopicUnknown or TooManyRequests.
func (s *Service) WriteToSupport(ctx context.Context, u *SignedIn, topic, text string,
	files ...security.File) (number string, err error) {
	if !slices.Contains(guided.Topics, topic) {
		return "", security.Refuse("topic", refusal.TopicUnknown)
	}
	now := s.Now()
	if text, err = s.Casework.TakeMessage(ctx, u.Session.ID, text, now); err != nil {
		return "", err
	}
	err = security.Retry(ctx, func() error {
		said := s.Message("", security.AuthorOwner, true, text, now)
		said.Files = files
		var writes []security.Write
		if writes, number, err = s.Casework.ToSupport(ctx, u.Account, topic, said); err != nil {
			return err
		}
		return s.Access.CommitOnce(ctx, u.Session, s.wroteEvent(u, number, now), writes...)
	})
	if errors.Is(err, access.ErrAnswered) {
		return s.Casework.Landed(ctx, casework.AboutTopic(u.Account, topic))
	}
	return number, err
}

func (s *Service) wroteEvent(u *SignedIn, ticket string, now time.Time) security.Event {
	e := s.SignedInEvent(u, audit.MessageSent, now)
	e.Data = map[string]string{"ticket": ticket}
	return e
}

// ReplyToTicket adds what the owner says to a ticket of theirs, which is open afterwards. It
// refuses with MessageMissing, MessageLong, TooManyRequests, or TicketClosed beside the message.
// ErrNotFound: there is no such ticket, or it is somebody else's.
func (s *Service) ReplyToTicket(ctx context.Context, u *SignedIn, number, text string,
	files ...security.File) error {
	if _, err := s.ticketOfOwner(ctx, u, number); err != nil {
		return err
	}
	now := s.Now()
	text, err := s.Casework.TakeMessage(ctx, u.Session.ID, text, now)
	if err != nil {
		return err
	}
	return security.Retry(ctx, func() error {
		t, err := s.ticketOfOwner(ctx, u, number)
		if err != nil {
			return err
		}
		said := s.Message(t.ID, security.AuthorOwner, true, text, now)
		said.Files = files
		writes, err := casework.Said(t, said)
		if err != nil {
			return err
		}
		return s.Access.Commit(ctx, u.Session, s.wroteEvent(u, t.Number, now), writes...)
	})
}
