package privacy

import (
	"context"
	"errors"
	"fmt"

	"regain/security"
	"regain/security/audit"
	"regain/security/refusal"
	"regain/security/staff"
)

// Erase removes an account with all that is held about it, for good. Of its lines in the audit
// trail the details go; the lines stay, with one more that says who erased it and, if there is a
// reason, why. It refuses with EraseLocked while a case holds the account: what nobody has judged
// yet is no matter for erasing. It refuses with ReasonLong beside "reason".
func (s *Service) Erase(ctx context.Context, by security.Actor, a security.Account,
	reason string) error {
	if a.Locked() {
		return security.Refuse("", refusal.EraseLocked)
	}
	e := s.Event(by, audit.AccountErased, s.Now())
	e.Account = a.ID
	if reason = security.Clean(reason); reason != "" {
		if _, err := staff.CheckReason("reason", reason); err != nil {
			return err
		}
		e.Data = map[string]string{"reason": reason}
	}
	err := s.Store.Commit(ctx, e, EraseAccount{a.ID})
	if errors.Is(err, security.ErrConflict) { // it was locked meanwhile
		return security.Refuse("", refusal.EraseLocked)
	}
	if err != nil {
		return fmt.Errorf("erase account: %w", err)
	}
	return nil
}
