package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/pressly/goose/v3"
)

// ErrNoRoles says that this engine has no roles: whoever can write the file can do everything.
var ErrNoRoles = errors.New("roles are for PostgreSQL")

// Grant lets a role of PostgreSQL do what the portal does, and no more: read and write rows, but
// change no table, and add to the audit trail without changing or deleting a line. It is for whoever
// owns the tables, after each migration.
func Grant(ctx context.Context, db *DB, role string) error {
	if db.dialect != &postgres {
		return ErrNoRoles
	}
	to := pgx.Identifier{role}.Sanitize()
	return db.transact(ctx, func(t tx) error {
		var schema string
		if err := t.row(ctx, []any{&schema}, "SELECT current_schema()"); err != nil {
			return err
		}
		tables := "ALL TABLES IN SCHEMA " + pgx.Identifier{schema}.Sanitize()
		for _, q := range []string{
			"GRANT USAGE ON SCHEMA " + pgx.Identifier{schema}.Sanitize() + " TO ",
			"REVOKE ALL ON " + tables + " FROM ",
			"GRANT SELECT, INSERT, UPDATE, DELETE ON " + tables + " TO ",
			"REVOKE UPDATE, DELETE ON events, event_details FROM ",
			"REVOKE INSERT, UPDATE, DELETE ON " + goose.DefaultTablename + " FROM ",
		} {
			if err := t.run(ctx, q+to); err != nil {
				return fmt.Errorf("grant: %w", err)
			}
		}
		return nil
	})
}

// Rules reports whether the role that db is used with could change the tables of PostgreSQL
// themselves, and with them the audit trail.
func Rules(ctx context.Context, db *DB) (rules bool, err error) {
	if db.dialect != &postgres {
		return false, nil
	}
	err = db.reader().row(ctx, []any{&rules}, `SELECT pg_has_role(tableowner, 'USAGE') FROM pg_tables
		WHERE schemaname = current_schema() AND tablename = 'events'`)
	return rules, err
}
