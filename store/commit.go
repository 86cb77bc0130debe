package store

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"regain/security"
	"regain/security/webhook"
	"regain/store/host"
)

// Commit implements security.Store.
func (db *DB) Commit(ctx context.Context, e security.Event, writes ...security.Write) error {
	err := db.transact(ctx, func(t tx) error { return t.commit(ctx, e, writes) })
	if err == nil {
		db.tell(ctx, security.Change{Event: e, Writes: writes})
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
func (db *DB) CommitAll(ctx context.Context, changes []security.Change) ([]error, error) {
	errs := make([]error, len(changes))
	err := db.transact(ctx, func(t tx) error {
		for i, c := range changes {
			var err error
			if errs[i], err = t.commitApart(ctx, c); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for i, failed := range errs {
		if failed == nil {
			db.tell(ctx, changes[i])
		}
	}
	return errs, nil
}

// commitApart does one change of a batch and takes it back when it fails; err
// ends the whole batch.
func (t tx) commitApart(ctx context.Context, c security.Change) (failed, err error) {
	if err := t.run(ctx, "SAVEPOINT one"); err != nil {
		return nil, fmt.Errorf("savepoint: %w", err)
	}
	failed = t.commit(ctx, c.Event, c.Writes)
	if failed == nil {
		return nil, t.run(ctx, "RELEASE SAVEPOINT one")
	}
	if errors.Is(failed, security.ErrUnavailable) || ctx.Err() != nil {
		// The engine may have rolled everything back already.
		return nil, failed
	}
	if err := t.run(ctx, "ROLLBACK TO SAVEPOINT one"); err != nil {
		return nil, fmt.Errorf("roll back to savepoint: %w", err)
	}
	return failed, t.run(ctx, "RELEASE SAVEPOINT one")
}

func (t tx) commit(ctx context.Context, e security.Event, writes []security.Write) error {
	seq, prev, err := t.draw(ctx)
	if err != nil {
		return fmt.Errorf("move audit chain: %w", err)
	}
	t.at = e.At
	for _, w := range writes {
		if err := statements[reflect.TypeOf(w)](t, ctx, w); err != nil {
			return fmt.Errorf("%T: %w", w, err)
		}
	}
	err = t.among(ctx, "UPDATE accounts SET facts_version = facts_version + 1 WHERE id",
		security.WhoseFactsChanged(writes))
	if err != nil {
		return fmt.Errorf("count stir: %w", err)
	}
	if err := host.Announce(ctx, inside{t.conn}, e, webhook.Of(e, writes)); err != nil {
		return fmt.Errorf("queue webhooks: %w", err)
	}
	if counted, err := t.counted(ctx, e); counted || err != nil {
		return err
	}
	if err := t.record(ctx, e, seq, prev); err != nil {
		return fmt.Errorf("record event: %w", err)
	}
	return nil
}
