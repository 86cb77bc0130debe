package store

import (
	"context"
	"database/sql"
)

// Exec runs a statement as somebody would who can write to the database and
// bypasses the program.
func (db *DB) Exec(ctx context.Context, q string, args ...any) error {
	return db.writer().run(ctx, q, args...)
}

// Number reads one number.
func (db *DB) Number(ctx context.Context, q string, args ...any) (n int64, err error) {
	err = db.reader().row(ctx, []any{&n}, q, args...)
	return n, err
}

// Texts reads the first column of all rows.
func (db *DB) Texts(ctx context.Context, q string, args ...any) ([]string, error) {
	return list(ctx, db.reader(), func(s *string) []any { return []any{s} }, q, args...)
}

// Pools returns the connections that write and those that read.
func (db *DB) Pools() (write, read *sql.DB) { return db.write, db.read }

// Watch returns the statements, as the engine gets them, that do sends. No
// other statement may be under way.
func Watch(db *DB, do func() error) (asked []string) {
	own := *db.dialect
	plain := own.query
	own.query = func(q string) string {
		asked = append(asked, plain(q))
		return plain(q)
	}
	was := db.dialect
	db.dialect = &own
	defer func() { db.dialect = was }()
	_ = do() // the statement counts, not what it finds
	return asked
}
