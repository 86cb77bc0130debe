package store

import (
	"context"
	"errors"

	"regain/store/engine"
	"regain/store/trail"
)

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
