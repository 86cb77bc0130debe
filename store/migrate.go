package store

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/pressly/goose/v3"

	"regain/store/engine"
	"regain/store/refold"
	"regain/store/trail"
)

//go:embed migrations/*.sql
var embedded embed.FS

// Migrate brings the tables to the form this program knows. It may be called
// on every start, by several programs at once.
func (db *DB) Migrate(ctx context.Context) error {
	// To read what the migrations do takes longer than most commands that start with this.
	if n, err := db.Pending(ctx); err == nil && n == 0 {
		return nil
	}
	p, err := db.migrations()
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	err = db.dialect.Again(ctx, func() error {
		return db.dialect.Explain(ctx, db.dialect.Alone(ctx, db.write, func() error {
			_, err := p.Up(ctx)
			return err
		}))
	})
	if err != nil {
		return fmt.Errorf("migrate database: %w", err)
	}
	return nil
}

// Pending counts the migrations that this program knows and that the database has
// not seen. It changes nothing.
func (db *DB) Pending(ctx context.Context) (n int, err error) {
	own, _, err := db.files()
	if err != nil {
		return 0, fmt.Errorf("list migrations: %w", err)
	}
	applied, err := db.applied(ctx)
	if err != nil {
		return 0, fmt.Errorf("read applied migrations: %w", err)
	}
	var known []int64
	for _, m := range inGo() {
		known = append(known, m.Version)
	}
	for _, name := range own {
		version, err := goose.NumericComponent(name)
		if err != nil {
			return 0, fmt.Errorf("list migrations: %w", err)
		}
		known = append(known, version)
	}
	for _, version := range known {
		if !applied[version] {
			n++
		}
	}
	return n, nil
}

// applied tells which migrations the database has seen. It asks past the provider,
// which would make the table that it reads.
func (db *DB) applied(ctx context.Context) (map[int64]bool, error) {
	exists, err := db.reader().has(ctx, goose.DefaultTablename, "id")
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

// inGo are the migrations that cannot be written in SQL.
func inGo() []*goose.Migration {
	names := &goose.GoFunc{RunTx: refold.Usernames} // 56: small letters of Cherokee are its capitals
	return []*goose.Migration{goose.NewGoMigration(23, names, nil), goose.NewGoMigration(56, names, nil)}
}

// files are the names of the migrations of this engine, and of those of the other one alone.
func (db *DB) files() (own, foreign []string, err error) {
	entries, err := embedded.ReadDir("migrations")
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), db.dialect.Other) {
			foreign = append(foreign, e.Name())
		} else {
			own = append(own, e.Name())
		}
	}
	return own, foreign, err
}

func (db *DB) migrations() (*goose.Provider, error) {
	folder, err := fs.Sub(embedded, "migrations")
	if err != nil {
		return nil, err
	}
	_, foreign, err := db.files()
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(db.dialect.Goose, db.write, folder,
		goose.WithExcludeNames(foreign), goose.WithDisableGlobalRegistry(true),
		goose.WithGoMigrations(inGo()...))
}

// ErrNoRoles says that this engine has no roles: whoever can write the file can do everything.
var ErrNoRoles = errors.New("roles are for PostgreSQL")

// Grant lets a role of PostgreSQL serve; see trail.Guard. It is for whoever owns the tables, after
// each migration.
func Grant(ctx context.Context, db *DB, role string) error {
	if db.dialect != &engine.Postgres {
		return ErrNoRoles
	}
	return db.transact(ctx, func(t tx) error {
		var schema string
		err := t.row(ctx, []any{&schema}, "SELECT current_schema()")
		for _, q := range trail.Guard(schema, role) {
			if err == nil {
				err = t.run(ctx, q)
			}
		}
		return err
	})
}

// Owner is the role that owns the tables of PostgreSQL, "" for SQLite; rules reports whether the one
// that db is used with could change the tables themselves as well, and with them the audit trail.
func Owner(ctx context.Context, db *DB) (role string, rules bool, err error) {
	if db.dialect != &engine.Postgres {
		return "", false, nil
	}
	err = db.reader().row(ctx, []any{&role, &rules}, `SELECT CAST(tableowner AS TEXT),
		pg_has_role(tableowner, 'USAGE') FROM pg_tables
		WHERE schemaname = current_schema() AND tablename = 'events'`)
	return role, rules, err
}

// Pooled reports whether something such as pgbouncer stands between the program and PostgreSQL.
func Pooled(ctx context.Context, db *DB) (bool, error) { return engine.Pooled(ctx, db.write) }
