package security

import (
	"context"
	"fmt"
	"strings"
	"time"

	"regain/security/token"
)

// ownTicket is the id of the one ticket of a case. It is the case's own id, so
// that what the owner writes before the ticket opens already lies on it, and a
// second ticket for the case cannot come to be.
func ownTicket(c Case) string { return c.ID }

// joinTicket returns the writes that open a ticket like t, or that add body to
// one with the same subject which is open already, and the ticket's number.
func (s *Service) joinTicket(ctx context.Context, t Ticket, body string, now time.Time) (
	writes []Write, number string, err error) {
	open, err := s.Store.Tickets(ctx, TicketFilter{Account: t.Account, Department: t.Department,
		Status: StatusOpen})
	if err != nil {
		return nil, "", fmt.Errorf("read tickets: %w", err)
	}
	for _, o := range open {
		if o.Subject == t.Subject {
			return []Write{AddMessage{s.message(o.ID, AuthorOwner, true, body, now)}}, o.Number, nil
		}
	}
	if t.Number, err = s.number(ctx, "ticket", "T-"); err != nil {
		return nil, "", err
	}
	t.ID, t.OpenedAt, t.Status = token.ID(), now, StatusOpen
	return []Write{OpenTicket{t}, AddMessage{s.message(t.ID, AuthorOwner, true, body, now)}},
		t.Number, nil
}

// staffReview is the ticket of an owner who can prove nothing by themselves.
func staffReview(a Account, why string) Ticket {
	return Ticket{Account: a.ID, Case: a.Case, Department: AccountSecurity,
		Priority: PriorityNormal, Subject: why + " — staff review for " + a.Username}
}

func (s *Service) message(ticket string, by Author, public bool, body string,
	now time.Time) Message {
	return Message{ID: token.OrderedID(now), Ticket: ticket, At: now, Author: by, Public: public,
		Body: body}
}

// comment adds an internal line to the running case: what later steps found out
// belongs to the same piece of work. A check-up has none.
func (s *Service) comment(o *Owner, now time.Time, lines ...string) []Write {
	if o.Case == nil {
		return nil
	}
	return []Write{AddMessage{s.message(ownTicket(*o.Case), AuthorRegain, false,
		strings.Join(lines, "\n"), now)}}
}
