package review

import (
	"context"
	"errors"
	"fmt"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/casework"
	"regain/security/guided"
	"regain/security/lockout"
	"regain/security/recovery"
	"regain/security/refusal"
	"regain/security/staff"
	"regain/security/ticket"
)

// ReopenCase takes up a case again that was resumed or kept locked, and gives it to
// m. Where it was resumed the account is locked again: the owner gets a new link
// and has to choose a new password, because nobody knows who used the last one. It
// refuses with ReasonMissing or ReasonLong beside "reason", with CaseStale when the
// case is not over, with OtherCase when another case locks the account now, and with CaseAppealed
// as secondLook does.
func (s *Service) ReopenCase(ctx context.Context, m *staff.Member, d Decision) error {
	c, a, err := s.caseOf(ctx, m, "case.reopen", d.Number)
	if err != nil {
		return err
	}
	if d.Version != 0 && d.Version != c.Version {
		return security.ErrConflict
	}
	if !c.State.Over() {
		return security.Refuse("", refusal.CaseStale)
	}
	if a.Locked() && a.Case != c.ID {
		return security.Refuse("", refusal.OtherCase)
	}
	if err := s.secondLook(ctx, m, c); err != nil {
		return err
	}
	if d.Reason, err = staff.CheckReason("reason", d.Reason); err != nil {
		return err
	}
	now := s.Now()
	e := s.caseEvent(m, audit.CaseReopened, c, now)
	e.Data = map[string]string{"from": string(c.State)}
	again := c.State == recovery.Resumed
	c.Assignee, c.TakenAt, c.ClosedAt = m.ID, now, time.Time{}
	t, err := s.Casework.CaseTicket(ctx, c)
	if err != nil {
		return err
	}
	c.DueAt = now.Add(ticket.Level(t.Topic))
	writes := append(given(t, m), casework.WakeTicket{ID: casework.OwnTicket(c), DueAt: c.DueAt},
		s.remarked(m, c, security.SaidReopened, d.Reason),
		access.EndSessions{Subject: a.ID, At: now})
	if again {
		c.SecuredAt, c.LockedAt = time.Time{}, now
		more, err := s.lockAgain(ctx, a, c, d.Reason)
		if err != nil {
			return err
		}
		writes = append(more, writes...)
	}
	_, moved, err := security.Move(c, recovery.EventReopened)
	if err != nil {
		return err
	}
	return s.Store.Commit(ctx, e, append(moved, writes...)...)
}

// secondLook refuses with CaseAppealed whoever kept the account locked, when the owner has asked that
// somebody else looks at it and nobody has decided since. After that it is a case like any other, so
// that of two analysts who both decided one can take it up again.
func (s *Service) secondLook(ctx context.Context, m *staff.Member, c security.Case) error {
	if c.AppealedAt.IsZero() {
		return nil
	}
	trail, err := s.Store.Events(ctx, c.ID)
	if err != nil {
		return fmt.Errorf("read history: %w", err)
	}
	appealed, mine := false, false
	for _, e := range trail {
		switch {
		case e.Kind == audit.CaseAppealed:
			appealed = true
		case appealed && (e.Kind == audit.CaseDeclined || e.Kind == audit.CaseResumed):
			return nil
		case e.Kind == audit.CaseDeclined && !mine:
			if mine, err = s.Staff.SameAs(ctx, m.Staff, e.By.ID); err != nil {
				return err
			}
		}
	}
	if mine {
		return security.Refuse("", refusal.CaseAppealed)
	}
	return nil
}

// lockAgain is the writes that put the lockout of a case on its account once more.
func (s *Service) lockAgain(ctx context.Context, a security.Account, c security.Case,
	why string) ([]security.Write, error) {
	now := c.TakenAt
	book, err := s.Addresses(ctx, a)
	if err != nil {
		return nil, err
	}
	writes := append([]security.Write{lockout.LockAccount{Account: a.ID, Case: c.ID},
		lockout.AdoptTickets{Account: a.ID, Case: c.ID},
		security.AddNote{Note: security.NewNote(c, security.NoteLockout, now, why)},
	}, access.EndMailed(a.ID, now)...)
	r, err := s.Store.RecoveryOfCase(ctx, c.ID)
	switch {
	case err == nil:
		r.ActivityAt = time.Time{} // there are logins since that nobody has answered for
		writes = append(writes, guided.SaveRecovery{Recovery: r})
	case !errors.Is(err, security.ErrNotFound):
		return nil, fmt.Errorf("read recovery of case: %w", err)
	}
	h, err := s.Lockout.Past(ctx, a.ID, lockout.HistoryRows, now)
	if err != nil {
		return nil, err
	}
	mails, err := s.Lockout.LockoutMails(ctx, a, c, book, h)
	return append(writes, mails...), err
}

// given gives the ticket of a case, if there is one, to who takes the case.
func given(t security.Ticket, m *staff.Member) []security.Write {
	if t.ID == "" || t.Assignee == m.ID {
		return nil
	}
	t.Assignee = m.ID
	return []security.Write{casework.SaveTicket{Ticket: t}}
}
