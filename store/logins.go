package store

import (
	"context"
	"strconv"
	"time"

	"regain/security"
	"regain/store/batch"
)

const (
	loginColumns    = "id, account_id, at, ip, agent, outcome, stopped_by, digest"
	activityColumns = "id, account_id, at, kind, summary, from_value, to_value, ip, digest"
)

func loginFields(l *security.Login) []any {
	return []any{&l.ID, &l.Account, at(&l.At), &l.IP, &l.Agent, &l.Outcome, &l.StoppedBy, &l.Digest}
}

// Login implements the Store of several rooms.
func (db *DB) Login(ctx context.Context, id string) (security.Login, error) {
	return find(ctx, db.reader(), loginFields,
		"SELECT "+loginColumns+" FROM logins WHERE id = $1", id)
}

// Logins implements security.Store.
func (db *DB) Logins(ctx context.Context, account string, since time.Time, limit int) (
	[]security.Login, error) {
	return list(ctx, db.reader(), loginFields, "SELECT "+loginColumns+` FROM logins
		WHERE account_id = $1 AND at > $2 ORDER BY at DESC, id DESC LIMIT $3`,
		account, ms(since), limit)
}

// WithLogins implements alert.Store.
func (db *DB) WithLogins(ctx context.Context, accounts []string, since time.Time) ([]string, error) {
	return inChunks(db.reader(), accounts, func(c conn, in string, args []any) ([]string, error) {
		return list(ctx, c, func(id *string) []any { return []any{id} },
			"SELECT id FROM accounts WHERE id "+in+` AND EXISTS (SELECT 1
			FROM logins WHERE account_id = accounts.id AND at > $`+strconv.Itoa(len(args)+1)+")",
			append(args, ms(since))...)
	})
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

// known leaves a row alone whose id there is.
const known = " ON CONFLICT (id) DO NOTHING"

func (t tx) putLogins(ctx context.Context, all []security.PutLogins) error {
	return t.add(ctx, "INSERT INTO logins ("+loginColumns+")", known,
		rowsOf(batch.Logins(all), func(l security.Login) []any {
			return []any{l.ID, l.Account, ms(l.At), l.IP, l.Agent, l.Outcome, l.StoppedBy, l.Digest}
		}))
}

func (t tx) putActivities(ctx context.Context, all []security.PutActivities) error {
	return t.add(ctx, "INSERT INTO activities ("+activityColumns+")", known,
		rowsOf(batch.Activities(all), func(a security.Activity) []any {
			return []any{a.ID, a.Account, ms(a.At), a.Kind, a.Summary, a.From, a.To, a.IP, a.Digest}
		}))
}

// asked is how many ids go into one query; both engines have a limit.
const asked = 500

// Digests implements feed.Store. What it asks for is named like its table.
func (db *DB) Digests(ctx context.Context, of security.Dated, ids []string) (map[string]string,
	error) {
	rows, err := inChunks(db.reader(), ids, func(c conn, in string, args []any) ([][2]string, error) {
		return list(ctx, c, func(r *[2]string) []any { return []any{&r[0], &r[1]} },
			"SELECT id, digest FROM "+string(of)+" WHERE id "+in, args...)
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
