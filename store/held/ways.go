package held

import (
	"cmp"
	"slices"

	"regain/security"
)

// Ways reads, behind a query of factors, those of the account $1, its recovery codes and in which generation its
// session $2 is, by one statement: a code, and the session, stand in the columns that a factor has for the same
// types.
const Ways = `WHERE f.subject = $1 || '' AND f.removed_at = 0
	UNION ALL SELECT k.id, k.subject, k.staff, '` + security.FactorCode + `', k.digest, k.sealed, k.position,
	0, k.made_at, k.used_at, 0, '', '', '', NULL, NULL, NULL, 0, FALSE, FALSE, NULL
	FROM recovery_codes k WHERE k.subject = $1 || ''
	UNION ALL SELECT s.id, s.subject, FALSE, '', '', '', s.generation,
	0, 0, 0, 0, '', '', '', NULL, NULL, NULL, 0, FALSE, FALSE, NULL FROM sessions s WHERE s.id = $2 || ''`

// Apart puts what Ways reads into order, and says whether the session is in this generation.
func Apart(all []security.Factor, generation int64) (factors []security.Factor, codes []security.RecoveryCode,
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
