package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"regain/security"
	"regain/security/audit"
	"regain/security/limits"
	"regain/security/lockout"
	"regain/security/notice"
	"regain/security/recovery"
	"regain/security/refusal"
	"regain/security/staff"
)

// linkPause, linksADay and urgentPause bound what support may cause on one account.
const (
	linkPause   = 15 * time.Minute
	linksADay   = 3
	urgentPause = time.Hour
)

// SendSupportLink mails a fresh recovery link to the address that proves ownership. Older
// links die, and no member of staff ever sees the new one. It refuses with NoProofAddress and,
// within 15 minutes of the last one or when there were three within a day, TooManyRequests.
func (s *Service) SendSupportLink(ctx context.Context, m *staff.Member, id string) error {
	a, err := s.acted(ctx, m, staff.RightHelp, "account.send_link", id)
	if err != nil {
		return err
	}
	now := s.Now()
	to, ok, err := s.Proof(ctx, a, now)
	if err != nil {
		return err
	}
	no, err := s.noLink(ctx, a, ok, now)
	if err != nil {
		return err
	}
	if no != nil {
		return no
	}
	if err := s.Spend(ctx, limits.SupportLink, a.ID, now); err != nil {
		return err // somebody else was quicker by a moment
	}
	return s.Lockout.MailLink(ctx, m.Actor(), a, to)
}

// noLink says why support cannot cause a link now; nil: it can.
func (s *Service) noLink(ctx context.Context, a security.Account, proves bool,
	now time.Time) (*security.Refusal, error) {
	if !proves {
		return security.Refuse("", refusal.NoProofAddress), nil
	}
	sent, err := s.Store.EventsOf(ctx, a.ID, audit.LinkSent, now.Add(-24*time.Hour))
	if err != nil {
		return nil, fmt.Errorf("read links sent: %w", err)
	}
	sent = slices.DeleteFunc(sent, func(
		e security.Event) bool {
		return e.By.Kind != security.ByStaff
	})
	var from time.Time
	if len(sent) > 0 {
		from = sent[0].At.Add(linkPause)
	}
	if len(sent) >= linksADay {
		from = sent[linksADay-1].At.Add(24 * time.Hour)
	}
	if now.Before(from) {
		return &security.Refusal{Code: refusal.TooManyRequests, Retry: from.Sub(now)}, nil
	}
	return nil, nil
}

// EscalateForOwner asks for an urgent review because the member says why, also before the password was
// updated: one mail to the escalations address, a receipt to the owner. It refuses reason with ReasonMissing or
// ReasonLong, and with NotLocked, NoEscalation or, within an hour of the last one, TooManyRequests.
func (s *Service) EscalateForOwner(ctx context.Context, m *staff.Member, id, reason string) error {
	if _, err := s.acted(ctx, m, staff.RightHelp, "case.escalate", id); err != nil {
		return err
	}
	reason, err := staff.CheckReason("reason", reason)
	if err != nil {
		return err
	}
	return security.Retry(ctx, func() error {
		a, c, err := s.runningCase(ctx, id)
		if err != nil {
			return err
		}
		if no := s.notUrgent(a, c, s.Now()); no != nil {
			return no
		}
		return s.escalate(ctx, a, c, urgency{By: m.Actor(), Asked: notice.AskedBySupport, Reason: reason})
	})
}

// notUrgent says why an urgent review of the account's newest case cannot be asked for now;
// nil: it can.
func (s *Service) notUrgent(a security.Account, c security.Case, now time.Time) *security.Refusal {
	free := c.EscalatedAt.Add(urgentPause)
	switch {
	case !a.Locked() || c.State.Over():
		return security.Refuse("", refusal.NotLocked)
	case s.Policy.EscalationEmail == "":
		return security.Refuse("", refusal.NoEscalation)
	case now.Before(free):
		return &security.Refusal{Code: refusal.TooManyRequests, Retry: free.Sub(now)}
	}
	return nil
}

// runningCase reads an account anew with the case that locks it; NotLocked when none does.
func (s *Service) runningCase(ctx context.Context, id string) (security.Account, security.Case,
	error) {
	a, err := s.Store.Account(ctx, id)
	if err != nil {
		return a, security.Case{}, err
	}
	if !a.Locked() {
		return a, security.Case{}, security.Refuse("", refusal.NotLocked)
	}
	c, err := s.Store.Case(ctx, a.Case)
	if err != nil {
		return a, c, fmt.Errorf("read case: %w", err)
	}
	return a, c, nil
}

