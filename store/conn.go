package store

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"time"

	"regain/security"
	"regain/store/ask"
	"regain/store/batch"
	"regain/store/column"
	"regain/store/engine"
	"regain/store/trail"
)

// conn is a pool or a transaction together with its dialect.
type conn struct {
	on      engine.Conn
	dialect *engine.Dialect
	place   engine.Place // of what is written outside of a transaction
	watched ask.Watcher  // nil in a transaction, which is watched as one
}

// tx is a transaction that ends with a line of the audit chain.
type tx struct {
	conn
	chain   trail.Chain
	at      time.Time     // of the event that is committed
	stirred batch.Stirred // by this commit
}

func (db *DB) reader() conn { return conn{on: db.read, dialect: db.dialect, watched: db.Watched} }

// reports is where is read what no decision hangs on, and what may be a moment old.
func (db *DB) reports() conn {
	c := db.reader()
	if db.replica != nil {
		c.on = engine.Replica{Copy: db.replica, Own: db.read, Dialect: db.dialect}
	}
	return c
}

func (db *DB) writer() conn { return conn{db.write, db.dialect, db.place, db.Watched} }

// exec runs one statement and returns how many rows it touched. A row that a
// unique index refuses is security.ErrConflict.
func (c conn) exec(ctx context.Context, q string, args ...any) (n int64, err error) {
	ended := c.watched.Begin(ctx, "", q)
	defer func() { ended(err) }()
	if err = c.place.Check(); err == nil {
		err = engine.Flush(ctx, c.on)
	}
	if err != nil {
		return 0, err
	}
	q, args = c.dialect.Query(q, args)
	res, err := c.on.ExecContext(ctx, q, args...)
	if err != nil {
		if c.dialect.Taken(err) {
			return 0, security.ErrConflict
		}
		return 0, c.dialect.Explain(ctx, err)
	}
	return res.RowsAffected()
}

// touch is for statements that have to touch so many rows, at once or before the next that reads.
func (c conn) touch(ctx context.Context, want int64, q string, args []any) error {
	if engine.Later(c.on, want, q, args) {
		return nil
	}
	n, err := c.exec(ctx, q, args...)
	if err == nil && want != engine.AnyRows && n != want {
		return security.ErrConflict
	}
	return err
}

// run is for statements that may find nothing to do.
func (c conn) run(ctx context.Context, q string, args ...any) error {
	return c.touch(ctx, engine.AnyRows, q, args)
}

// one is for statements whose guard must let exactly one row pass.
func (c conn) one(ctx context.Context, q string, args ...any) error {
	return c.touch(ctx, 1, q, args)
}

// add adds rows: insert names the table and the columns, after says what to do about rows
// that exist, or is empty.
func (c conn) add(ctx context.Context, insert, after string, rows [][]any) error {
	for some := range slices.Chunk(rows, c.dialect.Rows) {
		q, args := c.dialect.Add(insert, after, some)
		if err := c.run(ctx, q, args...); err != nil {
			return err
		}
	}
	return nil
}

// rowsOf makes a row of each.
func rowsOf[T any](all []T, row func(T) []any) [][]any {
	rows := make([][]any, len(all))
	for i, x := range all {
		rows[i] = row(x)
	}
	return rows
}

// among runs a statement that ends with the name of a column for the rows that have one of
// these values there.
func (c conn) among(ctx context.Context, q string, values []string) error {
	for some := range slices.Chunk(values, asked) {
		in, args := c.dialect.Among(some)
		if err := c.run(ctx, q+" "+in, args...); err != nil {
			return err
		}
	}
	return nil
}

// each hands every row of a query to f, as something that brings its columns where they belong; without a row it
// returns none.
func (c conn) each(ctx context.Context, none error, q string, args []any,
	f func(scan func(...any) error) error) (err error) {
	ended := c.watched.Begin(ctx, "", q)
	defer func() { ended(err) }()
	if err := c.place.Check(); err != nil {
		return err
	}
	err = c.dialect.Each(ctx, c.on, q, args, func(scan func(...any) error) error {
		none = nil
		return f(scan)
	})
	return cmp.Or(err, none)
}

// row reads the first row into dest; none is security.ErrNotFound.
func (c conn) row(ctx context.Context, dest []any, q string, args ...any) error {
	first := true
	return c.each(ctx, security.ErrNotFound, q, args, func(scan func(...any) error) error {
		if !first {
			return nil
		}
		first = false
		return scan(dest...)
	})
}

// fields lists where the columns of a row go, in the order of the query.
type fields[T any] func(*T) []any

// find reads one thing; none is security.ErrNotFound.
func find[T any](ctx context.Context, c conn, f fields[T], q string, args ...any) (T, error) {
	var v T
	if err := c.row(ctx, f(&v), q, args...); err != nil {
		var none T
		return none, err
	}
	return v, nil
}

// list reads all rows.
func list[T any](ctx context.Context, c conn, f fields[T], q string, args ...any) (all []T, err error) {
	err = c.each(ctx, nil, q, args, func(scan func(...any) error) error {
		var v T
		if err := scan(f(&v)...); err != nil {
			return err
		}
		all = append(all, v)
		return nil
	})
	return all, err
}

func ms(t time.Time) int64 { return column.MS(t) }

// at scans a stored time into t.
func at(t *time.Time) sql.Scanner { return column.Time(t) }

// pools is the database for packages that make the text of statements.
type pools struct{ db *DB }

// Each implements ask.Conn.
func (p pools) Each(ctx context.Context, to func() []any, q string, args ...any) error {
	return inside{p.db.reader()}.Each(ctx, to, q, args...)
}

// Take implements ask.Conn.
func (p pools) Take(ctx context.Context, to func() []any, q string, args ...any) error {
	return p.db.dialect.Again(ctx, func() error {
		return inside{p.db.writer()}.Each(ctx, to, q, args...)
	})
}

// Run implements ask.Conn.
func (p pools) Run(ctx context.Context, q string, args ...any) error {
	return p.db.dialect.Again(ctx, func() error { return p.db.writer().run(ctx, q, args...) })
}

// One implements ask.Conn.
func (p pools) One(ctx context.Context, q string, args ...any) error {
	return p.db.dialect.Again(ctx, func() error { return p.db.writer().one(ctx, q, args...) })
}

// inside is a transaction for them: it is tried again whole, or not at all.
type inside struct{ conn }

// reports is where what may be a moment old is read.
type reports struct{ db *DB }

// Each implements ask.Reader.
func (r reports) Each(ctx context.Context, to func() []any, q string, args ...any) error {
	return inside{r.db.reports()}.Each(ctx, to, q, args...)
}

// Each implements ask.Conn.
func (i inside) Each(ctx context.Context, to func() []any, q string, args ...any) error {
	_, err := list(ctx, i.conn, func(*struct{}) []any { return to() }, q, args...)
	return err
}

// Take implements ask.Conn.
func (i inside) Take(ctx context.Context, to func() []any, q string, args ...any) error {
	return i.Each(ctx, to, q, args...)
}

// Run implements ask.Conn.
func (i inside) Run(ctx context.Context, q string, args ...any) error { return i.run(ctx, q, args...) }

// One implements ask.Conn.
func (i inside) One(ctx context.Context, q string, args ...any) error { return i.one(ctx, q, args...) }
