package store_test

import (
	"strconv"
	"strings"
	"testing"

	"regain/security/staff"
	"regain/store"
	"regain/store/storetest"
)

// bulk are the statements that fill a database. CASES and LOGINS stand for how
// many there are, NOW for the time, BYTES for what no other row has. Accounts,
// cases and tickets belong together by their numbers; most cases are closed, as
// they are after some years.
var bulk = []string{
	numbers("CASES") + `INSERT INTO accounts (id, username, username_fold, name, type,
		password_hash, password_at, birth_date, country, locale, time_zone, created_at,
		locked_by, closed, short_password, version)
		SELECT 'a' || i, 'user' || i, 'user' || i, 'Ada Byron', 'client', '', 0, '', 'GB',
		'en', '', NOW, '', FALSE, FALSE, 1 FROM n`,
	numbers("CASES") + `INSERT INTO cases (id, number, account_id, state, cause, proposed,
		facts, evidence, ticket_id, opened_by, opened_at, secured_at, escalated_at, version,
		assignee, due_at, updated_at, closed_at)
		SELECT 'c' || i, 'C-' || i, 'a' || i, CASE i % 20 WHEN 0 THEN 'secured'
		WHEN 1 THEN 'in_review' WHEN 2 THEN 'locked' WHEN 3 THEN 'needs_owner'
		WHEN 4 THEN 'declined' ELSE 'resumed' END, 'compromised', 'compromised', '[]', 'e',
		'', 's1', NOW + i, NOW + i, 0, 1, CASE WHEN i % 3 = 0 THEN '' ELSE 's' || (i % 9) END,
		NOW + (i * 7919) % 100000000, NOW + i, CASE WHEN i % 20 > 3 THEN NOW + i ELSE 0 END FROM n`,
	numbers("CASES") + `INSERT INTO tickets (id, number, account_id, case_id, department,
		status, priority, subject, opened_at, version, assignee, due_at,
		updated_at)
		SELECT 'k' || i, 'T-' || i, 'a' || i, 'c' || i, 'd' || (i % 3),
		CASE WHEN i % 5 = 0 THEN 'open' ELSE 'closed' END, 'normal', 'help', NOW + i, 1,
		CASE WHEN i % 2 = 0 THEN '' ELSE 's' || (i % 9) END,
		NOW + (i * 7919) % 100000000, NOW + i FROM n`,
	numbers("CASES") + `INSERT INTO proposals (id, kind, account_id, case_id, ticket_id,
		by_staff, at, expires_at, reason, needs, target, facts_version, state, decided_by, decided_at,
		decision) SELECT 'p' || i, 'resume', 'a' || i, 'c' || i, '', 's1', NOW + i, NOW, '',
		'[]', '', 0, CASE WHEN i % 20 = 1 THEN 'pending' ELSE 'approved' END, '', 0, ''
		FROM n`,
	numbers("LOGINS") + `INSERT INTO logins (id, account_id, at, ip, agent, outcome,
		stopped_by, digest) SELECT 'l' || (10000000 + i), 'a' || (1 + (i - 1) / (LOGINS / CASES)),
		NOW - i * 60000, '81.2.69.142', 'Firefox', 'succeeded', '', '' FROM n`,
	"ANALYZE",
}

// numbers begins a statement that selects from n, the numbers from 1 to count.
func numbers(count string) string {
	return "WITH RECURSIVE n (i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n " +
		"WHERE i < " + count + ") "
}

// fill puts many cases with a ticket each, and many logins, into an empty
// database. Logins must be a multiple of cases.
func fill(t testing.TB, db *store.DB, cases, logins int) {
	t.Helper()
	storetest.Commit(t, db, staff.AddStaff{Staff: staff.Staff{ID: "s1", Email: "s1",
		Role: staff.RoleSecurity}})
	runBulk(t, db, bulk, cases, logins)
}

func runBulk(t testing.TB, db *store.DB, statements []string, cases, logins int) {
	t.Helper()
	bytes := "CAST('k' || i AS BLOB)"
	if db.Engine() == "postgres" {
		bytes = "convert_to('k' || i, 'UTF8')"
	}
	values := strings.NewReplacer("CASES", strconv.Itoa(cases), "LOGINS", strconv.Itoa(logins),
		"NOW", strconv.FormatInt(now.UnixMilli(), 10), "BYTES", bytes)
	for _, q := range statements {
		if err := db.Exec(t.Context(), values.Replace(q)); err != nil {
			t.Fatal(err)
		}
	}
}
