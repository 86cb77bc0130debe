package store

import (
	"context"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/account"
	"regain/security/alert"
	"regain/security/identifier"
)

// Addresses implements security.Store; the oldest comes first.
func (db *DB) Addresses(ctx context.Context, account string, more ...string) ([]security.Address,
	error) {
	return inChunks(db.reader(), append(more, account), func(c conn, in string, args []any) (
		[]security.Address, error) {
		return list(ctx, c, func(a *security.Address) []any {
			return []any{&a.ID, &a.Account, &a.Email, at(&a.Since), at(&a.Until), &a.Origin, &a.Notice}
		}, `SELECT id, account_id, email, since, until, origin, notice FROM addresses
			WHERE account_id `+in+" ORDER BY since, id", args...)
	})
}

func (t tx) addAddresses(ctx context.Context, all []security.AddAddress) error {
	return t.add(ctx, `INSERT INTO addresses
		(id, account_id, email, email_fold, since, until, origin, notice)`, "",
		rowsOf(all, func(w security.AddAddress) []any {
			a := w.Address
			return []any{a.ID, a.Account, a.Email, identifier.Fold(a.Email), ms(a.Since), ms(a.Until),
				a.Origin, a.Notice}
		}))
}

func (t tx) redateAddress(ctx context.Context, w alert.RedateAddress) error {
	return t.one(ctx, "UPDATE addresses SET since = $1, origin = $2 WHERE id = $3",
		ms(w.Since), w.Origin, w.ID)
}

func (t tx) retireAddress(ctx context.Context, w security.RetireAddress) error {
	return t.one(ctx, "UPDATE addresses SET until = $1 WHERE id = $2 AND until = 0", ms(w.At), w.ID)
}

const changeColumns = `id, account_id, email, notice, old_id, address_id, asked_at, ends_at,
	state, settled_at, undo_until, ip, agent`

func changeFields(c *account.AddressChange) []any {
	return []any{&c.ID, &c.Account, &c.Email, &c.Notice, &c.Old, &c.Address, at(&c.AskedAt),
		at(&c.EndsAt), &c.State, at(&c.SettledAt), at(&c.UndoUntil), &c.IP, &c.Agent}
}

// AddressChange implements account.Store.
func (db *DB) AddressChange(ctx context.Context, id string) (account.AddressChange, error) {
	return find(ctx, db.reader(), changeFields,
		"SELECT "+changeColumns+" FROM address_changes WHERE id = $1", id)
}

// AddressChanges implements account.Store.
func (db *DB) AddressChanges(ctx context.Context, account string, since time.Time) (
	[]account.AddressChange, error) {
	return list(ctx, db.reader(), changeFields, "SELECT "+changeColumns+` FROM address_changes
		WHERE account_id = $1 AND asked_at > $2 ORDER BY asked_at DESC, id DESC`,
		account, ms(since))
}

func (t tx) askAddressChange(ctx context.Context, w account.AskAddressChange) error {
	c := w.Change
	return t.one(ctx, "INSERT INTO address_changes ("+changeColumns+`)
		VALUES ($1, $2, $3, $4, $5, '', $6, $7, 'pending', 0, 0, $8, $9)`,
		c.ID, c.Account, c.Email, c.Notice, c.Old, ms(c.AskedAt), ms(c.EndsAt), c.IP, c.Agent)
}

func (t tx) endAddressChanges(ctx context.Context, w access.EndAddressChanges) error {
	return t.run(ctx, `UPDATE address_changes SET state = $1, settled_at = $2
		WHERE account_id = $3 AND notice = $4 AND state = 'pending'`,
		account.ChangeCancelled, ms(w.At), w.Account, w.Notice)
}

func (t tx) confirmAddressChange(ctx context.Context, w account.ConfirmAddressChange) error {
	return t.one(ctx, `UPDATE address_changes SET state = $1, settled_at = $2, address_id = $3,
		undo_until = $4 WHERE id = $5 AND state = 'pending' AND ends_at > $2`,
		account.ChangeConfirmed, ms(w.At), w.Address, ms(w.UndoUntil), w.ID)
}

func (t tx) undoAddressChange(ctx context.Context, w account.UndoAddressChange) error {
	return t.one(ctx, `UPDATE address_changes SET state = $1, settled_at = $2
		WHERE id = $3 AND state = 'confirmed' AND undo_until > $2`,
		account.ChangeUndone, ms(w.At), w.ID)
}
