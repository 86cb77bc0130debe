package store

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"regain/security/guided"
	"regain/store/enterprise"
	"regain/store/held"
)

// visitQuery reads what guided.Visit has but for factors and recovery codes, and whether there are any of those,
// by one statement, and so as it stood at one moment. A parameter by itself would have SQLite plan a statement
// about several tables anew for every value, which takes twenty times as long as to read the rows.
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

// Visit implements guided.Store. What it reads by two statements it reads again when the session has moved on
// between them.
func (db *DB) Visit(ctx context.Context, session string) (v guided.Visit, err error) {
	for {
		var bare bool
		v, err = find(ctx, db.reader(), func(v *guided.Visit) []any {
			return slices.Concat(sessionFields(&v.Session), accountFields(&v.Account),
				recoveryFields(&v.Recovery), caseFields(&v.Case), []any{&bare})
		}, visitQuery, session)
		if bare || err != nil {
			return v, err
		}
		all, err := list(ctx, db.reader(), factorFields, factorQuery+held.Ways, v.Account.ID, session)
		if err != nil {
			return v, err
		}
		var same bool
		if v.Factors, v.Codes, same = held.Apart(all, v.Session.Generation); same {
			return v, nil
		}
	}
}
