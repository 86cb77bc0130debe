package store

import (
	"context"
	"embed"
	"fmt"
	"hash/fnv"
	"io/fs"
	"regain/store/engine"
	"strings"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/*.sql
var embedded embed.FS

// Migrate brings the tables to the form this program knows. It may be called
// on every start, by several programs at once.
func (db *DB) Migrate(ctx context.Context) error {
	p, err := db.migrations(ctx)
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	for seen := int64(-1); ; {
		err = db.dialect.Again(ctx, func() error {
			_, err := p.Up(ctx)
			return db.dialect.Explain(ctx, err)
		})
		if err == nil {
			return nil
		}
		// On SQLite nothing keeps two starters apart: the slower one fails at
		// what the faster one just did, and has only to look again.
		version, _ := p.GetDBVersion(ctx)
		if version <= seen {
			return fmt.Errorf("migrate database: %w", err)
		}
		seen = version
	}
}

// Pending counts the migrations that this program knows and that the database has
// not seen. It changes nothing.
func (db *DB) Pending(ctx context.Context) (n int, err error) {
	p, err := db.migrations(ctx)
	if err != nil {
		return 0, fmt.Errorf("read migrations: %w", err)
	}
	applied, err := db.applied(ctx)
	if err != nil {
		return 0, fmt.Errorf("read applied migrations: %w", err)
	}
	for _, s := range p.ListSources() {
		if !applied[s.Version] {
			n++
		}
	}
	return n, nil
}

// applied tells which migrations the database has seen. It asks past the provider,
// which would make the table that it reads.
func (db *DB) applied(ctx context.Context) (map[int64]bool, error) {
	exists, err := db.reader().hasTable(ctx, goose.DefaultTablename)
	if err != nil || !exists {
		return nil, err
	}
	versions, err := list(ctx, db.reader(), func(v *int64) []any { return []any{v} },
		"SELECT version_id FROM "+goose.DefaultTablename)
	applied := map[int64]bool{}
	for _, v := range versions {
		applied[v] = true
	}
	return applied, err
}

func (db *DB) migrations(ctx context.Context) (*goose.Provider, error) {
	folder, err := fs.Sub(embedded, "migrations")
	if err != nil {
		return nil, err
	}
	entries, err := fs.ReadDir(folder, ".")
	if err != nil {
		return nil, err
	}
	var foreign []string
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), db.dialect.Other) {
			foreign = append(foreign, e.Name())
		}
	}
	options := []goose.ProviderOption{
		goose.WithExcludeNames(foreign), goose.WithDisableGlobalRegistry(true),
	}
	if db.dialect == &engine.Postgres {
		locker, err := db.locker(ctx)
		if err != nil {
			return nil, err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	return goose.NewProvider(db.dialect.Goose, db.write, folder, options...)
}

// locker keeps other starters out of the same schema; those of another schema
// of the same server need not wait.
func (db *DB) locker(ctx context.Context) (lock.SessionLocker, error) {
	var schema string
	err := db.reader().row(ctx, []any{&schema}, "SELECT COALESCE(current_schema(), '')")
	if err != nil {
		return nil, err
	}
	h := fnv.New32a()
	h.Write([]byte("regain migrations " + schema))
	return lock.NewPostgresSessionLocker(
		lock.WithLockID(int64(h.Sum32())), lock.WithLockTimeout(1, 300))
}
