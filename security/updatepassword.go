package security

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"regain/security/notice"
	"regain/security/password"
	"regain/security/recovery"
	"regain/security/ticket"
)

// UpdatePassword replaces the password of the account and, when it is locked,
// secures the case: one commit with every other session, link and mailed code
// dead, secured_at set, the open ticket for Account Security, the note and the
// mails (product.md §4). It returns the session's new token, the same one to
// every copy of the form that was sent at once. When staff move the case in the
// same moment the commit is tried again on the new version.
func (s *Service) UpdatePassword(ctx context.Context, o *Owner, next string) (string, error) {
	if o.Over() {
		return "", refuse("", RecoveryReadOnly)
	}
	if o.Progress.PasswordDone {
		return s.currentToken(ctx, o.Session.ID)
	}
	if err := o.open(recovery.Password); err != nil {
		return "", err
	}
	if err := s.spend(ctx, limitPassword, o.Account.ID, s.Now()); err != nil {
		return "", err
	}
	hash, err := s.accept(ctx, o.chooser(), next)
	if err != nil {
		return "", err
	}
	var renewed string
	err = retry(ctx, func() error {
		renewed, err = s.secure(ctx, o, hash, s.Passwords.Short(next))
		return err
	})
	return renewed, err
}

// secure is one attempt at the commit, on the state as it is now.
func (s *Service) secure(ctx context.Context, before *Owner, hash string, short bool) (string,
	error) {
	o, err := s.load(ctx, before.Session.ID)
	if err != nil {
		return "", fmt.Errorf("read recovery again: %w", err)
	}
	o.Session.Visitor = before.Session.Visitor
	switch {
	case !o.Session.EndedAt.IsZero():
		return "", ErrNoSession
	case o.Progress.PasswordDone: // a copy of this form came first
		return s.currentToken(ctx, o.Session.ID)
	case o.Session.Generation != before.Session.Generation: // and its commit is half read
		return "", ErrConflict
	}
	if err := o.open(recovery.Password); err != nil {
		return "", err
	}
	now := s.Now()
	x, r := o.Session, o.Recovery
	r.PasswordAt = now
	// The account's row comes first: two devices queue up for it instead of each
	// holding its own session while it waits to end the other's.
	writes := []Write{
		SetPassword{Account: o.Account.ID, Hash: hash, Short: short, At: now,
			IfVersion: o.Account.Version},
		RotateSession{x.ID, x.Generation, now},
		EndSessions{o.Account.ID, x.ID, now},
		SaveRecovery{r},
		o.did(Activity{At: now, Kind: recovery.PasswordChanged}),
	}
	writes = append(writes, endMailed(o.Account.ID, now)...)
	told := notice.PasswordUpdated{At: now, Device: deviceOf(x.Visitor), Place: s.Country(x.IP)}
	if o.Case != nil {
		caseWrites, t, err := s.secureCase(ctx, o, now)
		if err != nil {
			return "", err
		}
		writes = append(writes, caseWrites...)
		told.Case, told.Ticket, told.NextWord = o.Case.Number, t.Number, t.DueAt
	}
	mails, err := s.tell(ctx, o.Account, told, now)
	if err != nil {
		return "", err
	}
	err = s.Store.Commit(ctx, s.ownerEvent(o, PasswordUpdated, now), append(writes, mails...)...)
	if err != nil {
		return "", fmt.Errorf("commit password update: %w", err)
	}
	x.Generation++
	return s.sessionToken(x), nil
}

// secureCase moves the case and opens its one ticket, which it returns. A case that
// was taken up again has its ticket already.
func (s *Service) secureCase(ctx context.Context, o *Owner, now time.Time) ([]Write, Ticket,
	error) {
	c := *o.Case
	state, ok := c.State.On(recovery.EventPasswordUpdated)
	if !ok {
		return nil, Ticket{}, refuse("", StepNotOpen)
	}
	facts, err := s.ticketFacts(ctx, o)
	if err != nil {
		return nil, Ticket{}, err
	}
	t, err := s.caseTicket(ctx, c)
	if err != nil {
		return nil, Ticket{}, err
	}
	t.DueAt = now.Add(ticket.Level(cmp.Or(t.Topic, topicOf(o.Recovery.How))))
	var opened Write = WakeTicket{t.ID, t.DueAt}
	if t.ID == "" {
		t = Ticket{ID: ownTicket(c), Account: c.Account, Case: c.ID, Own: true, OpenedAt: now,
			DueAt: t.DueAt, Department: AccountSecurity, Status: ticket.Open,
			Priority: facts.priority(c), Topic: topicOf(o.Recovery.How),
			Subject: "Password updated after security lockout — " + o.Account.Username +
				" (" + c.Number + ")"}
		if t.Number, err = s.number(ctx, "ticket", "T-"); err != nil {
			return nil, Ticket{}, err
		}
		opened = OpenTicket{t}
	}
	c.State, c.SecuredAt, c.Ticket, c.DueAt = state, now, t.ID, t.DueAt
	note := s.note(c, NotePassword, "The verified owner updated the password. Ticket "+t.Number+".",
		"Account Security reviews the case and resumes the account if appropriate", now)
	return []Write{
		SaveCase{c}, AdoptTickets{c.Account, c.ID}, opened,
		AddMessage{s.message(t.ID, AuthorRegain, false, facts.body(o, c, now), now)},
		AddNote{note},
	}, t, nil
}

// AdvisePassword tells how a candidate looks while it is typed in a recovery. Nothing
// is recorded.
func (s *Service) AdvisePassword(ctx context.Context, o *Owner, candidate string) (
	password.Advice, []string, error) {
	if err := o.open(recovery.Password); err != nil {
		return password.Advice{}, nil, err
	}
	return s.advise(ctx, o.chooser(), candidate)
}

// KeepPassword meets the password step of a check-up without a change. A locked
// account has no such way.
func (s *Service) KeepPassword(ctx context.Context, o *Owner) error {
	if o.Case != nil {
		return refuse("", StepNotOpen)
	}
	if o.Progress.PasswordDone {
		return nil
	}
	if err := o.open(recovery.Password); err != nil {
		return err
	}
	r := o.Recovery
	r.PasswordKept = true
	return s.saveStep(ctx, o, PasswordKept, r)
}

// saveStep records on the recovery that a step was met. A second click that
// finds the step met already is no error.
func (s *Service) saveStep(ctx context.Context, o *Owner, kind EventKind, r Recovery) error {
	err := s.commit(ctx, o, s.ownerEvent(o, kind, s.Now()), SaveRecovery{r})
	if errors.Is(err, ErrConflict) {
		again, readErr := s.Store.Recovery(ctx, r.ID)
		r.Version = again.Version
		if readErr == nil && again.Version != o.Recovery.Version && sameSteps(again, r) {
			return nil
		}
	}
	return err
}

// sameSteps reports whether two readings of a recovery have the same steps met,
// whatever the moment.
func sameSteps(a, b Recovery) bool {
	return a.PasswordKept == b.PasswordKept && a.TwoFactor == b.TwoFactor &&
		a.ActivityAt.IsZero() == b.ActivityAt.IsZero() &&
		a.PasswordAt.IsZero() == b.PasswordAt.IsZero()
}
