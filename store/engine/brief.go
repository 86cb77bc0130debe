package engine

import (
	"context"
	"database/sql"
)

// Conn is a pool, a transaction, or what stands before one.
type Conn interface {
	ExecContext(ctx context.Context, q string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, q string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, q string, args ...any) *sql.Row
}

// Brief is a transaction of short statements. On SQLite none of them is given up in the middle, for
// which the driver would start a goroutine each and wake another thread; once ctx is over there is no
// next one.
func (d *Dialect) Brief(t Conn) Conn {
	if d != &SQLite {
		return t
	}
	return brief{t}
}

type brief struct{ Conn }

// ExecContext implements Conn.
func (b brief) ExecContext(ctx context.Context, q string, args ...any) (sql.Result, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return b.Conn.ExecContext(context.WithoutCancel(ctx), q, args...)
}
