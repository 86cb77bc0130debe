package protect

import (
	"context"

	"regain/security/fraud"
	"regain/store/ask"
	"regain/store/column"
)

// FraudList implements fraud.Store.
func (s Store) FraudList(ctx context.Context, account string) (fraud.Kept, error) {
	k, err := ask.One(ctx, s.Conn, func(k *fraud.Kept) []any {
		return []any{&k.Account, &k.Country, column.Time(&k.SavedAt), &k.Version}
	}, "SELECT account_id, country, saved_at, version FROM fraud_lists WHERE account_id = $1", account)
	if err != nil {
		return k, err
	}
	k.Rows, err = ask.List(ctx, s.Conn, func(r *fraud.Row) []any {
		return []any{&r.ID, &r.Country, &r.Step, &r.Done, &r.Sealed}
	}, `SELECT id, country, step, done, sealed FROM fraud_steps WHERE account_id = $1
		ORDER BY country, step`, account)
	return k, err
}

// KeepList is the statement of a fraud.KeepList.
func KeepList(w fraud.KeepList) (string, []any, error) {
	if w.Version == 0 {
		return `INSERT INTO fraud_lists (account_id, country, saved_at, version)
			VALUES ($1, $2, $3, 1)`, []any{w.Account, w.Country, column.MS(w.At)}, nil
	}
	return `UPDATE fraud_lists SET country = $1, saved_at = $2, version = version + 1
		WHERE account_id = $3 AND version = $4`,
		[]any{w.Country, column.MS(w.At), w.Account, w.Version}, nil
}

// ClearSteps is the statement of a fraud.ClearSteps.
func ClearSteps(w fraud.ClearSteps) (string, []any, error) {
	return "DELETE FROM fraud_steps WHERE account_id = $1 AND country = $2",
		[]any{w.Account, w.Country}, nil
}

// PutStep is the statement of a fraud.PutStep.
func PutStep(w fraud.PutStep) (string, []any, error) {
	return `INSERT INTO fraud_steps (id, account_id, country, step, done, sealed)
		VALUES ($1, $2, $3, $4, $5, $6)`,
		[]any{w.Row.ID, w.Account, w.Row.Country, w.Row.Step, w.Row.Done, w.Row.Sealed}, nil
}
