package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"regain/security"
	"regain/security/keyring"
	"regain/store/trail"
)

// Secrets implements keyring.Store. A database of an earlier form has none.
func (db *DB) Secrets(ctx context.Context) ([]keyring.Secret, error) {
	if there, err := db.reader().has(ctx, "secrets", "id"); err != nil || !there {
		return nil, err
	}
	barred := "''"
	if there, err := db.reader().has(ctx, "chain", "barred"); err != nil {
		return nil, err
	} else if there {
		barred = "(SELECT barred FROM chain WHERE id = 1)"
	}
	return list(ctx, db.reader(), func(x *keyring.Secret) []any {
		return []any{&x.ID, &x.Proof, at(&x.Since), at(&x.RetiredAt), &x.Sealed, &x.Barred}
	}, "SELECT id, proof, since, retired_at, sealed, "+barred+` LIKE '%' || id || ' %'
		FROM secrets ORDER BY since, id`)
}

func (c conn) has(ctx context.Context, table, column string) (there bool, err error) {
	err = c.row(ctx, []any{&there}, c.dialect.Has, table, column)
	return there, err
}

// admitted fails with keyring.ErrRetired when the first secret at hand is among those barred.
func (t tx) admitted(barred string) error {
	if t.chain == nil || !slices.Contains(strings.Fields(barred), t.chain.KeyIDs()[0]) {
		return nil
	}
	return fmt.Errorf("%w: %w", security.ErrUnavailable, keyring.ErrRetired)
}

// mayRecord is what draw asks for, without a place.
func (t tx) mayRecord(ctx context.Context) error {
	var barred string
	err := t.row(ctx, []any{&barred}, "SELECT barred FROM chain WHERE id = 1")
	if err == nil {
		err = t.admitted(barred)
	}
	return err
}

func (t tx) barSecret(ctx context.Context, w keyring.BarSecret) error {
	return t.run(ctx, `UPDATE chain SET barred = barred || $1 || ' '
		WHERE id = 1 AND barred NOT LIKE '%' || $1 || ' %'`, w.ID)
}

// ChainedBy implements keyring.Store. It reads what databases of every form have.
func (db *DB) ChainedBy(ctx context.Context) (string, error) {
	there, err := db.reader().has(ctx, "chain", "id")
	if err == nil && !there {
		err = security.ErrNotFound
	}
	if err != nil {
		return "", err
	}
	var head, stored string
	err = db.reader().row(ctx, []any{&head, &stored}, `SELECT chain.chain, events.chain
		FROM chain JOIN events ON events.seq = chain.seq WHERE chain.id = 1`)
	if err != nil {
		return "", err
	}
	for _, key := range db.chain.KeyIDs() {
		if strings.HasSuffix(stored, trail.Proof(db.chain, key, head)) {
			return key, nil
		}
	}
	return "", nil
}

// sealed says for each holding in which column its sealed values are.
var sealed = map[keyring.Holding]string{"requests": "sealed", "sessions": "seed",
	"factors": "sealed", "recovery_codes": "sealed", "outbox": "data", "exports": "data",
	"webhooks": "keys", "signal_keys": "sealed", "fraud_steps": "sealed", "attachments": "sealed", "secrets": "sealed",
	"sso_issuers": "secret", "acme_accounts": "sealed", "certificates": "sealed", "reports": "address", "originals": "sealed", "inbound": "sealed"}

// SealedOtherwise implements keyring.Store.
func (db *DB) SealedOtherwise(ctx context.Context, h keyring.Holding, now, after string,
	limit int) ([]keyring.Sealed, error) {
	column, ok := sealed[h]
	if !ok {
		return nil, fmt.Errorf("sealed %s: %w", h, errUnknownHolding)
	}
	return list(ctx, db.reader(), func(x *keyring.Sealed) []any {
		return []any{&x.ID, &x.Value}
	}, fmt.Sprintf(`SELECT id, %[1]s FROM %[2]s WHERE id > $1 AND %[1]s <> ''
		AND substr(%[1]s, 1, $2) <> $3 ORDER BY id LIMIT $4`, column, h),
		after, len(now), now, limit)
}

func (t tx) putSecret(ctx context.Context, w keyring.PutSecret) error {
	x := w.Secret
	return t.one(ctx, `INSERT INTO secrets (id, proof, since, retired_at, sealed)
		VALUES ($1, $2, $3, $4, $5)`, x.ID, x.Proof, ms(x.Since), ms(x.RetiredAt), x.Sealed)
}

func (t tx) retireSecret(ctx context.Context, w keyring.RetireSecret) error {
	return t.one(ctx, `UPDATE secrets SET retired_at = $1, sealed = $2
		WHERE id = $3 AND retired_at = 0`, ms(w.At), w.Sealed, w.ID)
}

func (t tx) reseal(ctx context.Context, w keyring.Reseal) error {
	column, ok := sealed[w.Holding]
	if !ok {
		return fmt.Errorf("seal %s: %w", w.Holding, errUnknownHolding)
	}
	return t.run(ctx, fmt.Sprintf("UPDATE %[2]s SET %[1]s = $1 WHERE id = $2 AND %[1]s = $3",
		column, w.Holding), w.To, w.ID, w.From)
}
