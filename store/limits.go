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
)

// budget is the key of the row that keeps a budget.
func budget(l limits.Limit, key string) string { return l.Name + ":" + key }

// Spend implements security.Store. It keeps one number for a key: the moment
// at which the budget is full again (GCRA), and takes a burst below 1 for 1.
func (db *DB) Spend(ctx context.Context, l limits.Limit, key string, now time.Time) (
	time.Duration, error) {
	key = budget(l, key)
	burst := int64(max(l.Burst, 1))
	unit := max(l.Per.Milliseconds()/burst, 1)
	latest := ms(now) + unit*burst
	wait := time.Duration(0)
	err := db.dialect.Again(ctx, func() error {
		var full int64
		err := db.writer().row(ctx, []any{&full}, `INSERT INTO limits (key, tat)
			VALUES ($1, $2) ON CONFLICT (key) DO UPDATE
			SET tat = CASE WHEN limits.tat > $6 THEN $5 ELSE
				CASE WHEN limits.tat > $3 THEN limits.tat ELSE $3 END + $4 END
			WHERE CASE WHEN limits.tat > $3 THEN limits.tat ELSE $3 END + $4 <= $5
				OR limits.tat > $6
			RETURNING tat`, key, ms(now)+unit, ms(now), unit, latest, latest+limits.Skew.Milliseconds())
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
	err = db.dialect.Again(ctx, func() error { return db.writer().row(ctx, []any{&n}, q, args...) })
	if errors.Is(err, security.ErrNotFound) {
		return 0, security.ErrConflict
	}
	return n, err
}

// fresh is how long after the last try a pace starts anew.
const fresh = 24 * time.Hour

func paceKey(k access.PaceKey) string { return k.Pace + ":" + k.Key }

// errWait takes back what a transaction has counted up to now.
var errWait = errors.New("the next try has to wait")

// TakeTry implements access.Store.
func (db *DB) TakeTry(ctx context.Context, tries []access.PaceTry, now time.Time) (
	wait time.Duration, err error) {
	err = db.transact(ctx, func(t tx) error {
		for _, x := range tries {
			if wait, err = t.takeTry(ctx, x, now); err != nil {
				return err
			}
			if wait > 0 {
				return errWait
			}
		}
		return nil
	})
	if errors.Is(err, errWait) {
		err = nil
	}
	return wait, err
}

// takeTry keeps for a key how many tries there were, when the last one was, and how long the
// pause after it is. A try that comes with an earlier time than the last one counts as made at
// the same moment.
func (t tx) takeTry(ctx context.Context, x access.PaceTry, now time.Time) (time.Duration, error) {
	key := paceKey(access.PaceKey{Pace: x.Pace.Name, Key: x.Key})
	longest := max(x.Longest.Milliseconds(), 1)
	first := min(max(x.First.Milliseconds(), 1), longest)
	opening := int64(0) // the pause after the very first try
	if x.Free < 1 {
		opening = first
	}
	var tries, last, pause int64
	err := t.row(ctx, []any{&tries}, `INSERT INTO paces (key, tries, pause, at)
		VALUES ($1, 1, $2, $3) ON CONFLICT (key) DO UPDATE SET
		tries = CASE WHEN paces.at <= $4 THEN 1 ELSE paces.tries + 1 END,
		pause = CASE WHEN paces.at <= $4 THEN $2 WHEN paces.tries < $5 THEN 0
			WHEN paces.pause = 0 THEN $6 WHEN paces.pause > $7 - paces.pause THEN $7
			ELSE paces.pause * 2 END,
		at = CASE WHEN paces.at > $3 AND paces.at <= $8 THEN paces.at ELSE $3 END
		WHERE paces.pause = 0 OR paces.at + paces.pause <= $3 OR paces.at <= $4 OR paces.at > $8
		RETURNING tries`, key, opening, ms(now), ms(now.Add(-fresh)), int64(x.Free), first, longest,
		ms(now.Add(limits.Skew)))
	if !errors.Is(err, security.ErrNotFound) {
		return 0, err
	}
	err = t.row(ctx, []any{&last, &pause}, "SELECT at, pause FROM paces WHERE key = $1", key)
	if errors.Is(err, security.ErrNotFound) {
		return 0, nil // it was forgotten at this moment
	}
	return time.Duration(max(last+pause-ms(now), 1)) * time.Millisecond, err
}

func (t tx) forgetTries(ctx context.Context, w access.ForgetTries) error {
	for _, k := range w.Keys {
		if err := t.run(ctx, "DELETE FROM paces WHERE key = $1", paceKey(k)); err != nil {
			return err
		}
	}
	return nil
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
// older than an hour; and the answers to programs that are not repeated any more.
func (db *DB) Sweep(ctx context.Context, now time.Time) error {
	const old = "requests WHERE at < $1 AND " + over
	before := ms(now.Add(-kept))
	return db.transact(ctx, func(t tx) error {
		for _, x := range []struct {
			rows string
			args []any
		}{
			{"limits WHERE tat <= $1", []any{ms(now)}},
			{"paces WHERE at <= $1", []any{ms(now.Add(-fresh))}},
			{"challenges WHERE expires_at <= $1", []any{ms(now)}},
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
