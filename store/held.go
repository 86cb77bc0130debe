package store

import (
	"context"

	"regain/security"
)

// Recoveries implements security.HeldStore.
func (db *DB) Recoveries(ctx context.Context, account string) ([]security.Recovery, error) {
	return list(ctx, db.reader(), recoveryFields, "SELECT "+recoveryColumns+` FROM recoveries
		WHERE account_id = $1 ORDER BY started_at, id`, account)
}

// FactorsOf implements security.HeldStore.
func (db *DB) FactorsOf(ctx context.Context, account string) ([]security.Factor, error) {
	return list(ctx, db.reader(), factorFields, factorQuery+`
		WHERE f.account_id = $1 ORDER BY f.added_at, f.id`, account)
}

// Links implements security.HeldStore.
func (db *DB) Links(ctx context.Context, account string, limit int) ([]security.Link, error) {
	return list(ctx, db.reader(), linkFields, "SELECT "+linkColumns+` FROM links
		WHERE account_id = $1 ORDER BY made_at DESC, id DESC LIMIT $2`, account, limit)
}

// RequestsOf implements security.HeldStore.
func (db *DB) RequestsOf(ctx context.Context, account string, limit int) (
	[]security.Request, error) {
	return list(ctx, db.reader(), requestFields, "SELECT "+requestColumns+` FROM requests
		WHERE id IN (SELECT request_id FROM request_accounts WHERE account_id = $1)
		ORDER BY at DESC, id DESC LIMIT $2`, account, limit)
}
