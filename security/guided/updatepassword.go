package guided

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/casework"
	"regain/security/limits"
	"regain/security/lockout"
	"regain/security/notice"
	"regain/security/password"
	"regain/security/recovery"
	"regain/security/refusal"
	"regain/security/ticket"
)

// UpdatePassword replaces the password of the account and, when it is locked,
// secures the case: one commit with every other session, link and mailed code
// dead, secured_at set, the open ticket for Account Security, the note and the
// mails. It returns the session's new token, the same one to
// every copy of the form that was sent at once. When staff move the case in the
// same moment the commit is tried again on the new version.
func (s *Service) UpdatePassword(ctx context.Context, o *Owner, next string) (string, error) {
	if o.Over() {
		return "", security.Refuse("", refusal.RecoveryReadOnly)
	}
	if o.Progress.PasswordDone {
		return s.Access.SessionToken(o.Session), nil
	}
	if err := o.open(recovery.Password); err != nil {
		return "", err
	}
	if o.Elsewhere() != nil {
		return "", security.Refuse("new_password", refusal.PasswordElsewhere, o.Elsewhere().Name)
	}
	return s.Access.InTurn(ctx, o.Session, func() (string, error) {
		made, err := s.accept(ctx, o, next)
		if err != nil {
			return "", err
		}
		return s.Access.SetPassword(ctx, s.keeperOf(o, recovery.Password),
			access.Choice{Kind: audit.PasswordUpdated, Accepted: made, Short: s.Passwords.Short(next),
				Still: func(a security.Account) ([]security.Write, error) {
					return nil, s.Federation.RefuseHere(ctx, a, "new_password")
				}})
	})
}

// accept returns the hashes of a new password. Whoever has to wait for that has spent nothing.
func (s *Service) accept(ctx context.Context, o *Owner, next string) (made access.Accepted,
	err error) {
	ctx, leave, err := s.Access.LetIn(ctx, o.Session, access.ToChoose)
	if err != nil {
		return made, err
	}
	defer leave()
	if err := s.Spend(ctx, limits.Password, o.Account.ID, s.Now()); err != nil {
		return made, err
	}
	return s.Accept(ctx, o.chooser(), next)
}

// secureCase moves the case and opens its one ticket, of which the mails tell. A case
// that was taken up again has its ticket already.
func (s *Service) secureCase(ctx context.Context, o *Owner,
	update *access.Change) ([]security.Write, error) {
	if o.Case == nil {
		return nil, nil
	}
	c, now := *o.Case, update.At
	facts, err := s.ticketFacts(ctx, o)
	if err != nil {
		return nil, err
	}
	t, err := s.Casework.CaseTicket(ctx, c)
	if err != nil {
		return nil, err
	}
	since, due := now, now.Add(ticket.Level(cmp.Or(t.Topic, topicOf(o.Recovery.How))))
	if !c.SecuredAt.IsZero() { // the wait began with the first update; no later one prolongs it
		since, due = c.SecuredAt, cmp.Or(c.DueAt, due)
	}
	var work security.Write = casework.WakeTicket{ID: t.ID, DueAt: due}
	if t.ID == "" {
		t = security.NewTicket(security.TicketSecured, o.Account, c.Number)
		t.ID, t.Own, t.Topic, t.Priority = casework.OwnTicket(c), true, topicOf(o.Recovery.How),
			facts.priority(c)
		t.OpenedAt, t.DueAt, t.Status, t.Assignee = now, due, ticket.Open, c.Assignee
		if t.Number, err = s.Number(ctx, "ticket", "T-"); err != nil {
			return nil, err
		}
		work = casework.OpenTicket{Ticket: t}
	}
	t.DueAt = due
	c.SecuredAt, c.Ticket, c.DueAt = since, t.ID, t.DueAt
	c, moved, err := security.Move(c, recovery.EventPasswordUpdated)
	if err != nil {
		return nil, err
	}
	told := update.Told.(notice.PasswordUpdated)
	told.Case, told.Ticket, told.NextWord = c.Number, t.Number, t.DueAt
	update.Told = told
	return append(moved, lockout.AdoptTickets{Account: c.Account, Case: c.ID}, work,
		casework.AddMessage{Message: s.Remark(t.ID, facts.remark(o, c, now), now)},
		security.AddNote{Note: security.NewNote(c, security.NotePassword, now, t.Number)}), nil
}

// AdvisePassword tells how a candidate looks while it is typed in a recovery. Nothing
// is recorded.
func (s *Service) AdvisePassword(ctx context.Context, o *Owner, candidate string) (
	password.Advice, []string, error) {
	if err := o.open(recovery.Password); err != nil {
		return password.Advice{}, nil, err
	}
	return s.Advise(ctx, o.chooser(), candidate)
}

// MayKeepPassword reports whether the password that there is can meet the password step: not that of
// before on a locked account, nor one that is too short alone. One that is kept elsewhere is shown there anew.
func (o *Owner) MayKeepPassword() bool {
	if o.Elsewhere() != nil {
		return o.Case == nil
	}
	return (o.Case == nil || !o.Case.SecuredAt.IsZero()) && !o.Account.ShortAlone(o.Factors)
}

// Updater is where the password of a running case was last updated from; nil where the owner cannot
// say that it is theirs. It is empty where that is not on record.
func (s *Service) Updater(ctx context.Context, o *Owner) (*security.Visitor, error) {
	if o.Case == nil || !o.MayKeepPassword() || o.Progress.PasswordDone {
		return nil, nil
	}
	by, err := s.Store.Session(ctx, o.Recovery.PasswordBy)
	if err != nil && !errors.Is(err, security.ErrNotFound) {
		return nil, fmt.Errorf("read session of the update: %w", err)
	}
	return &by.Visitor, nil
}

// KeepPassword meets the password step without a change: in a check-up with the password of before, on a
// locked account with one that was set in its recovery and that the owner says is theirs.
func (s *Service) KeepPassword(ctx context.Context, was *Owner) error {
	return security.Retry(ctx, func() error {
		o, err := s.again(ctx, was, "")
		if err != nil || o.Progress.PasswordDone {
			return err
		}
		if err := o.open(recovery.Password); err != nil {
			return err
		}
		if !o.MayKeepPassword() {
			return security.Refuse("", refusal.StepNotOpen)
		}
		r := o.Recovery
		if o.Case == nil {
			r.PasswordKept = true
			return s.commit(ctx, o, s.ownerEvent(o, audit.PasswordKept, s.Now()),
				append(o.holds(), SaveRecovery{r})...)
		}
		return s.commit(ctx, o, s.ownerEvent(o, audit.PasswordConfirmed, s.Now()), append(o.holds(),
			SaveRecovery{r}, access.OwnPassword{ID: o.Session.ID, At: r.PasswordAt})...)
	})
}
