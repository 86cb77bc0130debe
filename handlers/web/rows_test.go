package web_test

import (
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	_ "github.com/mattn/go-sqlite3"

	"regain/handlers/handlertest"
)

// rows is the content of every table but the columns of these names, one line a row, for comparing
// before and after.
func rows(t testing.TB, b *handlertest.Browser, without ...string) map[string]string {
	t.Helper()
	db := reading(t, b)
	defer db.Close()
	all := map[string]string{}
	for _, table := range query(t, db, "SELECT name FROM sqlite_master WHERE type = 'table'") {
		for _, row := range query(t, db, fmt.Sprintf("SELECT * FROM %q", table), without...) {
			all[table] += row + "\n"
		}
	}
	return all
}

// tableRows is the content of one table, for tests that look often.
func tableRows(t testing.TB, b *handlertest.Browser, table string) string {
	t.Helper()
	db := reading(t, b)
	defer db.Close()
	return strings.Join(query(t, db, fmt.Sprintf("SELECT * FROM %q", table)), "\n")
}

// reading is the database from outside.
func reading(t testing.TB, b *handlertest.Browser) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+b.File+"?mode=ro&_query_only=on")
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// query writes each row as text, without the columns of these names.
func query(t testing.TB, db *sql.DB, q string, without ...string) []string {
	t.Helper()
	found, err := db.QueryContext(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	defer found.Close()
	columns, err := found.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for found.Next() {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := found.Scan(into...); err != nil {
			t.Fatal(err)
		}
		line := ""
		for i, v := range values {
			if !slices.Contains(without, columns[i]) {
				line += fmt.Sprintf("|%v", v)
			}
		}
		all = append(all, strings.TrimPrefix(line, "|"))
	}
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

func sameRows(a, b map[string]string) bool { return maps.Equal(a, b) }
