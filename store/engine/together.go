package engine

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"regain/security"
)

// AnyRows is for a statement that may touch as many rows as it finds.
const AnyRows = -1

// Tx is a transaction. On PostgreSQL its statements wait until something is read, or for Flush, and go to
// the server together: there and back costs both sides as much as a statement itself, and whoever waits
// for the transaction waits for each way.
type Tx struct {
	*sql.Tx
	dialect *Dialect
	conn    *sql.Conn // nil on SQLite, which is no way off
	waiting []later
}

// later is a statement that waits, and how many rows it has to touch.
type later struct {
	q    string
	args []any
	want int64
}

// Begin starts a transaction, which has to come to an End.
func (d *Dialect) Begin(ctx context.Context, db *sql.DB) (t *Tx, err error) {
	t = &Tx{dialect: d}
	if !d.together {
		t.Tx, err = db.BeginTx(ctx, nil)
		return t, err
	}
	for range badConns {
		if t.conn, err = db.Conn(ctx); err != nil {
			return nil, err
		}
		if t.Tx, err = t.conn.BeginTx(ctx, nil); err == nil {
			return t, nil
		}
		if closed := t.conn.Close(); !errors.Is(err, driver.ErrBadConn) {
			return nil, errors.Join(err, closed)
		}
	}
	return nil, err
}

// badConns is how often a connection is taken that turns out to be none any more, as database/sql does.
const badConns = 3

// Commit does what waits, and keeps all.
func (t *Tx) Commit(ctx context.Context) error {
	if err := Flush(ctx, t); err != nil {
		return err
	}
	return t.dialect.Explain(ctx, t.Tx.Commit())
}

// End takes back what was not committed, and gives the connection back.
func (t *Tx) End() {
	_ = t.Rollback() // of no effect after a commit
	if t.conn != nil {
		_ = t.conn.Close()
	}
}

// Later has a statement with arguments wait in a transaction; it has to touch want rows, or AnyRows. False:
// it cannot wait.
func Later(on Conn, want int64, q string, args []any) bool {
	t, ok := on.(*Tx)
	if !ok || t.conn == nil || len(args) == 0 ||
		slices.ContainsFunc(args, isArray) { // those are planned in their own way
		return false
	}
	q, args = t.dialect.Query(q, args)
	t.waiting = append(t.waiting, later{q, args, want})
	return true
}

// Forget has nothing wait any more.
func Forget(on Conn) {
	if t, ok := on.(*Tx); ok {
		t.waiting = nil
	}
}

// Flush does what waits, up to the first statement that fails, or touches another number of rows than it
// has to: that is security.ErrConflict.
func Flush(ctx context.Context, on Conn) error {
	t, ok := on.(*Tx)
	if !ok || len(t.waiting) == 0 {
		return nil
	}
	some := t.waiting
	t.waiting = nil
	return t.conn.Raw(func(c any) error {
		pg := c.(*stdlib.Conn).Conn()
		if pg.PgConn().TxStatus() == 'I' { // the time of its context was over: each would stand for itself
			return errors.Join(sql.ErrTxDone, ctx.Err())
		}
		batch := &pgx.Batch{}
		for _, s := range some {
			batch.Queue(s.q, s.args...)
		}
		results := pg.SendBatch(ctx, batch)
		err := t.check(ctx, results, some)
		if closed := results.Close(); err == nil {
			err = t.dialect.Explain(ctx, closed)
		}
		return err
	})
}

// check reads what became of some, and tells the first that went wrong.
func (t *Tx) check(ctx context.Context, results pgx.BatchResults, some []later) error {
	for _, s := range some {
		done, err := results.Exec()
		switch {
		case err == nil && (s.want == AnyRows || s.want == done.RowsAffected()):
		case err == nil || t.dialect.Taken(err):
			return security.ErrConflict
		default:
			return fmt.Errorf("%.40q: %w", s.q, t.dialect.Explain(ctx, err))
		}
	}
	return nil
}
