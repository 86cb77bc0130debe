package store

import (
	"context"

	"regain/security"
	"regain/store/host"
)

// Host is what belongs to the marketplace's programs.
func (db *DB) Host() host.Store { return host.Store{Conn: pools{db}} }

// pools is the database for packages that make the text of statements.
type pools struct{ db *DB }

// Each implements host.Conn.
func (p pools) Each(ctx context.Context, to func() []any, q string, args ...any) error {
	return inside{p.db.reader()}.Each(ctx, to, q, args...)
}

// Take implements host.Conn.
func (p pools) Take(ctx context.Context, to func() []any, q string, args ...any) error {
	return p.db.dialect.Again(ctx, func() error {
		return inside{p.db.writer()}.Each(ctx, to, q, args...)
	})
}

// Run implements host.Conn.
func (p pools) Run(ctx context.Context, q string, args ...any) error {
	return p.db.dialect.Again(ctx, func() error { return p.db.writer().run(ctx, q, args...) })
}

// One implements host.Conn.
func (p pools) One(ctx context.Context, q string, args ...any) error {
	return p.db.dialect.Again(ctx, func() error { return p.db.writer().one(ctx, q, args...) })
}

// inside is a transaction for them: it is tried again whole, or not at all.
type inside struct{ conn }

// Each implements host.Conn.
func (i inside) Each(ctx context.Context, to func() []any, q string, args ...any) error {
	_, err := list(ctx, i.conn, func(*struct{}) []any { return to() }, q, args...)
	return err
}

// Take implements host.Conn.
func (i inside) Take(ctx context.Context, to func() []any, q string, args ...any) error {
	return i.Each(ctx, to, q, args...)
}

// Run implements host.Conn.
func (i inside) Run(ctx context.Context, q string, args ...any) error { return i.run(ctx, q, args...) }

// One implements host.Conn.
func (i inside) One(ctx context.Context, q string, args ...any) error { return i.one(ctx, q, args...) }

// asking is the statement of a kind of write that a package below puts into words: its guard must
// let exactly one row pass.
func asking[W security.Write](ask func(W) (string, []any, error)) entry { return worded(ask, conn.one) }

// askingAll is asking for a write that may find nothing to do.
func askingAll[W security.Write](ask func(W) (string, []any, error)) entry {
	return worded(ask, conn.run)
}

func worded[W security.Write](ask func(W) (string, []any, error),
	do func(conn, context.Context, string, ...any) error) entry {
	return on(func(t tx, ctx context.Context, w W) error {
		q, args, err := ask(w)
		if err == nil {
			err = do(t.conn, ctx, q, args...)
		}
		return err
	})
}
