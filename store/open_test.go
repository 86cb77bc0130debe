package store_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/store"
	"regain/store/storetest"
)

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	chain := store.Options{Chain: storetest.Chain}
	tests := []struct {
		name, dsn string
		options   store.Options
		want      string
	}{
		{"no scheme", "regain.db", chain, "must begin with sqlite: or postgres://"},
		{"other engine", "mysql://x", chain, "must begin with sqlite: or postgres://"},
		{"no path", "sqlite:", chain, "is a directory"},
		{"memory", "sqlite::memory:", chain, "needs the path of a file"},
		{"no folder", "sqlite:/nonexistent/x.db", chain, "no such file or directory"},
		{"bad port", "postgres://u:se%63ret@localhost:x/db", chain, "address"},
		{"no server", "postgres://u:se%63ret@127.0.0.1:1/db", chain, "refused"},
	}
	for _, tt := range tests {
		db, err := store.Open(t.Context(), tt.dsn, tt.options)
		if db != nil || err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: the error tells the password: %v", tt.name, err)
		}
	}
}

func TestFileIsPrivate(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"plain.db", "100%#odd?name.db"} {
		path := filepath.Join(t.TempDir(), name)
		db := storetest.Migrated(t, "sqlite:"+path)
		storetest.Person(t, db, "ada")
		if db.Engine() != "sqlite" {
			t.Errorf("engine %s", db.Engine())
		}
		for _, file := range []string{path, path + "-wal", path + "-shm"} {
			info, err := os.Stat(file)
			if err != nil {
				t.Error(err)
			} else if info.Mode().Perm() != 0o600 {
				t.Errorf("%s has mode %v", file, info.Mode())
			}
		}
	}
}

func TestSettingsOfEveryConnection(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	write, read := db.Pools()
	first, second := connect(t, read), connect(t, read)
	both := map[string]string{"foreign_keys": "1", "busy_timeout": "1000"}
	tests := []struct {
		name string
		on   *sql.Conn
		want map[string]string
	}{
		{"writer", connect(t, write), map[string]string{"journal_mode": "wal",
			"synchronous": "2", "query_only": "0"}},
		{"reader", first, map[string]string{"query_only": "1"}},
		{"another reader", second, map[string]string{"query_only": "1"}},
	}
	for _, tt := range tests {
		for _, settings := range []map[string]string{both, tt.want} {
			for name, want := range settings {
				var got string
				err := tt.on.QueryRowContext(t.Context(), "PRAGMA "+name).Scan(&got)
				if err != nil || got != want {
					t.Errorf("%s: %s is %q, %v, want %q", tt.name, name, got, err, want)
				}
			}
		}
	}
	for _, c := range []*sql.Conn{first, second} {
		if _, err := c.ExecContext(t.Context(), "DELETE FROM limits"); err == nil {
			t.Error("a reader wrote")
		}
	}
}

