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

// Removal works in commits of removalBatch rows and does at most removalBatches of them for one
// kind in one go, so that a heap that has piled up does not hold everybody else up for long.
const (
	removalBatch   = 500
	removalBatches = 200
)

// removals is what is removed, in this order: what belongs to a login goes with it. Exports have
// an end of their own.
var removals = []security.Dated{security.OldAlerts, security.OldLogins, security.OldActivities,
	security.OldLinks, security.OldMails, security.OldSessions,
	security.OldExports, security.OldHooks, security.OldStrangers,
	security.OldSignals, security.OldReports,
	security.OldAttachments, security.OldDrafts, security.OldInbound}

// RemoveOld deletes what is older than Policy.Keep grants and returns how much that was, by
// kind. Each commit that deletes something is on record with kind, number and age, so that what
// is missing can be told from what somebody took away; a run with nothing to delete leaves no
// line. What is still needed for something that runs stays: see Store.Old.
func (s *Service) RemoveOld(ctx context.Context) (map[security.Dated]int, error) {
	removed := map[security.Dated]int{}
	var failed []error
	for _, what := range removals {
		n, err := s.removeOld(ctx, what)
		if n > 0 {
			removed[what] = n
		}
		if err != nil {
			failed = append(failed, fmt.Errorf("remove old %s: %w", what, err))
		}
	}
	return removed, errors.Join(failed...)
}

func (s *Service) removeOld(ctx context.Context, what security.Dated) (int, error) {
	now := s.Now()
	before := s.Policy.Keep.Before(what, now)
	if before.IsZero() {
		return 0, nil
	}
	n := 0
	for range removalBatches {
		ids, err := s.Store.Old(ctx, what, before, removalBatch)
		if err != nil || len(ids) == 0 {
			return n, err
		}
		e := s.Event(security.Actor{Kind: security.BySystem}, audit.OldRemoved, now)
		e.Data = map[string]string{"what": string(what), "count": strconv.Itoa(len(ids)),
			"before": before.Format(time.RFC3339Nano)}
		if err := s.Store.Commit(ctx, e, RemoveOld{what, ids}); err != nil {
			return n, err
		}
		if n += len(ids); len(ids) < removalBatch {
			return n, nil
		}
	}
	return n, nil
}
