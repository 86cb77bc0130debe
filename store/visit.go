package store

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strings"

	"regain/security"
	"regain/security/guided"
	"regain/store/enterprise"
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

// ways reads the factors of an account, its recovery codes and in which generation a session of it is, by one
// statement: a code, and the session, stand in the columns that a factor has for the same types.
const ways = factorQuery + `WHERE f.subject = $1 || '' AND f.removed_at = 0
	UNION ALL SELECT k.id, k.subject, k.staff, '` + security.FactorCode + `', k.digest, k.sealed, k.position,
	0, k.made_at, k.used_at, 0, '', '', '', NULL, NULL, NULL, 0, FALSE, FALSE, NULL
	FROM recovery_codes k WHERE k.subject = $1 || ''
	UNION ALL SELECT s.id, s.subject, FALSE, '', '', '', s.generation,
	0, 0, 0, 0, '', '', '', NULL, NULL, NULL, 0, FALSE, FALSE, NULL FROM sessions s WHERE s.id = $2 || ''`

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
		all, err := list(ctx, db.reader(), factorFields, ways, v.Account.ID, session)
		if err != nil {
			return v, err
		}
		var same bool
		if v.Factors, v.Codes, same = apart(all, v.Session.Generation); same {
			return v, nil
		}
	}
}

// apart puts what ways reads into order, and says whether the session is in this generation.
func apart(all []security.Factor, generation int64) (factors []security.Factor, codes []security.RecoveryCode,
	same bool) {
	for _, x := range all {
		switch x.Kind {
		case "":
			same = x.LastStep == generation
		case security.FactorCode:
			codes = append(codes, security.RecoveryCode{ID: x.ID, Subject: x.Subject, Staff: x.Staff,
				Digest: x.Name, Sealed: x.Sealed, Position: int(x.LastStep), MadeAt: x.AddedAt,
				UsedAt: x.UsedAt})
		default:
			factors = append(factors, x)
		}
	}
	slices.SortFunc(factors, func(a, b security.Factor) int {
		return cmp.Or(a.AddedAt.Compare(b.AddedAt), cmp.Compare(a.ID, b.ID))
	})
	slices.SortFunc(codes, func(a, b security.RecoveryCode) int {
		return cmp.Or(cmp.Compare(a.Position, b.Position), cmp.Compare(a.ID, b.ID))
	})
	return factors, codes, same
}
