package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"

	"regain/store/engine"
)

// ErrBackup says that this engine brings its own tools for backups.
var ErrBackup = errors.New("backup is for SQLite; use pg_dump for PostgreSQL")

// Backup writes a consistent copy of an SQLite database to a new file at path,
// readable by its owner only, while others go on reading and writing. A file
// that exists is never overwritten. On PostgreSQL it returns ErrBackup.
func Backup(ctx context.Context, db *DB, path string) (err error) {
	if db.dialect != &engine.SQLite {
		return ErrBackup
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("backup: %w", errors.Join(err, os.Remove(path)))
		}
	}()
	if err := f.Close(); err != nil {
		return err
	}
	// The readers' connections are barred from writing anywhere, so this needs
	// one of its own.
	own, err := sql.Open("sqlite3", engine.File(db.path))
	if err != nil {
		return err
	}
	defer own.Close()
	_, err = own.ExecContext(ctx, "VACUUM INTO ?1", path)
	return err
}