// HandOver opens the ticket for Account Security of an account whose password was changed
// outside Regain while it was locked. There is one such ticket for a case, however often this
// is called. It refuses with NothingToHandOver or NotLocked.
func (s *Service) HandOver(ctx context.Context, m *staff.Member, id string) error {
	if _, err := s.acted(ctx, m, staff.RightHelp, "case.hand_over", id); err != nil {
		return err
	}
	return security.Retry(ctx, func() error {
		a, c, err := s.runningCase(ctx, id)
		if err != nil {
			return err
		}
		at, err := s.changedOutside(ctx, a, c)
		if err != nil {
			return err
		}
		if at.IsZero() {
			return security.Refuse("", refusal.NothingToHandOver)
		}
		return s.handOver(ctx, m, a, c, at)
	})
}

func (s *Service) handOver(ctx context.Context, m *staff.Member, a security.Account,
	c security.Case, at time.Time) error {
	known, err := s.Store.Tickets(ctx, security.TicketFilter{Account: a.ID, Case: c.ID})
	if err != nil {
		return fmt.Errorf("read tickets: %w", err)
	}
	if _, done := handedOver(known, c); done {
		return nil
	}
	now := s.Now()
	said := s.Remark("", security.Remark{Kind: security.SaidHandedOver,
		Args: []string{at.Format(time.RFC3339), m.Name}}, now)
	writes, number, err := s.Casework.JoinTicket(ctx, security.NewTicket(security.TicketHandedOver,
		a, c.Number), said)
	if err != nil {
		return err
	}
	e := s.Staff.AccountEvent(m, audit.HandedOver, a, now)
	e.Data = map[string]string{"ticket": number}
	// The case moves on, so that of two who hand it over at once one has to look again.
	return s.Store.Commit(ctx, e, append([]security.Write{security.SaveCase{Case: c}},
		writes...)...)
}

// handedOver finds the ticket that HandOver opened for the case.
func handedOver(tickets []security.Ticket, c security.Case) (security.Ticket, bool) {
	i := slices.IndexFunc(tickets,
		func(t security.Ticket) bool {
			return t.Case == c.ID &&
				t.Kind == security.TicketHandedOver
		})
	if i < 0 {
		return security.Ticket{}, false
	}
	return tickets[i], true
}

// changedOutside is when the platform last reported a change of the password of a locked
// account whose owner has not updated it here; zero when it did not.
func (s *Service) changedOutside(ctx context.Context, a security.Account,
	c security.Case) (time.Time, error) {
	if a.Case != c.ID || c.State.Over() || !c.SecuredAt.IsZero() {
		return time.Time{}, nil
	}
	all, err := s.Store.Activities(ctx, a.ID, c.OpenedAt, lockout.HistoryRows)
	if err != nil {
		return time.Time{}, fmt.Errorf("read activity: %w", err)
	}
	for _, x := range all {
		if x.Kind == recovery.PasswordChanged {
			return x.At, nil
		}
	}
	return time.Time{}, nil
}

// LockAccountBy puts a security lockout on one account, as Lock does, for a member of Account
// Security. It returns the number of the case that locks the account, with AlreadyLocked too.
func (s *Service) LockAccountBy(ctx context.Context, m *staff.Member, id string,
	cause recovery.Cause, evidence string) (string, error) {
	a, err := s.acted(ctx, m, staff.RightReview, "account.lock", id)
	if err != nil {
		return "", err
	}
	if evidence, err = lockout.CheckLockout(cause, evidence); err != nil {
		return "", err
	}
	c, err := s.Lockout.LockAccount(ctx, m.Actor(), a.ID, security.Case{Cause: cause,
		Evidence: evidence})
	if no, ok := errors.AsType[*security.Refusal](err); ok && no.Code == refusal.AlreadyLocked {
		_, running, readErr := s.runningCase(ctx, id)
		if readErr != nil {
			return "", readErr
		}
		return running.Number, err
	}
	return c.Number, err
}
