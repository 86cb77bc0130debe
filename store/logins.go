package store

import (
	"context"
	"time"

	"regain/security"
)

const (
	loginColumns    = "id, account_id, at, ip, agent, outcome, stopped_by, digest"
	activityColumns = "id, account_id, at, kind, summary, from_value, to_value, ip, digest"
)

// Logins implements security.Store.
func (db *DB) Logins(ctx context.Context, account string, since time.Time, limit int) (
	[]security.Login, error) {
	return list(ctx, db.reader(), func(l *security.Login) []any {
		return []any{&l.ID, &l.Account, at(&l.At), &l.IP, &l.Agent, &l.Outcome, &l.StoppedBy,
			&l.Digest}
	}, "SELECT "+loginColumns+` FROM logins WHERE account_id = $1 AND at > $2
		ORDER BY at DESC, id DESC LIMIT $3`, account, ms(since), limit)
}

// Activities implements security.Store.
func (db *DB) Activities(ctx context.Context, account string, since time.Time, limit int) (
	[]security.Activity, error) {
	return list(ctx, db.reader(), func(a *security.Activity) []any {
		return []any{&a.ID, &a.Account, at(&a.At), &a.Kind, &a.Summary, &a.From, &a.To, &a.IP,
			&a.Digest}
	}, "SELECT "+activityColumns+` FROM activities WHERE account_id = $1 AND at > $2
		ORDER BY at DESC, id DESC LIMIT $3`, account, ms(since), limit)
}

func (t tx) putLogins(ctx context.Context, logins []security.Login) error {
	for _, l := range logins {
		err := t.run(ctx, "INSERT INTO logins ("+loginColumns+`)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO NOTHING`,
			l.ID, l.Account, ms(l.At), l.IP, l.Agent, l.Outcome, l.StoppedBy, l.Digest)
		if err != nil {
			return err
		}
	}
	return nil
}

func (t tx) putActivities(ctx context.Context, activities []security.Activity) error {
	for _, a := range activities {
		err := t.run(ctx, "INSERT INTO activities ("+activityColumns+`)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (id) DO NOTHING`,
			a.ID, a.Account, ms(a.At), a.Kind, a.Summary, a.From, a.To, a.IP, a.Digest)
		if err != nil {
			return err
		}
	}
	return nil
}

// LoginDigests implements security.Store.
func (db *DB) LoginDigests(ctx context.Context, ids []string) (map[string]string, error) {
	return digests(ctx, db.reader(), "logins", ids)
}

// ActivityDigests implements security.Store.
func (db *DB) ActivityDigests(ctx context.Context, ids []string) (map[string]string, error) {
	return digests(ctx, db.reader(), "activities", ids)
}

// asked is how many ids go into one query; both engines have a limit.
const asked = 500

func digests(ctx context.Context, c conn, table string, ids []string) (
	map[string]string, error) {
	rows, err := inChunks(ids, func(some []any) ([][2]string, error) {
		return list(ctx, c, func(r *[2]string) []any { return []any{&r[0], &r[1]} },
			"SELECT id, digest FROM "+table+" WHERE id IN ("+places(len(some))+")", some...)
	})
	if err != nil {
		return nil, err
	}
	found := make(map[string]string, len(rows))
	for _, r := range rows {
		found[r[0]] = r[1]
	}
	return found, nil
}
