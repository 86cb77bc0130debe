package desk

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"regain/security"
	"regain/security/audit"
	"regain/security/casework"
	"regain/security/limits"
	"regain/security/notice"
	"regain/security/recovery"
	"regain/security/refusal"
	"regain/security/staff"
	"regain/security/ticket"
)

// NoTopic is the Work.Topic that takes the topic away.
const NoTopic = "none"

// Work is one form about a ticket. Empty fields change nothing.
type Work struct {
	Message    string
	Internal   bool // a comment that the owner never sees
	Status     ticket.Status
	Department string
	Topic      string // one of ticket.Topics, or NoTopic
	External   string // what the program that works calls the message or, without one, the ticket
	// Unless is asked before each attempt: its error ends the work. It may be nil.
	Unless func(context.Context) error
}

// WorkTicket does everything in the form in one commit. An answer is mailed to
// the address that proves ownership, if there is one, and stands on the owner's
// status page; without a status of its own it leaves the ticket pending, unless that waits for
// Account Security. It
// refuses with TicketClosed, NothingChanged, MessageLong, StatusUnknown,
// StatusIllegal, DepartmentUnknown, TopicWrong, TicketOfCase or TicketWaits, and more messages than
// limits.StaffMessages with TooManyRequests. ErrStale: the ticket is not at version any
// more; 0 means the present one.
func (s *Service) WorkTicket(ctx context.Context, m *staff.Member, number string, version int64,
	w Work) error {
	if err := s.Staff.Permit(ctx, m, staff.RightTickets, "ticket.work"); err != nil {
		return err
	}
	if w.Message = security.Clean(w.Message); w.Message != "" {
		if _, err := security.TypedMessage(w.Message); err != nil {
			return err
		}
	}
	spend := s.spendMessage(ctx, m)
	return security.Retry(ctx, func() error {
		if err := unless(ctx, w.Unless); err != nil {
			return err
		}
		return s.workTicket(ctx, m, number, version, w, spend)
	})
}

// unless asks what may be nil.
func unless(ctx context.Context, ask func(context.Context) error) error {
	if ask == nil {
		return nil
	}
	return ask(ctx)
}

// spendMessage is how the budget of messages is spent, however often it is asked for.
func (s *Service) spendMessage(ctx context.Context, m *staff.Member) func() error {
	return sync.OnceValue(func() error {
		return s.Spend(ctx, m.Budget(limits.StaffMessages), m.ID, s.Now())
	})
}

// workTicket is one attempt of WorkTicket.
func (s *Service) workTicket(ctx context.Context, m *staff.Member, number string, version int64,
	w Work, spend func() error) error {
	d, err := s.workOn(ctx, m, number, version)
	if err != nil {
		return err
	}
	d.hold(m)
	if d.Messages, err = s.Store.Messages(ctx, d.Ticket.ID); err != nil {
		return fmt.Errorf("read messages: %w", err)
	}
	next, err := d.after(w, s.Now())
	if err != nil {
		return err
	}
	if next == d.Ticket && w.Message == "" && w.External == "" {
		return security.Refuse("message", refusal.NothingChanged)
	}
	writes, err := s.say(ctx, m, d, next, w, spend)
	if err != nil {
		return err
	}
	if w.External != "" && w.Message == "" {
		writes = append(writes, outside(m, d.Ticket.ID, "", w.External))
	}
	return s.Store.Commit(ctx, s.workEvent(m, d.Ticket, next, w),
		append(writes, d.save(next)...)...)
}

// save is the writes that make the ticket next. A topic that moves the service
// level moves that of the case too, which counts from the new password, as long as
// nobody has answered.
func (d DeskTicket) save(next security.Ticket) []security.Write {
	if next == d.Ticket {
		return nil
	}
	writes := []security.Write{casework.SaveTicket{Ticket: next}}
	counts := d.Bound() && !d.Case.SecuredAt.IsZero() && !security.Answered(d.Messages)
	if counts && next.Topic != d.Ticket.Topic {
		c := *d.Case
		c.DueAt = c.SecuredAt.Add(ticket.Level(next.Topic))
		writes = append(writes, security.SaveCase{Case: c})
	}
	return writes
}

