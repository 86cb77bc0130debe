package store

import (
	"context"
	"strconv"

	"regain/security"
	"regain/security/access"
	"regain/security/passkey"
	"regain/security/review"
	"regain/store/budget"
	"regain/store/column"
)

// factorQuery reads factors with their keys; only passkeys have one.
const factorQuery = `SELECT f.id, f.subject, f.staff, f.kind, f.name, f.sealed, f.last_step,
	f.failures, f.added_at, f.used_at, f.removed_at, f.recovery_id, f.ip, f.agent,
	p.credential, p.user_handle, p.public_key, COALESCE(p.count, 0),
	COALESCE(p.backup_eligible, FALSE), COALESCE(p.backed_up, FALSE), p.transports
	FROM factors f LEFT JOIN passkeys p ON p.factor_id = f.id `

func factorFields(f *security.Factor) []any {
	return []any{&f.ID, &f.Subject, &f.Staff, &f.Kind, &f.Name, &f.Sealed, &f.LastStep, &f.Failures,
		at(&f.AddedAt), at(&f.UsedAt), at(&f.RemovedAt), &f.Recovery, &f.IP, &f.Agent,
		&f.Key.ID, &f.Key.User, &f.Key.Public, &f.Key.Count, &f.Key.BackupEligible,
		&f.Key.BackedUp, column.Codes(&f.Key.Transports)}
}

// Factors implements security.Store; the oldest comes first. For the parameter see visitQuery.
func (db *DB) Factors(ctx context.Context, subject string) ([]security.Factor, error) {
	return list(ctx, db.reader(), factorFields, factorQuery+`
		WHERE f.subject = $1 || '' AND f.removed_at = 0 ORDER BY f.added_at, f.id`, subject)
}

// FactorByCredential implements access.Store.
func (db *DB) FactorByCredential(ctx context.Context, credential []byte) (security.Factor, error) {
	return find(ctx, db.reader(), factorFields, factorQuery+`
		WHERE p.credential = $1 AND f.removed_at = 0`, credential)
}

// FactorsEver implements access.Store.
func (db *DB) FactorsEver(ctx context.Context, account string) (int, error) {
	return find(ctx, db.reader(), func(n *int) []any { return []any{n} },
		"SELECT COUNT(*) FROM factors WHERE subject = $1 AND kind = $2", account,
		security.FactorTOTP)
}

// CountFactorTry implements access.Store. A factor that is not enrolled is a conflict too.
func (db *DB) CountFactorTry(ctx context.Context, id string, max int) (int, error) {
	return db.count(ctx, `UPDATE factors SET failures = failures + 1
		WHERE id = $1 AND failures < $2 AND removed_at = 0 RETURNING failures`, id, max)
}

func (t tx) addFactor(ctx context.Context, w security.AddFactor) error {
	f := w.Factor
	err := t.one(ctx, `INSERT INTO factors (id, subject, staff, kind, name, sealed, last_step,
		failures, added_at, used_at, removed_at, recovery_id, ip, agent)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		f.ID, f.Subject, f.Staff, f.Kind, f.Name, f.Sealed, f.LastStep, f.Failures, ms(f.AddedAt),
		ms(f.UsedAt), ms(f.RemovedAt), f.Recovery, f.IP, f.Agent)
	if err != nil || f.Kind != security.FactorPasskey {
		return err
	}
	return t.addPasskey(ctx, f.ID, f.Key)
}

func (t tx) addPasskey(ctx context.Context, factor string, k passkey.Key) error {
	transports, err := column.EncodeCodes(k.Transports)
	if err != nil {
		return err
	}
	return t.one(ctx, `INSERT INTO passkeys (factor_id, credential, user_handle, public_key,
		count, backup_eligible, backed_up, transports)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, factor, k.ID, k.User, k.Public,
		int64(k.Count), k.BackupEligible, k.BackedUp, transports)
}

