package engine

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/mattn/go-sqlite3"

	"regain/security"
)

func TestErrorsOfEngines(t *testing.T) {
	t.Parallel()
	pg := func(code string) error { return fmt.Errorf("x: %w", &pgconn.PgError{Code: code}) }
	lite := func(code sqlite3.ErrNo, extended sqlite3.ErrNoExtended) error {
		return fmt.Errorf("x: %w", sqlite3.Error{Code: code, ExtendedCode: extended})
	}
	constraint := sqlite3.ErrConstraint
	tests := []struct {
		name             string
		on               *Dialect
		err              error
		taken, transient bool
	}{
		{"pg unique", &Postgres, pg("23505"), true, false},
		{"pg foreign key", &Postgres, pg("23503"), false, false},
		{"pg serialisation", &Postgres, pg("40001"), false, true},
		{"pg deadlock", &Postgres, pg("40P01"), false, true},
		{"pg other", &Postgres, errors.New("40001"), false, false},
		{"sqlite unique", &SQLite, lite(constraint, sqlite3.ErrConstraintUnique), true, false},
		{"sqlite key", &SQLite, lite(constraint, sqlite3.ErrConstraintPrimaryKey), true, false},
		{"sqlite foreign key", &SQLite, lite(constraint, sqlite3.ErrConstraintForeignKey),
			false, false},
		{"sqlite busy", &SQLite, lite(sqlite3.ErrBusy, sqlite3.ErrBusySnapshot), false, true},
		{"sqlite locked", &SQLite, lite(sqlite3.ErrLocked, 0), false, true},
		{"sqlite other", &SQLite, errors.New("database is locked"), false, false},
	}
	for _, tt := range tests {
		taken, transient := tt.on.Taken(tt.err), tt.on.Transient(tt.err)
		if taken != tt.taken || transient != tt.transient {
			t.Errorf("%s: taken %v, transient %v, want %v, %v",
				tt.name, taken, transient, tt.taken, tt.transient)
		}
	}
}

func TestExplain(t *testing.T) {
	t.Parallel()
	late, end := context.WithTimeout(t.Context(), 0)
	defer end()
	gone, leave := context.WithCancel(t.Context())
	leave()
	pg := func(code string) error { return &pgconn.PgError{Code: code} }
	lite := func(code sqlite3.ErrNo) error { return sqlite3.Error{Code: code} }
	tests := []struct {
		name string
		on   *Dialect
		ctx  context.Context
		err  error
		want bool
	}{
		{"sqlite busy", &SQLite, t.Context(), lite(sqlite3.ErrBusy), true},
		{"sqlite locked", &SQLite, t.Context(), lite(sqlite3.ErrLocked), true},
		{"sqlite full", &SQLite, t.Context(), lite(sqlite3.ErrFull), true},
		{"sqlite i/o", &SQLite, t.Context(), lite(sqlite3.ErrIoErr), true},
		{"sqlite read-only", &SQLite, t.Context(), lite(sqlite3.ErrReadonly), true},
		{"sqlite cannot open", &SQLite, t.Context(), lite(sqlite3.ErrCantOpen), true},
		{"sqlite constraint", &SQLite, t.Context(), lite(sqlite3.ErrConstraint), false},
		{"sqlite late", &SQLite, late, lite(sqlite3.ErrInterrupt), true},
		{"sqlite interrupted", &SQLite, gone, lite(sqlite3.ErrInterrupt), false},
		{"pg cannot connect", &Postgres, t.Context(), &pgconn.ConnectError{}, true},
		{"pg network", &Postgres, t.Context(), &net.OpError{Err: os.ErrClosed}, true},
		{"pg cut off", &Postgres, t.Context(), io.ErrUnexpectedEOF, true},
		{"pg bad connection", &Postgres, t.Context(), driver.ErrBadConn, true},
		{"pg connection exception", &Postgres, t.Context(), pg("08006"), true},
		{"pg disk full", &Postgres, t.Context(), pg("53100"), true},
		{"pg out of memory", &Postgres, t.Context(), pg("53200"), true},
		{"pg too many connections", &Postgres, t.Context(), pg("53300"), true},
		{"pg stopped", &Postgres, t.Context(), pg("57P01"), true},
		{"pg crashed", &Postgres, t.Context(), pg("57P02"), true},
		{"pg starts", &Postgres, t.Context(), pg("57P03"), true},
		{"pg i/o", &Postgres, t.Context(), pg("58030"), true},
		{"pg standby", &Postgres, t.Context(), pg("25006"), true},
		{"pg lock_timeout", &Postgres, t.Context(), pg("55P03"), true},
		{"pg statement_timeout", &Postgres, t.Context(), pg("57014"), true},
		{"pg idle_in_transaction_session_timeout", &Postgres, t.Context(), pg("25P03"), true},
		{"pg transaction_timeout", &Postgres, t.Context(), pg("25P04"), true},
		{"pg deadlock", &Postgres, t.Context(), pg("40P01"), true},
		{"pg foreign key", &Postgres, t.Context(), pg("23503"), false},
		{"deadline", &SQLite, t.Context(), context.DeadlineExceeded, true},
		{"over transaction, late", &SQLite, late, sql.ErrTxDone, true},
		{"over transaction", &SQLite, t.Context(), sql.ErrTxDone, false},
		{"client gone", &Postgres, gone, &net.OpError{Err: os.ErrClosed}, false},
		{"other", &Postgres, t.Context(), errors.New("broken"), false},
	}
	for _, tt := range tests {
		err := fmt.Errorf("x: %w", tt.err)
		got := tt.on.Explain(tt.ctx, err)
		if errors.Is(got, security.ErrUnavailable) != tt.want || !errors.Is(got, err) ||
			tt.ctx.Err() != nil && !errors.Is(got, tt.ctx.Err()) {
			t.Errorf("%s: %v, unavailable should be %v", tt.name, got, tt.want)
		}
		if again := tt.on.Explain(t.Context(), got); again != got {
			t.Errorf("%s: said twice: %v", tt.name, again)
		}
		if got := tt.on.Explain(tt.ctx, nil); got != nil {
			t.Errorf("%s: success became %v", tt.name, got)
		}
	}
}

func TestAgain(t *testing.T) {
	t.Parallel()
	busy, broken := errors.New("busy"), errors.New("broken")
	d := &Dialect{Transient: func(err error) bool { return err == busy }}
	tests := []struct {
		name   string
		answer func(try int) error
		tries  int
		took   time.Duration
		want   error
	}{
		{"at once", func(int) error { return nil }, 1, 0, nil},
		{"broken", func(int) error { return broken }, 1, 0, broken},
		{"third time", func(try int) error {
			if try < 3 {
				return busy
			}
			return nil
		}, 3, 15 * time.Millisecond, nil},
		{"never", func(int) error { return busy }, 6, 155 * time.Millisecond, busy},
	}
	for _, tt := range tests {
		synctest.Test(t, func(t *testing.T) {
			tries, begun := 0, time.Now()
			err := d.Again(t.Context(), func() error { tries++; return tt.answer(tries) })
			took := time.Since(begun)
			if err != tt.want || tries != tt.tries || took != tt.took {
				t.Errorf("%s: %v after %d tries and %v, want %v, %d, %v",
					tt.name, err, tries, took, tt.want, tt.tries, tt.took)
			}
		})
	}
	ended, end := context.WithCancel(t.Context())
	end()
	tries := 0
	if err := d.Again(ended, func() error { tries++; return busy }); err != busy || tries != 1 {
		t.Errorf("after the end: %v after %d tries", err, tries)
	}
}
