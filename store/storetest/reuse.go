package storetest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"regain/store"
)

// used is a migrated schema that one test after the other gets: the server works longer on the
// tables of a new one than most tests do on their rows. Its connections stay open for the same
// reason: each new one reads the catalog again and plans every statement.
type used struct {
	*store.DB
	name  string
	shape string // of its tables, as they were made
	clean string // statements that leave the rows which the migrations made, and no others
}

// idle are those that no test has now.
var idle struct {
	sync.Mutex
	schemas []*used
}

// largest is how many bytes a schema may have grown to; what is left of many rows that are gone
// slows the tests after it down.
const largest = 16 << 20

// reused returns a database in a schema with no rows but those of the migrations, and its address. Schemas
// of a server that goes on after this process are not used twice.
func reused(t testing.TB) (db *store.DB, dsn string) {
	t.Helper()
	s := running(t)
	if s.lifeline == nil {
		dsn = Schema(t)
		return Migrated(t, dsn), dsn
	}
	u := take()
	if u == nil {
		u = s.make(t)
	}
	t.Cleanup(func() {
		if err := s.giveBack(u); err != nil {
			t.Error(err)
		}
	})
	return u.DB, s.at(t, u.name)
}

func take() *used {
	idle.Lock()
	defer idle.Unlock()
	last := len(idle.schemas) - 1
	if last < 0 {
		return nil
	}
	u := idle.schemas[last]
	idle.schemas = idle.schemas[:last]
	return u
}

func (s shared) make(t testing.TB) *used {
	t.Helper()
	u := &used{name: newName()}
	if _, err := s.admin.ExecContext(t.Context(), "CREATE SCHEMA "+u.name); err != nil {
		t.Fatal(err)
	}
	var err error
	if u.DB, err = migrated(t.Context(), s.at(t, u.name)); err != nil {
		t.Fatal(err)
	}
	if u.clean, err = s.cleaning(t.Context(), u.name); err != nil {
		t.Fatal(err)
	}
	if u.shape, _, err = s.look(t.Context(), u.name); err != nil {
		t.Fatal(err)
	}
	return u
}

// cleaning makes the statements that bring the rows of a new schema back.
func (s shared) cleaning(ctx context.Context, name string) (string, error) {
	var tables []string
	rows, err := s.admin.QueryContext(ctx, `SELECT oid::regclass FROM pg_class
		WHERE relnamespace = $1::regnamespace AND relkind = 'r'`, name)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	for rows.Next() {
		var table string
		if err := rows.Scan(&table); err != nil {
			return "", err
		}
		tables = append(tables, table)
	}
	// Triggers, and the checks of references with them, are not asked.
	clean := []string{"SET LOCAL session_replication_role = replica"}
	for _, table := range tables {
		clean = append(clean, "DELETE FROM "+table)
		var first sql.NullString
		err := s.admin.QueryRowContext(ctx, "SELECT json_agg(t) FROM "+table+" t").Scan(&first)
		if err != nil {
			return "", err
		}
		if first.Valid {
			clean = append(clean, fmt.Sprintf(`INSERT INTO %[1]s
				SELECT * FROM json_populate_recordset(NULL::%[1]s, '%[2]s')`,
				table, strings.ReplaceAll(first.String, "'", "''")))
		}
	}
	return strings.Join(clean, ";\n"), rows.Err()
}

// look tells apart schemas that differ in anything but rows, and how many bytes one has.
func (s shared) look(ctx context.Context, name string) (shape string, bytes int64, err error) {
	err = s.admin.QueryRowContext(ctx, `
		WITH here AS (SELECT oid, xmin FROM pg_class WHERE relnamespace = $1::regnamespace)
		SELECT (SELECT sum(pg_relation_size(oid)) FROM here),
			md5(string_agg(part, ',' ORDER BY part)) FROM (
				SELECT 'class ' || oid || ' ' || xmin AS part FROM here
				UNION ALL SELECT 'column ' || attrelid || ' ' || attnum || ' ' || xmin
					FROM pg_attribute WHERE attrelid IN (SELECT oid FROM here)
				UNION ALL SELECT 'trigger ' || oid || ' ' || xmin
					FROM pg_trigger WHERE tgrelid IN (SELECT oid FROM here)
				UNION ALL SELECT 'constraint ' || oid || ' ' || xmin
					FROM pg_constraint WHERE connamespace = $1::regnamespace
				UNION ALL SELECT 'function ' || oid || ' ' || xmin
					FROM pg_proc WHERE pronamespace = $1::regnamespace) AS parts`, name).
		Scan(&bytes, &shape)
	return shape, bytes, err
}

// giveBack makes a schema fit for the next test, or drops it when the last one changed more
// than rows or closed it.
func (s shared) giveBack(u *used) error {
	u.Committed, u.Watched = nil, nil
	ctx := context.Background() // that of the test is over
	shape, bytes, err := s.look(ctx, u.name)
	if err != nil {
		return err
	}
	if shape != u.shape || bytes > largest || u.Ping(ctx) != nil {
		return errors.Join(u.Close(), s.drop(u.name))
	}
	tx, err := s.admin.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // of no effect after a commit
	if _, err := tx.ExecContext(ctx, u.clean); err != nil {
		return fmt.Errorf("clean %s: %w", u.name, err)
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	idle.Lock()
	defer idle.Unlock()
	idle.schemas = append(idle.schemas, u)
	return nil
}
