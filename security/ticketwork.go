package security

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"regain/security/notice"
	"regain/security/recovery"
	"regain/security/ticket"
)

// ticketPageSize is how many tickets a page of the queue has.
const ticketPageSize = 25

// TicketsOf says whose tickets are listed.
type TicketsOf string

// Whose tickets a list can be about.
const (
	TicketsMine       TicketsOf = "mine"
	TicketsUnassigned TicketsOf = "unassigned"
	TicketsAll        TicketsOf = "all"
)

// TicketAsk asks for one page of the queue. An Of that is none of the constants
// reads as TicketsAll.
type TicketAsk struct {
	Department string
	Status     ticket.Status
	Of         TicketsOf
	After      Cursor // Next of the page before; zero for the first
}

// TicketPage is one page of the queue, what is due first in front.
type TicketPage struct {
	Rows  []TicketRow
	Next  Cursor            // zero when nothing follows
	Names map[string]string // of staff, by id
}

// TicketList reads a page of a department's tickets.
func (s *Service) TicketList(ctx context.Context, m *Member, f TicketAsk) (TicketPage, error) {
	if err := s.allow(ctx, m, RightRead, "ticket.list"); err != nil {
		return TicketPage{}, err
	}
	q := TicketQueue{Department: f.Department, Status: f.Status, After: f.After,
		Unassigned: f.Of == TicketsUnassigned, Limit: ticketPageSize + 1}
	if f.Of == TicketsMine {
		q.Mine = m.ID
	}
	var page TicketPage
	var err error
	if page.Rows, err = s.Store.TicketQueue(ctx, q); err != nil {
		return page, fmt.Errorf("read queue of tickets: %w", err)
	}
	if len(page.Rows) > ticketPageSize {
		page.Rows = page.Rows[:ticketPageSize]
		last := page.Rows[ticketPageSize-1]
		page.Next = Cursor{last.DueAt, last.ID}
	}
	page.Names, err = s.staffNames(ctx)
	return page, err
}

// DeskTicket is a ticket with all that staff need to work on it.
type DeskTicket struct {
	Ticket   Ticket
	Account  Account
	Case     *Case             // that the ticket belongs to; nil when it belongs to none
	Messages []Message         // public and internal ones, oldest first
	Names    map[string]string // of staff, by id
	Reproofs []ShownProposal   // re-proofing proposed on this ticket, newest first
	Reproof  bool              // the reader may propose one
	AnswerTo string            // where an answer is mailed to, masked; "" when nowhere
}

// Bound reports whether what becomes of the ticket is decided with its case and
// not by hand: it is the one ticket of a case that is not over.
func (d DeskTicket) Bound() bool { return d.Ticket.Own && d.Case != nil && !d.Case.State.Over() }

// May reports whether the ticket may be given the status by hand. That of a case is never
// closed for good, because the case may be taken up again.
func (d DeskTicket) May(next ticket.Status) bool {
	ofCase := d.Bound() && next.Settled() || d.Ticket.Own && next == ticket.Closed
	return d.Ticket.Status.To(next) && !ofCase
}

// DeskTicket reads a ticket by its number, in any letter case, and records that
// the member saw it. It refuses more than limitTicketViews with TooManyRequests.
// ErrNotFound: there is no such ticket.
func (s *Service) DeskTicket(ctx context.Context, m *Member, number string) (DeskTicket, error) {
	if err := s.allow(ctx, m, RightRead, "ticket.show"); err != nil {
		return DeskTicket{}, err
	}
	if err := s.spend(ctx, limitTicketViews, m.ID, s.Now()); err != nil {
		return DeskTicket{}, err
	}
	d, err := s.deskTicket(ctx, number)
	if err != nil {
		return DeskTicket{}, err
	}
	if d.Messages, err = s.Store.Messages(ctx, d.Ticket.ID); err != nil {
		return d, fmt.Errorf("read messages: %w", err)
	}
	if d.Names, err = s.staffNames(ctx); err != nil {
		return d, err
	}
	to, err := s.answerTo(ctx, d.Account)
	if err != nil {
		return d, err
	}
	d.AnswerTo = Mask(to)
	proposals, err := s.Store.Proposals(ctx, d.Account.ID)
	if err != nil {
		return d, fmt.Errorf("read proposals: %w", err)
	}
	d.showReproofs(m, proposals, s.Now())
	return d, s.look(ctx, m, d.Account, "ticket", "Ticket "+d.Ticket.Number)
}

