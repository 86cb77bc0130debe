// Package store remembers what security decides, in SQLite or in PostgreSQL.
// Both engines run the same statements; what differs stands in engine. The
// package holds no rule, no permission and no clock: every guard it checks is
// part of the write it was given, and a guard that does not hold is
// security.ErrConflict.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"regain/security"
	"regain/security/gather"
	"regain/store/ask"
	"regain/store/engine"
	"regain/store/trail"
)

// Options are what a database needs besides its address.
type Options struct {
	// Chain makes the audit chain. Without it nothing can be recorded, and so nothing changed.
	Chain trail.Chain
	// Replica is the address of a PostgreSQL that follows the database; "" for none. Reports are read there.
	Replica string
}

// DB is an open database. It is safe for concurrent use and satisfies
// security.Store and notice.Queue.
type DB struct {
	write, read *sql.DB // the same pool on PostgreSQL
	replica     *sql.DB // nil for none
	dialect     *engine.Dialect
	path        string // of the file; "" on PostgreSQL
	place       engine.Place
	chain       trail.Chain
	group       gather.Group[security.Change]

	// Committed hears of every change that was kept, after its commit. It is set before the first
	// use, or nil.
	Committed func(ctx context.Context, c security.Change)
	// Watched is set before the first use, or nil.
	Watched ask.Watcher
}

var _ security.Store = (*DB)(nil)

// Open connects to the database at dsn: "sqlite:PATH", whose file is made when
// there is none and then readable by its owner only, or "postgres://…". It
// creates no table; see Migrate. Errors never quote the password in dsn.
func Open(ctx context.Context, dsn string, o Options) (*DB, error) {
	db, address := &DB{chain: o.Chain}, dsn
	scheme, rest, _ := strings.Cut(dsn, ":")
	switch scheme {
	case "sqlite":
		address = filepath.Clean(rest)
		db.dialect, db.path = &engine.SQLite, address
	case "postgres", "postgresql":
		db.dialect = &engine.Postgres
	default:
		return nil, errors.New("open database: address must begin with sqlite: or postgres://")
	}
	var err error
	if db.write, db.read, err = db.dialect.Open(address); err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	if o.Replica != "" {
		// It may be away: then it is not asked.
		if _, db.replica, err = db.dialect.Open(o.Replica); err != nil {
			return nil, fmt.Errorf("open replica: %w", errors.Join(err, db.Close()))
		}
	}
	if err = reach(ctx, db); err == nil {
		err = db.dialect.Fit(ctx, db.read)
	}
	if err == nil {
		db.place, err = engine.Remember(db.path)
	}
	if err != nil {
		return nil, fmt.Errorf("open database: %w", errors.Join(err, db.Close()))
	}
	return db, nil
}

// Engine names the database engine: "sqlite" or "postgres".
func (db *DB) Engine() string { return db.dialect.Name }

// reach reports whether both reading and writing connections can be made.
func reach(ctx context.Context, db *DB) error {
	err := db.write.PingContext(ctx)
	if err == nil {
		err = db.read.PingContext(ctx)
	}
	return db.dialect.Explain(ctx, err)
}

// pingTime bounds what Ping takes.
const pingTime = time.Second

// room takes more than a page of SQLite, so that a file which cannot grow shows.
var room = "room:" + strings.Repeat(".", 5000)

// Ping reports whether a migrated database can be read and written now, with this secret. It
// commits something that leaves no row behind, because a full disk shows at the
// commit only. It returns after about a second at the latest.
func (db *DB) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, pingTime)
	defer cancel()
	if err := reach(ctx, db); err != nil {
		return fmt.Errorf("reach database: %w", err)
	}
	err := db.transact(ctx, func(t tx) error {
		if err := t.run(ctx, "INSERT INTO limits (key, tat) VALUES ($1, 0)", room); err != nil {
			return err
		}
		if err := t.run(ctx, "DELETE FROM limits WHERE key = $1", room); err != nil {
			return err
		}
		return t.mayRecord(ctx)
	})
	if err != nil {
		return fmt.Errorf("write to database: %w", err)
	}
	return nil
}

// Close waits for running statements and closes all connections. The writer goes
// last: SQLite brings its write-ahead log into the file when the last connection
// goes, and only one that may write can do so.
func (db *DB) Close() (err error) {
	if db.replica != nil {
		err = db.replica.Close()
	}
	if db.read == db.write {
		return errors.Join(err, db.write.Close())
	}
	return errors.Join(err, db.read.Close(), db.write.Close())
}

// transact runs do in one transaction, and once more from the start when the
// engine gave the transaction up in favour of another one.
func (db *DB) transact(ctx context.Context, do func(tx) error) error {
	if err := db.place.Check(); err != nil {
		return err
	}
	return db.dialect.Again(ctx, func() error {
		t, err := db.dialect.Begin(ctx, db.write)
		if err != nil {
			return fmt.Errorf("begin: %w", db.dialect.Explain(ctx, err))
		}
		defer t.End()
		if err := do(tx{conn: conn{on: t, dialect: db.dialect}, chain: db.chain}); err != nil {
			return err
		}
		return t.Commit(ctx)
	})
}

// ErrBackup says that this engine brings its own tools for backups.
var ErrBackup = errors.New("backup is for SQLite; use pg_dump for PostgreSQL")

// Backup writes a consistent copy of an SQLite database to a new file at path,
// readable by its owner only, while others go on reading and writing. A file
// that exists is never overwritten. On PostgreSQL it returns ErrBackup.
func Backup(ctx context.Context, db *DB, path string) error {
	if db.dialect != &engine.SQLite {
		return ErrBackup
	}
	if err := engine.Backup(ctx, db.path, path); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	return nil
}
