package host

import (
	"context"
	"time"

	"regain/security/apikey"
	"regain/security/limits"
	"regain/store/ask"
	"regain/store/column"
)

// TakeTurn implements apikey.Store. A turn of a clock that ran ahead is as dead as a long one.
func (s Store) TakeTurn(ctx context.Context, t apikey.Turn, old, dead time.Time) error {
	return s.Conn.One(ctx, `INSERT INTO api_answers (key_id, name, digest, turn, at, status, kind,
			location, body) VALUES ($1, $2, $3, $4, $5, 0, '', '', $6)
		ON CONFLICT (key_id, name) DO UPDATE SET digest = excluded.digest, turn = excluded.turn,
			at = excluded.at, status = 0, kind = '', location = '', body = excluded.body
		WHERE api_answers.at <= $7 OR api_answers.status = 0 AND api_answers.digest = $3
			AND (api_answers.at <= $8 OR api_answers.at > $9)`,
		t.Key, t.Name, t.Digest, t.ID, column.MS(t.At), []byte{}, column.MS(old), column.MS(dead),
		column.MS(t.At.Add(limits.Skew)))
}

// Answer implements apikey.Store.
func (s Store) Answer(ctx context.Context, key, name string) (apikey.Answer, error) {
	return ask.One(ctx, s.Conn, func(a *apikey.Answer) []any {
		return []any{&a.Digest, &a.Status, &a.Kind, &a.Location, &a.Body}
	}, `SELECT digest, status, kind, location, body FROM api_answers WHERE key_id = $1 AND name = $2`,
		key, name)
}

// KeepAnswer implements apikey.Store.
func (s Store) KeepAnswer(ctx context.Context, t apikey.Turn, a apikey.Answer) error {
	return s.Conn.One(ctx, `UPDATE api_answers SET status = $1, kind = $2, location = $3, body = $4
		WHERE key_id = $5 AND name = $6 AND turn = $7 AND status = 0`,
		a.Status, a.Kind, a.Location, append([]byte{}, a.Body...), t.Key, t.Name, t.ID)
}

// DropTurn implements apikey.Store.
func (s Store) DropTurn(ctx context.Context, t apikey.Turn) error {
	return s.Conn.Run(ctx, `DELETE FROM api_answers
		WHERE key_id = $1 AND name = $2 AND turn = $3 AND status = 0`, t.Key, t.Name, t.ID)
}
