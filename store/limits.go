package store

import (
	"context"
	"errors"
	"time"

	"regain/security"
)

// budget is the key of the row that keeps a budget.
func budget(l security.Limit, key string) string { return l.Name + ":" + key }

// Spend implements security.Store. It keeps one number for a key: the moment
// at which the budget is full again (GCRA), and takes a burst below 1 for 1.
func (db *DB) Spend(ctx context.Context, l security.Limit, key string, now time.Time) (
	time.Duration, error) {
	key = budget(l, key)
	burst := int64(max(l.Burst, 1))
	unit := max(l.Per.Milliseconds()/burst, 1)
	latest := ms(now) + unit*burst
	wait := time.Duration(0)
	err := db.again(ctx, func() error {
		var full int64
		err := db.writer().row(ctx, []any{&full}, `INSERT INTO limits (key, tat)
			VALUES ($1, $2) ON CONFLICT (key) DO UPDATE
			SET tat = CASE WHEN limits.tat > $3 THEN limits.tat ELSE $3 END + $4
			WHERE CASE WHEN limits.tat > $3 THEN limits.tat ELSE $3 END + $4 <= $5
			RETURNING tat`, key, ms(now)+unit, ms(now), unit, latest)
		if !errors.Is(err, security.ErrNotFound) {
			return err
		}
		err = db.reader().row(ctx, []any{&full}, "SELECT tat FROM limits WHERE key = $1", key)
		wait = time.Duration(max(full+unit-latest, 1)) * time.Millisecond
		if errors.Is(err, security.ErrNotFound) {
			return nil // it became full and was swept at this moment
		}
		return err
	})
	return wait, err
}

// count runs one guarded UPDATE that returns a counter; a guard that does not
// hold is security.ErrConflict.
func (db *DB) count(ctx context.Context, q string, args ...any) (n int, err error) {
	err = db.again(ctx, func() error { return db.writer().row(ctx, []any{&n}, q, args...) })
	if errors.Is(err, security.ErrNotFound) {
		return 0, security.ErrConflict
	}
	return n, err
}

// NextNumbers implements security.Store; an unknown series is
// security.ErrNotFound.
func (db *DB) NextNumbers(ctx context.Context, series string, n int) (first int64, err error) {
	err = db.again(ctx, func() error {
		return db.writer().row(ctx, []any{&first}, `UPDATE counters SET value = value + $2
			WHERE name = $1 RETURNING value - $2 + 1`, series, n)
	})
	return first, err
}

// kept is how long a request is kept after it was made and came to its end.
const kept = 24 * time.Hour

// Sweep deletes what strangers leave behind and nobody needs any more at now:
// budgets that are full again, and requests that are over and older than a day.
func (db *DB) Sweep(ctx context.Context, now time.Time) error {
	const over = `SELECT id FROM requests WHERE at < $1 AND (ended_at > 0
		OR (expires_at > 0 AND expires_at <= $2) OR (expires_at = 0 AND resolved_at > 0))`
	return db.transact(ctx, func(t tx) error {
		if err := t.run(ctx, "DELETE FROM limits WHERE tat <= $1", ms(now)); err != nil {
			return err
		}
		old := ms(now.Add(-kept))
		err := t.run(ctx, "DELETE FROM request_accounts WHERE request_id IN ("+over+")",
			old, ms(now))
		if err != nil {
			return err
		}
		return t.run(ctx, "DELETE FROM requests WHERE id IN ("+over+")", old, ms(now))
	})
}
