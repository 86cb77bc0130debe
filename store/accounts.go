package store

import (
	"context"

	"regain/security"
	"regain/security/feed"
	"regain/security/identifier"
	"regain/security/lockout"
	"regain/security/review"
	"regain/security/signin"
	"regain/store/budget"
	"regain/store/column"
)

const accountColumns = `id, username, name, type, password_hash, password_at, birth_date,
	country, locale, time_zone, created_at, locked_by, closed, short_password, version, facts_version,
	organisation_id`

func accountFields(a *security.Account) []any {
	return []any{&a.ID, &a.Username, &a.Name, &a.Type, &a.PasswordHash, at(&a.PasswordAt),
		&a.BirthDate, &a.Country, &a.Locale, &a.TimeZone, at(&a.CreatedAt), &a.Case,
		&a.Closed, &a.ShortPassword, &a.Version, &a.FactsVersion, column.Optional(&a.Organisation)}
}

// Account implements security.Store.
func (db *DB) Account(ctx context.Context, id string) (security.Account, error) {
	return find(ctx, db.reader(), accountFields,
		"SELECT "+accountColumns+" FROM accounts WHERE id = $1", id)
}

// putAccounts adds those that are new at last: a name of theirs may be one that another gives up.
func (t tx) putAccounts(ctx context.Context, all []feed.PutAccount) error {
	var fresh [][]any
	for _, w := range all {
		a := w.Account
		if a.Version == 0 {
			fresh = append(fresh, []any{a.ID, a.Username, a.Name, a.Type, a.PasswordHash,
				ms(a.PasswordAt), a.BirthDate, a.Country, a.Locale, a.TimeZone, ms(a.CreatedAt), "",
				a.Closed, a.ShortPassword, 1, t.stirred.Take(a.ID), column.Reference(a.Organisation),
				identifier.Key(a.Username)})
		} else if err := t.changeAccount(ctx, a); err != nil {
			return err
		}
	}
	return t.add(ctx, "INSERT INTO accounts ("+accountColumns+", username_fold)", "", fresh)
}

func (t tx) changeAccount(ctx context.Context, a security.Account) error {
	return t.one(ctx, `UPDATE accounts SET username = $1,
		username_fold = CASE WHEN username = $1 THEN username_fold ELSE $2 END, name = $3,
		type = $4, birth_date = $5, country = $6, locale = $7, time_zone = $8, created_at = $9,
		closed = $10, password_hash = CASE WHEN password_at = 0 THEN $11 ELSE password_hash END,
		organisation_id = $14, version = version + 1
		WHERE id = $12 AND version = $13`,
		a.Username, identifier.Key(a.Username), a.Name, a.Type, a.BirthDate, a.Country, a.Locale,
		a.TimeZone, ms(a.CreatedAt), a.Closed, a.PasswordHash, a.ID, a.Version,
		column.Reference(a.Organisation))
}

// keptPasswords is how many earlier hashes an account keeps.
const keptPasswords = 5

func (t tx) setPassword(ctx context.Context, w security.SetPassword) error {
	err := t.run(ctx, `INSERT INTO old_passwords (account_id, version, password_hash)
		SELECT id, version, password_hash FROM accounts
		WHERE id = $1 AND version = $2 AND password_hash <> ''`,
		w.Account, w.IfVersion)
	if err != nil {
		return err
	}
	err = t.run(ctx, `DELETE FROM old_passwords WHERE account_id = $1 AND version NOT IN (
		SELECT version FROM old_passwords WHERE account_id = $1 ORDER BY version DESC LIMIT $2)`,
		w.Account, keptPasswords)
	if err != nil {
		return err
	}
	return t.one(ctx, `UPDATE accounts SET password_hash = $1, password_at = $2,
		short_password = $3, password_tries = 0, version = version + 1
		WHERE id = $4 AND version = $5`,
		w.Hash, ms(w.At), w.Short, w.Account, w.IfVersion)
}

// CountPasswordTry implements signin.Store. An account that does not exist is a conflict too.
func (db *DB) CountPasswordTry(ctx context.Context, account string, max int) (int, error) {
	return db.count(ctx, budget.CountPassword, account, max)
}

func (t tx) holdOpen(ctx context.Context, w signin.HoldOpen) error {
	return t.one(ctx, `UPDATE accounts SET version = version WHERE id = $1 AND locked_by = ''
		AND NOT closed AND ($2 = '' OR password_hash = $2)`, w.Account, w.Hash)
}

func (t tx) forgetPasswordTries(ctx context.Context, w signin.ForgetPasswordTries) error {
	return t.run(ctx, "UPDATE accounts SET password_tries = 0 WHERE id = $1", w.Account)
}

func (t tx) rehash(ctx context.Context, w signin.Rehash) error {
	return t.run(ctx, "UPDATE accounts SET password_hash = $1 WHERE id = $2 AND password_hash = $3",
		w.Hash, w.Account, w.Old)
}

func (t tx) lockAccount(ctx context.Context, w lockout.LockAccount) error {
	return t.one(ctx, `UPDATE accounts SET locked_by = $1, version = version + 1
		WHERE id = $2 AND locked_by = ''`, w.Case, w.Account)
}

func (t tx) unlockAccount(ctx context.Context, w review.UnlockAccount) error {
	return t.one(ctx, `UPDATE accounts SET locked_by = '', version = version + 1
		WHERE id = $1 AND locked_by = $2 AND locked_by <> ''`, w.Account, w.Case)
}

// OldPasswords implements guided.Store.
func (db *DB) OldPasswords(ctx context.Context, account string) ([]string, error) {
	return list(ctx, db.reader(), func(hash *string) []any { return []any{hash} },
		`SELECT password_hash FROM old_passwords WHERE account_id = $1
		ORDER BY version DESC`, account)
}

func (t tx) holdAccount(ctx context.Context, w security.HoldAccount) error {
	return t.one(ctx, "UPDATE accounts SET facts_version = facts_version WHERE id = $1 AND facts_version = $2", w.ID,
		w.FactsVersion)
}
