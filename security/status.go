package security

import (
	"context"
	"fmt"
	"slices"
	"time"

	"regain/security/recovery"
)

// Status is what the status page tells.
type Status struct {
	Ticket    *Ticket // nil in a check-up without one
	Messages  []Message
	Word      string          // what the analyst said when they last acted on the case
	Roles     map[string]Role // of those of staff who wrote one of the messages
	Timeline  []Event
	NextWord  time.Time // zero when nobody has to answer
	Overdue   bool
	UrgentAt  time.Time // from when an urgent review can be asked for; zero: never
	UrgentNow bool
}

// ReadStatus gathers what the owner may know of how things stand. It is open
// once every step is met, and after the decision.
func (s *Service) ReadStatus(ctx context.Context, o *Owner) (Status, error) {
	if o.Progress.Next() != "" {
		return Status{}, refuse("", StepNotOpen)
	}
	var st Status
	var err error
	if o.Case == nil {
		return st, s.readCheckUp(ctx, o, &st)
	}
	if st.Timeline, err = s.Store.Events(ctx, o.Case.ID); err != nil {
		return st, fmt.Errorf("read timeline: %w", err)
	}
	if o.Case.Ticket == "" || o.Over() {
		return st, s.readTickets(ctx, o, &st)
	}
	if err := s.readTickets(ctx, o, &st); err != nil {
		return st, err
	}
	now := s.Now()
	if o.Case.State != recovery.NeedsOwner { // then it is the owner's turn
		st.NextWord, st.Overdue = o.Case.nextWord(st.Ticket.Topic, now)
	}
	st.UrgentAt = s.urgentAt(o)
	st.UrgentNow = !st.UrgentAt.IsZero() && !now.Before(st.UrgentAt)
	return st, nil
}

// readCheckUp adds the newest ticket that this check-up opened or in which
// something was said since it began.
func (s *Service) readCheckUp(ctx context.Context, o *Owner, st *Status) error {
	tickets, err := s.Store.Tickets(ctx, TicketFilter{Account: o.Account.ID})
	if err != nil {
		return fmt.Errorf("read tickets: %w", err)
	}
	since := o.Recovery.StartedAt
	for _, t := range tickets {
		said, err := s.publicMessages(ctx, t.ID)
		if err != nil {
			return err
		}
		lately := func(m Message) bool { return !m.At.Before(since) }
		if t.Case != "" || t.OpenedAt.Before(since) && !slices.ContainsFunc(said, lately) {
			continue
		}
		st.Ticket, st.Messages = &t, said
		st.NextWord, st.Overdue = t.nextWord(s.Now())
		return s.readRoles(ctx, st)
	}
	return nil
}

// readTickets adds the ticket of the case and what the owner may read of it and
// of the others that belong to the case, oldest first.
func (s *Service) readTickets(ctx context.Context, o *Owner, st *Status) error {
	if o.Case.Ticket != "" {
		t, err := s.Store.Ticket(ctx, o.Case.Ticket)
		if err != nil {
			return fmt.Errorf("read ticket: %w", err)
		}
		st.Ticket = &t
	}
	tickets, err := s.Store.Tickets(ctx, TicketFilter{Account: o.Account.ID, Case: o.Case.ID})
	if err != nil {
		return fmt.Errorf("read tickets: %w", err)
	}
	if o.Case.Ticket == "" {
		tickets = append(tickets, Ticket{ID: ownTicket(*o.Case)}) // what was said before it opens
	}
	for _, t := range tickets {
		said, err := s.publicMessages(ctx, t.ID)
		if err != nil {
			return err
		}
		st.Messages = append(st.Messages, said...)
		if t.ID == ownTicket(*o.Case) {
			st.Word = wordOf(*o.Case, said)
		}
	}
	slices.SortStableFunc(st.Messages, func(a, b Message) int { return a.At.Compare(b.At) })
	return s.readRoles(ctx, st)
}

// wordOf is what the analyst said when they last acted on the case: a question, or why it
// stays locked. What others of staff write on its ticket does not pass for that.
func wordOf(c Case, said []Message) (word string) {
	for _, m := range said {
		if m.Author == AuthorStaff && m.By == c.Assignee && m.At.Equal(c.TakenAt) {
			word = m.Body
		}
	}
	return word
}

// Question is what Account Security has asked and waits to be told; "" for nothing.
// It may be shown as soon as the owner is verified.
func (s *Service) Question(ctx context.Context, o *Owner) (string, error) {
	if o.Case == nil || o.Case.State != recovery.NeedsOwner {
		return "", nil
	}
	said, err := s.publicMessages(ctx, ownTicket(*o.Case))
	return wordOf(*o.Case, said), err
}

// publicMessages are those of a ticket that the owner may read.
func (s *Service) publicMessages(ctx context.Context, ticket string) ([]Message, error) {
	all, err := s.Store.Messages(ctx, ticket)
	if err != nil {
		return nil, fmt.Errorf("read messages: %w", err)
	}
	return slices.DeleteFunc(all, func(m Message) bool { return !m.Public }), nil
}

func (s *Service) readRoles(ctx context.Context, st *Status) (err error) {
	st.Roles, err = s.rolesOf(ctx, st.Messages)
	return err
}

// rolesOf finds out for whom those of staff spoke who wrote one of the messages.
func (s *Service) rolesOf(ctx context.Context, said []Message) (map[string]Role, error) {
	roles := map[string]Role{}
	for _, m := range said {
		if m.By == "" || roles[m.By] != "" {
			continue
		}
		staff, err := s.Store.StaffMember(ctx, m.By)
		if err != nil {
			return nil, fmt.Errorf("read member of staff: %w", err)
		}
		roles[m.By] = staff.Role
	}
	return roles, nil
}
