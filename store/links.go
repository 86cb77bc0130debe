package store

import (
	"context"

	"regain/security"
	"regain/security/access"
	"regain/security/lockout"
)

const linkColumns = `id, account_id, case_id, address_id, purpose, made_at, expires_at, state,
	ended_at`

func linkFields(l *lockout.Link) []any {
	return []any{&l.ID, &l.Account, &l.Case, &l.Address, &l.Purpose, at(&l.MadeAt),
		at(&l.ExpiresAt), &l.State, at(&l.EndedAt)}
}

// Link implements the Store of several rooms.
func (db *DB) Link(ctx context.Context, id string) (lockout.Link, error) {
	return find(ctx, db.reader(), linkFields, "SELECT "+linkColumns+" FROM links WHERE id = $1", id)
}

// LiveLink implements the Store of several rooms. Whether it has expired is for the caller
// to see.
func (db *DB) LiveLink(ctx context.Context, account string) (lockout.Link, error) {
	return find(ctx, db.reader(), linkFields, "SELECT "+linkColumns+
		" FROM links WHERE account_id = $1 AND state = 'live'", account)
}

// LatestLink implements desk.Store.
func (db *DB) LatestLink(ctx context.Context, account string) (lockout.Link, error) {
	return find(ctx, db.reader(), linkFields, "SELECT "+linkColumns+` FROM links
		WHERE account_id = $1 ORDER BY made_at DESC, id DESC LIMIT 1`, account)
}

func (t tx) makeLink(ctx context.Context, w lockout.MakeLink) error {
	l := w.Link
	return t.one(ctx, "INSERT INTO links ("+linkColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, 'live', 0)`,
		l.ID, l.Account, l.Case, l.Address, l.Purpose, ms(l.MadeAt), ms(l.ExpiresAt))
}

func (t tx) spendLink(ctx context.Context, w lockout.SpendLink) error {
	return t.one(ctx, `UPDATE links SET state = $1, ended_at = $2
		WHERE id = $3 AND state = 'live' AND expires_at > $2`,
		security.LinkUsed, ms(w.At), w.ID)
}

func (t tx) endLinks(ctx context.Context, w access.EndLinks) error {
	return t.run(ctx, `UPDATE links SET state = $1, ended_at = $2
		WHERE account_id = $3 AND state = 'live'`, w.State, ms(w.At), w.Account)
}

func (t tx) revokeLink(ctx context.Context, w lockout.RevokeLink) error {
	return t.one(ctx, `UPDATE links SET state = $1, ended_at = $2
		WHERE id = $3 AND state = 'live'`, security.LinkRevoked, ms(w.At), w.ID)
}
