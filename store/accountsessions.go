package store

import (
	"context"
	"time"

	"regain/security"
)

const accountSessionColumns = `id, account_id, generation, started_at, seen_at, ends_at,
	ended_at, half, proved_at, proved_by, ip, agent`

func accountSessionFields(s *security.AccountSession) []any {
	return []any{&s.ID, &s.Account, &s.Generation, at(&s.StartedAt), at(&s.SeenAt),
		at(&s.EndsAt), at(&s.EndedAt), &s.Half, at(&s.ProvedAt), &s.ProvedBy, &s.IP, &s.Agent}
}

// AccountSession implements security.AccountStore. It returns sessions that are over, too.
func (db *DB) AccountSession(ctx context.Context, id string) (security.AccountSession, error) {
	return find(ctx, db.reader(), accountSessionFields,
		"SELECT "+accountSessionColumns+" FROM account_sessions WHERE id = $1", id)
}

// AccountSessions implements security.AccountStore.
func (db *DB) AccountSessions(ctx context.Context, account string, since time.Time,
	limit int) ([]security.AccountSession, error) {
	return list(ctx, db.reader(), accountSessionFields, "SELECT "+accountSessionColumns+`
		FROM account_sessions WHERE account_id = $1 AND started_at > $2
		ORDER BY started_at DESC, id DESC LIMIT $3`, account, ms(since), limit)
}

// HalfSessions implements security.AccountStore; the longest over come first.
func (db *DB) HalfSessions(ctx context.Context, t time.Time, limit int) (
	[]security.AccountSession, error) {
	return list(ctx, db.reader(), accountSessionFields, "SELECT "+accountSessionColumns+`
		FROM account_sessions WHERE half AND ended_at = 0 AND ends_at < $1
		ORDER BY ends_at, id LIMIT $2`, ms(t), limit)
}

// TouchAccountSession implements security.AccountStore. A session that ended, or was seen
// later than that, stays as it is.
func (db *DB) TouchAccountSession(ctx context.Context, id string, at time.Time) error {
	return db.again(ctx, func() error {
		return db.writer().run(ctx, `UPDATE account_sessions SET seen_at = $1
			WHERE id = $2 AND ended_at = 0 AND seen_at < $1`, ms(at), id)
	})
}

func (t tx) startAccountSession(ctx context.Context, s security.AccountSession) error {
	return t.one(ctx, "INSERT INTO account_sessions ("+accountSessionColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		s.ID, s.Account, s.Generation, ms(s.StartedAt), ms(s.SeenAt), ms(s.EndsAt),
		ms(s.EndedAt), s.Half, ms(s.ProvedAt), s.ProvedBy, s.IP, s.Agent)
}

func (t tx) rotateAccountSession(ctx context.Context, w security.RotateAccountSession) error {
	return t.one(ctx, `UPDATE account_sessions SET generation = generation + 1, seen_at = $1
		WHERE id = $2 AND generation = $3 AND ended_at = 0 AND ends_at > $1`,
		ms(w.At), w.ID, w.Generation)
}

func (t tx) proveAccountSession(ctx context.Context, w security.ProveAccountSession) error {
	return t.one(ctx, `UPDATE account_sessions SET half = FALSE, proved_at = $1,
		proved_by = $2, ends_at = $3 WHERE id = $4 AND ended_at = 0 AND ends_at > $1`,
		ms(w.At), w.By, ms(w.EndsAt), w.ID)
}

func (t tx) endAccountSession(ctx context.Context, w security.EndAccountSession) error {
	return t.one(ctx, `UPDATE account_sessions SET ended_at = $1
		WHERE id = $2 AND account_id = $3 AND ended_at = 0`, ms(w.At), w.ID, w.Account)
}

func (t tx) endHalfSession(ctx context.Context, w security.EndHalfSession) error {
	return t.one(ctx, `UPDATE account_sessions SET ended_at = $1
		WHERE id = $2 AND half AND ended_at = 0`, ms(w.At), w.ID)
}
