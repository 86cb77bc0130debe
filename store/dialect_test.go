package store

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
		on               dialect
		err              error
		taken, transient bool
	}{
		{"pg unique", postgres, pg("23505"), true, false},
		{"pg foreign key", postgres, pg("23503"), false, false},
		{"pg serialisation", postgres, pg("40001"), false, true},
		{"pg deadlock", postgres, pg("40P01"), false, true},
		{"pg other", postgres, errors.New("40001"), false, false},
		{"sqlite unique", sqlite, lite(constraint, sqlite3.ErrConstraintUnique), true, false},
		{"sqlite key", sqlite, lite(constraint, sqlite3.ErrConstraintPrimaryKey), true, false},
		{"sqlite foreign key", sqlite, lite(constraint, sqlite3.ErrConstraintForeignKey),
			false, false},
		{"sqlite busy", sqlite, lite(sqlite3.ErrBusy, sqlite3.ErrBusySnapshot), false, true},
		{"sqlite locked", sqlite, lite(sqlite3.ErrLocked, 0), false, true},
		{"sqlite other", sqlite, errors.New("database is locked"), false, false},
	}
	for _, tt := range tests {
		taken, transient := tt.on.taken(tt.err), tt.on.transient(tt.err)
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
		on   dialect
		ctx  context.Context
		err  error
		want bool
	}{
		{"sqlite busy", sqlite, t.Context(), lite(sqlite3.ErrBusy), true},
		{"sqlite locked", sqlite, t.Context(), lite(sqlite3.ErrLocked), true},
		{"sqlite full", sqlite, t.Context(), lite(sqlite3.ErrFull), true},
		{"sqlite i/o", sqlite, t.Context(), lite(sqlite3.ErrIoErr), true},
		{"sqlite read-only", sqlite, t.Context(), lite(sqlite3.ErrReadonly), true},
		{"sqlite cannot open", sqlite, t.Context(), lite(sqlite3.ErrCantOpen), true},
		{"sqlite constraint", sqlite, t.Context(), lite(sqlite3.ErrConstraint), false},
		{"sqlite late", sqlite, late, lite(sqlite3.ErrInterrupt), true},
		{"sqlite interrupted", sqlite, gone, lite(sqlite3.ErrInterrupt), false},
		{"pg cannot connect", postgres, t.Context(), &pgconn.ConnectError{}, true},
		{"pg network", postgres, t.Context(), &net.OpError{Err: os.ErrClosed}, true},
		{"pg cut off", postgres, t.Context(), io.ErrUnexpectedEOF, true},
		{"pg bad connection", postgres, t.Context(), driver.ErrBadConn, true},
		{"pg connection exception", postgres, t.Context(), pg("08006"), true},
		{"pg disk full", postgres, t.Context(), pg("53100"), true},
		{"pg out of memory", postgres, t.Context(), pg("53200"), true},
		{"pg too many connections", postgres, t.Context(), pg("53300"), true},
		{"pg stopped", postgres, t.Context(), pg("57P01"), true},
		{"pg crashed", postgres, t.Context(), pg("57P02"), true},
		{"pg starts", postgres, t.Context(), pg("57P03"), true},
		{"pg i/o", postgres, t.Context(), pg("58030"), true},
		{"pg standby", postgres, t.Context(), pg("25006"), true},
		{"pg deadlock", postgres, t.Context(), pg("40P01"), true},
		{"pg foreign key", postgres, t.Context(), pg("23503"), false},
		{"pg cancelled statement", postgres, t.Context(), pg("57014"), false},
		{"deadline", sqlite, t.Context(), context.DeadlineExceeded, true},
		{"over transaction, late", sqlite, late, sql.ErrTxDone, true},
		{"over transaction", sqlite, t.Context(), sql.ErrTxDone, false},
		{"client gone", postgres, gone, &net.OpError{Err: os.ErrClosed}, false},
		{"other", postgres, t.Context(), errors.New("broken"), false},
	}
	for _, tt := range tests {
		err := fmt.Errorf("x: %w", tt.err)
		got := tt.on.explain(tt.ctx, err)
		if errors.Is(got, security.ErrUnavailable) != tt.want || !errors.Is(got, err) ||
			tt.ctx.Err() != nil && !errors.Is(got, tt.ctx.Err()) {
			t.Errorf("%s: %v, unavailable should be %v", tt.name, got, tt.want)
		}
		if again := tt.on.explain(t.Context(), got); again != got {
			t.Errorf("%s: said twice: %v", tt.name, again)
		}
		if got := tt.on.explain(tt.ctx, nil); got != nil {
			t.Errorf("%s: success became %v", tt.name, got)
		}
	}
}

func TestAgain(t *testing.T) {
	t.Parallel()
	busy, broken := errors.New("busy"), errors.New("broken")
	db := &DB{dialect: &dialect{transient: func(err error) bool { return err == busy }}}
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
			err := db.again(t.Context(), func() error { tries++; return tt.answer(tries) })
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
	if err := db.again(ended, func() error { tries++; return busy }); err != busy || tries != 1 {
		t.Errorf("after the end: %v after %d tries", err, tries)
	}
}

func TestTimes(t *testing.T) {
	t.Parallel()
	for _, want := range []time.Time{
		{}, time.Date(2026, 11, 20, 9, 30, 0, 123e6, time.UTC),
		time.Date(1969, 12, 31, 23, 59, 59, 0, time.UTC),
	} {
		if got := fromMS(ms(want)); got != want {
			t.Errorf("%v came back as %v", want, got)
		}
	}
	var got time.Time
	if err := at(&got).Scan("noon"); err == nil {
		t.Errorf("read a word as %v", got)
	}
}
