// Package engine has everything in which SQLite and PostgreSQL differ.
package engine

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/mattn/go-sqlite3"
	"github.com/pressly/goose/v3"

	"regain/security"
)

// A Dialect is everything in which the engines differ.
type Dialect struct {
	Name  string
	Goose goose.Dialect
	Other string // suffix of the migrations that are for the other engine
	Open  func(address string) (write, read *sql.DB, err error)
	// Query is a statement with $1, $2 … and its arguments as the engine takes them.
	Query func(q string, args []any) (string, []any)
	// Add is the statement, with its arguments, that adds rows: insert names the table and the columns,
	// after says what to do about rows that exist, or is empty.
	Add func(insert, after string, rows [][]any) (q string, args []any)
	// Rows is how many rows are best added by one statement: SQLite keeps what each may have to take back, and
	// PostgreSQL is on the way for each.
	Rows int
	// Among is the condition, without its column, that something is one of values, and those as the first
	// arguments of a statement.
	Among    func(values []string) (in string, args []any)
	Has      string           // query that tells whether there is a table named $1 with a column $2
	encoding string           // query that tells how text is kept; "": as UTF-8
	Taken    func(error) bool // a unique index refused the row
	// Transient says that the engine gave up a statement which may succeed
	// when it is tried again.
	Transient func(error) bool
	// Alone migrates while no other starter on the same database does.
	Alone    func(ctx context.Context, db *sql.DB, migrate func() error) error
	together bool // statements of a transaction go together; see Tx
	// away says that the whole database cannot be used now.
	away func(error) bool
}

// Explain makes an error of the driver security.ErrUnavailable too, if it says
// that the database cannot be used now, or came because the time of ctx is over.
// Drivers do not always say the latter themselves.
func (d *Dialect) Explain(ctx context.Context, err error) error {
	if err == nil || errors.Is(err, security.ErrUnavailable) {
		return err
	}
	if over := ctx.Err(); over != nil && !errors.Is(err, over) {
		err = fmt.Errorf("%w: %w", over, err)
	}
	late := errors.Is(err, context.DeadlineExceeded)
	if errors.Is(err, context.Canceled) || !late && !d.Transient(err) && !d.away(err) {
		return err
	}
	return fmt.Errorf("%w: %w", security.ErrUnavailable, err)
}

// Fit refuses a database that cannot keep every text: what a person writes would be lost in it.
func (d *Dialect) Fit(ctx context.Context, db *sql.DB) error {
	if d.encoding == "" {
		return nil
	}
	var as string
	err := db.QueryRowContext(ctx, d.encoding).Scan(&as)
	if err == nil && as != "UTF8" {
		return fmt.Errorf("it keeps text as %s; want one that was made with ENCODING 'UTF8'", as)
	}
	return d.Explain(ctx, err)
}

// SQLite is the dialect of SQLite; see openSQLite for its settings.
var SQLite = Dialect{
	Name:  "sqlite",
	Goose: goose.DialectSQLite3,
	Other: ".postgres.sql",
	Open:  openSQLite,
	Alone: aloneSQLite,
	// SQLite numbers $1, $2 … by first appearance; ?1, ?2 … by their digits.
	Query: func(q string, args []any) (string, []any) { return strings.ReplaceAll(q, "$", "?"), args },
	Add:   valuesOf,
	Rows:  250,
	Among: placesOf,
	Has:   "SELECT EXISTS (SELECT 1 FROM pragma_table_info($1) WHERE name = $2)",
	Taken: func(err error) bool {
		var e sqlite3.Error
		return errors.As(err, &e) && (e.ExtendedCode == sqlite3.ErrConstraintUnique ||
			e.ExtendedCode == sqlite3.ErrConstraintPrimaryKey)
	},
	Transient: func(err error) bool {
		var e sqlite3.Error
		return errors.As(err, &e) && (e.Code == sqlite3.ErrBusy || e.Code == sqlite3.ErrLocked)
	},
	away: func(err error) bool {
		var e sqlite3.Error
		return errors.As(err, &e) && slices.Contains([]sqlite3.ErrNo{sqlite3.ErrFull,
			sqlite3.ErrIoErr, sqlite3.ErrReadonly, sqlite3.ErrCantOpen}, e.Code)
	},
}

// Postgres is the dialect of PostgreSQL.
var Postgres = Dialect{
	Name:  "postgres",
	Goose: goose.DialectPostgres,
	Other: ".sqlite.sql",
	Open:  openPostgres,
	Alone: alonePostgres,
	Query: func(q string, args []any) (string, []any) { return q, planned(args) },
	Add:   arraysOf,
	Rows:  1000,
	Among: arrayIn,
	Has: `SELECT EXISTS (SELECT 1 FROM information_schema.columns
		WHERE table_schema = current_schema() AND table_name = $1 AND column_name = $2)`,
	encoding:  "SELECT current_setting('server_encoding')",
	Taken:     func(err error) bool { return sqlState(err) == "23505" },
	Transient: func(err error) bool { s := sqlState(err); return s == "40001" || s == "40P01" },
	together:  true,
	away:      awayPostgres,
}

// awayPostgres knows lost connections, and by their SQLSTATE: connection
// exception, insufficient resources, operator intervention, I/O error,
// read-only transaction, which is what a standby answers, and the limits that a
// role or an operator sets: lock_timeout, statement_timeout and those of transactions.
func awayPostgres(err error) bool {
	state := sqlState(err)
	for _, class := range []string{"08", "53", "57P", "58030", "25006", "55P03", "57014",
		"25P03", "25P04"} {
		if strings.HasPrefix(state, class) {
			return true
		}
	}
	return errors.As(err, new(*pgconn.ConnectError)) || errors.As(err, new(net.Error)) ||
		errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.ErrUnexpectedEOF)
}

func sqlState(err error) string {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// Busy writers are met again after 5, 10, 20 … milliseconds.
const (
	attempts   = 6
	firstPause = 5 * time.Millisecond
)

// Again repeats do while the engine asks for it.
func (d *Dialect) Again(ctx context.Context, do func() error) error {
	pause := firstPause
	for i := 1; ; i++ {
		err := do()
		if err == nil || i == attempts || !d.Transient(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(pause):
		}
		pause *= 2
	}
}
