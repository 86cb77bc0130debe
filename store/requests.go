package store

import (
	"context"

	"regain/security"
	"regain/security/access"
	"regain/security/guided"
	"regain/security/lockout"
)

const requestColumns = "id, kind, sealed, at, expires_at, resolved_at, ended_at, tries"

func requestFields(r *guided.Request) []any {
	return []any{&r.ID, &r.Kind, &r.Sealed, at(&r.At), at(&r.ExpiresAt), at(&r.ResolvedAt),
		at(&r.EndedAt), &r.Tries}
}

// Request implements guided.Store.
func (db *DB) Request(ctx context.Context, id string) (guided.Request, error) {
	r, err := find(ctx, db.reader(), requestFields,
		"SELECT "+requestColumns+" FROM requests WHERE id = $1", id)
	if err != nil {
		return r, err
	}
	r.Answers, err = list(ctx, db.reader(),
		func(a *guided.Answer) []any { return []any{&a.Account, &a.Code} },
		`SELECT account_id, code FROM request_accounts WHERE request_id = $1
		ORDER BY account_id`, id)
	return r, err
}

// UnresolvedRequests implements guided.Store.
func (db *DB) UnresolvedRequests(ctx context.Context, limit int) ([]guided.Request, error) {
	return list(ctx, db.reader(), requestFields, "SELECT "+requestColumns+` FROM requests
		WHERE resolved_at = 0 ORDER BY at LIMIT $1`, limit)
}

// CountRequestTry implements guided.Store. A request that does not exist is a
// conflict too. One that has ended still counts, so that the answer does not
// tell it from a living one.
func (db *DB) CountRequestTry(ctx context.Context, id string, max int) (int, error) {
	return db.count(ctx, `UPDATE requests SET tries = tries + 1
		WHERE id = $1 AND tries < $2 RETURNING tries`, id, max)
}

func (t tx) putRequest(ctx context.Context, w guided.PutRequest) error {
	r := w.Request
	return t.one(ctx, "INSERT INTO requests ("+requestColumns+`)
		VALUES ($1, $2, $3, $4, $5, 0, 0, 0)`,
		r.ID, r.Kind, r.Sealed, ms(r.At), ms(r.ExpiresAt))
}

func (t tx) resolveRequest(ctx context.Context, w guided.ResolveRequest) error {
	err := t.one(ctx, "UPDATE requests SET resolved_at = $1 WHERE id = $2 AND resolved_at = 0",
		ms(w.At), w.ID)
	if err != nil {
		return err
	}
	for _, a := range w.Answers {
		err := t.one(ctx, `INSERT INTO request_accounts (request_id, account_id, code)
			VALUES ($1, $2, $3)`, w.ID, a.Account, a.Code)
		if err != nil {
			return err
		}
	}
	return nil
}

func (t tx) spendRequest(ctx context.Context, w guided.SpendRequest) error {
	return t.one(ctx, `UPDATE requests SET ended_at = $1
		WHERE id = $2 AND resolved_at > 0 AND ended_at = 0 AND expires_at > $1`,
		ms(w.At), w.ID)
}

func (t tx) endRequests(ctx context.Context, w access.EndRequests) error {
	return t.run(ctx, `UPDATE requests SET ended_at = $1 WHERE ended_at = 0 AND id IN (
		SELECT request_id FROM request_accounts WHERE account_id = $2)`, ms(w.At), w.Account)
}

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
