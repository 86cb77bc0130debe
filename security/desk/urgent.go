package desk

import (
	"context"
	"errors"
	"fmt"
	"time"

	"regain/security"
	"regain/security/audit"
	"regain/security/casework"
	"regain/security/guided"
	"regain/security/notice"
	"regain/security/recovery"
	"regain/security/refusal"
)

// AskUrgent asks for an urgent review once the waiting time is over: one mail
// to the escalations address, a receipt to the owner, and not again before the
// next due time, however many press the button at once. It refuses with
// EscalationEarly.
func (s *Service) AskUrgent(ctx context.Context, o *guided.Owner) error {
	_, err := s.Guided.Access.InTurn(ctx, o.Session, func() (string, error) { return "", s.askUrgent(ctx, o) })
	return err
}

func (s *Service) askUrgent(ctx context.Context, o *guided.Owner) error {
	if o.Over() {
		return security.Refuse("", refusal.RecoveryReadOnly)
	}
	if o.Case == nil || o.Progress.Next() != "" {
		return security.Refuse("", refusal.StepNotOpen)
	}
	due := s.Guided.UrgentAt(o)
	if now := s.Now(); due.IsZero() || now.Before(due) {
		return &security.Refusal{Code: refusal.EscalationEarly, Retry: due.Sub(now)}
	}
	err := s.escalate(ctx, o.Account, *o.Case, urgency{By: o.Actor(), Asked: notice.AskedByOwner,
		commit: func(ctx context.Context, e security.Event, writes ...security.Write) error {
			return s.Guided.Access.Commit(ctx, o.Session, e, writes...)
		}})
	if errors.Is(err, security.ErrConflict) {
		again, readErr := s.Store.Case(ctx, o.Case.ID)
		if readErr == nil && again.EscalatedAt.After(o.Case.EscalatedAt) {
			return nil // the other click came first
		}
	}
	return err
}

// urgency is who asks for an urgent review and why. Asked is one of the notice.AskedBy
// constants, Reason what support wrote. commit is that of whoever presses a button.
type urgency struct {
	By            security.Actor
	Asked, Reason string
	commit        func(ctx context.Context, e security.Event, writes ...security.Write) error
}

// facts are those for the record of the ticket and for the note.
func (u urgency) facts() []string {
	if u.Reason == "" {
		return []string{u.Asked}
	}
	return []string{u.Asked, u.Reason}
}

func (s *Service) escalate(ctx context.Context, a security.Account, c security.Case,
	u urgency) error {
	now := s.Now()
	var t security.Ticket // there is none before the password was updated
	if c.Ticket != "" {
		var err error
		if t, err = s.Store.Ticket(ctx, c.Ticket); err != nil {
			return fmt.Errorf("read ticket: %w", err)
		}
	}
	c.EscalatedAt = now
	word, _ := c.NextWord(t.Topic, now)
	receipt, err := s.Tell(ctx, a, notice.UrgentReceipt{Case: c.Number, Ticket: t.Number, At: now,
		NextPossible: now.Add(s.Policy.EscalateAfter), NextWord: word}, now)
	if err != nil {
		return err
	}
	said := security.Remark{Kind: security.SaidUrgent, Args: u.facts()}
	note := security.NewNote(c, security.NoteEscalated, now)
	note.Remark = said
	e := s.Event(u.By, audit.UrgentReviewAsked, now)
	e.Account, e.Case, e.Data = a.ID, c.ID, map[string]string{"asked_by": u.Asked}
	if u.Reason != "" {
		e.Data["reason"] = u.Reason
	}
	commit := u.commit
	if commit == nil {
		commit = s.Store.Commit
	}
	if t.ID != "" {
		receipt = append(receipt, casework.RaiseTicket{Ticket: t.ID},
			casework.AddMessage{Message: s.Remark(t.ID, said, now)})
	}
	return commit(ctx, e, append([]security.Write{
		security.SaveCase{Case: c}, security.AddNote{Note: note},
		s.Mail(a, recovery.Address{Email: s.Policy.EscalationEmail},
			notice.UrgentReview{Case: c.Number, Ticket: t.Number,
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
	name := func(c security.Case) string { return "escalate " + c.Number }
	return security.Each(waiting, name, func(c security.Case) error {
		a, err := s.Store.Account(ctx, c.Account)
		if err != nil {
			return err
		}
		return s.escalate(ctx, a, c, urgency{By: security.Actor{Kind: security.BySystem},
			Asked: notice.AskedByWaiting})
	})
}
