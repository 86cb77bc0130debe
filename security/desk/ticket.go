package desk

import (
	"context"
	"fmt"
	"time"

	"regain/security"
	"regain/security/attach"
	"regain/security/audit"
	"regain/security/casework"
	"regain/security/limits"
	"regain/security/lockout"
	"regain/security/refusal"
	"regain/security/review"
	"regain/security/sight"
	"regain/security/staff"
	"regain/security/ticket"
	"regain/security/token"
)

// TicketAsk asks for one page of the queue. A Holder of review.Me is the reader.
type TicketAsk struct {
	Department string
	Status     ticket.Status
	After      security.Cursor // Next of the page before; zero for the first
	review.Sieve
}

// TicketPage is one page of the queue, what is due first in front.
type TicketPage struct {
	Rows  []TicketRow
	Total int               // of all pages, at most review.MostInFile+1
	Next  security.Cursor   // zero when nothing follows
	Names map[string]string // of staff, by id
}

// TicketList reads a page of a department's tickets.
func (s *Service) TicketList(ctx context.Context, m *staff.Member, f TicketAsk) (TicketPage,
	error) {
	if err := s.Staff.Permit(ctx, m, staff.RightRead, "ticket.list"); err != nil {
		return TicketPage{}, err
	}
	page, q, err := s.ticketPage(ctx, m, f, review.CasePageSize+1)
	if err != nil {
		return page, err
	}
	if len(page.Rows) > review.CasePageSize {
		page.Rows = page.Rows[:review.CasePageSize]
		last := page.Rows[review.CasePageSize-1]
		page.Next = security.Cursor{At: last.At, ID: last.ID}
	}
	q.After, q.Limit = security.Cursor{}, review.MostInFile+1
	if page.Total, err = s.Store.CountTickets(ctx, q); err != nil {
		return page, fmt.Errorf("count tickets: %w", err)
	}
	return page, nil
}

// TicketFile reads a department's tickets for a file, as review.Service.CaseFile does the cases.
func (s *Service) TicketFile(ctx context.Context, m *staff.Member, f TicketAsk) (TicketPage,
	error) {
	if err := s.Staff.Permit(ctx, m, staff.RightRead, "ticket.file"); err != nil {
		return TicketPage{}, err
	}
	page, _, err := s.ticketPage(ctx, m, f, review.MostInFile)
	if err != nil {
		return page, err
	}
	return page, s.Staff.ListTaken(ctx, m, "tickets", len(page.Rows))
}

// ticketPage reads the rows as the member may read them, and says what it asked for. Whoever does not
// work on tickets says why before they read what was said on one.
func (s *Service) ticketPage(ctx context.Context, m *staff.Member, f TicketAsk, limit int) (
	page TicketPage, q TicketQueue, err error) {
	q = TicketQueue{Department: f.Department, Status: f.Status, After: f.After, Limit: limit}
	if q.Sieve, page.Names, err = s.Review.Sieved(ctx, m, f.Sieve); err != nil {
		return page, q, err
	}
	if page.Rows, err = s.Store.TicketQueue(ctx, q); err != nil {
		return page, q, fmt.Errorf("read queue of tickets: %w", err)
	}
	r := sight.Of(m.Role, false)
	for i := range page.Rows {
		row := &page.Rows[i]
		row.Ticket, row.Username, row.Last = r.Ticket(row.Ticket), r.Address(row.Username), r.Message(row.Last)
		if !m.Works(row.Department) {
			row.Last = security.Message{}
		}
	}
	return page, q, nil
}

// DeskTicket is a ticket with all that staff need to work on it.
type DeskTicket struct {
	Ticket   security.Ticket
	Account  security.Account               // without an id when the ticket is about none
	Case     *security.Case                 // that the ticket belongs to; nil when it belongs to none
	Messages []security.Message             // public and internal ones, oldest first
	Files    map[string][]attach.Attachment // of the messages, by their ids
	Names    map[string]string              // of staff, by id
	Reproofs []lockout.ShownProposal        // re-proofing proposed on this ticket, newest first
	Reproof  bool                           // the reader may propose one
	AnswerTo string                         // where an answer is mailed to, masked; "" when nowhere
	Held     bool                           // it waits for Account Security, who alone settle and move it
}

// hold notes whether the ticket waits for others than the member.
func (d *DeskTicket) hold(m *staff.Member) {
	d.Held = d.Ticket.Department == security.AccountSecurity && !d.Ticket.Status.Settled() &&
		!m.Role.Has(staff.RightReview)
}

// Bound reports whether what becomes of the ticket is decided with its case and
// not by hand: it is the one ticket of a case that is not over.
func (d DeskTicket) Bound() bool { return d.Ticket.Own && d.Case != nil && !d.Case.State.Over() }

// May reports whether the ticket may be given the status by hand. That of a case is never
// closed for good, because the case may be taken up again.
func (d DeskTicket) May(next ticket.Status) bool {
	ofCase := d.Bound() && next.Settled() || d.Ticket.Own && next == ticket.Closed
	return d.Ticket.Status.To(next) && !ofCase && !d.Held
}