// deskTicket reads the ticket, whose it is and its case.
func (s *Service) deskTicket(ctx context.Context, number string) (DeskTicket, error) {
	var d DeskTicket
	var err error
	number = strings.ToUpper(strings.TrimSpace(number))
	if d.Ticket, err = s.Store.TicketByNumber(ctx, number); err != nil {
		return d, err
	}
	if d.Account, err = s.Store.Account(ctx, d.Ticket.Account); err != nil {
		return d, fmt.Errorf("read account of ticket: %w", err)
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

// workOn reads a ticket for a change. It refuses a closed one with TicketClosed,
// and returns ErrConflict when the ticket is not at version any more; 0 means
// whatever version it has.
func (s *Service) workOn(ctx context.Context, number string, version int64) (DeskTicket, error) {
	d, err := s.deskTicket(ctx, number)
	switch {
	case err != nil:
		return d, err
	case d.Ticket.Status == ticket.Closed:
		return d, refuse("", TicketClosed)
	case version != 0 && version != d.Ticket.Version:
		return d, ErrConflict
	}
	return d, nil
}

// ticketEvent is an audit line of what a member of staff does to a ticket.
func (s *Service) ticketEvent(m *Member, kind EventKind, t Ticket, now time.Time) Event {
	e := s.staffEvent(m, kind, now)
	e.Account, e.Case, e.Data = t.Account, t.Case, map[string]string{"ticket": t.Number}
	return e
}

// TakeTicket gives the ticket to the member, also when somebody else has it. It
// refuses with TicketClosed; ErrConflict: the ticket is not at version any more.
// A version of 0 means the present one.
func (s *Service) TakeTicket(ctx context.Context, m *Member, number string, version int64) error {
	if err := s.allow(ctx, m, RightHelp, "ticket.take"); err != nil {
		return err
	}
	d, err := s.workOn(ctx, number, version)
	if err != nil || d.Ticket.Assignee == m.ID {
		return err
	}
	t := d.Ticket
	e := s.ticketEvent(m, TicketTaken, t, s.Now())
	e.Data["from"], e.Data["to"] = t.Assignee, m.ID
	t.Assignee = m.ID
	return s.Store.Commit(ctx, e, SaveTicket{t})
}

// NoTopic is the Work.Topic that takes the topic away.
const NoTopic = "none"

// Work is one form about a ticket. Empty fields change nothing.
type Work struct {
	Message    string
	Internal   bool // a comment that the owner never sees
	Status     ticket.Status
	Department string
	Topic      string // one of ticket.Topics, or NoTopic
}

// WorkTicket does everything in the form in one commit. An answer is mailed to
// the address that proves ownership, if there is one, and stands on the owner's
// status page; without a status of its own it leaves the ticket pending. It
// refuses with TicketClosed, NothingChanged, MessageLong, StatusUnknown,
// StatusIllegal, DepartmentUnknown, TopicWrong or TicketOfCase, and more messages than
// limitStaffMessages with TooManyRequests. ErrConflict: the ticket is not at version any
// more; 0 means the present one.
func (s *Service) WorkTicket(ctx context.Context, m *Member, number string, version int64,
	w Work) error {
	if err := s.allow(ctx, m, RightHelp, "ticket.work"); err != nil {
		return err
	}
	d, err := s.workOn(ctx, number, version)
	if err != nil {
		return err
	}
	if w.Message = clean(w.Message); w.Message != "" {
		if err := checkMessage(w.Message); err != nil {
			return err
		}
	}
	if d.Messages, err = s.Store.Messages(ctx, d.Ticket.ID); err != nil {
		return fmt.Errorf("read messages: %w", err)
	}
	next, err := d.after(w, s.Now())
	if err != nil {
		return err
	}
	if next == d.Ticket && w.Message == "" {
		return refuse("message", NothingChanged)
	}
	writes, err := s.say(ctx, m, d, next, w)
	if err != nil {
		return err
	}
	return s.Store.Commit(ctx, s.workEvent(m, d.Ticket, next, w), append(writes, d.save(next)...)...)
}

// save is the writes that make the ticket next. A topic that moves the service
// level moves that of the case too, which counts from the new password, as long as
// nobody has answered.
func (d DeskTicket) save(next Ticket) []Write {
	if next == d.Ticket {
		return nil
	}
	writes := []Write{SaveTicket{next}}
	counts := d.Bound() && !d.Case.SecuredAt.IsZero() && !answered(d.Messages)
	if counts && next.Topic != d.Ticket.Topic {
		c := *d.Case
		c.DueAt = c.SecuredAt.Add(ticket.Level(next.Topic))
		writes = append(writes, SaveCase{c})
	}
	return writes
}

// workEvent is the audit line of a form: what was said, and what was changed from
// what to what.
func (s *Service) workEvent(m *Member, was, next Ticket, w Work) Event {
	kind := TicketChanged
	switch {
	case w.Message != "" && w.Internal:
		kind = TicketCommented
	case w.Message != "":
		kind = TicketAnswered
	}
	e := s.ticketEvent(m, kind, was, s.Now())
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
func (d DeskTicket) after(w Work, now time.Time) (Ticket, error) {
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
		return t, refuse("topic", TopicWrong)
	case w.Topic != "" && topic != t.Topic:
		t.about(topic, d.Messages)
	}
	if answer {
		t.DueAt = now.Add(ticket.Level(t.Topic))
		if w.Status == "" && t.Status.To(ticket.Pending) {
			t.Status = ticket.Pending
		}
	}
	return t, nil
}

// move changes status and department as far as the form asks for it and the
// rules allow.
func (d DeskTicket) move(t *Ticket, w Work, now time.Time) error {
	if w.Status != "" && w.Status != t.Status {
		switch {
		case !slices.Contains(ticket.Statuses, w.Status):
			return refuse("status", StatusUnknown)
		case !t.Status.To(w.Status):
			return refuse("status", StatusIllegal, string(t.Status), string(w.Status))
		case !d.May(w.Status):
			return refuse("status", TicketOfCase)
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
		return refuse("department", DepartmentUnknown)
	case d.Bound():
		return refuse("department", TicketOfCase)
	}
	t.handTo(w.Department)
	return nil
}

// say is the writes for the message in the form, and the mail that an answer
// goes out with.
func (s *Service) say(ctx context.Context, m *Member, d DeskTicket, next Ticket, w Work) (
	[]Write, error) {
	if w.Message == "" {
		return nil, nil
	}
	now := s.Now()
	if err := s.spend(ctx, limitStaffMessages, m.ID, now); err != nil {
		return nil, err
	}
	writes := []Write{AddMessage{s.staffMessage(m, d.Ticket.ID, !w.Internal, w.Message)}}
	if w.Internal {
		return writes, nil
	}
	to, err := s.answerTo(ctx, d.Account)
	if err != nil || to == "" {
		return writes, err
	}
	return append(writes, s.mail(d.Account, to, notice.SupportReplied{Ticket: next.Number,
		Department: d.Ticket.Department, Text: w.Message, At: now,
		Solved: next.Status == ticket.Solved}, time.Time{})), nil
}

// answerTo is the address that proves ownership; "" when none does.
func (s *Service) answerTo(ctx context.Context, a Account) (string, error) {
	all, err := s.addresses(ctx, a.ID)
	if err != nil {
		return "", err
	}
	to, _ := recovery.ProofAddress(all, s.Now())
	return to.Email, nil
}