// workEvent is the audit line of a form: what was said, and what was changed from
// what to what.
func (s *Service) workEvent(m *staff.Member, was, next security.Ticket, w Work) security.Event {
	kind := audit.TicketChanged
	switch {
	case w.Message != "" && w.Internal:
		kind = audit.TicketCommented
	case w.Message != "":
		kind = audit.TicketAnswered
	}
	e := s.ticketEvent(m, kind, was, s.Now())
	if w.External != "" {
		e.Data["external_id"] = w.External
	}
	for what, change := range map[string][2]string{
		"status":     {string(was.Status), string(next.Status)},
		"department": {was.Department, next.Department},
		"topic":      {was.Topic, next.Topic},
	} {
		if change[0] != change[1] {
			e.Data[what+"_from"], e.Data[what+"_to"] = change[0], change[1]
		}
	}
	return e
}

// after is the ticket as it stands once the form was worked in.
func (d DeskTicket) after(w Work, now time.Time) (security.Ticket, error) {
	t := d.Ticket
	answer := w.Message != "" && !w.Internal
	if err := d.move(&t, w, now); err != nil {
		return t, err
	}
	topic := w.Topic
	if topic == NoTopic {
		topic = ticket.Usual
	}
	switch {
	case !slices.Contains(ticket.Topics, topic):
		return t, security.Refuse("topic", refusal.TopicWrong)
	case w.Topic != "" && topic != t.Topic:
		t.About(topic, d.Messages)
	}
	if answer && !d.Held {
		t.DueAt = now.Add(ticket.Level(t.Topic))
		if w.Status == "" && t.Status.To(ticket.Pending) {
			t.Status = ticket.Pending
		}
	}
	return t, nil
}

// move changes status and department as far as the form asks for it and the
// rules allow.
func (d DeskTicket) move(t *security.Ticket, w Work, now time.Time) error {
	if w.Status != "" && w.Status != t.Status {
		switch {
		case !slices.Contains(ticket.Statuses, w.Status):
			return security.Refuse("status", refusal.StatusUnknown)
		case !t.Status.To(w.Status):
			return security.Refuse("status", refusal.StatusIllegal, string(t.Status),
				string(w.Status))
		case !d.May(w.Status):
			return d.stays("status")
		case t.Status == ticket.Solved:
			t.DueAt = now.Add(ticket.Level(t.Topic))
		}
		t.Status = w.Status
	}
	if w.Department == "" || w.Department == t.Department {
		return nil
	}
	switch {
	case !slices.Contains(ticket.Departments, w.Department):
		return security.Refuse("department", refusal.DepartmentUnknown)
	case d.Bound() || d.Held:
		return d.stays("department")
	}
	t.HandTo(w.Department)
	return nil
}

// stays says why the ticket is not settled or moved by hand. Where it is held, the form has no
// such field.
func (d DeskTicket) stays(field string) *security.Refusal {
	if d.Bound() || !d.Held {
		return security.Refuse(field, refusal.TicketOfCase)
	}
	return security.Refuse("", refusal.TicketWaits)
}

// say is the writes for the message in the form, and the mail that an answer
// goes out with.
func (s *Service) say(ctx context.Context, m *staff.Member, d DeskTicket, next security.Ticket,
	w Work, spend func() error) ([]security.Write, error) {
	if w.Message == "" {
		return nil, nil
	}
	now := s.Now()
	if err := spend(); err != nil {
		return nil, err
	}
	said := s.Casework.StaffMessage(m, d.Ticket.ID, !w.Internal, w.Message)
	writes := []security.Write{casework.AddMessage{Message: said}}
	if w.External != "" {
		writes = append(writes, outside(m, d.Ticket.ID, said.ID, w.External))
	}
	if w.Internal {
		return writes, nil
	}
	to, ok, err := s.Proof(ctx, d.Account, now)
	if err != nil || !ok {
		return writes, err
	}
	return append(writes, s.Mail(d.Account, recovery.Address{Email: to.Email},
		notice.SupportReplied{Ticket: next.Number,
			Department: d.Ticket.Department, Text: w.Message, At: now,
			Solved: next.Status == ticket.Solved}, time.Time{})), nil
}
