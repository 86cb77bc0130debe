package store

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"regain/security/guided"
	"regain/store/enterprise"
)

// visitQuery reads what guided.Visit has by one statement, and so as it stood at one moment. A parameter
// by itself would have SQLite plan a statement about several tables anew for every value, which takes
// twenty times as long as to read the rows.
var visitQuery = "SELECT " + strings.Join([]string{qualified("s", sessionColumns),
	enterprise.SessionLimits("s"),
	qualified("a", accountColumns), qualified("r", recoveryColumns), qualified("c", caseColumns)}, ", ") + `,
	NOT EXISTS (SELECT 1 FROM factors f WHERE f.subject = s.subject AND f.removed_at = 0)
	AND NOT EXISTS (SELECT 1 FROM recovery_codes k WHERE k.subject = s.subject)
	FROM sessions s JOIN accounts a ON a.id = s.subject JOIN recoveries r ON r.id = s.recovery_id
	JOIN cases c ON c.id = r.case_id WHERE s.id = $1 || ''`

// qualified is a list of columns as those of a table that has a name of its own in a statement.
func qualified(table, columns string) string {
	return columnName.ReplaceAllString(columns, table+".$0")
}

var columnName = regexp.MustCompile("[a-z_]+")

// Visit implements guided.Store.
func (db *DB) Visit(ctx context.Context, session string) (guided.Visit, error) {
	return find(ctx, db.reader(), func(v *guided.Visit) []any {
		return slices.Concat(sessionFields(&v.Session), accountFields(&v.Account),
			recoveryFields(&v.Recovery), caseFields(&v.Case), []any{&v.Bare})
	}, visitQuery, session)
}
