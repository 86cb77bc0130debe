package store_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"regain/security"
	"regain/store"
	"regain/store/storetest"
)

// cells are a row as SQL: the value of each column.
type cells map[string]string

// and is the row with some of it changed.
func (r cells) and(change cells) cells {
	all := maps.Clone(r)
	maps.Copy(all, change)
	return all
}

// insert is the statement that adds the row, with some of it changed.
func (r cells) insert(table string, change cells) string {
	all := r.and(change)
	var columns, values []string
	for _, c := range slices.Sorted(maps.Keys(all)) {
		columns, values = append(columns, c), append(values, all[c])
	}
	return "INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ") VALUES (" +
		strings.Join(values, ", ") + ")"
}

// A shape is a row that makes sense in a table, changes with which it still does, and changes with
// which it does not.
type shape struct {
	table string
	early bool // a table of SQLite that takes a row without id
	// computed is how many columns the engine fills in.
	computed int
	row      cells
	good     []cells
	bad      []cells
}

// limited and atDesk make a session one of a recovery and one of staff; proved is what every one
// may have shown.
var (
	limited = cells{"kind": "'recovery'", "recovery_id": "'ada-recovery'", "stage": "'in'"}
	atDesk  = cells{"kind": "'staff'", "subject": "'ada-staff'"}
	proved  = cells{"stage": "'in'", "proved_at": "1", "proved_by": "'totp'"}
)

