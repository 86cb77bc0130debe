package store

import (
	"context"
	"time"

	"regain/security"
	"regain/security/guided"
	"regain/security/lockout"
)

const recoveryColumns = `id, account_id, case_id, started_at, password_at, password_by,
	password_kept, two_factor_at, two_factor, activity_at, support_at, how, version`

func recoveryFields(r *security.Recovery) []any {
	return []any{&r.ID, &r.Account, &r.Case, at(&r.StartedAt), at(&r.PasswordAt),
		&r.PasswordBy, &r.PasswordKept, at(&r.TwoFactorAt), &r.TwoFactor, at(&r.ActivityAt),
		at(&r.SupportAt), &r.How, &r.Version}
}

// Recovery implements guided.Store.
func (db *DB) Recovery(ctx context.Context, id string) (security.Recovery, error) {
	return find(ctx, db.reader(), recoveryFields,
		"SELECT "+recoveryColumns+" FROM recoveries WHERE id = $1", id)
}

// RecoveryOfCase implements security.Store.
func (db *DB) RecoveryOfCase(ctx context.Context, caseID string) (security.Recovery, error) {
	return find(ctx, db.reader(), recoveryFields, "SELECT "+recoveryColumns+
		" FROM recoveries WHERE case_id = $1 AND case_id <> ''", caseID)
}

// CheckUp implements the Store of several rooms.
func (db *DB) CheckUp(ctx context.Context, account string, since time.Time) (
	security.Recovery, error) {
	return find(ctx, db.reader(), recoveryFields, "SELECT "+recoveryColumns+` FROM recoveries
		WHERE account_id = $1 AND case_id = '' AND started_at > $2
		ORDER BY started_at DESC, id DESC LIMIT 1`, account, ms(since))
}

func (t tx) startRecovery(ctx context.Context, w lockout.StartRecovery) error {
	r := w.Recovery
	return t.one(ctx, "INSERT INTO recoveries ("+recoveryColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1)`,
		r.ID, r.Account, r.Case, ms(r.StartedAt), ms(r.PasswordAt), r.PasswordBy, r.PasswordKept,
		ms(r.TwoFactorAt), r.TwoFactor, ms(r.ActivityAt), ms(r.SupportAt), r.How)
}

func (t tx) saveRecovery(ctx context.Context, w guided.SaveRecovery) error {
	r := w.Recovery
	return t.one(ctx, `UPDATE recoveries SET password_at = $1, password_kept = $2,
		two_factor_at = $3, two_factor = $4, activity_at = $5, support_at = $6, how = $7,
		password_by = $8, version = version + 1
		WHERE id = $9 AND version = $10`,
		ms(r.PasswordAt), r.PasswordKept, ms(r.TwoFactorAt), r.TwoFactor, ms(r.ActivityAt),
		ms(r.SupportAt), r.How, r.PasswordBy, r.ID, r.Version)
}

// Answers implements security.Store; the first given comes first.
func (db *DB) Answers(ctx context.Context, recovery string) ([]security.Answer, error) {
	return list(ctx, db.reader(), func(a *security.Answer) []any {
		return []any{&a.Recovery, &a.Account, &a.Login, &a.Answer, &a.Reasons,
			&a.Contradicts, at(&a.At)}
	}, `SELECT recovery_id, account_id, login_id, answer, reasons, contradicts, at
		FROM answers WHERE recovery_id = $1 ORDER BY at, login_id`, recovery)
}

func (t tx) putAnswer(ctx context.Context, w security.PutAnswer) error {
	a := w.Answer
	return t.one(ctx, `INSERT INTO answers
		(recovery_id, account_id, login_id, answer, reasons, contradicts, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (recovery_id, login_id) DO UPDATE SET answer = excluded.answer,
		reasons = excluded.reasons, contradicts = excluded.contradicts, at = excluded.at`,
		a.Recovery, a.Account, a.Login, a.Answer, a.Reasons, a.Contradicts, ms(a.At))
}
