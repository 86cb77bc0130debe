package casework

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"regain/security"
	"regain/security/limits"
	"regain/security/staff"
	"regain/security/ticket"
)

// OwnTicket is the id of the one ticket of a case. It is the case's own id, so
// that what the owner writes before the ticket opens already lies on it, and a
// second ticket for the case cannot come to be.
func OwnTicket(c security.Case) string { return c.ID }

// CaseTicket reads the ticket of the case; it has no id while there is none.
func (s *Service) CaseTicket(ctx context.Context, c security.Case) (security.Ticket, error) {
	t, err := s.Store.Ticket(ctx, OwnTicket(c))
	if errors.Is(err, security.ErrNotFound) {
		return security.Ticket{}, nil
	}
	if err != nil {
		return security.Ticket{}, fmt.Errorf("read ticket of case: %w", err)
	}
	return t, nil
}

// JoinTicket returns the writes that open a ticket like t with m on it, or that
// add m to the ticket of the running case or else to one about the same
// that is not closed, and the ticket's number. A ticket that is joined is open
// afterwards, and takes over a high priority. There are no writes when it says
// the same already and is not solved. The id of a new one follows from the
// kind and from how many there were, so that of two who open it at once one
// meets a conflict and joins.
func (s *Service) JoinTicket(ctx context.Context, t security.Ticket,
	m security.Message) (writes []security.Write, number string, err error) {
	known, err := s.Store.Tickets(ctx, security.TicketFilter{Account: t.Account})
	if err != nil {
		return nil, "", fmt.Errorf("read tickets: %w", err)
	}
	if k, ok := joinable(known, t); ok {
		writes, err := s.join(ctx, k, t, m)
		return writes, k.Number, err
	}
	n := 0
	for _, k := range known {
		if k.SameMatter(t) {
			n++
		}
	}
	if t.Number, err = s.Number(ctx, "ticket", "T-"); err != nil {
		return nil, "", err
	}
	t.ID = s.Keys.Digest("ticket", strings.Join([]string{t.Account,
		string(t.Kind), t.Asked, strconv.Itoa(n)}, "\n"))
	m.Ticket, t.OpenedAt, t.Status = t.ID, m.At, ticket.Open
	t.DueAt = m.At.Add(ticket.Level(t.Topic))
	return append([]security.Write{OpenTicket{t}}, Say(m)...), t.Number, nil
}

// joinable finds the ticket that takes in what t would be about. That of the
// running case comes first; one of an earlier case stays with that.
func joinable(known []security.Ticket, t security.Ticket) (security.Ticket, bool) {
	i := slices.IndexFunc(known, func(k security.Ticket) bool { return k.Own && k.Case == t.Case })
	if i < 0 {
		i = slices.IndexFunc(known, func(k security.Ticket) bool {
			return k.SameMatter(t) && k.Status != ticket.Closed &&
				(t.Case == "" || k.Case == "" || k.Case == t.Case)
		})
	}
	if i < 0 {
		return security.Ticket{}, false
	}
	return known[i], true
}

// Landed is the number of the ticket on which stands what a copy of a form has said that came first, and
// that would have opened t: the one that takes t in, or the newest of its matter where that was closed since.
func (s *Service) Landed(ctx context.Context, t security.Ticket) (string, error) {
	known, err := s.Store.Tickets(ctx, security.TicketFilter{Account: t.Account})
	if err != nil {
		return "", fmt.Errorf("read tickets: %w", err)
	}
	if k, ok := joinable(known, t); ok {
		return k.Number, nil
	}
	i := slices.IndexFunc(known, func(k security.Ticket) bool { return k.SameMatter(t) })
	if i < 0 {
		return "", security.ErrNotFound
	}
	return known[i].Number, nil
}

// join is the writes by which k takes in m, which would have opened t.
func (s *Service) join(ctx context.Context, k, t security.Ticket,
	m security.Message) ([]security.Write, error) {
	said, err := s.Store.Messages(ctx, k.ID)
	if err != nil {
		return nil, fmt.Errorf("read messages: %w", err)
	}
	again := slices.ContainsFunc(said, func(x security.Message) bool { return x.Same(m) })
	if again && k.Status != ticket.Solved {
		return nil, nil
	}
	var writes []security.Write
	if t.Case != "" && k.Case == "" { // it was solved when the account was locked
		k.Case = t.Case
		k.HandTo(security.AccountSecurity)
		writes = append(writes, SaveTicket{k})
	}
	m.Ticket = k.ID
	writes = append(append(writes, Say(m)...), WakeTicket{k.ID, m.At.Add(ticket.Level(k.Topic))})
	if t.Priority == security.PriorityHigh && k.Priority != security.PriorityHigh {
		writes = append(writes, RaiseTicket{k.ID})
	}
	return writes, nil
}

// StaffRemark is what the portal says to staff in the name of the one of them who acted.
func (s *Service) StaffRemark(m *staff.Member, ticket string, r security.Remark,
	now time.Time) security.Message {
	said := s.Remark(ticket, r, now)
	said.Author, said.By = security.AuthorStaff, m.ID
	return said
}

// StaffMessage is what a member of staff says.
func (s *Service) StaffMessage(m *staff.Member, ticket string, public bool,
	body string) security.Message {
	said := s.Message(ticket, security.AuthorStaff, public, body, s.Now())
	said.By = m.ID
	return said
}

// TakeMessage cleans a message of an owner and takes it out of what they may write in a time in the session.
// It refuses with MessageMissing, MessageLong or TooManyRequests.
func (s *Service) TakeMessage(ctx context.Context, session, text string, now time.Time) (
	string, error) {
	text, err := security.TypedMessage(text)
	if err != nil {
		return "", err
	}
	return text, s.Spend(ctx, limits.Messages, session, now)
}
