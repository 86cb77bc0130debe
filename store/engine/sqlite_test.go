package engine_test

import (
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regain/store/engine"
)

// The log of SQLite is as long as it may be, and no longer. It is never shorter again.
func TestCheckpoint(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "regain.db")
	write, read, err := engine.SQLite.Open(path)
	must(t, err)
	t.Cleanup(func() { must(t, write.Close()); must(t, read.Close()) })
	exec(t, write, "CREATE TABLE filled (page BLOB)")
	const frame, atOnce = 4096 + 24, 250
	for _, until := range []struct {
		pages              string
		times, least, most int64
	}{
		{"fewer than are brought over", 12, 12 * atOnce, 4000},
		{"more", 24, 4000, 4000 + 2*atOnce},
	} {
		for range until.times {
			exec(t, write, `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 250)
				INSERT INTO filled SELECT randomblob(4000) FROM n`)
		}
		log, err := os.Stat(path + "-wal")
		must(t, err)
		if got := log.Size() / frame; got < until.least || got > until.most {
			t.Errorf("%s: the log has %d pages, want %d to %d", until.pages, got, until.least, until.most)
		}
	}
}

// What may be taken back is kept in memory, but while a migration may go through a whole table.
func TestTakenBackFromMemory(t *testing.T) {
	t.Parallel()
	write, read, err := engine.SQLite.Open(filepath.Join(t.TempDir(), "regain.db"))
	must(t, err)
	t.Cleanup(func() { must(t, write.Close()); must(t, read.Close()) })
	kept := func() (where int) {
		must(t, write.QueryRowContext(t.Context(), "PRAGMA temp_store").Scan(&where))
		return where
	}
	const file, memory = 1, 2
	broken := errors.New("the migration failed")
	got := []int{kept()}
	for _, end := range []error{nil, broken} {
		err := engine.SQLite.Alone(t.Context(), write, func() error { got = append(got, kept()); return end })
		if !errors.Is(err, end) {
			t.Errorf("got %v, want %v", err, end)
		}
		got = append(got, kept())
	}
	if diff := cmp.Diff([]int{memory, file, memory, file, memory}, got); diff != "" {
		t.Error(diff)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func exec(t *testing.T, db *sql.DB, q string) {
	t.Helper()
	_, err := db.ExecContext(t.Context(), q)
	must(t, err)
}
