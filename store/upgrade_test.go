package store_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regain/store"
	"regain/store/storetest"
)

// staffEra are the tables of the program in which staff worked and nobody signed in, those that
// others refer to first.
var staffEra = strings.Fields(`accounts addresses old_passwords cases case_causes case_evidence
	recoveries sessions links requests request_accounts factors recovery_codes logins activities
	answers tickets messages notes outbox limits staff invitations staff_sessions staff_codes looks
	caller_checks proposals lock_jobs lock_items`)

// byEngine are the tables that a migrated database has rows in from the start.
var byEngine = []string{"chain", "counters", "event_details", "events", "goose_db_version"}

// meant is what a column holds that does not take just any word.
var meant = map[string]string{"accounts.type": "client", "staff.role": "admin",
	"factors.kind": "totp", "sessions.proved_by": "totp", "staff_sessions.id": "y",
	"looks.session_id": "y", "factors.id": "z", "staff_codes.id": "y",
	"caller_checks.session_id": "y"}

// column is a column of a table and its type as it was declared.
type column struct{ name, kind string }

// columns lists the columns of a table in their order.
func columns(t *testing.T, db *store.DB, table string) (all []column) {
	t.Helper()
	pool, _ := db.Pools()
	found, err := pool.QueryContext(t.Context(), "SELECT * FROM "+table+" WHERE FALSE")
	if err != nil {
		t.Fatal(err)
	}
	defer found.Close()
	types, err := found.ColumnTypes()
	if err != nil || found.Err() != nil {
		t.Fatal(err, found.Err())
	}
	for _, c := range types {
		all = append(all, column{c.Name(), c.DatabaseTypeName()})
	}
	return all
}