// shapes are about ada, who has the factors "ada-factor", an authenticator, and "key", a passkey
// without its key, and one of everything else of an account.
var shapes = []shape{
	{table: "sessions", computed: 2, row: cells{"id": "'s'", "kind": "'account'",
		"subject":     "'ada'",
		"recovery_id": "NULL", "invitation_id": "NULL", "stage": "'verify'", "generation": "0",
		"seed":       "''",
		"started_at": "1", "seen_at": "1", "ends_at": "2", "ended_at": "0", "proved_at": "0",
		"proved_by": "''", "password_at": "0", "forgotten": "FALSE", "ip": "''",
		"agent": "''", "sso": "''"},
		good: []cells{{"stage": "'in'", "proved_at": "1", "proved_by": "'password'"}, {"sso": "'sso_factor'"},
			limited, limited.and(proved),
			atDesk, atDesk.and(proved), atDesk.and(cells{"stage": "'in'", "proved_at": "1"}),
			atDesk.and(cells{"stage": "'setup'", "invitation_id": "'ada-invitation'"})},
		bad: []cells{{"id": "'ada-signed-in'"}, {"subject": "'nobody'"}, {"generation": "-1"}, {"sso": "'totp'"},
			{"kind": "'hat'"}, {"kind": "'staff'"}, {"subject": "'ada-staff'"},
			atDesk.and(cells{"subject": "'ada'"}), limited.and(cells{"subject": "'ada-staff'"}),
			{"stage": "'in'"}, {"proved_at": "1"}, {"proved_by": "'totp'"},
			{"proved_at": "1", "proved_by": "'totp'"}, {"stage": "'in'", "proved_at": "1"},
			{"stage": "'in'", "proved_by": "'totp'"}, {"stage": "'codes'"}, {"stage": "'setup'"},
			{"stage": "'in'", "proved_at": "1", "proved_by": "'hat'"},
			{"recovery_id": "'ada-recovery'"}, {"invitation_id": "'ada-invitation'"},
			limited.and(cells{"recovery_id": "NULL"}),
			limited.and(cells{"recovery_id": "'nothing'"}),
			limited.and(cells{"stage": "'verify'"}), limited.and(cells{"proved_at": "1"}),
			limited.and(cells{"proved_by": "'totp'"}),
			atDesk.and(cells{"stage": "'setup'"}), atDesk.and(cells{"stage": "'codes'"}),
			atDesk.and(cells{"invitation_id": "'nothing'"}), atDesk.and(cells{"stage": "'in'"}),
			atDesk.and(cells{"proved_at": "1"}), atDesk.and(cells{"proved_by": "'totp'"})}},
	{table: "challenges", row: cells{"id": "'c'", "expires_at": "1"},
		bad: []cells{{"expires_at": "0"}}},
	{table: "paces", row: cells{"key": "'k'", "tries": "1", "pause": "0", "at": "1"},
		bad: []cells{{"tries": "0"}, {"pause": "-1"}}},
	{table: "factors", computed: 2, row: cells{"id": "'f'", "subject": "'ada'", "staff": "FALSE",
		"kind": "'passkey'", "name": "'blue'", "sealed": "''", "last_step": "0",
		"failures": "0", "added_at": "1", "used_at": "0", "removed_at": "0",
		"recovery_id": "''", "ip": "''", "agent": "''"},
		good: []cells{{"name": "''"}, {"kind": "'totp'", "name": "''", "removed_at": "1"},
			{"subject": "'ada-staff'", "staff": "TRUE"}},
		bad: []cells{{"subject": "'nobody'"}, {"kind": "'hat'"}, {"kind": "'totp'"},
			{"kind": "'totp'", "name": "''"}, {"staff": "TRUE"}, {"subject": "'ada-staff'"},
			{"kind": "'totp'", "name": "''", "subject": "'ada-staff'", "staff": "TRUE"}}},
	{table: "recovery_codes", computed: 2, row: cells{"id": "'c'", "subject": "'ada'",
		"staff": "FALSE", "digest": "'d'", "sealed": "''", "position": "1", "made_at": "1",
		"used_at": "0"},
		good: []cells{{"subject": "'ada-staff'", "staff": "TRUE"}},
		bad:  []cells{{"subject": "'nobody'"}, {"staff": "TRUE"}, {"subject": "'ada-staff'"}}},
	{table: "passkeys", row: cells{"factor_id": "'key'", "credential": "'c'", "user_handle": "'u'",
		"public_key": "'p'", "count": "0", "backup_eligible": "FALSE", "backed_up": "FALSE",
		"transports": "''"},
		good: []cells{{"count": "4294967295"}, {"backup_eligible": "TRUE"},
			{"backup_eligible": "TRUE", "backed_up": "TRUE"}},
		bad: []cells{{"factor_id": "'nothing'"}, {"credential": "''"}, {"user_handle": "''"},
			{"public_key": "''"}, {"count": "-1"}, {"count": "4294967296"}, {"backed_up": "TRUE"}}},
	{table: "address_changes", row: cells{"id": "'c'", "account_id": "'ada'", "email": "'e'",
		"notice": "TRUE", "old_id": "''", "address_id": "''", "asked_at": "1", "ends_at": "2",
		"state": "'pending'", "settled_at": "0", "undo_until": "0", "ip": "''", "agent": "''"},
		good: []cells{{"state": "'cancelled'", "settled_at": "1"},
			{"state": "'confirmed'", "settled_at": "1", "address_id": "'a'"},
			{"state": "'confirmed'", "settled_at": "1", "address_id": "'a'", "undo_until": "9"},
			{"state": "'undone'", "settled_at": "1", "address_id": "'a'", "undo_until": "9"}},
		bad: []cells{{"account_id": "'nobody'"}, {"email": "''"}, {"notice": "FALSE"},
			{"state": "'hat'", "settled_at": "1"}, {"settled_at": "1"}, {"address_id": "'a'"},
			{"undo_until": "9"}, {"state": "'cancelled'"},
			{"state": "'cancelled'", "settled_at": "1", "address_id": "'a'"},
			{"state": "'confirmed'", "settled_at": "1"},
			{"state": "'confirmed'", "address_id": "'a'"},
			{"state": "'undone'", "settled_at": "1", "address_id": "'a'"}}},
	{table: "watches", row: cells{"account_id": "'bob'", "familiar": "'{}'", "mailed_at": "0",
		"version": "1"}, bad: []cells{{"account_id": "'nobody'"}, {"account_id": "'ada'"},
		{"version": "0"}}},
	{table: "alerts", row: cells{"id": "'a'", "account_id": "'ada'", "kind": "'stopped'",
		"login_id": "'l'", "activity_id": "''", "at": "1", "outcome": "'stopped'", "what": "''",
		"reasons": "''", "country": "''", "device": "''", "mailed_at": "0", "answer": "''",
		"answered_at": "0"},
		good: []cells{{"login_id": "''", "activity_id": "'c'", "kind": "'money'"},
			{"answer": "'me'", "answered_at": "1"}, {"answer": "'not_me'", "answered_at": "1"}},
		bad: []cells{{"account_id": "'nobody'"}, {"kind": "'hat'"}, {"login_id": "'ada-login'"},
			{"login_id": "''"}, {"activity_id": "'c'"}, {"answer": "'me'"}, {"answered_at": "1"},
			{"answer": "'hat'", "answered_at": "1"}}},
	{table: "alert_settings", row: cells{"account_id": "'ada'", "kinds_off": "'[]'",
		"mailed_to": "'all'", "version": "1"},
		good: []cells{{"mailed_to": "'first'"}, {"mailed_to": "'notice'"}},
		bad:  []cells{{"account_id": "'nobody'"}, {"mailed_to": "'hat'"}, {"version": "0"}}},
	{table: "exports", row: cells{"id": "'e'", "account_id": "'ada'", "asked_at": "1",
		"ready_at": "1", "ends_at": "2", "data": "'d'"},
		good: []cells{{"account_id": "'bob'", "ready_at": "0", "data": "''"}},
		bad: []cells{{"account_id": "'nobody'"}, {"data": "''"}, {"ready_at": "0"},
			{"ready_at": "0", "data": "''"}}},
	{table: "addresses", early: true, row: cells{"id": "'n'", "account_id": "'ada'", "email": "'e'",
		"email_fold": "'e'", "since": "1", "until": "0", "origin": "''", "notice": "TRUE"},
		good: []cells{{"until": "2"}, {"notice": "FALSE"}},
		bad:  []cells{{"account_id": "'nobody'"}}},
}

