package access

import (
	"context"
	"fmt"

	"regain/security"
	"regain/security/audit"
)

// EndWaysIn ends what somebody may be holding that leads into an account, or, when account is "",
// into any account and into the staff pages.
func (s *Service) EndWaysIn(ctx context.Context, by security.Actor, account string) error {
	now := s.Now()
	e := s.Event(by, audit.WaysInEnded, now)
	e.Account = account
	if err := s.Store.Commit(ctx, e, EndWaysIn{account, now}); err != nil {
		return fmt.Errorf("end sessions, links and codes: %w", err)
	}
	return nil
}
