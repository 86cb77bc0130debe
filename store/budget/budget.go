// Package budget has the statements that count budgets and paces.
package budget

import (
	"context"
	"time"

	"regain/security/access"
	"regain/security/limits"
	"regain/store/column"
)

// Conn is a database or a transaction. Each reads rows into what to returns for each of them; Take
// does so with a statement that also writes.
type Conn interface {
	Each(ctx context.Context, to func() []any, q string, args ...any) error
	Take(ctx context.Context, to func() []any, q string, args ...any) error
}

// Key is the key of the row that keeps a budget.
func Key(b limits.Budget) string { return b.Limit.Name + ":" + b.Key }

// Spend takes one unit of each of the budgets in turn, up to the first that has none left: of that one
// it returns how long until there is one. It keeps one number for a key: the moment at which the
// budget is full again (GCRA), and takes a burst below 1 for 1.
func Spend(ctx context.Context, c Conn, budgets []limits.Budget, now time.Time) (time.Duration, error) {
	for _, b := range budgets {
		if wait, err := spend(ctx, c, b, now); wait > 0 || err != nil {
			return wait, err
		}
	}
	return 0, nil
}

func spend(ctx context.Context, c Conn, b limits.Budget, now time.Time) (time.Duration, error) {
	at := column.MS(now)
	burst := int64(max(b.Limit.Burst, 1))
	unit := max(b.Limit.Per.Milliseconds()/burst, 1)
	latest := at + unit*burst
	var full int64
	rows := 0
	to := func() []any { rows++; return []any{&full} }
	err := c.Take(ctx, to, `INSERT INTO limits (key, tat)
		VALUES ($1, $2) ON CONFLICT (key) DO UPDATE
		SET tat = CASE WHEN limits.tat > $6 THEN $5 ELSE
			CASE WHEN limits.tat > $3 THEN limits.tat ELSE $3 END + $4 END
		WHERE CASE WHEN limits.tat > $3 THEN limits.tat ELSE $3 END + $4 <= $5
			OR limits.tat > $6
		RETURNING tat`, Key(b), at+unit, at, unit, latest, latest+limits.Skew.Milliseconds())
	if rows > 0 || err != nil {
		return 0, err
	}
	err = c.Each(ctx, to, "SELECT tat FROM limits WHERE key = $1", Key(b))
	if rows == 0 || err != nil {
		return 0, err // it became full and was swept at this moment
	}
	return time.Duration(max(full+unit-latest, 1)) * time.Millisecond, nil
}

// Fresh is how long after the last try a pace starts anew.
const Fresh = 24 * time.Hour

// PaceKey is the key of the row that keeps a pace.
func PaceKey(k access.PaceKey) string { return k.Pace + ":" + k.Key }

// Try counts a try in each of the paces in turn, up to the first that is not free: of that one it
// returns how long until it is. It keeps how many tries there were, when the last one was, and how long
// the pause after it is. A try that comes with an earlier time than the last one counts as made at
// the same moment.
func Try(ctx context.Context, c Conn, tries []access.PaceTry, now time.Time) (time.Duration, error) {
	for _, x := range tries {
		if wait, err := try(ctx, c, x, now); wait > 0 || err != nil {
			return wait, err
		}
	}
	return 0, nil
}

func try(ctx context.Context, c Conn, x access.PaceTry, now time.Time) (time.Duration, error) {
	key, at := PaceKey(access.PaceKey{Pace: x.Pace.Name, Key: x.Key}), column.MS(now)
	longest := max(x.Longest.Milliseconds(), 1)
	first := min(max(x.First.Milliseconds(), 1), longest)
	opening := int64(0) // the pause after the very first try
	if x.Free < 1 {
		opening = first
	}
	var tries, last, pause int64
	rows := 0
	err := c.Take(ctx, func() []any { rows++; return []any{&tries} }, `INSERT INTO paces
		(key, tries, pause, at) VALUES ($1, 1, $2, $3) ON CONFLICT (key) DO UPDATE SET
		tries = CASE WHEN paces.at <= $4 THEN 1 ELSE paces.tries + 1 END,
		pause = CASE WHEN paces.at <= $4 THEN $2 WHEN paces.tries < $5 THEN 0
			WHEN paces.pause = 0 THEN $6 WHEN paces.pause > $7 - paces.pause THEN $7
			ELSE paces.pause * 2 END,
		at = CASE WHEN paces.at > $3 AND paces.at <= $8 THEN paces.at ELSE $3 END
		WHERE paces.pause = 0 OR paces.at + paces.pause <= $3 OR paces.at <= $4 OR paces.at > $8
		RETURNING tries`, key, opening, at, column.MS(now.Add(-Fresh)), int64(x.Free), first, longest,
		column.MS(now.Add(limits.Skew)))
	if rows > 0 || err != nil {
		return 0, err
	}
	err = c.Each(ctx, func() []any { rows++; return []any{&last, &pause} },
		"SELECT at, pause FROM paces WHERE key = $1", key)
	if rows == 0 || err != nil {
		return 0, err // it was forgotten at this moment
	}
	return time.Duration(max(last+pause-at, 1)) * time.Millisecond, nil
}
