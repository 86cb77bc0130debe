package engine

import (
	"context"
	"database/sql"
	"errors"
	"os"
)

// Backup copies the SQLite database in the file at from into a new one at to, readable by its owner
// only. The readers' connections are barred from writing anywhere, so it makes one of its own.
func Backup(ctx context.Context, from, to string) (err error) {
	f, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(to))
		}
	}()
	if err := f.Close(); err != nil {
		return err
	}
	own, err := sql.Open("sqlite3", File(from))
	if err != nil {
		return err
	}
	defer own.Close()
	_, err = own.ExecContext(ctx, "VACUUM INTO ?1", to)
	return err
}
