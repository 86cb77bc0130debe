package access

import (
	"context"
	"fmt"

	"regain/security"
)

// EndWaysIn ends what somebody may be holding that leads into the account of the event, or, when it
// is about none, into any account and into the staff pages.
func (s *Service) EndWaysIn(ctx context.Context, e security.Event) error {
	if err := s.Store.Commit(ctx, e, EndWaysIn{e.Account, e.At}); err != nil {
		return fmt.Errorf("end sessions, links and codes: %w", err)
	}
	return nil
}
