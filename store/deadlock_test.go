package store_test

import (
	"context"
	"database/sql"
	"errors"
	"testing"

	"regain/security"
	"regain/security/casework"
	"regain/store"
	"regain/store/storetest"
)

func TestDeadlock(t *testing.T) {
	t.Parallel()
	tests := map[string]func(context.Context, *store.DB, ...security.Write) error{
		"commit": func(ctx context.Context, db *store.DB, writes ...security.Write) error {
			return db.Commit(ctx, storetest.Event(), writes...)
		},
		"batch": func(ctx context.Context, db *store.DB, writes ...security.Write) error {
			errs, err := db.CommitAll(ctx, []security.Change{
				{Event: storetest.Event()}, {Event: storetest.Event(), Writes: writes}})
			return errors.Join(append(errs, err)...)
		},
	}
	for name, commit := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			survive(t, commit)
		})
	}
}

// survive runs commit into a deadlock with a transaction that is not one of
// ours and would wait for longer, so that PostgreSQL breaks it by giving up the
// commit, which has to come again.
func survive(t *testing.T,
	commit func(context.Context, *store.DB, ...security.Write) error) {
	db := storetest.OpenPostgres(t)
	a, b := somebody(t, db, "ada").ticket.ID, somebody(t, db, "bob").ticket.ID
	pool, _ := db.Pools()
	other, err := pool.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	do := func(q string, args ...any) {
		if _, err := other.ExecContext(t.Context(), q, args...); err != nil {
			t.Error(err)
		}
	}
	const touch = "UPDATE tickets SET subject = 'x' WHERE id = $1"
	do("SET LOCAL deadlock_timeout = '1min'")
	do(touch, b)
	done := make(chan error)
	go func() {
		done <- commit(t.Context(), db,
			casework.RaiseTicket{Ticket: a}, casework.RaiseTicket{Ticket: b})
	}()
	for !locked(t, pool, a) {
	}
	do(touch, a)
	if err := other.Commit(); err != nil {
		t.Error(err)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
	k, err := db.Ticket(t.Context(), b)
	if err != nil || k.Version != 2 || k.Subject != "x" {
		t.Errorf("version %d, subject %q, %v", k.Version, k.Subject, err)
	}
	if n, bad, err := db.VerifyChain(t.Context()); bad != nil || err != nil {
		t.Errorf("audit chain after %d lines: %v, %v", n, bad, err)
	}
}

// locked reports whether a transaction holds the row of a ticket.
func locked(t *testing.T, pool *sql.DB, id string) bool {
	t.Helper()
	var n int
	err := pool.QueryRowContext(context.WithoutCancel(t.Context()),
		"SELECT 1 FROM tickets WHERE id = $1 FOR UPDATE SKIP LOCKED", id).Scan(&n)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		t.Fatal(err)
	}
	return errors.Is(err, sql.ErrNoRows)
}
