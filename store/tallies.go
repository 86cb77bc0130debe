package store

import (
	"context"
	"fmt"
	"time"

	"regain/security"
	"regain/security/privacy"
)

// counted reports whether e is one of those that are only counted, and gives back the place in the
// chain that was drawn for it. Nobody else can have drawn one.
func (t tx) counted(ctx context.Context, e security.Event) (bool, error) {
	if !e.OfStrangers() {
		return false, nil
	}
	x, lines := e.Tally()
	err := t.row(ctx, []any{&x.More}, `INSERT INTO tallies (kind, account_id, staff_id, hour, lines, more)
		VALUES ($1, $2, $3, $4, 1, 0) ON CONFLICT (hour, kind, account_id, staff_id) DO UPDATE SET
		lines = CASE WHEN tallies.lines < $5 THEN tallies.lines + 1 ELSE tallies.lines END,
		more = CASE WHEN tallies.lines < $5 THEN 0 ELSE tallies.more + 1 END RETURNING more`,
		string(x.Kind), x.Account, x.Staff, ms(x.Hour), lines)
	if err == nil && x.More > 0 {
		err = t.run(ctx, "UPDATE chain SET seq = seq - 1 WHERE id = 1")
	}
	if err != nil {
		return false, fmt.Errorf("count event: %w", err)
	}
	return x.More > 0, nil
}

// Tallies implements privacy.Store.
func (db *DB) Tallies(ctx context.Context, before time.Time, limit int) ([]security.Tally, error) {
	return list(ctx, db.reader(), func(x *security.Tally) []any {
		return []any{&x.Kind, &x.Account, &x.Staff, at(&x.Hour), &x.More}
	}, `SELECT kind, account_id, staff_id, hour, more FROM tallies WHERE hour < $1 AND more > 0
		ORDER BY hour, kind, account_id, staff_id LIMIT $2`, ms(before), limit)
}

func (t tx) endTally(ctx context.Context, w privacy.EndTally) error {
	return t.one(ctx, `DELETE FROM tallies WHERE kind = $1 AND account_id = $2 AND staff_id = $3
		AND hour = $4 AND more = $5`, string(w.Kind), w.Account, w.Staff, ms(w.Hour), w.More)
}