// tables lists the tables of the database.
func tables(t *testing.T, db *store.DB) []string {
	t.Helper()
	q := "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
	if db.Engine() == "postgres" {
		q = `SELECT CAST(table_name AS TEXT) FROM information_schema.tables
			WHERE table_schema = current_schema()`
	}
	names, err := db.Texts(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(names)
	return names
}

// settle adds a row to a table that says something in each of its columns. All ids are x, but
// for that of the session of staff.
func settle(t *testing.T, db *store.DB, table string) {
	t.Helper()
	var places []string
	var values []any
	for i, c := range columns(t, db, table) {
		places = append(places, fmt.Sprint("$", i+1))
		switch c.kind {
		case "BOOLEAN", "BOOL":
			values = append(values, true)
		case "BIGINT", "INT8":
			values = append(values, int64(1000+i))
		case "BYTEA":
			values = append(values, []byte{0, 255})
		default:
			value := meant[table+"."+c.name]
			if value == "" {
				value = "x"
			}
			values = append(values, value)
		}
	}
	err := db.Exec(t.Context(), "INSERT INTO "+table+" VALUES ("+strings.Join(places, ", ")+")",
		values...)
	if err != nil {
		t.Fatalf("%s: %v", table, err)
	}
}

// contents is what stands in the tables: each value under the name of table and column.
func contents(t *testing.T, db *store.DB, names []string) map[string]any {
	t.Helper()
	all := map[string]any{}
	for _, table := range names {
		read(t, db, table, all)
	}
	return all
}

func read(t *testing.T, db *store.DB, table string, all map[string]any) {
	t.Helper()
	cs := columns(t, db, table)
	pool, _ := db.Pools()
	found, err := pool.QueryContext(t.Context(), "SELECT * FROM "+table+" ORDER BY 1")
	if err != nil {
		t.Fatal(err)
	}
	defer found.Close()
	for n := 0; found.Next(); n++ {
		values, to := make([]any, len(cs)), make([]any, len(cs))
		for i := range values {
			to[i] = &values[i]
		}
		if err := found.Scan(to...); err != nil {
			t.Fatal(err)
		}
		for i, c := range cs {
			all[fmt.Sprintf("%s.%s %d", table, c.name, n)] = values[i]
		}
	}
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
}

// moves says what the beginning of the name of a value is after the upgrade. The second row of
// sessions and recovery codes is that of staff, and the first of the factors.
var moves = [][2]string{{"staff_sessions.", "sessions. 1"}, {"staff_codes.", "recovery_codes. 1"},
	{"factors.", "factors. 1"}, {"staff.sealed", "factors.sealed 0"},
	{"staff.last_step", "factors.last_step 0"}, {"staff.failures", "factors.failures 0"},
	{"accounts.stirs", "accounts.facts_version 0"}, {"proposals.stirs", "proposals.facts_version 0"},
	{"counters.name 0", "counters.name 1"}, {"counters.name 1", "counters.name 3"},
	{"counters.value 0", "counters.value 1"}, {"counters.value 1", "counters.value 3"}}

// added is what a database of before says in the columns that are new since.
var added = map[string]any{"accounts.organisation_id 0": nil, "counters.name 0": "campaign", "counters.value 0": int64(0),
	"counters.name 2": "report", "counters.value 2": int64(1000), "accounts.password_tries 0": int64(0), "accounts.webhook_seq 0": int64(0), "caller_checks.code 0": "",
	"request_accounts.code 0": "", "events.key_id 0": "", "chain.barred 0": "", "sessions.seed 0": "", "sessions.seed 1": "", "addresses.notice 0": false,
	"lock_jobs.by_kind 0": "staff", "tickets.kind 0": "secured", "tickets.asked 0": "",
	"staff.invited_by 0": "", "staff.time_zone 0": "", "proposals.role 0": "", "proposals.name 0": "",
	"proposals.due_at 0": int64(0), "proposals.ended_at 0": int64(0),
	"messages.kind 0": "", "messages.args 0": "[]",
	"messages.via 0": "", "tickets.woken_at 0": int64(0), "messages.seq 0": int64(1), "notes.seq 0": int64(1), "case_causes.seq 0": int64(1),
	"cases.contested_at 0": int64(0), "cases.appealed_at 0": int64(0), "outbox.lane 0": int64(3), "outbox.variant 0": "",
	"outbox.time_zone 0": "", "recoveries.password_by 0": "",
	"sessions.password_at 0": int64(0), "sessions.password_at 1": int64(0),
	"sessions.forgotten 0": false, "sessions.forgotten 1": false,
	"sessions.sso 0": "", "sessions.sso 1": "",
	"cases.evidence_kind 0": "", "cases.evidence_args 0": "[]",
	"notes.evidence_kind 0": "", "notes.evidence_args 0": "[]",
	"sessions.kind 0": "recovery", "sessions.subject 0": "x", "sessions.stage 0": "in",
	"sessions.staff_id 0": nil, "sessions.invitation_id 0": nil,
	"sessions.kind 1": "staff", "sessions.subject 1": "x", "sessions.stage 1": "in",
	"sessions.account_id 1": nil, "sessions.recovery_id 1": nil, "sessions.proved_by 1": "",
	"factors.id 0": "x", "factors.subject 0": "x", "factors.staff 0": true,
	"factors.account_id 0": nil, "factors.staff_id 0": "x", "factors.kind 0": "totp",
	"factors.name 0": "", "factors.used_at 0": int64(0), "factors.removed_at 0": int64(0),
	"factors.recovery_id 0": "", "factors.ip 0": "", "factors.agent 0": "",
	"factors.subject 1": "x", "factors.staff 1": false, "factors.staff_id 1": nil,
	"factors.name 1": "", "recovery_codes.subject 0": "x", "recovery_codes.staff 0": false,
	"recovery_codes.staff_id 0": nil, "recovery_codes.subject 1": "x",
	"recovery_codes.staff 1": true, "recovery_codes.account_id 1": nil}

// carried is where everything stands after the upgrade.
func carried(was map[string]any) map[string]any {
	now := maps.Clone(added)
	now["factors.added_at 0"] = was["staff.joined_at 0"]
	now["cases.locked_at 0"] = was["cases.opened_at 0"]
	now["cases.updated_at 0"], now["tickets.updated_at 0"] = was["cases.closed_at 0"], was["messages.at 0"]
	for key, value := range was {
		for _, m := range moves {
			rest, ok := strings.CutPrefix(key, m[0])
			table, row, _ := strings.Cut(m[1], " ")
			if ok {
				column, _, _ := strings.Cut(rest, " ")
				key = table + column + " " + row
				break
			}
		}
		now[key] = value
	}
	delete(now, "old_passwords.replaced_at 0") // which nobody read
	return now
}

// TestUpgradeKeepsEverything: a database with something in every column of every table of the
// program before has the same in them afterwards; the new columns say that there is nothing, and
// the new tables are empty. The audit chain holds, and is gone on with.
func TestUpgradeKeepsEverything(t *testing.T) {
	t.Parallel()
	storetest.EachAddress(t, func(t *testing.T, dsn string) {
		ctx, db := t.Context(), storetest.Dial(t, dsn)
		if err := db.MigrateTo(ctx, 3); err != nil {
			t.Fatal(err)
		}
		if err := db.CommitOld(ctx, storetest.Event()); err != nil {
			t.Fatal(err)
		}
		for _, table := range staffEra {
			settle(t, db, table)
		}
		was := tables(t, db)
		known := slices.Sorted(slices.Values(slices.Concat(staffEra, byEngine)))
		if diff := cmp.Diff(known, was); diff != "" {
			t.Fatalf("tables (-want +got):\n%s", diff)
		}
		kept := slices.DeleteFunc(was, func(s string) bool { return s == "goose_db_version" })
		want := contents(t, db, kept)
		if err := db.Migrate(ctx); err != nil {
			t.Fatal(err)
		}
		db = storetest.Dial(t, dsn) // PostgreSQL remembers the form that a query of all had
		want = carried(want)
		now := slices.DeleteFunc(tables(t, db),
			func(s string) bool { return s == "goose_db_version" })
		if diff := cmp.Diff(want, contents(t, db, now)); diff != "" {
			t.Errorf("contents (-before +after):\n%s", diff)
		}
		somebody(t, db, "ada")
		if n, bad, err := db.VerifyChain(ctx); n < 3 || bad != nil || err != nil {
			t.Errorf("audit chain after %d lines: %v, %v", n, bad, err)
		}
	})
}
