package queue

import (
	"strconv"
	"strings"
	"time"

	"regain/security/desk"
	"regain/security/recovery"
	"regain/security/ticket"
	"regain/store/column"
	"regain/store/drill"
)

// Figures asks for all that is counted, in one statement, so that it is of one moment.
func Figures(f desk.FigureAsk) (string, []any) {
	parts := []string{ticketFigures}
	args := []any{column.MS(f.Now)}
	if f.Cases {
		parts = append(parts, caseFigures...)
		args = append(args, column.MS(f.Since), column.MS(f.Now.Add(-desk.Ages[0])),
			column.MS(f.Now.Add(-desk.Ages[1])), column.MS(f.Now.Add(-desk.Ages[2])))
	}
	return strings.Join(parts, " UNION ALL "), args
}

// day is a column of moments as a number of days.
func day(column string) string {
	return column + " / " + strconv.FormatInt((24*time.Hour).Milliseconds(), 10)
}

// overdue counts those of a group on which somebody waits for us longer than we said.
func overdue(waits string) string {
	return "SUM(CASE WHEN " + waits + " AND due_at <= $1 THEN 1 ELSE 0 END)"
}

var ticketFigures = "SELECT 'tickets' AS kind, department AS name, COUNT(*) AS n, " + overdue(owing) +
	" AS more FROM tickets WHERE " + in("department", ticket.Departments...) + " AND " +
	in("status", ticket.New, ticket.Open, ticket.OnHold, ticket.Pending) + " AND " + drill.None("tickets") +
	" GROUP BY department"

// real keeps drills out.
var real = " AND " + drill.None("cases")

// The lists of cases that are not over, as their indexes have them.
var (
	ours   = caseLists["todo"].where + real
	theirs = caseLists["waiting"].where + real
)

var caseFigures = []string{
	"SELECT 'cases', state, COUNT(*), " + overdue(owed) + " FROM cases WHERE " + ours + " GROUP BY state",
	"SELECT 'cases', state, COUNT(*), 0 FROM cases WHERE " + theirs + " GROUP BY state",
	"SELECT 'locked', '', " + day("opened_at") + ", COUNT(*) FROM cases WHERE opened_at >= $2" + real + " GROUP BY " +
		day("opened_at"),
	"SELECT 'resumed', '', " + day("closed_at") + ", COUNT(*) FROM cases WHERE " +
		caseLists["closed"].where + " AND closed_at >= $2 AND " + in("state", recovery.Resumed) + real +
		" GROUP BY " + day("closed_at"),
	"SELECT 'wait', '', secured_at, 0 FROM (SELECT secured_at FROM cases WHERE " + ours +
		" AND secured_at > 0 ORDER BY secured_at LIMIT 1 OFFSET (SELECT (COUNT(*) - 1) / 2 FROM cases WHERE " +
		ours + " AND secured_at > 0)) AS middle",
	steps(ours), steps(theirs),
	`SELECT 'second', by_staff, COUNT(*), 0 FROM proposals JOIN accounts ON accounts.id = account_id
		WHERE ` + pendingResume + " AND expires_at > $1 AND proposals.facts_version = accounts.facts_version AND " +
		drill.None("accounts") + " GROUP BY by_staff",
	"SELECT 'appeal', assignee, COUNT(*), 0 FROM cases WHERE " + ours + ` AND state = 'declined'
		GROUP BY assignee`,
	ages(ours), ages(theirs),
	middle("to_secured", "secured_at", "secured_at - opened_at", "secured_at > 0"+real),
	middle("to_resumed", "closed_at", "closed_at - secured_at", given),
	late("closed_at > due_at AND closed_at >= $2 AND " + caseLists["closed"].where + real),
	late(ours + " AND due_at <= $1"),
	"SELECT 'denied', '', " + day("answered_at") + ", COUNT(*) FROM alerts WHERE answer = 'not_me' AND " +
		"answered_at >= $2 AND " + drill.None("alerts") + " GROUP BY " + day("answered_at"),
}

// given are the cases of accounts that were given back after their owner had chosen a new password.
var given = caseLists["closed"].where + " AND secured_at > 0 AND " + in("state", recovery.Resumed) + real

// ages counts a list of cases by how long ago they began.
func ages(list string) string {
	return "SELECT 'age', age, COUNT(*), 0 FROM (SELECT CASE WHEN opened_at > $3 THEN 'day' " +
		"WHEN opened_at > $4 THEN 'three' WHEN opened_at > $5 THEN 'week' ELSE 'older' END AS age " +
		"FROM cases WHERE " + list + ") AS ages GROUP BY age"
}

// middle is for each day on which the moment lies how long it took at most in half of the cases.
func middle(kind, at, took, which string) string {
	return "SELECT '" + kind + "', '', middle_day, took FROM (SELECT " + day(at) + " AS middle_day, " + took +
		" AS took, ROW_NUMBER() OVER (PARTITION BY " + day(at) + " ORDER BY " + took +
		") AS place, COUNT(*) OVER (PARTITION BY " + day(at) + ") AS total FROM cases WHERE " + which +
		" AND " + at + " >= $2) AS middles WHERE place = (total + 1) / 2"
}

// late counts cases by the day by which we had promised a decision.
func late(which string) string {
	return "SELECT 'missed', '', " + day("due_at") + ", COUNT(*) FROM cases WHERE due_at >= $2 AND " + which +
		" GROUP BY " + day("due_at")
}

// steps counts the owners of a list of cases by what they have to do next. Somebody has come
// once the recovery of the case has a session, and proved a factor, if they have one, in a session.
func steps(list string) string {
	const session = "EXISTS (SELECT 1 FROM sessions WHERE recovery_id = recoveries.id"
	return "SELECT 'step', step, COUNT(*), 0 FROM (SELECT CASE WHEN NOT " + session + `) THEN 'unseen'
		WHEN secured_at = 0 AND EXISTS (SELECT 1 FROM factors WHERE subject = cases.account_id
			AND removed_at = 0) AND NOT ` + session + ` AND proved_at > 0) THEN 'verify'
		WHEN secured_at = 0 THEN 'password' WHEN two_factor = '' THEN 'two-factor'
		WHEN activity_at = 0 THEN 'activity' ELSE 'done' END AS step
		FROM cases LEFT JOIN recoveries ON case_id = cases.id AND case_id <> '' WHERE ` + list +
		") AS steps GROUP BY step"
}
