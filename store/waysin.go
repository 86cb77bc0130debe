package store

import (
	"context"

	"regain/security/access"
)

// waysIn ends at $1 what leads into any account; of narrows it to the account $2, and is empty for
// what leads into none.
var waysIn = []struct{ end, of string }{
	{"UPDATE sessions SET " + overAndForgotten, "kind <> 'staff' AND subject = $2"},
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

func (t tx) endWaysIn(ctx context.Context, w access.EndWaysIn) error {
	for _, q := range waysIn {
		query, args := q.end, []any{ms(w.At)}
		if w.Account != "" {
			if q.of == "" {
				continue
			}
			query, args = query+" AND "+q.of, append(args, w.Account)
		}
		if err := t.run(ctx, query, args...); err != nil {
			return err
		}
	}
	return nil
}
