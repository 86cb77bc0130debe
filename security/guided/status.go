package guided

import (
	"context"
	"fmt"
	"slices"
	"time"

	"regain/security"
	"regain/security/attach"
	"regain/security/casework"
	"regain/security/lockout"
	"regain/security/recovery"
	"regain/security/refusal"
	"regain/security/risk"
	"regain/security/staff"
)

// Status is what the status page tells.
type Status struct {
	Ticket    *security.Ticket // nil in a check-up without one
	Messages  []security.Message
	Files     map[string][]attach.Attachment // of the messages, by their ids
	Word      string                         // what the analyst said when they last acted on the case
	Roles     map[string]staff.Role          // of those of staff who wrote one of the messages
	Timeline  []security.Event
	NextWord  time.Time // zero when nobody has to answer
	Overdue   bool
	UrgentAt  time.Time // from when an urgent review can be asked for; zero: never
	UrgentNow bool
	Answers   []Answered // what the owner said of logins in this recovery, newest login first
}

// Answered is a login and what the owner said of it.
type Answered struct {
	risk.Login
	Answer string // a code of risk
}

// State says in one word how things stand for the owner of a lockout or check-up, whose steps are all
// met: the state of the case when it is over or waits for the owner, else "review", "overdue",
// "checkup" or "reported".
func (st Status) State(c *security.Case) string {
	switch {
	case c == nil && st.Ticket != nil && st.Ticket.Department == security.AccountSecurity:
		return "reported"
	case c == nil:
		return "checkup"
	case c.State.Over(), c.State == recovery.NeedsOwner:
		return string(c.State)
	case st.Overdue:
		return "overdue"
	}
	return "review"
}

// Standing is how the lockout of an account stands.
type Standing struct {
	Owner
	// State is one of Status.State, "unfinished" when steps are left, or "locked" when no new
	// password was chosen yet.
	State    string
	NextWord time.Time // as in Status
}

// Standing tells how the lockout of a stands, whoever may come next.
func (s *Service) Standing(ctx context.Context, a security.Account) (Standing, error) {
	next, err := s.nextVisit(ctx, a)
	if err != nil {
		return Standing{}, err
	}
	o := Standing{Owner: *next, State: string(recovery.Locked)}
	if o.Case.SecuredAt.IsZero() && !o.Case.State.Over() {
		return o, nil
	}
	o.Progress.FactorProved, o.Progress.PasswordDone = true, true // as whoever comes next has to
	if o.Progress.Next() != "" {
		o.State = "unfinished"
		return o, nil
	}
	st, err := s.ReadStatus(ctx, &o.Owner)
	o.State, o.NextWord = st.State(o.Case), st.NextWord
	return o, err
}

// ReadStatus gathers what the owner may know of how things stand. It is open
// once every step is met, and after the decision.
func (s *Service) ReadStatus(ctx context.Context, o *Owner) (Status, error) {
	if o.Progress.Next() != "" {
		return Status{}, security.Refuse("", refusal.StepNotOpen)
	}
	var st Status
	var err error
	if st.Answers, err = s.answered(ctx, o); err != nil {
		return st, err
	}
	if o.Case == nil {
		return st, s.ReadCheckUp(ctx, o, &st)
	}
	if st.Timeline, err = s.Store.Events(ctx, o.Case.ID); err != nil {
		return st, fmt.Errorf("read timeline: %w", err)
	}
	if err := s.readTickets(ctx, o, &st); err != nil {
		return st, err
	}
	now := s.Now()
	if o.Case.Appealed() {
		st.NextWord, st.Overdue = recovery.NextWord(o.Case.AppealedAt,
			o.Case.DueAt.Sub(o.Case.AppealedAt), now)
	}
	if o.Case.Ticket == "" || o.Over() {
		return st, nil
	}
	if o.Case.State != recovery.NeedsOwner { // then it is the owner's turn
		st.NextWord, st.Overdue = o.Case.NextWord(st.Ticket.Topic, now)
	}
	st.UrgentAt = s.UrgentAt(o)
	st.UrgentNow = !st.UrgentAt.IsZero() && !now.Before(st.UrgentAt)
	return st, nil
}

