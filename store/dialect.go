package store

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/mattn/go-sqlite3"
	"github.com/pressly/goose/v3"
)

// A dialect is everything in which the engines differ.
type dialect struct {
	name  string
	goose goose.Dialect
	other string // suffix of the migrations that are for the other engine
	open  func(address string) (write, read *sql.DB, err error)
	query func(string) string // from $1, $2 … to the engine's placeholders
	taken func(error) bool    // a unique index refused the row
	// transient says that the engine gave up a statement which may succeed
	// when it is tried again.
	transient func(error) bool
}

var sqlite = dialect{
	name:  "sqlite",
	goose: goose.DialectSQLite3,
	other: ".postgres.sql",
	open:  openSQLite,
	// SQLite numbers $1, $2 … by first appearance; ?1, ?2 … by their digits.
	query: func(q string) string { return strings.ReplaceAll(q, "$", "?") },
	taken: func(err error) bool {
		var e sqlite3.Error
		return errors.As(err, &e) && (e.ExtendedCode == sqlite3.ErrConstraintUnique ||
			e.ExtendedCode == sqlite3.ErrConstraintPrimaryKey)
	},
	transient: func(err error) bool {
		var e sqlite3.Error
		return errors.As(err, &e) && (e.Code == sqlite3.ErrBusy || e.Code == sqlite3.ErrLocked)
	},
}

var postgres = dialect{
	name:      "postgres",
	goose:     goose.DialectPostgres,
	other:     ".sqlite.sql",
	open:      openPostgres,
	query:     func(q string) string { return q },
	taken:     func(err error) bool { return sqlState(err) == "23505" },
	transient: func(err error) bool { s := sqlState(err); return s == "40001" || s == "40P01" },
}

func sqlState(err error) string {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// Settings of both SQLite pools. A cached statement saves the parsing, which
// is a good part of a short transaction.
const sqliteCommon = "?_busy_timeout=5000&_foreign_keys=on&_stmt_cache_size=128"

// readers is how many SQLite connections read at once, and connections how
// many there are to PostgreSQL at most.
const (
	readers     = 4
	connections = 16
)

// openSQLite makes a pool of one writer, so that writers wait for each other
// inside the process instead of running into busy errors, and one of readers,
// which never wait.
func openSQLite(path string) (write, read *sql.DB, err error) {
	if path == ":memory:" {
		return nil, nil, errors.New("sqlite: needs the path of a file")
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, nil, err
	}
	if err := f.Close(); err != nil {
		return nil, nil, err
	}
	write, err = sql.Open("sqlite3", sqliteFile(path)+
		"&_txlock=immediate&_journal_mode=WAL&_synchronous=FULL")
	if err != nil {
		return nil, nil, err
	}
	write.SetMaxOpenConns(1)
	read, err = sql.Open("sqlite3", sqliteFile(path)+"&mode=ro&_query_only=true")
	if err != nil {
		return nil, nil, errors.Join(err, write.Close())
	}
	read.SetMaxOpenConns(readers)
	read.SetMaxIdleConns(readers)
	return write, read, nil
}

// sqliteFile is path as an SQLite URI, up to and with the common settings.
func sqliteFile(path string) string {
	return "file:" + strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(path) +
		sqliteCommon
}

func openPostgres(dsn string) (write, read *sql.DB, err error) {
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, nil, fmt.Errorf("address: %w", err) // pgx hides the password
	}
	if cfg.ConnectTimeout == 0 {
		cfg.ConnectTimeout = 5 * time.Second
	}
	db := stdlib.OpenDB(*cfg)
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections / 2)
	db.SetConnMaxIdleTime(5 * time.Minute)
	db.SetConnMaxLifetime(time.Hour)
	return db, db, nil
}
