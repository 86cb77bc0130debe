package engine

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"regain/security"
)

// A Place is where a database file was when it was opened.
type Place struct {
	path string
	was  os.FileInfo
}

// Remember looks at the file at path; no path is nowhere.
func Remember(path string) (p Place, err error) {
	if p.path = path; path != "" {
		p.was, err = os.Stat(path)
	}
	return p, err
}

// Check says that another file is there now, or none: what is written into the old one is lost.
func (p Place) Check() error {
	if p.was == nil {
		return nil
	}
	now, err := os.Stat(p.path)
	if err == nil && !os.SameFile(p.was, now) {
		err = fmt.Errorf("%s is another file than the one that was opened", p.path)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", security.ErrUnavailable, err)
	}
	return nil
}

// SetAside renames the SQLite database at path, with nothing of it left in other files. It fails
// while somebody has it open. No database is no fault.
func SetAside(ctx context.Context, path, to string) error {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	own, err := sql.Open("sqlite3", File(path))
	if err != nil {
		return fmt.Errorf("set aside: %w", err)
	}
	// Only who is alone with a database can leave the write-ahead log.
	_, err = own.ExecContext(ctx, "PRAGMA journal_mode = DELETE")
	if err = errors.Join(err, own.Close()); err == nil {
		err = os.Rename(path, to)
	}
	if err != nil {
		return fmt.Errorf("set aside: %w", err)
	}
	return nil
}