// DeskTicket reads a ticket by its number, in any letter case, and records that
// the member saw it. It refuses more than limits.TicketViews with TooManyRequests, and with
// LookNeeded whoever does no work on tickets and did not say why they read this one.
// ErrNotFound: there is no such ticket.
func (s *Service) DeskTicket(ctx context.Context, m *staff.Member, number string) (DeskTicket,
	error) {
	if err := s.Staff.Permit(ctx, m, staff.RightRead, "ticket.show"); err != nil {
		return DeskTicket{}, err
	}
	if err := s.Spend(ctx, m.Budget(limits.TicketViews), m.ID, s.Now()); err != nil {
		return DeskTicket{}, err
	}
	d, err := s.deskTicket(ctx, number)
	if err != nil {
		return DeskTicket{}, err
	}
	if err := s.sawTicket(ctx, m, d); err != nil {
		return DeskTicket{}, err
	}
	d.hold(m)
	if d.Messages, err = s.Store.Messages(ctx, d.Ticket.ID); err != nil {
		return d, fmt.Errorf("read messages: %w", err)
	}
	if d.Files, err = s.Attach.OnMessages(ctx, d.Messages); err != nil {
		return d, err
	}
	if d.Names, err = s.Staff.Names(ctx); err != nil {
		return d, err
	}
	to, _, err := s.Proof(ctx, d.Account, s.Now())
	if err != nil {
		return d, err
	}
	d.AnswerTo = security.Mask(to.Email)
	if err := s.showReproofs(ctx, m, &d); err != nil {
		return d, err
	}
	d.hide(sight.Of(m.Role, false))
	return d, nil
}

// hide takes out what the member may not read.
func (d *DeskTicket) hide(r sight.Reader) {
	d.Account, d.Ticket = r.Account(d.Account), r.Ticket(d.Ticket)
	if d.Case != nil {
		*d.Case = r.Case(*d.Case)
	}
	d.Messages = sight.Each(r.Message, d.Messages)
}

// sawTicket records that the member reads a ticket. To work on it is reason enough; whoever only
// reads has said why before.
func (s *Service) sawTicket(ctx context.Context, m *staff.Member, d DeskTicket) error {
	if d.Account.ID == "" { // nobody's details are opened
		return s.Staff.Viewed(ctx, m, d.Account, "ticket", "Ticket "+d.Ticket.Number)
	}
	if m.Works(d.Ticket.Department) {
		return s.Staff.Look(ctx, m, d.Account, "ticket", "Ticket "+d.Ticket.Number)
	}
	l, ok, err := s.Staff.Looked(ctx, m, d.Account.ID)
	if err != nil {
		return err
	}
	if !ok {
		return security.Refuse("", refusal.LookNeeded)
	}
	return s.Staff.Viewed(ctx, m, d.Account, "ticket", l.Reason)
}

// OpenTicket is OpenAccount for the account that a ticket is about.
func (s *Service) OpenTicket(ctx context.Context, m *staff.Member, number, reason string) error {
	if err := s.Staff.Permit(ctx, m, staff.RightRead, "ticket.open"); err != nil {
		return err
	}
	d, err := s.deskTicket(ctx, number)
	if err != nil {
		return err
	}
	return s.OpenAccount(ctx, m, d.Account.ID, reason)
}

// deskTicket reads the ticket, whose it is and its case.
func (s *Service) deskTicket(ctx context.Context, number string) (DeskTicket, error) {
	var d DeskTicket
	var err error
	number = token.FoldNumber(number)
	if d.Ticket, err = s.Store.TicketByNumber(ctx, number); err != nil {
		return d, err
	}
	if d.Ticket.Account != "" {
		if d.Account, err = s.Store.Account(ctx, d.Ticket.Account); err != nil {
			return d, fmt.Errorf("read account of ticket: %w", err)
		}
	}
	if d.Ticket.Case != "" {
		c, err := s.Store.Case(ctx, d.Ticket.Case)
		if err != nil {
			return d, fmt.Errorf("read case of ticket: %w", err)
		}
		d.Case = &c
	}
	return d, nil
}

// workOn reads a ticket for a change. It refuses one of a department for which the member does not
// work with Denied, a closed one with TicketClosed,
// and returns ErrStale when the ticket is not at version any more; 0 means
// whatever version it has.
func (s *Service) workOn(ctx context.Context, m *staff.Member, number string, version int64) (
	DeskTicket, error) {
	d, err := s.deskTicket(ctx, number)
	switch {
	case err != nil:
		return d, err
	case m.Holder == "" && !m.Works(d.Ticket.Department):
		return d, s.Staff.Deny(ctx, m, staff.Attempt{Right: staff.RightHelp, What: "ticket.work",
			On: d.Ticket.Number})
	case d.Ticket.Status == ticket.Closed:
		return d, security.Refuse("", refusal.TicketClosed)
	case version != 0 && version != d.Ticket.Version:
		return d, security.ErrStale
	}
	return d, nil
}

// ticketEvent is an audit line of what a member of staff does to a ticket.
func (s *Service) ticketEvent(m *staff.Member, kind audit.Kind, t security.Ticket,
	now time.Time) security.Event {
	e := s.Staff.StaffEvent(m, kind, now)
	e.Account, e.Case, e.Data = t.Account, t.Case, map[string]string{"ticket": t.Number}
	return e
}

// TakeTicket gives the ticket to the member, also when somebody else has it. It
// refuses with TicketClosed; ErrConflict: the ticket is not at version any more.
// A version of 0 means the present one.
func (s *Service) TakeTicket(ctx context.Context, m *staff.Member, number string,
	version int64) error {
	if err := s.Staff.Permit(ctx, m, staff.RightTickets, "ticket.take"); err != nil {
		return err
	}
	d, err := s.workOn(ctx, m, number, version)
	if err != nil || d.Ticket.Assignee == m.ID {
		return err
	}
	t := d.Ticket
	e := s.ticketEvent(m, audit.TicketTaken, t, s.Now())
	e.Data["from"], e.Data["to"] = t.Assignee, m.ID
	t.Assignee = m.ID
	return s.Store.Commit(ctx, e, casework.SaveTicket{Ticket: t})
}
