package security

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"regain/security/notice"
	"regain/security/recovery"
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
		return st, s.readTicket(ctx, o, &st)
	}
	now := s.Now()
	st.NextWord, st.Overdue = recovery.NextWord(o.Case.SecuredAt, ServiceLevel, now)
	st.UrgentAt = s.urgentAt(o)
	st.UrgentNow = !st.UrgentAt.IsZero() && !now.Before(st.UrgentAt)
	return st, s.readTicket(ctx, o, &st)
}

// readCheckUp adds the ticket that this check-up led to, if it did.
func (s *Service) readCheckUp(ctx context.Context, o *Owner, st *Status) error {
	open, err := s.Store.Tickets(ctx, TicketFilter{Account: o.Account.ID, Status: StatusOpen})
	if err != nil {
		return fmt.Errorf("read tickets: %w", err)
	}
	for _, t := range open {
		if !t.OpenedAt.Before(o.Recovery.StartedAt) {
			st.NextWord, st.Overdue = recovery.NextWord(t.OpenedAt, ServiceLevel, s.Now())
			return s.readMessages(ctx, t, st)
		}
	}
	return nil
}

// readTicket adds the ticket and those of its messages that the owner may read.
func (s *Service) readTicket(ctx context.Context, o *Owner, st *Status) error {
	if o.Case.Ticket == "" {
		return nil
	}
	t, err := s.Store.Ticket(ctx, o.Case.Ticket)
	if err != nil {
		return fmt.Errorf("read ticket: %w", err)
	}
	return s.readMessages(ctx, t, st)
}

func (s *Service) readMessages(ctx context.Context, t Ticket, st *Status) error {
	all, err := s.Store.Messages(ctx, t.ID)
	if err != nil {
		return fmt.Errorf("read messages: %w", err)
	}
	st.Ticket = &t
	st.Messages = slices.DeleteFunc(all, func(m Message) bool { return !m.Public })
	return nil
}

// urgentAt is zero where nobody could be asked.
func (s *Service) urgentAt(o *Owner) time.Time {
	if s.Policy.EscalationEmail == "" || o.Case == nil || o.Over() {
		return time.Time{}
	}
	return recovery.EscalationDue(o.Case.SecuredAt, o.Case.EscalatedAt, s.Policy.EscalateAfter)
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
			r.How = how
			writes = s.comment(o, now, "How it might have happened, says the owner: "+how)
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
			append([]Write{SaveRecovery{r}}, writes...)...)
	})
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
		return append(s.comment(o, now, "What the next message is about: "+topic),
			AddMessage{said}), nil
	}
	writes, _, err := s.joinTicket(ctx, Ticket{Account: o.Account.ID, Department: CustomerSupport,
		Priority: PriorityNormal, Subject: "Message from " + o.Account.Username + " (" + topic + ")"},
		said)
	return writes, err
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
		c := *o.Case
		writes := []Write{AddMessage{s.message(ownTicket(c), AuthorOwner, true, text, now)}}
		if state, ok := c.State.On(recovery.EventAnswered); ok {
			c.State = state
			writes = append(writes, SaveCase{c})
		}
		return s.commit(ctx, o, s.ownerEvent(o, MessageSent, now), writes...)
	})
}

// AskUrgent asks for an urgent review once the waiting time is over: one mail
// to the escalations address, a receipt to the owner, and not again before the
// next due time, however many press the button at once. It refuses with
// EscalationEarly.
func (s *Service) AskUrgent(ctx context.Context, o *Owner) error {
	if o.Over() {
		return refuse("", RecoveryReadOnly)
	}
	if o.Case == nil || o.Progress.Next() != "" {
		return refuse("", StepNotOpen)
	}
	due := s.urgentAt(o)
	if now := s.Now(); due.IsZero() || now.Before(due) {
		return &Refusal{Code: EscalationEarly, Retry: due.Sub(now)}
	}
	err := s.escalate(ctx, o.Account, *o.Case, o.actor(), notice.AskedByOwner)
	if errors.Is(err, ErrConflict) {
		again, readErr := s.Store.Case(ctx, o.Case.ID)
		if readErr == nil && again.EscalatedAt.After(o.Case.EscalatedAt) {
			return nil // the other click came first
		}
	}
	return err
}

func (s *Service) escalate(ctx context.Context, a Account, c Case, by Actor, asked string) error {
	now := s.Now()
	t, err := s.Store.Ticket(ctx, c.Ticket)
	if err != nil {
		return fmt.Errorf("read ticket: %w", err)
	}
	c.EscalatedAt = now
	word, _ := recovery.NextWord(c.SecuredAt, ServiceLevel, now)
	receipt, err := s.tell(ctx, a, notice.UrgentReceipt{Case: c.Number, Ticket: t.Number, At: now,
		NextPossible: now.Add(s.Policy.EscalateAfter), NextWord: word}, now)
	if err != nil {
		return err
	}
	e := s.event(by, UrgentReviewAsked, now)
	e.Account, e.Case, e.Data = a.ID, c.ID, map[string]string{"asked_by": asked}
	return s.Store.Commit(ctx, e, append([]Write{
		SaveCase{c}, RaiseTicket{t.ID},
		AddMessage{s.message(t.ID, AuthorRegain, false, "Urgent review asked for by: "+asked, now)},
		AddNote{s.note(c, NoteEscalated, "Urgent review asked for by: "+asked,
			"Account Security reviews the case first", now)},
		s.mail(a, s.Policy.EscalationEmail, notice.UrgentReview{Case: c.Number, Ticket: t.Number,
			Account: a.Username, Since: c.SecuredAt, AskedBy: asked}, time.Time{}),
	}, receipt...)...)
}

// graceBeforeEscalation is how long the owner may ask before it happens by
// itself.
const graceBeforeEscalation = 24 * time.Hour

// EscalateWaiting asks for the review of cases that nobody has spoken up for a
// day after they could. It returns how many there were.
func (s *Service) EscalateWaiting(ctx context.Context) (int, error) {
	if s.Policy.EscalationEmail == "" {
		return 0, nil
	}
	before := s.Now().Add(-s.Policy.EscalateAfter - graceBeforeEscalation)
	waiting, err := s.Store.CasesSecuredBefore(ctx, before, 100)
	if err != nil {
		return 0, fmt.Errorf("read waiting cases: %w", err)
	}
	n := 0
	var failed []error
	for _, c := range waiting {
		a, err := s.Store.Account(ctx, c.Account)
		if err == nil {
			err = s.escalate(ctx, a, c, Actor{Kind: BySystem}, notice.AskedByWaiting)
		}
		switch {
		case err == nil:
			n++
		case !errors.Is(err, ErrConflict):
			failed = append(failed, fmt.Errorf("escalate %s: %w", c.Number, err))
		}
	}
	return n, errors.Join(failed...)
}
