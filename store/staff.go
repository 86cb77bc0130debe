package store

import (
	"context"
	"time"

	"regain/security/desk"
	"regain/security/identifier"
	"regain/security/staff"
)

const staffColumns = `id, email, name, role, password_hash, invited_at, joined_at, disabled_at,
	invited_by, time_zone, version`

func staffFields(s *staff.Staff) []any {
	return []any{&s.ID, &s.Email, &s.Name, &s.Role, &s.PasswordHash, at(&s.InvitedAt),
		at(&s.JoinedAt), at(&s.DisabledAt), &s.InvitedBy, &s.TimeZone, &s.Version}
}

// StaffMember implements the Store of several rooms.
func (db *DB) StaffMember(ctx context.Context, id string) (staff.Staff, error) {
	return find(ctx, db.reader(), staffFields,
		"SELECT "+staffColumns+" FROM staff WHERE id = $1", id)
}

// StaffByEmail implements staff.Store.
func (db *DB) StaffByEmail(ctx context.Context, folded string) (staff.Staff, error) {
	return find(ctx, db.reader(), staffFields,
		"SELECT "+staffColumns+" FROM staff WHERE email_fold = $1", folded)
}

// StaffMembers implements the Store of several rooms.
func (db *DB) StaffMembers(ctx context.Context) ([]staff.Staff, error) {
	return list(ctx, db.reader(), staffFields,
		"SELECT "+staffColumns+" FROM staff ORDER BY name, id")
}

func (t tx) addStaff(ctx context.Context, w staff.AddStaff) error {
	s := w.Staff
	return t.one(ctx, "INSERT INTO staff ("+staffColumns+`, email_fold)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1, $11)`,
		s.ID, s.Email, s.Name, s.Role, s.PasswordHash, ms(s.InvitedAt), ms(s.JoinedAt),
		ms(s.DisabledAt), s.InvitedBy, s.TimeZone, identifier.Fold(s.Email))
}

func (t tx) saveStaff(ctx context.Context, w staff.SaveStaff) error {
	s := w.Staff
	return t.one(ctx, `UPDATE staff SET email = $1, email_fold = $2, name = $3, role = $4,
		password_hash = $5, invited_at = $6, joined_at = $7, disabled_at = $8,
		invited_by = $9, time_zone = $10, version = version + 1 WHERE id = $11 AND version = $12`,
		s.Email, identifier.Fold(s.Email), s.Name, s.Role, s.PasswordHash,
		ms(s.InvitedAt), ms(s.JoinedAt), ms(s.DisabledAt), s.InvitedBy, s.TimeZone, s.ID, s.Version)
}

// Invitation implements staff.Store. It returns those that are over, too.
func (db *DB) Invitation(ctx context.Context, id string) (staff.Invitation, error) {
	return find(ctx, db.reader(), func(i *staff.Invitation) []any {
		return []any{&i.ID, &i.Staff, at(&i.MadeAt), at(&i.ExpiresAt), at(&i.EndedAt)}
	}, `SELECT id, staff_id, made_at, expires_at, ended_at FROM invitations
		WHERE id = $1`, id)
}

const callerColumns = `id, account_id, staff_id, session_id, address_id, code, sent_at,
	expires_at, tries, verified_at, ended_at`

// CallerChecks implements desk.Store.
func (db *DB) CallerChecks(ctx context.Context, account string, since time.Time) (
	[]desk.CallerCheck, error) {
	return list(ctx, db.reader(), func(c *desk.CallerCheck) []any {
		return []any{&c.ID, &c.Account, &c.Staff, &c.Session, &c.Address, &c.Code, at(&c.SentAt),
			at(&c.ExpiresAt), &c.Tries, at(&c.VerifiedAt), at(&c.EndedAt)}
	}, "SELECT "+callerColumns+` FROM caller_checks WHERE account_id = $1 AND sent_at > $2
		ORDER BY sent_at DESC, id DESC`, account, ms(since))
}

// CountCallerTry implements desk.Store. A check that does not exist is
// a conflict too.
func (db *DB) CountCallerTry(ctx context.Context, id string, max int) (int, error) {
	return db.count(ctx, `UPDATE caller_checks SET tries = tries + 1
		WHERE id = $1 AND tries < $2 RETURNING tries`, id, max)
}

func (t tx) askCaller(ctx context.Context, w desk.AskCaller) error {
	c := w.Check
	return t.one(ctx, "INSERT INTO caller_checks ("+callerColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0, 0)`,
		c.ID, c.Account, c.Staff, c.Session, c.Address, c.Code, ms(c.SentAt), ms(c.ExpiresAt))
}

func (t tx) endCallerChecks(ctx context.Context, w desk.EndCallerChecks) error {
	return t.run(ctx, `UPDATE caller_checks SET ended_at = $1
		WHERE account_id = $2 AND verified_at = 0 AND ended_at = 0`, ms(w.At), w.Account)
}

func (t tx) passCaller(ctx context.Context, w desk.PassCaller) error {
	return t.one(ctx, `UPDATE caller_checks SET verified_at = $1
		WHERE id = $2 AND verified_at = 0 AND ended_at = 0 AND expires_at > $1`,
		ms(w.At), w.ID)
}

// Look implements staff.Store.
func (db *DB) Look(ctx context.Context, session, account string) (staff.Look, error) {
	return find(ctx, db.reader(), func(l *staff.Look) []any {
		return []any{&l.Session, &l.Account, &l.Reason, at(&l.At)}
	}, `SELECT session_id, account_id, reason, at FROM looks
		WHERE session_id = $1 AND account_id = $2`, session, account)
}

func (t tx) recordLook(ctx context.Context, w staff.RecordLook) error {
	l := w.Look
	return t.one(ctx, `INSERT INTO looks (session_id, account_id, reason, at)
		VALUES ($1, $2, $3, $4) ON CONFLICT (session_id, account_id)
		DO UPDATE SET reason = excluded.reason, at = excluded.at`,
		l.Session, l.Account, l.Reason, ms(l.At))
}
