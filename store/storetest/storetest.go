// Package storetest gives tests an empty, migrated database of their own: a
// file of SQLite, or a schema of a PostgreSQL that it starts by itself once for
// the test process. It never skips an engine.
package storetest

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"regain/security/token"
	"regain/store"
)

// Each runs f as a parallel subtest on each engine. f must not call
// t.Parallel again.
func Each(t *testing.T, f func(t *testing.T, db *store.DB)) {
	t.Helper()
	onBoth(t, f, Open, func(t testing.TB) *store.DB {
		db, _ := reused(t)
		return db
	})
}

// EachAddress is Each for tests that open and migrate the empty database at
// dsn themselves.
func EachAddress(t *testing.T, f func(t *testing.T, dsn string)) {
	t.Helper()
	onBoth(t, f, sqlite, Schema)
}

// EachMigrated is EachAddress for tests that open the database themselves and need its tables.
func EachMigrated(t *testing.T, f func(t *testing.T, dsn string)) {
	t.Helper()
	onBoth(t, f, func(t testing.TB) string { return File(t, filepath.Join(t.TempDir(), "regain.db")) },
		func(t testing.TB) string {
			_, dsn := reused(t)
			return dsn
		})
}

// onBoth runs f as a parallel subtest on what each engine makes.
func onBoth[T any](t *testing.T, f func(*testing.T, T), inFile, onServer func(testing.TB) T) {
	t.Helper()
	for engine, make := range map[string]func(testing.TB) T{"sqlite": inFile, "postgres": onServer} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			f(t, make(t))
		})
	}
}

// Open returns an empty database on SQLite, for tests of what stands above the
// store.
func Open(t testing.TB) *store.DB {
	t.Helper()
	return OpenFile(t, filepath.Join(t.TempDir(), "regain.db"))
}

// OpenFile is Open with the name of a file that does not exist yet.
func OpenFile(t testing.TB, path string) *store.DB {
	t.Helper()
	return Dial(t, File(t, path))
}

// File is the address of an empty, migrated database in a file that does not exist yet, for tests that open
// it themselves.
func File(t testing.TB, path string) string {
	t.Helper()
	migrated, err := template()
	if err == nil {
		err = os.WriteFile(path, migrated, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return "sqlite:" + path
}

// template is the file of a migrated database.
var template = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "regain-template-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "regain.db")
	db, err := migrated(context.Background(), "sqlite:"+path)
	if err == nil {
		err = db.Close()
	}
	if err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

func migrated(ctx context.Context, dsn string) (*store.DB, error) {
	db, err := store.Open(ctx, dsn, store.Options{Chain: Chain})
	if err != nil {
		return nil, err
	}
	if err := db.Migrate(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// OpenPostgres returns an empty database on PostgreSQL, in which no test was before.
func OpenPostgres(t testing.TB) *store.DB {
	t.Helper()
	return Migrated(t, Schema(t))
}

// Migrated opens and migrates the database at dsn, and closes it when the test
// ends.
func Migrated(t testing.TB, dsn string) *store.DB {
	t.Helper()
	db := Dial(t, dsn)
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return db
}

// Dial opens the database at dsn as it is, and closes it when the test ends.
func Dial(t testing.TB, dsn string) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), dsn, store.Options{Chain: Chain})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// Chain is what the databases of tests chain their audit lines with.
var Chain = Keys("a key for tests and for nothing else")

// Keys are those of a secret, and of older ones behind it.
func Keys(secret string, older ...string) *token.Keys {
	var more [][]byte
	for _, s := range older {
		more = append(more, []byte(s))
	}
	keys, err := token.NewKeys([]byte(secret), more...)
	if err != nil {
		panic(err)
	}
	return keys
}

func sqlite(t testing.TB) string {
	return "sqlite:" + filepath.Join(t.TempDir(), "regain.db")
}
