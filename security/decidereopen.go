package security

import (
	"context"
	"errors"
	"fmt"
	"time"

	"regain/security/recovery"
	"regain/security/ticket"
)

// ReopenCase takes up a case again that was resumed or kept locked, and gives it to
// m. Where it was resumed the account is locked again: the owner gets a new link
// and has to choose a new password, because nobody knows who used the last one. It
// refuses with ReasonMissing or ReasonLong beside "reason", with CaseStale when the
// case is not over, and with OtherCase when another case locks the account now.
func (s *Service) ReopenCase(ctx context.Context, m *Member, d Decision) error {
	if err := s.allow(ctx, m, RightReview, "case.reopen"); err != nil {
		return err
	}
	c, a, err := s.caseOf(ctx, d.Number)
	if err != nil {
		return err
	}
	if d.Version != 0 && d.Version != c.Version {
		return ErrConflict
	}
	if !c.State.Over() {
		return refuse("", CaseStale)
	}
	if a.Locked() && a.Case != c.ID {
		return refuse("", OtherCase)
	}
	if d.Reason, err = checkReason("reason", d.Reason); err != nil {
		return err
	}
	now := s.Now()
	e := s.caseEvent(m, CaseReopened, c, now)
	e.Data = map[string]string{"from": string(c.State)}
	again := c.State == recovery.Resumed
	c.Assignee, c.TakenAt, c.ClosedAt = m.ID, now, time.Time{}
	t, err := s.caseTicket(ctx, c)
	if err != nil {
		return err
	}
	c.DueAt = now.Add(ticket.Level(t.Topic))
	writes := []Write{WakeTicket{ownTicket(c), c.DueAt},
		s.said(m, c, false, "Case taken up again: "+d.Reason),
		EndSessions{Subject: a.ID, At: now}}
	if again {
		c.SecuredAt = time.Time{}
		more, err := s.lockAgain(ctx, a, c, d.Reason)
		if err != nil {
			return err
		}
		writes = append(more, writes...)
	}
	_, moved, err := moveCase(c, recovery.EventReopened)
	if err != nil {
		return err
	}
	return s.Store.Commit(ctx, e, append(moved, writes...)...)
}

// lockAgain is the writes that put the lockout of a case on its account once more.
func (s *Service) lockAgain(ctx context.Context, a Account, c Case, why string) ([]Write, error) {
	now := c.TakenAt
	all, err := s.addresses(ctx, a.ID)
	if err != nil {
		return nil, err
	}
	writes := append([]Write{LockAccount{a.ID, c.ID}, AdoptTickets{a.ID, c.ID},
		AddNote{s.note(c, NoteLockout, why, "Reassign related tickets to Account Security", now)},
	}, endMailed(a.ID, now)...)
	c.OpenedAt = now // of this lockout
	r, err := s.Store.RecoveryOfCase(ctx, c.ID)
	switch {
	case err == nil:
		r.ActivityAt = time.Time{} // there are logins since that nobody has answered for
		writes = append(writes, SaveRecovery{r})
	case !errors.Is(err, ErrNotFound):
		return nil, fmt.Errorf("read recovery of case: %w", err)
	}
	return append(writes, s.lockoutMails(a, c, all)...), nil
}
