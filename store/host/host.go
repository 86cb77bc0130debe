// Package host is what the marketplace's programs bring with them: the keys of the API, the names that
// their help desk has for tickets, the lists that they read, and the addresses that hear of events. It
// makes the text and the arguments of statements; the store sends them.
package host

import (
	"context"
	"time"

	"regain/security/apikey"
	"regain/store/ask"
	"regain/store/column"
)

// Store implements the Store of apikey, of market, of webhook, of receiver and of signal.
type Store struct {
	Conn ask.Conn
	// Reports is asked for what no decision hangs on: what it says may be a moment old.
	Reports ask.Reader
}

const keyColumns = "id, name, digest, scopes, made_by, made_at, expires_at, used_at, revoked_at"

func keyFields(k *apikey.Key) []any {
	return []any{&k.ID, &k.Name, &k.Digest, column.Codes(&k.Scopes), &k.MadeBy,
		column.Time(&k.MadeAt), column.Time(&k.ExpiresAt), column.Time(&k.UsedAt),
		column.Time(&k.RevokedAt)}
}

// Key implements apikey.Store.
func (s Store) Key(ctx context.Context, id string) (apikey.Key, error) {
	return ask.One(ctx, s.Conn, keyFields, "SELECT "+keyColumns+" FROM api_keys WHERE id = $1", id)
}

// Keys implements apikey.Store.
func (s Store) Keys(ctx context.Context) ([]apikey.Key, error) {
	return ask.List(ctx, s.Conn, keyFields, "SELECT "+keyColumns+
		" FROM api_keys ORDER BY name, made_at DESC, id")
}

// KeyIsOver is the statement that counts the keys of this id that are not good any more at a moment.
func KeyIsOver(id string, at time.Time) (string, []any) {
	return `SELECT COUNT(*) FROM api_keys WHERE id = $1
		AND (revoked_at <> 0 OR expires_at <> 0 AND expires_at <= $2)`, []any{id, column.MS(at)}
}

// KeyUsed implements apikey.Store.
func (s Store) KeyUsed(ctx context.Context, id string, at time.Time) error {
	return s.Conn.Run(ctx, "UPDATE api_keys SET used_at = $1 WHERE id = $2 AND used_at < $1",
		column.MS(at), id)
}

// AddKey is the statement of an apikey.AddKey.
func AddKey(w apikey.AddKey) (string, []any, error) {
	k := w.Key
	scopes, err := column.EncodeCodes(k.Scopes)
	return "INSERT INTO api_keys (" + keyColumns + `)
		SELECT $1, $2, $3, $4, $5, $6, $7, 0, 0 WHERE (SELECT COUNT(*) FROM api_keys WHERE name = $2
			AND revoked_at = 0 AND (expires_at = 0 OR expires_at > $6)) < 2`,
		[]any{k.ID, k.Name, k.Digest, scopes, k.MadeBy, column.MS(k.MadeAt),
			column.MS(k.ExpiresAt)}, err
}

// RevokeKey is the statement of an apikey.RevokeKey.
func RevokeKey(w apikey.RevokeKey) (string, []any, error) {
	return "UPDATE api_keys SET revoked_at = $1 WHERE id = $2 AND revoked_at = 0",
		[]any{column.MS(w.At), w.ID}, nil
}
