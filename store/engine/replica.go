package engine

import (
	"context"
	"database/sql"
)

// Replica reads from a copy of the database that follows it, and from the database itself whenever the
// copy cannot answer. What it reads may be older than what was committed.
type Replica struct {
	Copy, Own *sql.DB
	Dialect   *Dialect
}

// unable reports whether an error is about the copy and not about the question: it is away, or gave the
// question up for what it had to take over meanwhile.
func (r Replica) unable(ctx context.Context, err error) bool {
	return err != nil && ctx.Err() == nil && (r.Dialect.Transient(err) || r.Dialect.away(err))
}

// QueryContext reads rows.
func (r Replica) QueryContext(ctx context.Context, q string, args ...any) (*sql.Rows, error) {
	rows, err := r.Copy.QueryContext(ctx, q, args...)
	if r.unable(ctx, err) {
		return r.Own.QueryContext(ctx, q, args...)
	}
	return rows, err
}

// QueryRowContext reads one row.
func (r Replica) QueryRowContext(ctx context.Context, q string, args ...any) *sql.Row {
	row := r.Copy.QueryRowContext(ctx, q, args...)
	if r.unable(ctx, row.Err()) {
		return r.Own.QueryRowContext(ctx, q, args...)
	}
	return row
}

// ExecContext runs a statement on the database itself: a copy takes no changes.
func (r Replica) ExecContext(ctx context.Context, q string, args ...any) (sql.Result, error) {
	return r.Own.ExecContext(ctx, q, args...)
}
