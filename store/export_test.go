package store

import (
	"context"
	"database/sql"
	"errors"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"regain/security"
	"regain/security/access"
	"regain/security/limits"
	"regain/store/held"
	"regain/store/trail"
)

// Exec runs a statement as somebody would who can write to the database and
// bypasses the program.
func (db *DB) Exec(ctx context.Context, q string, args ...any) error {
	return db.writer().run(ctx, q, args...)
}

// TakeTry counts a try in budgets and paces, of no account's password.
func (db *DB) TakeTry(ctx context.Context, tries []access.PaceTry, now time.Time,
	first ...limits.Budget) (wait time.Duration, err error) {
	_, wait, err = db.TakePasswordTry(ctx, access.PasswordTry{First: first, Paces: tries}, now)
	return wait, err
}

// Ways reads the ways of an account to prove itself, as Visit does.
func Ways(ctx context.Context, db *DB, account, session string) ([]security.Factor, error) {
	return list(ctx, db.reader(), factorFields, factorQuery+held.Ways, account, session)
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

// MigrateTo brings an empty database to the form of an earlier program.
func (db *DB) MigrateTo(ctx context.Context, version int64) error {
	p, err := db.migrations()
	if err == nil {
		_, err = p.UpTo(ctx, version)
	}
	return err
}

// CommitOld records an event as programs did whose lines named no key.
func (db *DB) CommitOld(ctx context.Context, e security.Event) error {
	return db.transact(ctx, func(t tx) error {
		var seq int64
		var prev string
		err := t.row(ctx, []any{&seq, &prev},
			"UPDATE chain SET seq = seq + 1 WHERE id = 1 RETURNING seq, chain")
		if err != nil {
			return err
		}
		l := trail.Line{Seq: seq, ID: e.ID, At: ms(e.At), Kind: string(e.Kind),
			ByKind: string(e.By.Kind), Details: trail.Digest("{}")}
		key := t.chain.KeyIDs()[0]
		head, _ := l.Value(t.chain, key, prev)
		stored := trail.Proof(t.chain, key, head)
		return errors.Join(t.one(ctx, `INSERT INTO events
			(seq, id, at, kind, account_id, case_id, by_kind, details, chain)
			VALUES ($1, $2, $3, $4, '', '', $5, $6, $7)`, l.Seq, l.ID, l.At, l.Kind, l.ByKind, l.Details,
			stored),
			t.one(ctx, "INSERT INTO event_details (event_id, data) VALUES ($1, '{}')", l.ID),
			t.one(ctx, "UPDATE chain SET chain = $1 WHERE id = 1", head))
	})
}

// Asked is a statement that a read sent, with its arguments.
type Asked struct {
	Query  string
	Args   []any
	Begins bool // a message to the server
}

// tracer keeps what a connection to PostgreSQL is asked.
type tracer struct{ asked []Asked }

func (t *tracer) TraceQueryStart(ctx context.Context, _ *pgx.Conn,
	d pgx.TraceQueryStartData) context.Context {
	t.asked = append(t.asked, Asked{d.SQL, d.Args, true})
	return ctx
}

func (t *tracer) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

func (t *tracer) TraceBatchStart(ctx context.Context, _ *pgx.Conn,
	d pgx.TraceBatchStartData) context.Context {
	for i, q := range d.Batch.QueuedQueries {
		t.asked = append(t.asked, Asked{q.SQL, q.Arguments, i == 0})
	}
	return ctx
}

func (t *tracer) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}

func (t *tracer) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData) {}

// Trace returns what do asks PostgreSQL through a copy of db.
func Trace(ctx context.Context, db *DB, do func(*DB) error) ([]Asked, error) {
	conn, err := db.read.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	var t tracer
	err = conn.Raw(func(c any) error {
		cfg := c.(*stdlib.Conn).Conn().Config()
		cfg.Tracer = &t
		pool := stdlib.OpenDB(*cfg)
		defer pool.Close()
		return do(&DB{write: pool, read: pool, dialect: db.dialect, chain: db.chain})
	})
	return t.asked, err
}

// Watch returns the statements, as the engine gets them, that do sends. No
// other statement may be under way.
func Watch(db *DB, do func() error) (asked []string) {
	own := *db.dialect
	plain := own.Query
	var one sync.Mutex
	own.Query = func(q string, args []any) (string, []any) {
		q, args = plain(q, args)
		one.Lock()
		defer one.Unlock()
		asked = append(asked, q)
		return q, args
	}
	was := db.dialect
	db.dialect = &own
	defer func() { db.dialect = was }()
	_ = do() // the statement counts, not what it finds
	return asked
}

// Kinds are the names of the kinds of write that have a statement.
func Kinds() (names []string) {
	for kind := range statements {
		names = append(names, kind.Name())
	}
	return names
}