// answered finds the logins that have an answer.
func (s *Service) answered(ctx context.Context, o *Owner) (list []Answered, err error) {
	given, err := s.Store.Answers(ctx, o.Recovery.ID)
	if err != nil || len(given) == 0 {
		return nil, err
	}
	logins, err := s.Store.Logins(ctx, o.Account.ID, o.AsOf(s.Now()).Add(-security.Review),
		lockout.HistoryRows)
	for _, l := range s.Lockout.History(logins).Logins {
		for _, a := range given {
			if a.Login == l.ID {
				list = append(list, Answered{l, a.Answer})
			}
		}
	}
	return list, err
}

// ReadCheckUp adds the newest ticket that this check-up opened or in which
// something was said since it began.
func (s *Service) ReadCheckUp(ctx context.Context, o *Owner, st *Status) error {
	tickets, err := s.Store.Tickets(ctx, security.TicketFilter{Account: o.Account.ID})
	if err != nil {
		return fmt.Errorf("read tickets: %w", err)
	}
	since := o.Recovery.StartedAt
	for _, t := range tickets {
		said, err := s.PublicMessages(ctx, t.ID)
		if err != nil {
			return err
		}
		lately := func(m security.Message) bool { return !m.At.Before(since) }
		if t.Case != "" || t.OpenedAt.Before(since) && !slices.ContainsFunc(said, lately) {
			continue
		}
		st.Ticket, st.Messages = &t, said
		st.NextWord, st.Overdue = t.NextWord(s.Now())
		return s.readRoles(ctx, st)
	}
	return nil
}

// readTickets adds the ticket of the case and what the owner may read of it and
// of the others that belong to the case, in the order in which it was recorded.
func (s *Service) readTickets(ctx context.Context, o *Owner, st *Status) error {
	if o.Case.Ticket != "" {
		t, err := s.Store.Ticket(ctx, o.Case.Ticket)
		if err != nil {
			return fmt.Errorf("read ticket: %w", err)
		}
		st.Ticket = &t
	}
	tickets, err := s.Store.Tickets(ctx, security.TicketFilter{Account: o.Account.ID,
		Case: o.Case.ID})
	if err != nil {
		return fmt.Errorf("read tickets: %w", err)
	}
	var more []string
	for _, t := range tickets {
		more = append(more, t.ID)
	}
	st.Messages, err = s.PublicMessages(ctx, casework.OwnTicket(*o.Case), more...)
	if err != nil {
		return err
	}
	st.Word = wordOf(*o.Case, st.Messages)
	return s.readRoles(ctx, st)
}

// wordOf is what the analyst said when they last acted on the case: a question, or why it
// stays locked. What others of staff write on its ticket does not pass for that.
func wordOf(c security.Case, said []security.Message) (word string) {
	for _, m := range said {
		if m.Ticket == casework.OwnTicket(c) && m.Author == security.AuthorStaff &&
			m.By == c.Assignee && m.At.Equal(c.TakenAt) {
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
	said, err := s.PublicMessages(ctx, casework.OwnTicket(*o.Case))
	return wordOf(*o.Case, said), err
}

// PublicMessages are those of the tickets that the owner may read.
func (s *Service) PublicMessages(ctx context.Context, ticket string, more ...string) (
	[]security.Message, error) {
	all, err := s.Store.Messages(ctx, ticket, more...)
	if err != nil {
		return nil, fmt.Errorf("read messages: %w", err)
	}
	return slices.DeleteFunc(all, func(m security.Message) bool { return !m.Public }), nil
}

func (s *Service) readRoles(ctx context.Context, st *Status) (err error) {
	if st.Roles, err = s.RolesOf(ctx, st.Messages); err != nil {
		return err
	}
	st.Files, err = s.Attach.OnMessages(ctx, st.Messages)
	return err
}

// RolesOf finds out for whom those of staff spoke who wrote one of the messages.
func (s *Service) RolesOf(ctx context.Context, said []security.Message) (map[string]staff.Role,
	error) {
	roles := map[string]staff.Role{}
	for _, m := range said {
		if m.By == "" || roles[m.By] != "" {
			continue
		}
		staff, err := s.Lockout.Staff.Who(ctx, m.By)
		if err != nil {
			return nil, fmt.Errorf("read member of staff: %w", err)
		}
		roles[m.By] = staff.Role
	}
	return roles, nil
}

// UrgentAt is when the owner may ask for an urgent review; zero where nobody could be asked.
func (s *Service) UrgentAt(o *Owner) time.Time {
	if s.Policy.EscalationEmail == "" || o.Case == nil || o.Over() {
		return time.Time{}
	}
	return recovery.EscalationDue(o.Case.SecuredAt, o.Case.EscalatedAt, s.Policy.EscalateAfter)
}
