// Package budget has the statements that count budgets and paces.
package budget

import (
	"context"
	"errors"
	"time"

	"regain/security/access"
	"regain/security/limits"
	"regain/store/column"
)

// Conn is a database or a transaction. Each reads rows into what to returns for each of them; Take
// does so with a statement that also writes.
// One runs a statement that has to touch one row, Run one that may touch any number.
type Conn interface {
	Each(ctx context.Context, to func() []any, q string, args ...any) error
	Take(ctx context.Context, to func() []any, q string, args ...any) error
	One(ctx context.Context, q string, args ...any) error
	Run(ctx context.Context, q string, args ...any) error
}

// ErrWait says that a pace is not free: what was counted up to there has to be taken back, and only the
// budgets that come first are spent all the same.
var ErrWait = errors.New("the next try has to wait")

// CountPassword counts a wrong password of the account $1, which takes $2 in a row, and returns the count.
// The version stays: nobody's work on the account is in vain because of a try.
const CountPassword = `UPDATE accounts SET password_tries = password_tries + 1
	WHERE id = $1 AND password_tries < $2 RETURNING password_tries`

// AtOnce is Take for a try that most likely has to wait for nothing, as its statements do not wait for
// each other. Otherwise it is security.ErrConflict: what was counted has to be taken back.
func AtOnce(ctx context.Context, c Conn, t access.PasswordTry, now time.Time) (count int, err error) {
	one := func(q string, args []any) {
		if err == nil {
			err = c.One(ctx, q, args...)
		}
	}
	for _, b := range t.First {
		one(spending(b, now))
	}
	for _, x := range t.Paces {
		one(trying(x, now))
	}
	for _, b := range t.Then {
		one(spending(b, now))
	}
	if err != nil {
		return 0, err
	}
	return countPassword(ctx, c, t)
}

// Take counts a try as access.Store says. Rows are taken in this order alone, the account last: a commit
// has its paces before its accounts too, and several that go together have (Hold).
func Take(ctx context.Context, c Conn, t access.PasswordTry, now time.Time) (count int,
	wait time.Duration, err error) {
	budgets := func(all []limits.Budget) bool {
		for i := 0; i < len(all) && wait == 0 && err == nil; i++ {
			wait, err = spend(ctx, c, all[i], now)
			t.Stop(all[i].Limit.Name, wait)
		}
		return wait > 0 || err != nil
	}
	if budgets(t.First) {
		return 0, wait, err
	}
	for i := 0; i < len(t.Paces) && wait == 0 && err == nil; i++ {
		wait, err = try(ctx, c, t.Paces[i], now)
		t.Stop(t.Paces[i].Name, wait)
	}
	if wait > 0 && err == nil {
		err = ErrWait
	}
	if err != nil || budgets(t.Then) {
		return 0, wait, err
	}
	count, err = countPassword(ctx, c, t)
	return count, 0, err
}

