package desk

import (
	"context"
	"slices"

	"regain/security"
	"regain/security/audit"
	"regain/security/casework"
	"regain/security/refusal"
	"regain/security/signin"
	"regain/security/staff"
	"regain/security/ticket"
	"regain/security/token"
)

// NewTicket is a ticket that somebody of staff, or a program, opens for an account.
type NewTicket struct {
	Account    string
	Department string // "" for Customer Support
	Subject    string
	Message    string // for staff only
	External   string // what the program calls the ticket
	// Unless is asked before each attempt: its error ends all. It may be nil.
	Unless func(context.Context) error
}

// maxSubject bounds the subject of a ticket, in characters.
const maxSubject = 200

// OpenTicketFor opens a ticket and returns its number. One about an account in a lockout belongs to
// the case at once, and Account Security has it. It refuses with MessageMissing, MessageLong,
// DepartmentUnknown or TooManyRequests; ErrNotFound: there is no such account.
func (s *Service) OpenTicketFor(ctx context.Context, m *staff.Member, n NewTicket) (string, error) {
	if n.Department == "" {
		n.Department = security.CustomerSupport
	}
	var number string
	if err := s.Staff.Permit(ctx, m, staff.RightHelp, "ticket.open_for"); err != nil {
		return "", err
	}
	n, err := n.checked()
	if err != nil {
		return "", err
	}
	spend := s.spendMessage(ctx, m)
	err = security.Retry(ctx, func() (err error) {
		if err = unless(ctx, n.Unless); err == nil {
			err = spend()
		}
		if err != nil {
			return err
		}
		number, err = s.openTicketFor(ctx, m, n)
		return err
	})
	return number, err
}

// checked is the ticket with clean texts.
func (n NewTicket) checked() (NewTicket, error) {
	var err error
	n.Subject, err = security.Typed("subject", n.Subject, maxSubject, refusal.MessageMissing,
		refusal.MessageLong)
	if err == nil && !slices.Contains(ticket.Departments, n.Department) {
		err = security.Refuse("department", refusal.DepartmentUnknown)
	}
	if err == nil {
		n.Message, err = security.TypedMessage(n.Message)
	}
	return n, err
}

func (s *Service) openTicketFor(ctx context.Context, m *staff.Member, n NewTicket) (string, error) {
	a, err := s.acted(ctx, m, staff.RightHelp, "ticket.open_for", n.Account)
	if err != nil {
		return "", err
	}
	now := s.Now()
	t := security.Ticket{ID: token.ID(), Account: a.ID, Department: n.Department,
		Status: ticket.Open, Priority: security.PriorityNormal, Subject: n.Subject, OpenedAt: now,
		DueAt: now.Add(ticket.Level(ticket.Usual))}
	t.AdoptedBy(a)
	if t.Number, err = s.Number(ctx, "ticket", "T-"); err != nil {
		return "", err
	}
	e := s.ticketEvent(m, audit.TicketOpened, t, now)
	said := s.Casework.StaffMessage(m, t.ID, false, n.Message)
	writes := []security.Write{casework.OpenTicket{Ticket: t}, casework.AddMessage{Message: said}}
	if n.External != "" { // the ticket, and what it begins with
		e.Data["external_id"] = n.External
		writes = append(writes, outside(m, t.ID, "", n.External), outside(m, t.ID, said.ID, n.External))
	}
	if !a.Locked() { // a lockout that came meanwhile takes the ticket in
		writes = append(writes, signin.HoldOpen{Account: a.ID})
	}
	return t.Number, s.Store.Commit(ctx, e, writes...)
}

// outside names a ticket, or a message on it, as the program does.
func outside(m *staff.Member, on, message, external string) casework.NameOutside {
	kind := casework.OutsideTicket
	if message != "" {
		kind = casework.OutsideMessage
	}
	return casework.NameOutside{Holder: m.Holder, External: external, Kind: kind, Ticket: on,
		Message: message}
}
