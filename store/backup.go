package store

import (
	"context"
	"errors"
	"fmt"

	"regain/store/engine"
)

// ErrBackup says that this engine brings its own tools for backups.
var ErrBackup = errors.New("backup is for SQLite; use pg_dump for PostgreSQL")

// Backup writes a consistent copy of an SQLite database to a new file at path,
// readable by its owner only, while others go on reading and writing. A file
// that exists is never overwritten. On PostgreSQL it returns ErrBackup.
func Backup(ctx context.Context, db *DB, path string) error {
	if db.dialect != &engine.SQLite {
		return ErrBackup
	}
	if err := engine.Backup(ctx, db.path, path); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	return nil
}
