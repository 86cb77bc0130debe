package privacy

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"regain/security"
	"regain/security/audit"
)

// SumStrangers records how much more strangers did, in the hours that are over, than they have
// lines for.
func (s *Service) SumStrangers(ctx context.Context) error {
	for {
		now := s.Now()
		found, err := s.Store.Tallies(ctx, now.Truncate(time.Hour), removalBatch)
		if err != nil {
			return fmt.Errorf("read tallies: %w", err)
		}
		for _, x := range found {
			e := s.Event(security.Actor{Kind: security.BySystem}, audit.StrangersSummed, now)
			e.Account, e.Data = x.Account, map[string]string{"kind": string(x.Kind),
				"count": strconv.FormatInt(x.More, 10), "hour": x.Hour.Format(time.RFC3339)}
			if x.Staff != "" {
				e.Data["staff"] = x.Staff
			}
			err := s.Store.Commit(ctx, e, EndTally{x}) // a conflict: another worker told it
			if err != nil && !errors.Is(err, security.ErrConflict) {
				return fmt.Errorf("record tally: %w", err)
			}
		}
		if len(found) < removalBatch {
			return nil
		}
	}
}
