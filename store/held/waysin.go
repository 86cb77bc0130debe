package held

import "regain/security/access"

// OverAndForgotten ends sessions at $1; no browser is known any more by them, or by those that
// had ended before.
const OverAndForgotten = `ended_at = CASE WHEN ended_at = 0 THEN $1 ELSE ended_at END,
	forgotten = TRUE WHERE (ended_at = 0 OR NOT forgotten)`

// waysIn ends at $1 what leads into any account; of narrows it to the account $2, and is empty for
// what leads into none.
var waysIn = []struct{ end, of string }{
	{"UPDATE sessions SET " + OverAndForgotten, "kind <> 'staff' AND subject = $2"},
	{"UPDATE links SET state = 'revoked', ended_at = $1 WHERE state = 'live'", "account_id = $2"},
	{"UPDATE requests SET ended_at = $1 WHERE ended_at = 0",
		"id IN (SELECT request_id FROM request_accounts WHERE account_id = $2)"},
	{"UPDATE caller_checks SET ended_at = $1 WHERE verified_at = 0 AND ended_at = 0",
		"account_id = $2"},
	{"UPDATE invitations SET ended_at = $1 WHERE ended_at = 0", ""},
	{"UPDATE address_changes SET state = 'cancelled', settled_at = $1 WHERE state = 'pending'",
		"account_id = $2"},
	{"UPDATE address_changes SET undo_until = $1 WHERE state = 'confirmed' AND undo_until > $1",
		"account_id = $2"},
	{"UPDATE proposals SET state = 'void', ended_at = $1 WHERE state = 'agreed'", "account_id = $2"},
}

// WaysIn are the statements that end at $1 what leads into any account, or into the account $2 alone.
func WaysIn(w access.EndWaysIn) (all []string) {
	for _, q := range waysIn {
		switch {
		case w.Account == "":
			all = append(all, q.end)
		case q.of != "":
			all = append(all, q.end+" AND "+q.of)
		}
	}
	return all
}