func connect(t *testing.T, pool *sql.DB) *sql.Conn {
	t.Helper()
	c, err := pool.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

func TestPing(t *testing.T) {
	t.Parallel()
	storetest.EachAddress(t, func(t *testing.T, dsn string) {
		db, err := store.Open(t.Context(), dsn, store.Options{Chain: storetest.Chain})
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Ping(t.Context()); err == nil {
			t.Error("a database without tables is ready")
		}
		if err := db.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := db.Ping(t.Context()); err != nil {
			t.Error(err)
		}
		if n, err := db.Number(t.Context(), "SELECT COUNT(*) FROM limits"); n != 0 || err != nil {
			t.Errorf("%d rows are left, %v", n, err)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
		if err := db.Ping(t.Context()); err == nil {
			t.Error("a closed database answers")
		}
	})
}

// versions are the numbers of the migrations of an engine, in their order.
func versions(t *testing.T, engine string) (all []string) {
	t.Helper()
	files, err := os.ReadDir("migrations")
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	for _, f := range files {
		number, name, _ := strings.Cut(f.Name(), "_")
		if of := strings.Split(name, "."); len(of) > 2 && of[1] != engine {
			continue
		}
		all = append(all, strings.TrimLeft(number, "0"))
	}
	// Those that are written in Go.
	all = slices.Insert(all, 22, "23")
	return slices.Insert(all, slices.Index(all, "57"), "56")
}

func TestMigrateAgainAndTogether(t *testing.T) {
	t.Parallel()
	storetest.EachAddress(t, func(t *testing.T, dsn string) {
		var starters [4]*store.DB
		for i := range starters {
			starters[i] = storetest.Dial(t, dsn)
		}
		var done sync.WaitGroup
		for _, db := range starters {
			done.Go(func() {
				if err := db.Migrate(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		done.Wait()
		storetest.Person(t, starters[0], "ada")
		if err := starters[1].Migrate(t.Context()); err != nil {
			t.Error(err)
		}
		if _, err := starters[2].Account(t.Context(), "ada"); err != nil {
			t.Error(err)
		}
		applied, err := starters[3].Texts(t.Context(),
			"SELECT CAST(version_id AS TEXT) FROM goose_db_version ORDER BY id")
		want := append([]string{"0"}, versions(t, starters[0].Engine())...)
		if diff := cmp.Diff(want, applied); diff != "" || err != nil {
			t.Errorf("applied: %v (-want +got):\n%s", err, diff)
		}
	})
}

func TestPending(t *testing.T) {
	t.Parallel()
	storetest.EachAddress(t, func(t *testing.T, dsn string) {
		db := storetest.Dial(t, dsn)
		pending := func(want int) {
			t.Helper()
			if n, err := db.Pending(t.Context()); n != want || err != nil {
				t.Errorf("%d migrations are pending, %v, want %d", n, err, want)
			}
		}
		all := len(versions(t, db.Engine()))
		pending(all)
		pending(all) // asking made nothing
		if err := db.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		pending(0)
		if err := db.Exec(t.Context(), "DELETE FROM goose_db_version WHERE version_id = 2"); err != nil {
			t.Fatal(err)
		}
		pending(1)
	})
}

// TestCloseLeavesOneFile: whoever copies the file of a portal that was stopped has
// everything.
func TestCloseLeavesOneFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "closed.db")
	db, err := store.Open(t.Context(), "sqlite:"+path, store.Options{Chain: storetest.Chain})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := storetest.Person(t, db, "ada")
	if _, err := db.Account(t.Context(), "ada"); err != nil { // so that there is a reader
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	for _, beside := range []string{"-wal", "-shm"} {
		if _, err := os.Stat(path + beside); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s is left: %v", beside, err)
		}
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(t.TempDir(), "copied.db")
	if err := os.WriteFile(copied, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := storetest.Dial(t, "sqlite:"+copied).Account(t.Context(), "ada")
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v, copy (-want +got):\n%s", err, diff)
	}
}

func TestMigrateReportsFailure(t *testing.T) {
	t.Parallel()
	storetest.EachAddress(t, func(t *testing.T, dsn string) {
		db := storetest.Dial(t, dsn)
		if err := db.Exec(t.Context(), "CREATE TABLE cases (id TEXT)"); err != nil {
			t.Fatal(err)
		}
		if err := db.Migrate(t.Context()); err == nil {
			t.Error("migrated over a foreign table")
		}
		if _, err := db.Account(t.Context(), "ada"); errors.Is(err, security.ErrNotFound) {
			t.Error("half a migration was kept")
		}
	})
}

func TestBackupWhileWriting(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	storetest.Person(t, db, "ada")
	path := filepath.Join(t.TempDir(), "100%'copy?.db")
	stop := make(chan struct{})
	var writer sync.WaitGroup
	writer.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
			}
			if err := db.Commit(t.Context(), storetest.Event()); err != nil {
				t.Error(err)
			}
		}
	})
	err := store.Backup(t.Context(), db, path)
	close(stop)
	writer.Wait()
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	copied := storetest.Dial(t, "sqlite:"+path)
	if n, bad, err := copied.VerifyChain(t.Context()); n < 1 || bad != nil || err != nil {
		t.Errorf("audit chain of the copy after %d lines: %v, %v", n, bad, err)
	}
	if _, err := copied.Account(t.Context(), "ada"); err != nil {
		t.Error(err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Backup(t.Context(), db, path); !errors.Is(err, os.ErrExist) {
		t.Errorf("second backup to the same file: %v", err)
	}
	if after, err := os.ReadFile(path); err != nil || string(after) != string(before) {
		t.Errorf("the refused backup touched the file: %v", err)
	}
}

func TestBackupFails(t *testing.T) {
	t.Parallel()
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	db := storetest.Open(t)
	path := filepath.Join(t.TempDir(), "copy.db")
	if err := store.Backup(cancelled, db, path); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("half a backup was left: %v", err)
	}
	pg := storetest.OpenPostgres(t)
	if err := store.Backup(t.Context(), pg, path); !errors.Is(err, store.ErrBackup) {
		t.Errorf("postgres: %v", err)
	}
	if pg.Engine() != "postgres" {
		t.Errorf("engine %s", pg.Engine())
	}
}
