package store

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/mattn/go-sqlite3"
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
