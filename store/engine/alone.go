package engine

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// patience is how long a starter waits for another one to migrate.
const patience = 5 * time.Minute

// look is how often a starter on SQLite asks whether the other one is done.
const look = 20 * time.Millisecond

// aloneSQLite keeps other starters on the same file out, with a lock on its folder: a lock on the
// file itself is SQLite's. The system gives it back when the program ends, however it ends.
func aloneSQLite(ctx context.Context, db *sql.DB, migrate func() error) (err error) {
	var file string
	err = db.QueryRowContext(ctx, "SELECT file FROM pragma_database_list WHERE name = 'main'").Scan(&file)
	if err != nil {
		return err
	}
	folder, err := os.Open(filepath.Dir(file))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, folder.Close()) }() // gives the lock back
	wait, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		err := syscall.Flock(int(folder.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return inFiles(ctx, db, migrate)
		}
		if err != syscall.EWOULDBLOCK && err != syscall.EINTR {
			return fmt.Errorf("lock %s: %w", folder.Name(), err)
		}
		select {
		case <-wait.Done():
			return fmt.Errorf("wait for another migration: %w", wait.Err())
		case <-time.After(look):
		}
	}
}

// inFiles has the only connection of db keep in files what it has in memory at other times (see settle): a migration
// may go through all rows of a table.
func inFiles(ctx context.Context, db *sql.DB, migrate func() error) error {
	if _, err := db.ExecContext(ctx, "PRAGMA temp_store = FILE"); err != nil {
		return err
	}
	err := migrate()
	_, again := db.ExecContext(context.WithoutCancel(ctx), settle)
	return errors.Join(err, again)
}

// alonePostgres keeps other starters out of the same schema; those of another schema of the same
// server need not wait. The lock is that of a transaction, which a pooler leaves in one session.
func alonePostgres(ctx context.Context, db *sql.DB, migrate func() error) error {
	wait, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	held, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = held.Rollback() }() // it wrote nothing
	for _, q := range []string{"SET LOCAL lock_timeout = 0", "SET LOCAL statement_timeout = 0",
		"SET LOCAL idle_in_transaction_session_timeout = 0",
		"SELECT pg_advisory_xact_lock(hashtext('regain migrations ' || COALESCE(current_schema(), '')))"} {
		if _, err := held.ExecContext(wait, q); err != nil {
			return fmt.Errorf("wait for another migration: %w", err)
		}
	}
	return migrate()
}
