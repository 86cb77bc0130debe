package web_test

import (
	"database/sql"
	"fmt"
	"net/url"
	"testing"
	"time"

	"regain/security"
	"regain/security/staff"
)

// backlog adds a case to each of the first hundred thousand of the crowd: most are closed,
// as they are after some years.
const backlog = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
	INSERT INTO cases (id, number, account_id, state, cause, proposed, facts, evidence, ticket_id,
	opened_by, opened_at, secured_at, escalated_at, version, assignee, taken_at, due_at, closed_at)
	SELECT 'k'||i, 'K-'||i, 'c'||i, CASE i % 20 WHEN 0 THEN 'secured' WHEN 1 THEN 'in_review'
	WHEN 2 THEN 'locked' WHEN 3 THEN 'needs_owner' ELSE 'resumed' END, 'compromised',
	'compromised', '[]', 'e', '', 's', 1700000000000 + i, 1700000000000 + i, 0, 1, '', 0,
	1700000000000 + (i * 7919) % 100000000, 0 FROM n`

// BenchmarkConsole: the processor time of the queue and of a case with 50 logins, among
// 100,000 cases and a million logins.
func BenchmarkConsole(b *testing.B) {
	d, browser := newDirect(b)
	crowd(b, browser.File, 1_000_000)
	db, err := sql.Open("sqlite3", browser.File)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := db.ExecContext(b.Context(), backlog); err != nil {
		b.Fatal(err)
	}
	if err := db.Close(); err != nil {
		b.Fatal(err)
	}
	var logins []security.Login
	for i := range 50 {
		logins = append(logins, security.Login{ID: fmt.Sprint("ada-", i), Account: "ada",
			At: browser.Now().Add(-time.Duration(i) * 4 * time.Hour), IP: "81.2.69.142",
			Agent: browser.Agent, Outcome: "succeeded", Digest: "d"})
	}
	browser.Commit(security.PutLogins{Logins: logins})
	c := browser.Lock("ada")
	d.do("POST", browser.Mail("locked_out").Link, 303, nil)
	d.do("POST", "/recovery/password", 303, url.Values{"new_password": {newPassword}})
	d.forget()
	for _, cookie := range browser.Desk(staff.RoleSecurity, "ines").Cookies() {
		d.cookies[cookie.Name] = cookie
	}
	for name, path := range map[string]string{"queue": "/staff/cases",
		"closed": "/staff/cases?tab=closed",
		"case":   "/staff/cases/" + c.Number, "tickets": "/staff/tickets"} {
		b.Run(name, func(b *testing.B) {
			d.cpu = 0
			for range b.N {
				d.do("GET", path, 200, nil)
			}
			b.ReportMetric(d.cpu.Seconds()*1000/float64(b.N), "cpu-ms/page")
		})
	}
}
