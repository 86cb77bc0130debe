package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"

	"regain/security"
	"regain/security/audit"
	"regain/store/trail"
)

// VerifyChain reads the whole audit trail, as of one moment, and returns how
// many lines hold, counted from the first, and the first that does not; bad is
// nil when all do. Missing details are a fault unless their account was erased later, or they are
// of strangers and a later line says that they were removed for their age; a chain without lines is
// one as soon as there is an account, a case or a ticket. What was bad when a new
// epoch began is on record there, and no fault any more. What heads say that were
// signed before must still be so.
func (db *DB) VerifyChain(ctx context.Context, heads ...trail.Head) (n int64, bad *trail.BadLine,
	err error) {
	snapshot, err := db.read.BeginTx(ctx, &sql.TxOptions{
		Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return 0, nil, fmt.Errorf("verify audit chain: %w", db.dialect.Explain(ctx, err))
	}
	defer func() { _ = snapshot.Rollback() }() // nothing was written
	w, err := tx{conn: conn{on: snapshot, dialect: db.dialect}, chain: db.chain}.verify(ctx, heads)
	if err != nil {
		return 0, nil, fmt.Errorf("verify audit chain: %w", db.dialect.Explain(ctx, err))
	}
	return w.Good, w.Bad, nil
}

func (t tx) verify(ctx context.Context, heads []trail.Head) (*trail.Walk, error) {
	w := trail.NewWalk(t.chain, heads)
	var end int64
	var head string
	err := t.row(ctx, []any{&end, &head}, "SELECT seq, chain FROM chain WHERE id = 1")
	if err != nil {
		return nil, err
	}
	erased, err := list(ctx, t.conn, (*trail.Erasure).Fields, trail.Erasures,
		string(audit.AccountErased))
	if err != nil {
		return nil, err
	}
	w.Allow(erased)
	removals, err := list(ctx, t.conn, func(data *string) []any { return []any{data} }, trail.Removals,
		string(audit.OldRemoved))
	if err == nil {
		err = w.AllowRemoved(removals)
	}
	if err != nil {
		return nil, err
	}
	rows, err := t.on.QueryContext(ctx, trail.Query+"ORDER BY e.seq")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var l trail.Line
		if err := rows.Scan(l.Fields()...); err != nil {
			return nil, err
		}
		w.Pass(l)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	w.Finish(end, head)
	var used bool
	if w.Last == 0 && w.Bad == nil {
		err = t.row(ctx, []any{&used}, trail.Used)
	}
	if used {
		w.Fault(1, 1, trail.BadHead)
	}
	return w, err
}

// Contradictions lists where what stands in the tables was never recorded.
func Contradictions(ctx context.Context, db *DB) ([]trail.Contradiction, error) {
	return list(ctx, db.reader(), func(c *trail.Contradiction) []any {
		return []any{&c.Code, &c.Of}
	}, trail.Contradictions)
}

// ErrWhole says that nothing is wrong with the trail, so that no new epoch begins.
var ErrWhole = errors.New("the audit trail holds")

// Anchor records e as the first line of a new epoch: what is wrong with the trail before it is on
// record with it, and no fault any more. Without a fault it fails with ErrWhole.
func (db *DB) Anchor(ctx context.Context, e security.Event) error {
	return db.transact(ctx, func(t tx) error {
		// Nobody else commits until this is done.
		if err := t.run(ctx, "UPDATE chain SET seq = seq"); err != nil {
			return err
		}
		w, err := t.verify(ctx, nil)
		if err == nil && w.Bad == nil {
			err = ErrWhole
		}
		if err == nil { // the next number must be free
			err = t.run(ctx, `UPDATE chain SET seq = COALESCE((SELECT MAX(seq) FROM events
				WHERE events.seq > chain.seq), seq)`)
		}
		if err != nil {
			return err
		}
		e.Data = maps.Clone(e.Data)
		maps.Copy(e.Data, w.Record())
		return t.commit(ctx, security.Change{Event: e})
	})
}

// Anchors lists the lines that began a new epoch, the oldest first.
func (db *DB) Anchors(ctx context.Context) ([]security.Event, error) {
	return db.events(ctx, "WHERE e.kind = $1 ORDER BY e.seq", string(audit.ChainAnchored))
}

// Behind tells how many lines of the trail the replica lacks; see trail.Behind. There must be one.
func Behind(ctx context.Context, db *DB) (int64, error) {
	lines, err := trail.Behind(ctx, db.read, db.replica)
	return lines, db.dialect.Explain(ctx, err)
}
