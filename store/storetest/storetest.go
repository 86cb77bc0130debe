// Package storetest gives tests an empty, migrated database of their own: a
// file of SQLite, or a schema of a PostgreSQL that it starts by itself once for
// the test process. It never skips an engine.
package storetest

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"regain/store"
)

// Each runs f as a parallel subtest on each engine. f must not call
// t.Parallel again.
func Each(t *testing.T, f func(t *testing.T, db *store.DB)) {
	t.Helper()
	EachAddress(t, func(t *testing.T, dsn string) { f(t, Migrated(t, dsn)) })
}

// EachAddress is Each for tests that open and migrate the empty database at
// dsn themselves.
func EachAddress(t *testing.T, f func(t *testing.T, dsn string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		f(t, sqlite(t))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		f(t, schema(t))
	})
}

// Open returns an empty database on SQLite, for tests of what stands above the
// store.
func Open(t testing.TB) *store.DB {
	t.Helper()
	return Migrated(t, sqlite(t))
}

// OpenPostgres returns an empty database on PostgreSQL.
func OpenPostgres(t testing.TB) *store.DB {
	t.Helper()
	return Migrated(t, schema(t))
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

// Chain is the keyed MAC with which the databases of tests chain their audit
// lines.
func Chain(parts ...[]byte) []byte {
	mac := hmac.New(sha256.New, []byte("a key for tests only"))
	for _, p := range parts {
		mac.Write(binary.BigEndian.AppendUint64(nil, uint64(len(p))))
		mac.Write(p)
	}
	return mac.Sum(nil)
}

func sqlite(t testing.TB) string {
	return "sqlite:" + filepath.Join(t.TempDir(), "regain.db")
}

// schema makes an empty schema and returns an address whose sessions live in
// it.
func schema(t testing.TB) string {
	t.Helper()
	s, err := server()
	if err != nil {
		t.Fatal(err)
	}
	name := "t_" + strings.ToLower(rand.Text())
	if _, err := s.admin.ExecContext(t.Context(), "CREATE SCHEMA "+name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := s.admin.Exec("DROP SCHEMA " + name + " CASCADE"); err != nil {
			t.Error(err)
		}
	})
	u, err := url.Parse(s.address)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("search_path", name)
	u.RawQuery = q.Encode()
	return u.String()
}
