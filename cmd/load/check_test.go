package main

import (
	"database/sql"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regain/store/storetest"
)

// row is what is not nothing in a row of a table.
type row struct {
	table string
	is    map[string]any
}

// put adds a row, of an account that belongs to no organisation. Whatever must be there and is not named is
// empty.
func (b *books) put(t *testing.T, tx *sql.Tx, r row) {
	t.Helper()
	query := "SELECT name || ' ' || lower(type) FROM pragma_table_info('" + r.table + "') WHERE name <> 'organisation_id'"
	if b.engine == "pgx" {
		query = "SELECT column_name || ' ' || data_type FROM information_schema.columns " +
			"WHERE table_schema = current_schema() AND is_generated = 'NEVER' AND column_name <> 'organisation_id' AND table_name = '" + r.table + "'"
	}
	columns, err := b.texts(query)
	if err != nil {
		t.Fatal(err)
	}
	var names, places []string
	var values []any
	for _, c := range columns {
		name, kind, _ := strings.Cut(c, " ")
		value, given := r.is[name]
		switch {
		case given:
		case kind == "text":
			value = ""
		case kind == "boolean":
			value = false
		default:
			value = 0
		}
		names, values = append(names, name), append(values, value)
		places = append(places, fmt.Sprint("$", len(values)))
	}
	_, err = tx.Exec("INSERT INTO "+r.table+" ("+strings.Join(names, ", ")+") VALUES ("+
		strings.Join(places, ", ")+")", values...)
	if err != nil {
		t.Fatal(err)
	}
}

// secured is an account whose owner updated the password, with all that goes with it.
var secured = []row{
	{"accounts", map[string]any{"id": "ada", "username_fold": "ada", "type": "client", "password_at": 5}},
	{"cases", map[string]any{"id": "c1", "number": "C-1", "account_id": "ada", "state": "resumed",
		"secured_at": 5}},
	{"tickets", map[string]any{"id": "k1", "number": "T-1", "account_id": "ada", "own_case": "c1"}},
	{"notes", map[string]any{"id": "n1", "account_id": "ada", "action": "Password Updated"}},
	{"outbox", map[string]any{"id": "m1", "code": "m1", "account_id": "ada", "channel": "mail",
		"kind": "password_updated", "sent_at": 6}},
	{"events", map[string]any{"seq": 1, "id": "e1", "case_id": "c1", "kind": "password.updated"}},
	{"events", map[string]any{"seq": 2, "id": "e2", "case_id": "c1", "kind": "case.resumed",
		"by_kind": "staff"}},
}

// TestPromises: each of them is found to be broken, and no other, by what breaks it.
func TestPromises(t *testing.T) {
	t.Parallel()
	without := func(i int) []row { return slices.Delete(slices.Clone(secured), i, i+1) }
	with := func(i int, name string, value any) []row {
		all := slices.Clone(secured)
		all[i].is = maps.Clone(all[i].is)
		all[i].is[name] = value
		return all
	}
	again := func(i int, is map[string]any) []row {
		r := row{secured[i].table, maps.Clone(secured[i].is)}
		maps.Copy(r.is, is)
		return append(slices.Clone(secured), r)
	}
	tests := map[string]struct {
		rows   []row
		broken []int // of promises
	}{
		"all holds":            {secured, nil},
		"no ticket":            {without(2), []int{0}},
		"no password":          {with(0, "password_at", 0), []int{0}},
		"no note":              {without(3), []int{0}},
		"no mail":              {without(4), []int{0}},
		"no line":              {without(5), []int{0}},
		"a ticket too early":   {with(1, "secured_at", 0), []int{1}},
		"no decision":          {without(6), []int{2}},
		"decided by a program": {with(6, "by_kind", "system"), []int{2}},
		"decided twice":        {again(6, map[string]any{"seq": 3, "id": "e3"}), []int{3}},
		"a mail that waits":    {with(4, "sent_at", 0), []int{4}},
		"a webhook that waits": {again(4, map[string]any{"id": "m2", "code": "m2", "channel": "webhook",
			"sent_at": 0}), nil},
	}
	storetest.EachMigrated(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		for name, tt := range tests {
			t.Run(name, func(t *testing.T) {
				b, tx := db.inside(t)
				for _, r := range tt.rows {
					b.put(t, tx, r)
				}
				var broken []int
				for i, p := range promises {
					n, err := b.count(p.broken)
					if err != nil {
						t.Fatal(err)
					}
					if n > 0 {
						broken = append(broken, i)
					}
				}
				if diff := cmp.Diff(tt.broken, broken); diff != "" {
					t.Errorf("broken promises (-want +got):\n%s", diff)
				}
			})
		}
	})
}

// database is one into which a test writes past the portal.
type database struct {
	*sql.DB
	engine string
}

func open(t *testing.T, dsn string) database {
	t.Helper()
	b, db, err := (&portal{database: dsn}).books()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return database{db, b.engine}
}

// inside is a transaction that is taken back when the test ends.
func (db database) inside(t *testing.T) (*books, *sql.Tx) {
	t.Helper()
	// A transaction of t.Context() would end beside the test, and hold the lock for a while.
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tx.Rollback() })
	return &books{tx, db.engine}, tx
}

// TestLeaks: a secret is found in a log and in the rows of PostgreSQL.
func TestLeaks(t *testing.T) {
	t.Parallel()
	storetest.EachMigrated(t, func(t *testing.T, dsn string) {
		dir := t.TempDir()
		b, tx := open(t, dsn).inside(t)
		r := &run{kept: kept{secrets: []string{"a word that nobody may see"}}}
		p := &portal{dir: dir}
		look := func() (found []string) {
			t.Helper()
			found, err := r.leaks(p, b)
			if err != nil {
				t.Fatal(err)
			}
			return found
		}
		if found := look(); found != nil {
			t.Fatalf("found %v where nothing is", found)
		}
		write := func(name, text string) {
			t.Helper()
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		write("portal-0.log", "typed: a word that nobody may see\n")
		if diff := cmp.Diff([]string{"no secret stands in the clear: one does in portal-0.log"},
			look()); diff != "" {
			t.Errorf("found (-want +got):\n%s", diff)
		}
		write("portal-0.log", "")
		if b.engine == "pgx" {
			b.put(t, tx, row{"limits", map[string]any{"key": "see: a word that nobody may see."}})
			if diff := cmp.Diff([]string{"no secret stands in the clear: one does in PostgreSQL"},
				look()); diff != "" {
				t.Errorf("found (-want +got):\n%s", diff)
			}
		}
	})
}

// TestLost: what was answered and is not there is found, of each kind.
func TestLost(t *testing.T) {
	t.Parallel()
	storetest.EachMigrated(t, func(t *testing.T, dsn string) {
		b, tx := open(t, dsn).inside(t)
		for _, r := range append(slices.Clone(secured), row{"logins", map[string]any{"id": "s1",
			"account_id": "ada"}}) {
			b.put(t, tx, r)
		}
		r := &run{kept: kept{secured: []string{"ada", "bob"}, resumed: []string{"C-1", "C-2"},
			signins: []string{"s1", "s2"}}}
		lost, err := r.lost(b)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{
			"what was answered is kept: an updated password: bob is there 0 times",
			"what was answered is kept: a decision: C-2 is there 0 times",
			"what was answered is kept: a sign-in: s2 is there 0 times"}, lost); diff != "" {
			t.Errorf("lost (-want +got):\n%s", diff)
		}
	})
}
