// Package refold brings the folded usernames of a database to the form that the program compares.
package refold

import (
	"context"
	"database/sql"

	"regain/security/identifier"
)

// row is an account whose username was folded by an earlier program.
type row struct{ id, username, old string }

// Usernames folds every username anew. Those that have become the same keep a key of their own
// each: none is found by what they share, and each by what found it before.
func Usernames(ctx context.Context, tx *sql.Tx) error {
	all, err := usernames(ctx, tx)
	if err != nil {
		return err
	}
	same := map[string]int{}
	for _, r := range all {
		same[identifier.Key(r.username)]++
		same[identifier.Own(r.username)]++
	}
	// A new key can be the old one of another row, which moves to its own first.
	for _, own := range []bool{true, false} {
		for _, r := range all {
			key := identifier.Key(r.username)
			if same[key] > 1 != own {
				continue
			}
			if own {
				key = identifier.Own(r.username)
			}
			if key == r.old || own && same[key] > 1 { // of two that share both, neither can move
				continue
			}
			if _, err := tx.ExecContext(ctx,
				"UPDATE accounts SET username_fold = $1 WHERE id = $2", key, r.id); err != nil {
				return err
			}
		}
	}
	return nil
}

func usernames(ctx context.Context, tx *sql.Tx) (all []row, err error) {
	found, err := tx.QueryContext(ctx, "SELECT id, username, username_fold FROM accounts")
	if err != nil {
		return nil, err
	}
	defer found.Close()
	for found.Next() {
		var r row
		if err := found.Scan(&r.id, &r.username, &r.old); err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, found.Err()
}
