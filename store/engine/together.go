package engine

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"regain/security"
)

// AnyRows is for a statement that may touch as many rows as it finds.
const AnyRows = -1

// Tx is a transaction. On PostgreSQL its statements wait until something is read, or for Flush, and go to
// the server together, its beginning before the first and its end with the last, where nothing has to be looked
// at before: there and back costs both sides as much as a statement itself, and whoever waits for the transaction
// waits for each way.
type Tx struct {
	tx      *sql.Tx   // nil on PostgreSQL
	conn    *sql.Conn // nil on SQLite, which is no way off
	dialect *Dialect
	begun   bool // the server knows of it
	waiting []later
}

// later is a statement that waits, and how many rows it has to touch, or where the columns of its only row go.
type later struct {
	q    string
	args []any
	want int64
	to   []any
}

// Begin starts a transaction, which has to come to an End.
func (d *Dialect) Begin(ctx context.Context, db *sql.DB) (t *Tx, err error) {
	t = &Tx{dialect: d}
	if d.together {
		t.conn, err = db.Conn(ctx)
	} else {
		t.tx, err = db.BeginTx(ctx, nil)
	}
	return t, err
}

// on is where statements go by themselves, after Flush.
func (t *Tx) on() Conn {
	if t.conn != nil {
		return t.conn
	}
	return t.tx
}

// ExecContext implements Conn.
func (t *Tx) ExecContext(ctx context.Context, q string, args ...any) (sql.Result, error) {
	return t.on().ExecContext(ctx, q, args...)
}

// QueryContext implements Conn.
func (t *Tx) QueryContext(ctx context.Context, q string, args ...any) (*sql.Rows, error) {
	return t.on().QueryContext(ctx, q, args...)
}

// QueryRowContext implements Conn.
func (t *Tx) QueryRowContext(ctx context.Context, q string, args ...any) *sql.Row {
	return t.on().QueryRowContext(ctx, q, args...)
}

// Commit does what waits, and keeps all.
func (t *Tx) Commit(ctx context.Context) error {
	if t.conn == nil {
		return t.dialect.Explain(ctx, t.tx.Commit())
	}
	guarded := func(s later) bool { return s.want != AnyRows }
	if slices.ContainsFunc(t.waiting, guarded) { // which may be false
		if err := Flush(ctx, t); err != nil {
			return err
		}
	}
	if !t.begun && len(t.waiting) == 0 {
		return nil
	}
	return t.send(ctx, &asked{q: "commit"})
}

// End takes back what was not committed, and gives the connection back.
func (t *Tx) End() {
	if t.conn == nil {
		_ = t.tx.Rollback() // of no effect after a commit
		return
	}
	_ = t.conn.Raw(func(c any) error {
		pg := c.(*stdlib.Conn).Conn()
		if pg.IsClosed() || pg.PgConn().TxStatus() == idle {
			return nil
		}
		ctx, cancel := context.WithTimeout(context.Background(), takeBack)
		defer cancel()
		if _, err := pg.Exec(ctx, "rollback"); err != nil {
			return driver.ErrBadConn // nobody else gets it
		}
		return nil
	})
	_ = t.conn.Close()
}

// takeBack is how long a transaction may take to be taken back.
const takeBack = 5 * time.Second

// idle is what a connection says of itself that is in no transaction.
const idle = 'I'

// Later has a statement with arguments wait in a transaction; it has to touch want rows, or AnyRows. False:
// it cannot wait.
func Later(on Conn, want int64, q string, args []any) bool {
	t, ok := mayWait(on, args)
	if !ok || len(args) == 0 {
		return false
	}
	q, args = t.dialect.Query(q, args)
	t.waiting = append(t.waiting, later{q: q, args: args, want: want})
	return true
}

// Soon reads the only row of a query into to, in a transaction with what is read next, or with Flush, where that
// can be.
func (d *Dialect) Soon(ctx context.Context, on Conn, to []any, q string, args ...any) error {
	t, ok := mayWait(on, args)
	q, args = d.Query(q, args)
	if !ok {
		return d.Explain(ctx, on.QueryRowContext(ctx, q, args...).Scan(to...))
	}
	t.waiting = append(t.waiting, later{q: q, args: args, to: to})
	return nil
}

// mayWait reports whether a statement may go with others; what is given an array is planned in its own way.
func mayWait(on Conn, args []any) (*Tx, bool) {
	t, ok := on.(*Tx)
	return t, ok && t.conn != nil && !slices.ContainsFunc(args, isArray)
}

// Forget has nothing wait any more.
func Forget(on Conn) {
	if t, ok := on.(*Tx); ok {
		t.waiting = nil
	}
}

// Flush does what waits, the beginning of the transaction first, up to the first statement that fails, or
// touches another number of rows than it has to: that is security.ErrConflict.
func Flush(ctx context.Context, on Conn) error {
	t, ok := on.(*Tx)
	if !ok || t.conn == nil || t.begun && len(t.waiting) == 0 {
		return nil
	}
	return t.send(ctx, nil)
}

// Each reads by a query, after what waits and in one message with it where that can be; each gets a function
// that brings the columns of a row where they belong.
func (d *Dialect) Each(ctx context.Context, on Conn, q string, args []any,
	each func(scan func(to ...any) error) error) error {
	t, together := mayWait(on, args)
	q, args = d.Query(q, args)
	if together {
		return t.send(ctx, &asked{q, args, each})
	}
	if err := Flush(ctx, on); err != nil {
		return err
	}
	rows, err := on.QueryContext(ctx, q, args...)
	if err != nil {
		return d.Explain(ctx, err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := each(rows.Scan); err != nil {
			return d.Explain(ctx, err)
		}
	}
	return d.Explain(ctx, rows.Err())
}

// asked is a query, and what becomes of its rows; no each is the end of a transaction.
type asked struct {
	q    string
	args []any
	each func(scan func(to ...any) error) error
}

// send does what waits, and then what is asked, if anything is.
func (t *Tx) send(ctx context.Context, last *asked) error {
	some := t.waiting
	t.waiting = nil
	if !t.begun {
		some = slices.Insert(some, 0, later{q: "begin", want: AnyRows})
	}
	return t.conn.Raw(func(c any) error {
		pg := c.(*stdlib.Conn).Conn()
		if t.begun && pg.PgConn().TxStatus() == idle { // it was given up: each would stand for itself
			return errors.Join(sql.ErrTxDone, ctx.Err())
		}
		t.begun = true
		batch := &pgx.Batch{}
		for _, s := range some {
			batch.Queue(s.q, s.args...)
		}
		if last != nil {
			batch.Queue(last.q, last.args...)
		}
		results := pg.SendBatch(ctx, batch)
		err := t.check(ctx, results, some)
		if last != nil && err == nil {
			err = t.dialect.Explain(ctx, last.take(results))
		}
		if closed := results.Close(); err == nil {
			err = t.dialect.Explain(ctx, closed)
		}
		return err
	})
}

// take reads what came of it.
func (a *asked) take(results pgx.BatchResults) error {
	if a.each == nil {
		done, err := results.Exec()
		if err == nil && done.String() != "COMMIT" {
			err = pgx.ErrTxCommitRollback
		}
		return err
	}
	rows, err := results.Query()
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := a.each(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// check reads what became of some, and tells the first that went wrong.
func (t *Tx) check(ctx context.Context, results pgx.BatchResults, some []later) error {
	for _, s := range some {
		if s.to != nil {
			if err := results.QueryRow().Scan(s.to...); err != nil {
				return fmt.Errorf("%.40q: %w", s.q, t.dialect.Explain(ctx, err))
			}
			continue
		}
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
