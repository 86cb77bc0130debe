package store

import (
	"context"
	"time"

	"regain/security"
)

const sessionColumns = `id, account_id, recovery_id, generation, started_at, seen_at, ends_at,
	ended_at, proved_at, proved_by, ip, agent`

func sessionFields(s *security.Session) []any {
	return []any{&s.ID, &s.Account, &s.Recovery, &s.Generation, at(&s.StartedAt),
		at(&s.SeenAt), at(&s.EndsAt), at(&s.EndedAt), at(&s.ProvedAt), &s.ProvedBy,
		&s.IP, &s.Agent}
}

// Session implements security.Store. It returns sessions that are over, too.
func (db *DB) Session(ctx context.Context, id string) (security.Session, error) {
	return find(ctx, db.reader(), sessionFields,
		"SELECT "+sessionColumns+" FROM sessions WHERE id = $1", id)
}

// Sessions implements security.StaffStore. It lists sessions that are over, too.
func (db *DB) Sessions(ctx context.Context, account string, since time.Time, limit int) (
	[]security.Session, error) {
	return list(ctx, db.reader(), sessionFields, "SELECT "+sessionColumns+` FROM sessions
		WHERE account_id = $1 AND started_at > $2 ORDER BY started_at DESC, id DESC
		LIMIT $3`, account, ms(since), limit)
}

// TouchSession implements security.Store. A session that ended, or was seen
// later than that, stays as it is.
func (db *DB) TouchSession(ctx context.Context, id string, at time.Time) error {
	return db.again(ctx, func() error {
		return db.writer().run(ctx, `UPDATE sessions SET seen_at = $1
			WHERE id = $2 AND ended_at = 0 AND seen_at < $1`, ms(at), id)
	})
}

func (t tx) startSession(ctx context.Context, s security.Session) error {
	return t.one(ctx, "INSERT INTO sessions ("+sessionColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		s.ID, s.Account, s.Recovery, s.Generation, ms(s.StartedAt), ms(s.SeenAt), ms(s.EndsAt),
		ms(s.EndedAt), ms(s.ProvedAt), s.ProvedBy, s.IP, s.Agent)
}

func (t tx) rotateSession(ctx context.Context, w security.RotateSession) error {
	return t.one(ctx, `UPDATE sessions SET generation = generation + 1, seen_at = $1
		WHERE id = $2 AND generation = $3 AND ended_at = 0 AND ends_at > $1`,
		ms(w.At), w.ID, w.Generation)
}

func (t tx) proveSession(ctx context.Context, w security.ProveSession) error {
	return t.one(ctx, `UPDATE sessions SET proved_at = $1, proved_by = $2
		WHERE id = $3 AND ended_at = 0 AND ends_at > $1`, ms(w.At), w.By, w.ID)
}

func (t tx) endSessions(ctx context.Context, w security.EndSessions) error {
	err := t.run(ctx, `UPDATE sessions SET ended_at = $1
		WHERE account_id = $2 AND id <> $3 AND ended_at = 0`, ms(w.At), w.Account, w.Except)
	if err != nil {
		return err
	}
	return t.run(ctx, `UPDATE account_sessions SET ended_at = $1
		WHERE account_id = $2 AND id <> $3 AND ended_at = 0`, ms(w.At), w.Account, w.Except)
}
