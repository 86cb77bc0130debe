package store

import (
	"context"
	"time"

	"regain/security"
)

const staffSessionColumns = `id, staff_id, invitation_id, generation, started_at, seen_at,
	ends_at, ended_at, proved_at, ip, agent`

// StaffSession implements security.StaffStore. It returns sessions that are
// over, too.
func (db *DB) StaffSession(ctx context.Context, id string) (security.StaffSession, error) {
	return find(ctx, db.reader(), func(s *security.StaffSession) []any {
		return []any{&s.ID, &s.Staff, &s.Invitation, &s.Generation, at(&s.StartedAt),
			at(&s.SeenAt), at(&s.EndsAt), at(&s.EndedAt), at(&s.ProvedAt), &s.IP, &s.Agent}
	}, "SELECT "+staffSessionColumns+" FROM staff_sessions WHERE id = $1", id)
}

// TouchStaffSession implements security.StaffStore. A session that ended, or was
// seen later than that, stays as it is.
func (db *DB) TouchStaffSession(ctx context.Context, id string, at time.Time) error {
	return db.again(ctx, func() error {
		return db.writer().run(ctx, `UPDATE staff_sessions SET seen_at = $1
			WHERE id = $2 AND ended_at = 0 AND seen_at < $1`, ms(at), id)
	})
}

func (t tx) startStaffSession(ctx context.Context, s security.StaffSession) error {
	return t.one(ctx, "INSERT INTO staff_sessions ("+staffSessionColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		s.ID, s.Staff, s.Invitation, s.Generation, ms(s.StartedAt), ms(s.SeenAt), ms(s.EndsAt),
		ms(s.EndedAt), ms(s.ProvedAt), s.IP, s.Agent)
}

func (t tx) rotateStaffSession(ctx context.Context, w security.RotateStaffSession) error {
	return t.one(ctx, `UPDATE staff_sessions SET generation = generation + 1, seen_at = $1
		WHERE id = $2 AND generation = $3 AND ended_at = 0 AND ends_at > $1`,
		ms(w.At), w.ID, w.Generation)
}

func (t tx) proveStaffSession(ctx context.Context, w security.ProveStaffSession) error {
	return t.one(ctx, `UPDATE staff_sessions SET proved_at = $1, ends_at = $2
		WHERE id = $3 AND ended_at = 0 AND ends_at > $1`, ms(w.At), ms(w.EndsAt), w.ID)
}

func (t tx) endStaffSessions(ctx context.Context, w security.EndStaffSessions) error {
	return t.run(ctx, `UPDATE staff_sessions SET ended_at = $1
		WHERE staff_id = $2 AND id <> $3 AND ended_at = 0`, ms(w.At), w.Staff, w.Except)
}

// Look implements security.StaffStore.
func (db *DB) Look(ctx context.Context, session, account string) (security.Look, error) {
	return find(ctx, db.reader(), func(l *security.Look) []any {
		return []any{&l.Session, &l.Account, &l.Reason, at(&l.At)}
	}, `SELECT session_id, account_id, reason, at FROM looks
		WHERE session_id = $1 AND account_id = $2`, session, account)
}

func (t tx) recordLook(ctx context.Context, l security.Look) error {
	return t.one(ctx, `INSERT INTO looks (session_id, account_id, reason, at)
		VALUES ($1, $2, $3, $4) ON CONFLICT (session_id, account_id)
		DO UPDATE SET reason = excluded.reason, at = excluded.at`,
		l.Session, l.Account, l.Reason, ms(l.At))
}
