package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/apikey"
	"regain/security/limits"
	"regain/security/privacy"
	"regain/store/budget"
)

// Spend implements security.Store.
func (db *DB) Spend(ctx context.Context, l limits.Limit, key string, now time.Time,
	more ...limits.Budget) (wait time.Duration, err error) {
	all := append([]limits.Budget{{Limit: l, Key: key}}, more...)
	if len(more) == 0 {
		return budget.Spend(ctx, pools{db}, all, now)
	}
	err = db.transact(ctx, func(t tx) (err error) {
		wait, err = budget.Spend(ctx, inside{t.conn}, all, now)
		return err
	})
	return wait, err
}

// count runs one guarded UPDATE that returns a counter; a guard that does not
// hold is security.ErrConflict.
func (db *DB) count(ctx context.Context, q string, args ...any) (n int, err error) {
	err = db.dialect.Again(ctx, func() error { return db.writer().row(ctx, []any{&n}, q, args...) })
	if errors.Is(err, security.ErrNotFound) {
		return 0, security.ErrConflict
	}
	return n, err
}

// TakePasswordTry implements access.Store.
func (db *DB) TakePasswordTry(ctx context.Context, t access.PasswordTry, now time.Time) (count int,
	wait time.Duration, err error) {
	err = db.transact(ctx, func(in tx) (err error) {
		count, err = budget.AtOnce(ctx, inside{in.conn}, t, now)
		return err
	})
	if errors.Is(err, security.ErrConflict) { // it has to wait, most likely
		err = db.transact(ctx, func(in tx) (err error) {
			count, wait, err = budget.Take(ctx, inside{in.conn}, t, now)
			return err
		})
	}
	if errors.Is(err, budget.ErrWait) {
		err = nil
		if len(t.First) > 0 { // they are spent all the same
			_, err = db.Spend(ctx, t.First[0].Limit, t.First[0].Key, now, t.First[1:]...)
		}
	}
	return count, wait, err
}

func (t tx) forgetTries(ctx context.Context, w access.ForgetTries) error {
	return budget.Forget(ctx, inside{t.conn}, w.Keys)
}

// ChallengeSpent implements access.Store.
func (db *DB) ChallengeSpent(ctx context.Context, id string) (bool, error) {
	n, err := find(ctx, db.reader(), func(n *int) []any { return []any{n} },
		"SELECT COUNT(*) FROM challenges WHERE id = $1", id)
	return n > 0, err
}

// spendChallenge remembers a challenge that was used; the second use finds its row.
func (t tx) spendChallenge(ctx context.Context, w access.SpendChallenge) error {
	return t.one(ctx, "INSERT INTO challenges (id, expires_at) VALUES ($1, $2)",
		w.ID, ms(w.ExpiresAt))
}

// NextNumbers implements security.Store; an unknown series is
// security.ErrNotFound.
func (db *DB) NextNumbers(ctx context.Context, series string, n int) (first int64, err error) {
	err = db.dialect.Again(ctx, func() error {
		return db.writer().row(ctx, []any{&first}, `UPDATE counters SET value = value + $2
			WHERE name = $1 RETURNING value - $2 + 1`, series, n)
	})
	return first, err
}

// kept is how long a request is kept after it was made and came to its end.
const kept = time.Hour

// over is the condition of a request that is over at $2.
const over = `(ended_at > 0 OR (expires_at > 0 AND expires_at <= $2)
	OR (expires_at = 0 AND resolved_at > 0))`

// Sweep deletes what strangers leave behind and nobody needs any more at now:
// budgets that are full again, paces that start anew, used challenges that would not be taken
// any more, hours in which strangers did no more than was recorded, and requests that are over and
// older than an hour; sign-outs that nobody can come back behind; and the answers to programs that are not
// repeated any more.
func (db *DB) Sweep(ctx context.Context, now time.Time) error {
	const old = "requests WHERE at < $1 AND " + over
	before := ms(now.Add(-kept))
	return db.transact(ctx, func(t tx) error {
		for _, x := range []struct {
			rows string
			args []any
		}{
			{"limits WHERE tat <= $1", []any{ms(now)}},
			{"paces WHERE at <= $1", []any{ms(now.Add(-budget.Fresh))}},
			{"challenges WHERE expires_at <= $1", []any{ms(now)}},
			{"sso_signouts WHERE expires_at <= $1", []any{ms(now)}},
			{"tallies WHERE more = 0 AND hour < $1", []any{ms(now.Truncate(time.Hour))}},
			{"api_answers WHERE at <= $1", []any{ms(now.Add(-apikey.AnswersKept))}},
			{"request_accounts WHERE request_id IN (SELECT id FROM " + old + ")", []any{before, ms(now)}},
			{old, []any{before, ms(now)}},
		} {
			if err := t.run(ctx, "DELETE FROM "+x.rows, x.args...); err != nil {
				return err
			}
		}
		return nil
	})
}

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
