package security

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"regain/security/ticket"
	"regain/security/token"
)

// ownTicket is the id of the one ticket of a case. It is the case's own id, so
// that what the owner writes before the ticket opens already lies on it, and a
// second ticket for the case cannot come to be.
func ownTicket(c Case) string { return c.ID }

// caseTicket reads the ticket of the case; it has no id while there is none.
func (s *Service) caseTicket(ctx context.Context, c Case) (Ticket, error) {
	t, err := s.Store.Ticket(ctx, ownTicket(c))
	if errors.Is(err, ErrNotFound) {
		return Ticket{}, nil
	}
	if err != nil {
		return Ticket{}, fmt.Errorf("read ticket of case: %w", err)
	}
	return t, nil
}

// joinTicket returns the writes that open a ticket like t with m on it, or that
// add m to the ticket of the running case or else to one about the same
// that is not closed, and the ticket's number. A ticket that is joined is open
// afterwards, and takes over a high priority. There are no writes when it says
// the same already and is not solved. The id of a new one follows from the
// kind and from how many there were, so that of two who open it at once one
// meets a conflict and joins.
func (s *Service) joinTicket(ctx context.Context, t Ticket, m Message) (writes []Write,
	number string, err error) {
	known, err := s.Store.Tickets(ctx, TicketFilter{Account: t.Account})
	if err != nil {
		return nil, "", fmt.Errorf("read tickets: %w", err)
	}
	if k, ok := joinable(known, t); ok {
		writes, err := s.join(ctx, k, t, m)
		return writes, k.Number, err
	}
	n := 0
	for _, k := range known {
		if k.sameMatter(t) {
			n++
		}
	}
	if t.Number, err = s.number(ctx, "ticket", "T-"); err != nil {
		return nil, "", err
	}
	t.ID = s.Keys.Digest("ticket", strings.Join([]string{t.Account,
		string(t.Kind), t.Asked, strconv.Itoa(n)}, "\n"))
	m.Ticket, t.OpenedAt, t.Status = t.ID, m.At, ticket.Open
	t.DueAt = m.At.Add(ticket.Level(t.Topic))
	return []Write{OpenTicket{t}, AddMessage{m}}, t.Number, nil
}

// joinable finds the ticket that takes in what t would be about. That of the
// running case comes first; one of an earlier case stays with that.
func joinable(known []Ticket, t Ticket) (Ticket, bool) {
	i := slices.IndexFunc(known, func(k Ticket) bool { return k.Own && k.Case == t.Case })
	if i < 0 {
		i = slices.IndexFunc(known, func(k Ticket) bool {
			return k.sameMatter(t) && k.Status != ticket.Closed &&
				(t.Case == "" || k.Case == "" || k.Case == t.Case)
		})
	}
	if i < 0 {
		return Ticket{}, false
	}
	return known[i], true
}

// join is the writes by which k takes in m, which would have opened t.
func (s *Service) join(ctx context.Context, k, t Ticket, m Message) ([]Write, error) {
	said, err := s.Store.Messages(ctx, k.ID)
	if err != nil {
		return nil, fmt.Errorf("read messages: %w", err)
	}
	again := slices.ContainsFunc(said, func(x Message) bool { return x.same(m) })
	if again && k.Status != ticket.Solved {
		return nil, nil
	}
	var writes []Write
	if t.Case != "" && k.Case == "" { // it was solved when the account was locked
		k.Case = t.Case
		k.handTo(AccountSecurity)
		writes = append(writes, SaveTicket{k})
	}
	m.Ticket = k.ID
	writes = append(writes, AddMessage{m}, WakeTicket{k.ID, m.At.Add(ticket.Level(k.Topic))})
	if t.Priority == PriorityHigh && k.Priority != PriorityHigh {
		writes = append(writes, RaiseTicket{k.ID})
	}
	return writes, nil
}

// handTo moves the ticket to a department. In another one nobody has it yet.
func (t *Ticket) handTo(department string) {
	if t.Department != department {
		t.Department, t.Assignee = department, ""
	}
}

// answered reports whether the requester has heard from staff.
func answered(said []Message) bool {
	return slices.ContainsFunc(said,
		func(m Message) bool { return m.Public && m.Author == AuthorStaff })
}

// about gives the ticket another topic. As long as nobody has answered, the
// service level counts from when it was opened.
func (t *Ticket) about(topic string, said []Message) {
	t.Topic = topic
	if !answered(said) {
		t.DueAt = t.OpenedAt.Add(ticket.Level(topic))
	}
}

func (s *Service) message(ticket string, by Author, public bool, body string,
	now time.Time) Message {
	return Message{ID: token.OrderedID(now), Ticket: ticket, At: now, Author: by, Public: public,
		Body: body}
}

// staffMessage is what a member of staff says.
func (s *Service) staffMessage(m *Member, ticket string, public bool, body string) Message {
	said := s.message(ticket, AuthorStaff, public, body, s.Now())
	said.By = m.ID
	return said
}

// comment adds an internal line to the running case: what later steps found out
// belongs to the same piece of work. A check-up has none.
func (s *Service) comment(o *Owner, r remark, now time.Time) []Write {
	if o.Case == nil {
		return nil
	}
	return []Write{AddMessage{s.remark(ownTicket(*o.Case), r, now)}}
}
