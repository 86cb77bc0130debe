package security

import (
	"context"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"regain/security/recovery"
	"regain/security/ticket"
)

// Topics and Hows are the choices of the support form.
var (
	Topics = []string{"mailbox", "lost_phone", "link", "not_me_changes", "money", "other"}
	Hows   = []string{"phishing", "reuse", "shared_device", "unknown"}
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

// SendSupport takes the support form. The message lands on the running case, in
// a check-up on one ticket for Customer Support. how, the guess how it might
// have happened, may come alone.
func (s *Service) SendSupport(ctx context.Context, o *Owner, topic, text, how string) error {
	if err := o.open(recovery.Support); err != nil {
		return err
	}
	text = clean(text)
	if how != "" && !slices.Contains(Hows, how) {
		return refuse("how", HowUnknown)
	}
	if text != "" || how == "" {
		if err := checkMessage(text); err != nil {
			return err
		}
		if !slices.Contains(Topics, topic) {
			return refuse("topic", TopicUnknown)
		}
	}
	now := s.Now()
	if err := s.spend(ctx, limitMessages, o.Account.ID, now); err != nil {
		return err
	}
	return retry(ctx, func() error {
		o, err := s.again(ctx, o, recovery.Support)
		if err != nil {
			return err
		}
		r := o.Recovery
		var writes []Write
		if how != "" {
			r.How, o.Recovery.How = how, how
			if writes, err = s.tellHow(ctx, o, how, now); err != nil {
				return err
			}
		}
		if text != "" {
			r.SupportAt = now
			more, err := s.supportMessage(ctx, o, topic, text, now)
			if err != nil {
				return err
			}
			writes = append(writes, more...)
		}
		return s.commit(ctx, o, s.ownerEvent(o, MessageSent, now),
			slices.Concat([]Write{SaveRecovery{r}}, writes, heard(o, text != ""))...)
	})
}

// topicOf is the topic of a ticket about what might have happened so.
func topicOf(how string) string {
	if how == "phishing" {
		return ticket.Phishing
	}
	return ticket.Usual
}

// heard is what the owner's word does to the running case: whoever is about to decide it has to
// read that first, and a message answers what the analyst had asked.
func heard(o *Owner, message bool) []Write {
	if o.Case == nil {
		return nil
	}
	writes := []Write{SaveCase{*o.Case}}
	if message {
		if _, moved, err := moveCase(*o.Case, recovery.EventAnswered); err == nil {
			writes = moved
		}
	}
	return append(writes, Stir{o.Account.ID})
}

// tellHow puts the owner's guess on the running case. Where it shortens the
// service level, ticket and case are due earlier; the caller saves the case. Without
// a new password nothing runs yet, though a case taken up again has its ticket.
func (s *Service) tellHow(ctx context.Context, o *Owner, how string, now time.Time) ([]Write,
	error) {
	writes := s.comment(o, now, "How it might have happened, says the owner: "+how)
	topic := topicOf(how)
	if o.Case == nil || topic == ticket.Usual {
		return writes, nil
	}
	c := *o.Case
	t, err := s.caseTicket(ctx, c)
	if err != nil || t.ID == "" || t.Topic == topic {
		return writes, err
	}
	said, err := s.Store.Messages(ctx, t.ID)
	if err != nil {
		return nil, fmt.Errorf("read messages: %w", err)
	}
	t.about(topic, said)
	if due := c.SecuredAt.Add(ticket.Level(topic)); !c.SecuredAt.IsZero() && due.Before(c.DueAt) {
		c.DueAt = due
	}
	o.Case.DueAt = c.DueAt
	return append(writes, SaveTicket{t}), nil
}

func checkMessage(text string) error {
	switch {
	case text == "":
		return refuse("message", MessageMissing)
	case utf8.RuneCountInString(text) > maxMessage:
		return refuse("message", MessageLong, fmt.Sprint(maxMessage))
	}
	return nil
}

func (s *Service) supportMessage(ctx context.Context, o *Owner, topic, text string,
	now time.Time) ([]Write, error) {
	said := s.message("", AuthorOwner, true, text, now)
	if o.Case != nil {
		said.Ticket = ownTicket(*o.Case)
		wake, err := s.wake(ctx, o, now)
		return append(s.comment(o, now, "What the next message is about: "+topic),
			AddMessage{said}, wake), err
	}
	writes, _, err := s.toSupport(ctx, o.Account, topic, said)
	return writes, err
}

// wake reopens the ticket of the case, because the owner has something to say. A
// question of the analyst is answered by it; the caller saves the case.
func (s *Service) wake(ctx context.Context, o *Owner, now time.Time) (WakeTicket, error) {
	t, err := s.caseTicket(ctx, *o.Case)
	level := min(ticket.Level(t.Topic), ticket.Level(topicOf(o.Recovery.How)))
	due := now.Add(level)
	if o.Case.State == recovery.NeedsOwner {
		o.Case.DueAt = due
	}
	return WakeTicket{ownTicket(*o.Case), due}, err
}

// SendMessage adds to the running case from the status page. When the analyst
// had asked for something, this is the answer and the case goes back to review.
func (s *Service) SendMessage(ctx context.Context, o *Owner, text string) error {
	if o.Case == nil || o.Progress.Next() != "" && !o.Over() {
		return refuse("", StepNotOpen)
	}
	if o.Over() {
		return refuse("", RecoveryReadOnly)
	}
	text = clean(text)
	if err := checkMessage(text); err != nil {
		return err
	}
	now := s.Now()
	if err := s.spend(ctx, limitMessages, o.Account.ID, now); err != nil {
		return err
	}
	return retry(ctx, func() error {
		o, err := s.again(ctx, o, "")
		if err != nil {
			return err
		}
		if o.Over() {
			return refuse("", RecoveryReadOnly)
		}
		said := s.message(ownTicket(*o.Case), AuthorOwner, true, text, now)
		if copied, err := s.justSaid(ctx, said); copied || err != nil {
			return err
		}
		wake, err := s.wake(ctx, o, now)
		if err != nil {
			return err
		}
		writes := []Write{AddMessage{said}, wake}
		return s.commit(ctx, o, s.ownerEvent(o, MessageSent, now), append(writes, heard(o, true)...)...)
	})
}
