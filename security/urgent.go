package security

import (
	"context"
	"errors"
	"fmt"
	"time"

	"regain/security/notice"
	"regain/security/recovery"
)

// urgentAt is zero where nobody could be asked.
func (s *Service) urgentAt(o *Owner) time.Time {
	if s.Policy.EscalationEmail == "" || o.Case == nil || o.Over() {
		return time.Time{}
	}
	return recovery.EscalationDue(o.Case.SecuredAt, o.Case.EscalatedAt, s.Policy.EscalateAfter)
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
	err := s.escalate(ctx, o.Account, *o.Case, urgency{By: o.actor(), Asked: notice.AskedByOwner})
	if errors.Is(err, ErrConflict) {
		again, readErr := s.Store.Case(ctx, o.Case.ID)
		if readErr == nil && again.EscalatedAt.After(o.Case.EscalatedAt) {
			return nil // the other click came first
		}
	}
	return err
}

// urgency is who asks for an urgent review and why. Asked is one of the notice.AskedBy
// constants, Reason what support wrote.
type urgency struct {
	By            Actor
	Asked, Reason string
}

func (u urgency) line() string {
	line := "Urgent review asked for by: " + u.Asked
	if u.Reason != "" {
		line += "\nReason: " + u.Reason
	}
	return line
}

func (s *Service) escalate(ctx context.Context, a Account, c Case, u urgency) error {
	now := s.Now()
	t, err := s.Store.Ticket(ctx, c.Ticket)
	if err != nil {
		return fmt.Errorf("read ticket: %w", err)
	}
	c.EscalatedAt = now
	word, _ := c.nextWord(t.Topic, now)
	receipt, err := s.tell(ctx, a, notice.UrgentReceipt{Case: c.Number, Ticket: t.Number, At: now,
		NextPossible: now.Add(s.Policy.EscalateAfter), NextWord: word}, now)
	if err != nil {
		return err
	}
	e := s.event(u.By, UrgentReviewAsked, now)
	e.Account, e.Case, e.Data = a.ID, c.ID, map[string]string{"asked_by": u.Asked}
	if u.Reason != "" {
		e.Data["reason"] = u.Reason
	}
	return s.Store.Commit(ctx, e, append([]Write{
		SaveCase{c}, RaiseTicket{t.ID},
		AddMessage{s.message(t.ID, AuthorRegain, false, u.line(), now)},
		AddNote{s.note(c, NoteEscalated, u.line(),
			"Account Security reviews the case first", now)},
		s.mail(a, s.Policy.EscalationEmail, notice.UrgentReview{Case: c.Number, Ticket: t.Number,
			Account: a.Username, Since: c.SecuredAt, AskedBy: u.Asked, Reason: u.Reason},
			time.Time{}),
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
			err = s.escalate(ctx, a, c, urgency{By: Actor{Kind: BySystem}, Asked: notice.AskedByWaiting})
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
