package store

import (
	"context"

	"regain/security"
)

const staffColumns = `id, email, name, role, password_hash, sealed, last_step, failures,
	invited_at, joined_at, disabled_at, version`

func staffFields(s *security.Staff) []any {
	return []any{&s.ID, &s.Email, &s.Name, &s.Role, &s.PasswordHash, &s.Sealed, &s.LastStep,
		&s.Failures, at(&s.InvitedAt), at(&s.JoinedAt), at(&s.DisabledAt), &s.Version}
}

// StaffMember implements security.StaffStore.
func (db *DB) StaffMember(ctx context.Context, id string) (security.Staff, error) {
	return find(ctx, db.reader(), staffFields,
		"SELECT "+staffColumns+" FROM staff WHERE id = $1", id)
}

// StaffByEmail implements security.StaffStore.
func (db *DB) StaffByEmail(ctx context.Context, folded string) (security.Staff, error) {
	return find(ctx, db.reader(), staffFields,
		"SELECT "+staffColumns+" FROM staff WHERE email_fold = $1", folded)
}

// StaffMembers implements security.StaffStore.
func (db *DB) StaffMembers(ctx context.Context) ([]security.Staff, error) {
	return list(ctx, db.reader(), staffFields,
		"SELECT "+staffColumns+" FROM staff ORDER BY name, id")
}

// CountStaffTry implements security.StaffStore. A member who does not exist is
// a conflict too.
func (db *DB) CountStaffTry(ctx context.Context, staff string, max int) (int, error) {
	return db.count(ctx, `UPDATE staff SET failures = failures + 1
		WHERE id = $1 AND failures < $2 RETURNING failures`, staff, max)
}

func (t tx) addStaff(ctx context.Context, s security.Staff) error {
	return t.one(ctx, "INSERT INTO staff ("+staffColumns+`, email_fold)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1, $12)`,
		s.ID, s.Email, s.Name, s.Role, s.PasswordHash, s.Sealed, s.LastStep, s.Failures,
		ms(s.InvitedAt), ms(s.JoinedAt), ms(s.DisabledAt), security.Fold(s.Email))
}

// saveStaff never takes the last step back, because a sign-in meanwhile does not
// raise the version and its code must stay spent.
func (t tx) saveStaff(ctx context.Context, s security.Staff) error {
	return t.one(ctx, `UPDATE staff SET email = $1, email_fold = $2, name = $3, role = $4,
		password_hash = $5, sealed = $6,
		last_step = CASE WHEN last_step > $7 THEN last_step ELSE $7 END, failures = 0,
		invited_at = $8, joined_at = $9, disabled_at = $10, version = version + 1
		WHERE id = $11 AND version = $12`,
		s.Email, security.Fold(s.Email), s.Name, s.Role, s.PasswordHash, s.Sealed, s.LastStep,
		ms(s.InvitedAt), ms(s.JoinedAt), ms(s.DisabledAt), s.ID, s.Version)
}

func (t tx) useStaffFactor(ctx context.Context, w security.UseStaffFactor) error {
	return t.one(ctx, `UPDATE staff SET last_step = $1, failures = 0
		WHERE id = $2 AND last_step < $1`, w.Step, w.Staff)
}

// Invitation implements security.StaffStore. It returns those that are over, too.
func (db *DB) Invitation(ctx context.Context, id string) (security.Invitation, error) {
	return find(ctx, db.reader(), func(i *security.Invitation) []any {
		return []any{&i.ID, &i.Staff, at(&i.MadeAt), at(&i.ExpiresAt), at(&i.EndedAt)}
	}, `SELECT id, staff_id, made_at, expires_at, ended_at FROM invitations
		WHERE id = $1`, id)
}

func (t tx) makeInvitation(ctx context.Context, i security.Invitation) error {
	return t.one(ctx, `INSERT INTO invitations (id, staff_id, made_at, expires_at, ended_at)
		VALUES ($1, $2, $3, $4, 0)`, i.ID, i.Staff, ms(i.MadeAt), ms(i.ExpiresAt))
}

func (t tx) endInvitations(ctx context.Context, w security.EndInvitations) error {
	return t.run(ctx, "UPDATE invitations SET ended_at = $1 WHERE staff_id = $2 AND ended_at = 0",
		ms(w.At), w.Staff)
}

func (t tx) spendInvitation(ctx context.Context, w security.SpendInvitation) error {
	return t.one(ctx, `UPDATE invitations SET ended_at = $1
		WHERE id = $2 AND ended_at = 0 AND expires_at > $1`, ms(w.At), w.ID)
}

const staffCodeColumns = "id, staff_id, digest, sealed, position, made_at, used_at"

// StaffCodes implements security.StaffStore, in the order of their positions.
func (db *DB) StaffCodes(ctx context.Context, staff string) ([]security.RecoveryCode, error) {
	return list(ctx, db.reader(), codeFields, "SELECT "+staffCodeColumns+` FROM staff_codes
		WHERE staff_id = $1 ORDER BY position, id`, staff)
}

func (t tx) putStaffCodes(ctx context.Context, w security.PutStaffCodes) error {
	err := t.run(ctx, "DELETE FROM staff_codes WHERE staff_id = $1", w.Staff)
	if err != nil {
		return err
	}
	return t.insertCodes(ctx, "INSERT INTO staff_codes ("+staffCodeColumns+")", w.Staff, w.Codes)
}

func (t tx) spendStaffCode(ctx context.Context, w security.SpendStaffCode) error {
	return t.one(ctx, "UPDATE staff_codes SET used_at = $1 WHERE id = $2 AND used_at = 0",
		ms(w.At), w.ID)
}

func (t tx) forgetStaffCodes(ctx context.Context, w security.ForgetStaffCodes) error {
	return t.run(ctx, "UPDATE staff_codes SET sealed = '' WHERE staff_id = $1", w.Staff)
}
