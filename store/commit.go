package store

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"regain/security"
	"regain/store/batch"
	"regain/store/budget"
	"regain/store/engine"
)

// Commit implements security.Store. What several callers commit at the same time shares one
// transaction, as PostgreSQL and SQLite take one writer at a time: the chain is one.
func (db *DB) Commit(ctx context.Context, e security.Event, writes ...security.Write) (err error) {
	ended := db.Watched.Begin(ctx, string(e.Kind), "")
	defer func() { ended(err) }()
	c := security.Change{Event: e, Writes: writes}
	err = db.group.Do(ctx, c, db.commitAll)
	switch err {
	case nil:
		db.tell(ctx, c)
	case ctx.Err(): // it was never its turn
		return db.dialect.Explain(ctx, err)
	}
	return err
}

// tell lets Committed hear of what was kept.
func (db *DB) tell(ctx context.Context, c security.Change) {
	if db.Committed != nil {
		db.Committed(ctx, c)
	}
}

// CommitAll implements the Store of several rooms.
func (db *DB) CommitAll(ctx context.Context, changes []security.Change) (errs []error, err error) {
	ended := db.Watched.Begin(ctx, "several", "")
	defer func() { ended(err) }()
	if errs, err = db.commitAll(ctx, changes); err != nil {
		return nil, err
	}
	for i, failed := range errs {
		if failed == nil {
			db.tell(ctx, changes[i])
		}
	}
	return errs, err
}

// commitAll does the changes in one transaction, each or not. Most often none is refused: then all of them are
// done as one, without a place to go back to, for which SQLite would keep every page that is touched.
func (db *DB) commitAll(ctx context.Context, changes []security.Change) ([]error, error) {
	errs, one := make([]error, len(changes)), len(changes) == 1
	if one || batch.Together(changes) {
		err := briefly(ctx, db, changes, func(t tx) error { return t.commit(ctx, changes...) })
		if err == nil || one || errors.Is(err, security.ErrUnavailable) || ctx.Err() != nil {
			return errs, err
		}
	}
	return errs, briefly(ctx, db, changes, func(t tx) error {
		for i, c := range changes {
			var err error
			if errs[i], err = t.commitApart(ctx, c); err != nil {
				return err
			}
		}
		return nil
	})
}

// briefly has one transaction of short statements do changes.
func briefly(ctx context.Context, db *DB, changes []security.Change, do func(tx) error) error {
	return db.transact(ctx, func(t tx) error {
		t.on = db.dialect.Brief(t.on)
		if err := budget.Hold(ctx, inside{t.conn}, changes); err != nil {
			return err
		}
		return do(t)
	})
}

// commitApart does one change of several, and takes it back when it fails; err ends them all.
func (t tx) commitApart(ctx context.Context, c security.Change) (failed, err error) {
	if err := t.run(ctx, "SAVEPOINT one"); err != nil {
		return nil, fmt.Errorf("savepoint: %w", err)
	}
	if failed = t.commit(ctx, c); failed == nil {
		failed = engine.Flush(ctx, t.on)
	}
	if failed == nil {
		return nil, t.run(ctx, "RELEASE SAVEPOINT one")
	}
	if errors.Is(failed, security.ErrUnavailable) || ctx.Err() != nil {
		// The engine may have rolled everything back already.
		return nil, failed
	}
	engine.Forget(t.on)
	if err := t.run(ctx, "ROLLBACK TO SAVEPOINT one"); err != nil {
		return nil, fmt.Errorf("roll back to savepoint: %w", err)
	}
	return failed, t.run(ctx, "RELEASE SAVEPOINT one")
}

// commit does one change, or several that go together, with a line of the audit chain each.
func (t tx) commit(ctx context.Context, changes ...security.Change) error {
	for _, c := range changes {
		if c.Event.Astray() { // for whoever decides there is no such account
			return security.ErrNotFound
		}
	}
	seq, prev, news, err := t.draw(ctx, changes)
	if err != nil {
		return fmt.Errorf("move audit chain: %w", err)
	}
	t.at = changes[len(changes)-1].Event.At
	writes := batch.InTurn(changes)
	t.stirred = batch.StirredBy(writes)
	if err := t.write(ctx, writes); err != nil {
		return err
	}
	err = t.among(ctx, "UPDATE accounts SET facts_version = facts_version + 1 WHERE id",
		t.stirred.Left())
	if err != nil {
		return fmt.Errorf("count stir: %w", err)
	}
	if err := news.Announce(ctx, inside{t.conn}, seq); err != nil {
		return fmt.Errorf("queue webhooks: %w", err)
	}
	if len(changes) == 1 {
		if counted, err := t.counted(ctx, changes[0].Event); counted || err != nil {
			return err
		}
	}
	if err := t.record(ctx, changes, seq, prev); err != nil {
		return fmt.Errorf("record event: %w", err)
	}
	return nil
}

// write does the writes, as many as stand together of one kind at once.
func (t tx) write(ctx context.Context, writes []security.Write) error {
	for len(writes) > 0 {
		kind, n := reflect.TypeOf(writes[0]), 1
		for n < len(writes) && reflect.TypeOf(writes[n]) == kind {
			n++
		}
		if err := statements[kind](t, ctx, writes[:n]); err != nil {
			return fmt.Errorf("%v: %w", kind, err)
		}
		writes = writes[n:]
	}
	return nil
}
