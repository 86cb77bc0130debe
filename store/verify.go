package store

import (
	"context"
	"database/sql"
	"fmt"
)

// BadLine is the first place where the audit chain does not hold.
type BadLine struct {
	Seq int64  // number of the line
	Why string // one of the Bad constants
}

// What can be wrong with a line.
const (
	BadChanged = "changed"         // the line is not what was recorded
	BadMissing = "missing"         // there is no line with this number
	BadDetails = "details changed" // the details are not what was recorded
	BadKey     = "unreadable"      // the secret that chained it is not at hand
	BadHead    = "beyond the end"  // the chain ends before this line, or the end was changed
)

// VerifyChain reads the whole audit trail, as of one moment, and returns how
// many lines hold, counted from the first, and the first that does not; bad is
// nil when all do. Details that were erased are no fault; a chain without lines
// is one as soon as there is an account, a case or a ticket.
func (db *DB) VerifyChain(ctx context.Context) (n int64, bad *BadLine, err error) {
	snapshot, err := db.read.BeginTx(ctx, &sql.TxOptions{
		Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return 0, nil, fmt.Errorf("verify audit chain: %w", db.dialect.explain(ctx, err))
	}
	defer func() { _ = snapshot.Rollback() }() // nothing was written
	t := tx{conn{snapshot, db.dialect}, db.chain}
	n, bad, err = t.verify(ctx)
	if err == nil && n == 0 && bad == nil {
		bad, err = t.emptied(ctx)
	}
	if err != nil {
		return 0, nil, fmt.Errorf("verify audit chain: %w", db.dialect.explain(ctx, err))
	}
	return n, bad, nil
}

// emptied finds fault with a chain of no lines: nothing comes into being
// without one.
func (t tx) emptied(ctx context.Context) (*BadLine, error) {
	var used bool
	err := t.row(ctx, []any{&used}, `SELECT EXISTS (SELECT 1 FROM accounts)
		OR EXISTS (SELECT 1 FROM cases) OR EXISTS (SELECT 1 FROM tickets)`)
	if err != nil || !used {
		return nil, err
	}
	return &BadLine{1, BadHead}, nil
}

func (t tx) verify(ctx context.Context) (n int64, bad *BadLine, err error) {
	var end int64
	var head, want string
	err = t.row(ctx, []any{&end, &want}, "SELECT seq, chain FROM chain WHERE id = 1")
	if err != nil {
		return 0, nil, err
	}
	rows, err := t.on.QueryContext(ctx, lineQuery+"ORDER BY e.seq")
	if err != nil {
		return 0, nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var l line
		if err := rows.Scan(lineFields(&l)...); err != nil {
			return n, nil, err
		}
		var why string
		if head, why = t.check(l, head, n+1); why != "" {
			return n, &BadLine{n + 1, why}, nil
		}
		n++
	}
	switch {
	case rows.Err() != nil:
		return n, nil, rows.Err()
	case n < end:
		return n, &BadLine{n + 1, BadMissing}, nil
	case n > end:
		return end, &BadLine{end + 1, BadHead}, nil
	case head != want:
		return n, &BadLine{n, BadHead}, nil
	}
	return n, nil, nil
}

// chained returns the chain value after l, "" when l is not what was recorded; known is false when
// the key that made it is not at hand. An old line does not say which one that was.
func (t tx) chained(l line, prev string) (head string, known bool) {
	keys := []string{l.key}
	if l.key == "" {
		keys = t.chain.KeyIDs()
	}
	for _, key := range keys {
		value, stored, ok := l.link(t.chain, key, prev)
		if known = known || ok; ok && stored == l.chain {
			return value, true
		}
	}
	return "", known
}

// check returns the chain value after l, which must be line number want, and
// what is wrong with it, if anything.
func (t tx) check(l line, prev string, want int64) (head, why string) {
	if l.seq > want {
		return "", BadMissing
	}
	head, known := t.chained(l, prev)
	switch {
	case !known:
		return "", BadKey
	case l.seq != want || head == "":
		return "", BadChanged
	case l.data.String != "" && digest(l.data.String) != l.details:
		return "", BadDetails
	}
	return head, ""
}
