package store

import (
	"context"
	"time"

	"regain/security/access"
	"regain/store/enterprise"
	"regain/store/held"
)

const sessionColumns = `id, kind, subject, COALESCE(recovery_id, ''),
	COALESCE(invitation_id, ''), stage, generation, seed, started_at, seen_at, ends_at, ended_at,
	proved_at, COALESCE(NULLIF(sso, ''), proved_by), password_at, forgotten, ip, agent`

// sessionRead are the columns by which sessions are read.
var sessionRead = sessionColumns + ", " + enterprise.SessionLimits("sessions")

func sessionFields(s *access.Session) []any {
	return append([]any{&s.ID, &s.Kind, &s.Subject, &s.Recovery, &s.Invitation, &s.Stage,
		&s.Generation, &s.Seed, at(&s.StartedAt), at(&s.SeenAt), at(&s.EndsAt), at(&s.EndedAt),
		at(&s.ProvedAt), &s.ProvedBy, at(&s.PasswordAt), &s.Forgotten, &s.IP, &s.Agent},
		enterprise.LimitFields(&s.Organisation)...)
}

// Session implements the Store of several rooms. It returns sessions that are over, too.
func (db *DB) Session(ctx context.Context, id string) (access.Session, error) {
	return find(ctx, db.reader(), sessionFields,
		"SELECT "+sessionRead+" FROM sessions WHERE id = $1", id)
}

// Once implements access.Store.
func (db *DB) Once(ctx context.Context, session, key string) (string, error) {
	return find(ctx, db.reader(), func(result *string) []any { return []any{result} },
		"SELECT result FROM once WHERE session_id = $1 AND key = $2", session, key)
}

// Sessions implements the Store of several rooms.
func (db *DB) Sessions(ctx context.Context, f access.SessionFilter) ([]access.Session, error) {
	return list(ctx, db.reader(), sessionFields, "SELECT "+sessionRead+` FROM sessions
		WHERE subject = $1 AND kind = $2 AND started_at > $3
		ORDER BY started_at DESC, id DESC LIMIT $4`, f.Subject, f.Kind, ms(f.Since), f.Limit)
}

// HalfSessions implements signin.Store; the longest over come first.
func (db *DB) HalfSessions(ctx context.Context, t time.Time, limit int) ([]access.Session, error) {
	return list(ctx, db.reader(), sessionFields, "SELECT "+sessionRead+` FROM sessions
		WHERE kind = 'account' AND stage = 'verify' AND ended_at = 0 AND ends_at < $1
		ORDER BY ends_at, id LIMIT $2`, ms(t), limit)
}

// TouchSession implements access.Store. A session that ended, or was seen
// later than that, stays as it is.
func (db *DB) TouchSession(ctx context.Context, id string, at time.Time) error {
	return db.dialect.Again(ctx, func() error {
		return db.writer().run(ctx, `UPDATE sessions SET seen_at = $1
			WHERE id = $2 AND ended_at = 0 AND seen_at < $1`, ms(at), id)
	})
}

func (t tx) startSession(ctx context.Context, w access.StartSession) error {
	s := w.Session
	own, sso := provedBy(s.ProvedBy)
	return t.one(ctx, `INSERT INTO sessions (id, kind, subject, recovery_id, invitation_id, stage,
		generation, seed, started_at, seen_at, ends_at, ended_at, proved_at, proved_by, password_at,
		ip, agent, sso)
		VALUES ($1, $2, $3, NULLIF($4, ''), NULLIF($5, ''), $6, $7, $8, $9, $10, $11, $12, $13,
			$14, $15, $16, $17, $18)`,
		s.ID, s.Kind, s.Subject, s.Recovery, s.Invitation, s.Stage, s.Generation, s.Seed,
		ms(s.StartedAt), ms(s.SeenAt), ms(s.EndsAt), ms(s.EndedAt), ms(s.ProvedAt), own,
		ms(s.PasswordAt), s.IP, s.Agent, sso)
}

// provedBy is how a proof is stored: what an issuer showed has a column of its own.
func provedBy(by string) (own, sso string) {
	if by == access.ProvedBySSO || by == access.ProvedBySSOFactor {
		return access.ProvedByPassword, by
	}
	return by, ""
}

func (t tx) rotateSession(ctx context.Context, w access.RotateSession) error {
	return t.one(ctx, `UPDATE sessions SET generation = generation + 1, seen_at = $1
		WHERE id = $2 AND generation = $3 AND ended_at = 0 AND ends_at > $1`,
		ms(w.At), w.ID, w.Generation)
}

func (t tx) once(ctx context.Context, w access.Once) error {
	return t.one(ctx, `INSERT INTO once (session_id, key, result, at) VALUES ($1, $2, $3, $4)`,
		w.Session, w.Key, w.Result, ms(w.At))
}

func (t tx) proveSession(ctx context.Context, w access.ProveSession) error {
	own, sso := provedBy(w.By)
	return t.one(ctx, `UPDATE sessions SET stage = 'in', proved_at = $1, proved_by = $2,
		ends_at = $3, sso = $5 WHERE id = $4 AND stage = $6 AND ended_at = 0 AND ends_at > $1`,
		ms(w.At), own, ms(w.EndsAt), w.ID, sso, w.From)
}

func (t tx) ownPassword(ctx context.Context, w access.OwnPassword) error {
	return t.one(ctx, `UPDATE sessions SET password_at = $1 WHERE id = $2 AND ended_at = 0`,
		ms(w.At), w.ID)
}

func (t tx) forgetDevice(ctx context.Context, w access.ForgetDevice) error {
	return t.run(ctx, "UPDATE sessions SET forgotten = TRUE WHERE id = $1 AND subject = $2",
		w.ID, w.Subject)
}

func (t tx) settleSession(ctx context.Context, w access.SettleSession) error {
	return t.one(ctx, `UPDATE sessions SET ip = $1, agent = $2 WHERE id = $3 AND ended_at = 0`,
		w.IP, w.Agent, w.ID)
}

func (t tx) endSession(ctx context.Context, w access.EndSession) error {
	return t.one(ctx, `UPDATE sessions SET ended_at = $1, forgotten = $5
		WHERE id = $2 AND subject = $3 AND ended_at = 0 AND (stage = $4 OR $4 = '')`,
		ms(w.At), w.ID, w.Subject, w.Stage, !w.Known)
}

func (t tx) endSessions(ctx context.Context, w access.EndSessions) error {
	if w.Known {
		return t.run(ctx, `UPDATE sessions SET ended_at = $1
			WHERE subject = $2 AND id <> $3 AND ended_at = 0`, ms(w.At), w.Subject, w.Except)
	}
	return t.run(ctx, "UPDATE sessions SET "+held.OverAndForgotten+" AND subject = $2 AND id <> $3",
		ms(w.At), w.Subject, w.Except)
}

func (t tx) endWaysIn(ctx context.Context, w access.EndWaysIn) error {
	args := []any{ms(w.At)}
	if w.Account != "" {
		args = append(args, w.Account)
	}
	for _, q := range held.WaysIn(w) {
		if err := t.run(ctx, q, args...); err != nil {
			return err
		}
	}
	return nil
}