// countPassword counts the try of a password, of nobody's too; 0: it takes no more.
func countPassword(ctx context.Context, c Conn, t access.PasswordTry) (count int, err error) {
	if t.Most > 0 {
		err = c.Take(ctx, func() []any { return []any{&count} }, CountPassword, t.Account, t.Most)
	}
	return count, err
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

// within is how long one unit takes to come back, and how long all of them.
func within(l limits.Limit) (unit, all int64) {
	burst := int64(max(l.Burst, 1))
	unit = max(l.Per.Milliseconds()/burst, 1)
	return unit, unit * burst
}

// spending is the statement that takes one unit, if there is one.
func spending(b limits.Budget, now time.Time) (q string, args []any) {
	at := column.MS(now)
	unit, all := within(b.Limit)
	return `INSERT INTO limits (key, tat)
		VALUES ($1, $2) ON CONFLICT (key) DO UPDATE
		SET tat = CASE WHEN limits.tat > $6 THEN $5 ELSE
			CASE WHEN limits.tat > $3 THEN limits.tat ELSE $3 END + $4 END
		WHERE CASE WHEN limits.tat > $3 THEN limits.tat ELSE $3 END + $4 <= $5
			OR limits.tat > $6`, []any{Key(b), at + unit, at, unit, at + all, at + all + limits.Skew.Milliseconds()}
}

// Pay is the statement of a write that takes one unit.
func Pay(w access.SpendUnit) (q string, args []any, err error) {
	q, args = spending(w.Budget, w.At)
	return q, args, nil
}

func spend(ctx context.Context, c Conn, b limits.Budget, now time.Time) (time.Duration, error) {
	var full int64
	rows := 0
	to := func() []any { rows++; return []any{&full} }
	q, args := spending(b, now)
	err := c.Take(ctx, to, q+" RETURNING tat", args...)
	if rows > 0 || err != nil {
		return 0, err
	}
	err = c.Each(ctx, to, "SELECT tat FROM limits WHERE key = $1", Key(b))
	if rows == 0 || err != nil {
		return 0, err // it became full and was swept at this moment
	}
	unit, all := within(b.Limit)
	return time.Duration(max(full+unit-all-column.MS(now), 1)) * time.Millisecond, nil
}

// Fresh is how long after the last try a pace starts anew.
const Fresh = 24 * time.Hour

// PaceKey is the key of the row that keeps a pace.
func PaceKey(k access.PaceKey) string { return k.Pace + ":" + k.Key }

// trying is the statement that counts a try, if the pace is free.
func trying(x access.PaceTry, now time.Time) (q string, args []any) {
	longest := max(x.Longest.Milliseconds(), 1)
	first := min(max(x.First.Milliseconds(), 1), longest)
	opening := int64(0) // the pause after the very first try
	if x.Free < 1 {
		opening = first
	}
	return `INSERT INTO paces
		(key, tries, pause, at) VALUES ($1, 1, $2, $3) ON CONFLICT (key) DO UPDATE SET
		tries = CASE WHEN paces.at <= $4 THEN 1 ELSE paces.tries + 1 END,
		pause = CASE WHEN paces.at <= $4 THEN $2 WHEN paces.tries < $5 THEN 0
			WHEN paces.pause = 0 THEN $6 WHEN paces.pause > $7 - paces.pause THEN $7
			ELSE paces.pause * 2 END,
		at = CASE WHEN paces.at > $3 AND paces.at <= $8 THEN paces.at ELSE $3 END
		WHERE paces.pause = 0 OR paces.at + paces.pause <= $3 OR paces.at <= $4 OR paces.at > $8`,
		[]any{PaceKey(access.PaceKey{Pace: x.Pace.Name, Key: x.Key}), opening, column.MS(now),
			column.MS(now.Add(-Fresh)), int64(x.Free), first, longest, column.MS(now.Add(limits.Skew))}
}

// try counts a try, if the pace is free; else it returns how long until it is. It keeps how many tries there
// were, when the last one was, and how long the pause after it is. A try that comes with an earlier time than
// the last one counts as made at the same moment.
func try(ctx context.Context, c Conn, x access.PaceTry, now time.Time) (time.Duration, error) {
	var tries, last, pause int64
	rows := 0
	q, args := trying(x, now)
	err := c.Take(ctx, func() []any { rows++; return []any{&tries} }, q+" RETURNING tries", args...)
	if rows > 0 || err != nil {
		return 0, err
	}
	err = c.Each(ctx, func() []any { rows++; return []any{&last, &pause} },
		"SELECT at, pause FROM paces WHERE key = $1", PaceKey(access.PaceKey{Pace: x.Pace.Name, Key: x.Key}))
	if rows == 0 || err != nil {
		return 0, err // it was forgotten at this moment
	}
	return time.Duration(max(last+pause-column.MS(now), 1)) * time.Millisecond, nil
}
