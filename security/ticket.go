package security

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"regain/security/token"
)

// ownTicket is the id of the one ticket of a case. It is the case's own id, so
// that what the owner writes before the ticket opens already lies on it, and a
// second ticket for the case cannot come to be.
func ownTicket(c Case) string { return c.ID }

// joinTicket returns the writes that open a ticket like t with m on it, or that
// add m to the ticket of the running case or to one with the same subject which
// is open already, and the ticket's number. There are no writes when the ticket
// says the same already. The id of a new one follows from the subject and from how many there
// were, so that of two who open it at once one meets a conflict and joins.
func (s *Service) joinTicket(ctx context.Context, t Ticket, m Message) (writes []Write,
	number string, err error) {
	known, err := s.Store.Tickets(ctx, TicketFilter{Account: t.Account})
	if err != nil {
		return nil, "", fmt.Errorf("read tickets: %w", err)
	}
	n := 0
	for _, k := range known {
		if k.Own && k.Case == t.Case || k.Subject == t.Subject && k.Status == StatusOpen {
			writes, err := s.addOnce(ctx, k.ID, m)
			return writes, k.Number, err
		}
		if k.Subject == t.Subject {
			n++
		}
	}
	if t.Number, err = s.number(ctx, "ticket", "T-"); err != nil {
		return nil, "", err
	}
	t.ID = s.Keys.Digest("ticket", strings.Join([]string{t.Account, t.Subject, strconv.Itoa(n)}, "\n"))
	m.Ticket, t.OpenedAt, t.Status = t.ID, m.At, StatusOpen
	return []Write{OpenTicket{t}, AddMessage{m}}, t.Number, nil
}

func (s *Service) addOnce(ctx context.Context, ticket string, m Message) ([]Write, error) {
	said, err := s.Store.Messages(ctx, ticket)
	if err != nil {
		return nil, fmt.Errorf("read messages: %w", err)
	}
	if slices.ContainsFunc(said, func(x Message) bool { return x.Body == m.Body }) {
		return nil, nil
	}
	m.Ticket = ticket
	return []Write{AddMessage{m}}, nil
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