// TestNonsense: rows that make no sense are refused by both engines, and so is a row without one
// of its values.
func TestNonsense(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		p := somebody(t, db, "ada")
		storetest.Person(t, db, "bob")
		key := p.own.passkey
		storetest.Commit(t, db, security.AddFactor{Factor: with(key,
			func(f *security.Factor) { f.ID = "key" })})
		ctx := t.Context()
		if err := db.Exec(ctx, "DELETE FROM passkeys"); err != nil {
			t.Fatal(err)
		}
		for _, s := range shapes {
			s.complete(t, db)
			for _, bad := range s.bad {
				if err := db.Exec(ctx, s.row.insert(s.table, bad)); err == nil {
					t.Errorf("%s took %v", s.table, bad)
				}
			}
			for column := range s.row {
				if s.early && column == "id" || s.row[column] == "NULL" {
					continue
				}
				if err := db.Exec(ctx, s.row.insert(s.table, cells{column: "NULL"})); err == nil {
					t.Errorf("%s took a row without %s", s.table, column)
				}
			}
			for _, good := range append(s.good, nil) {
				if err := db.Exec(ctx, s.row.insert(s.table, good)); err != nil {
					t.Errorf("%s refused %v: %v", s.table, good, err)
				}
				if err := db.Exec(ctx, "DELETE FROM "+s.table+" WHERE "+s.is()); err != nil {
					t.Fatal(err)
				}
			}
		}
		for _, q := range []string{"UPDATE accounts SET password_tries = -1 WHERE id = 'bob'",
			"UPDATE accounts SET password_tries = NULL WHERE id = 'bob'"} {
			if err := db.Exec(ctx, q); err == nil {
				t.Errorf("%s went through", q)
			}
		}
	})
}

// is tells the row from the others of its table.
func (s shape) is() string {
	for _, key := range []string{"id", "key", "factor_id"} {
		if s.row[key] != "" {
			return key + " = " + s.row[key]
		}
	}
	return "account_id IN ('bob', " + s.row["account_id"] + ")"
}

// complete fails the test unless the row has every column of its table.
func (s shape) complete(t *testing.T, db *store.DB) {
	t.Helper()
	_, pool := db.Pools()
	found, err := pool.QueryContext(t.Context(), "SELECT * FROM "+s.table+" WHERE FALSE")
	if err != nil {
		t.Fatal(err)
	}
	defer found.Close()
	columns, err := found.Columns()
	if err != nil || len(columns) != len(s.row)+s.computed || found.Err() != nil {
		t.Errorf("%s has the columns %q, %v, %v", s.table, columns, err, found.Err())
	}
}