// removeFactor deletes the key of a passkey, so that its authenticator may be enrolled again.
func (t tx) removeFactor(ctx context.Context, w security.RemoveFactor) error {
	err := t.one(ctx, `UPDATE factors SET removed_at = $1, sealed = ''
		WHERE id = $2 AND removed_at = 0`, ms(w.At), w.ID)
	if err != nil {
		return err
	}
	return t.run(ctx, "DELETE FROM passkeys WHERE factor_id = $1", w.ID)
}

func (t tx) renameFactor(ctx context.Context, w access.RenameFactor) error {
	return t.one(ctx, `UPDATE factors SET name = $1
		WHERE id = $2 AND subject = $3 AND removed_at = 0`, w.Name, w.ID, w.Subject)
}

// usePasskey needs no look at whether the factor is enrolled: its key is gone otherwise.
func (t tx) usePasskey(ctx context.Context, w access.UsePasskey) error {
	err := t.one(ctx, `UPDATE passkeys SET count = $1, backed_up = $2 WHERE factor_id = $3
		AND (count < $1 OR (count = 0 AND $1 = 0))`, int64(w.Count), w.BackedUp, w.ID)
	if err != nil {
		return err
	}
	return t.one(ctx, "UPDATE factors SET used_at = $1 WHERE id = $2", ms(w.At), w.ID)
}

func (t tx) useFactor(ctx context.Context, w access.UseFactor) error {
	return t.one(ctx, `UPDATE factors SET last_step = $1, used_at = $2, failures = 0
		WHERE id = $3 AND last_step < $1 AND removed_at = 0`, w.Step, ms(w.At), w.ID)
}

const codeColumns = "id, subject, staff, digest, sealed, position, made_at, used_at"

func codeFields(c *security.RecoveryCode) []any {
	return []any{&c.ID, &c.Subject, &c.Staff, &c.Digest, &c.Sealed, &c.Position, at(&c.MadeAt),
		at(&c.UsedAt)}
}

// RecoveryCodes implements security.Store, in the order of their positions.
func (db *DB) RecoveryCodes(ctx context.Context, subject string) ([]security.RecoveryCode, error) {
	return list(ctx, db.reader(), codeFields, "SELECT "+codeColumns+` FROM recovery_codes
		WHERE subject = $1 ORDER BY position, id`, subject)
}

func (t tx) putCodes(ctx context.Context, w access.PutCodes) error {
	if err := t.dropCodes(ctx, access.DropCodes{Subject: w.Subject}); err != nil {
		return err
	}
	return t.add(ctx, "INSERT INTO recovery_codes ("+codeColumns+")", "",
		rowsOf(w.Codes, func(c security.RecoveryCode) []any {
			return []any{c.ID, w.Subject, c.Staff, c.Digest, c.Sealed, c.Position, ms(c.MadeAt),
				ms(c.UsedAt)}
		}))
}

func (t tx) dropCodes(ctx context.Context, w access.DropCodes) error {
	return t.run(ctx, "DELETE FROM recovery_codes WHERE subject = $1", w.Subject)
}

// resetTries deletes budgets, because one without a row is full.
func (t tx) resetTries(ctx context.Context, w review.ResetTries) error {
	err := t.run(ctx, "UPDATE factors SET failures = 0 WHERE subject = $1 AND removed_at = 0",
		w.Account)
	for _, b := range w.Budgets {
		if err != nil {
			return err
		}
		err = t.run(ctx, "DELETE FROM limits WHERE key = $1", budget.Key(b))
	}
	return err
}

func (t tx) spendCode(ctx context.Context, w access.SpendCode) error {
	return t.one(ctx, "UPDATE recovery_codes SET used_at = $1 WHERE id = $2 AND used_at = 0",
		ms(w.At), w.ID)
}

// forgetSealedCodes names the subject too, whose codes are few: by them it finds the others, however long the table was
// when the statement was planned.
func (t tx) forgetSealedCodes(ctx context.Context, w access.ForgetSealedCodes) error {
	var args []any
	for _, id := range w.IDs {
		args = append(args, id)
	}
	return t.touch(ctx, int64(len(w.IDs)), "UPDATE recovery_codes SET sealed = '' WHERE id IN ("+
		column.Places(len(w.IDs))+") AND subject = $"+strconv.Itoa(len(w.IDs)+1), append(args, w.Subject))
}
