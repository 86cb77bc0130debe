package host

import (
	"context"
	"errors"
	"time"

	"regain/security"
	"regain/security/receiver"
	"regain/store/ask"
	"regain/store/column"
)

const issuers = `SELECT issuer, jwks, audience, subjects, trusted_at, heard_at, verified_at, state
	FROM signal_issuers`

func issuerFields(x *receiver.Issuer) []any {
	return []any{&x.Name, &x.KeysAt, &x.Audience, &x.Subjects, column.Time(&x.TrustedAt),
		column.Time(&x.HeardAt), column.Time(&x.VerifiedAt), &x.State}
}

// Issuer implements receiver.Store.
func (s Store) Issuer(ctx context.Context, name string) (receiver.Issuer, error) {
	return ask.One(ctx, s.Conn, issuerFields, issuers+" WHERE issuer = $1", name)
}

// Issuers implements receiver.Store.
func (s Store) Issuers(ctx context.Context) ([]receiver.Issuer, error) {
	return ask.List(ctx, s.Conn, issuerFields, issuers+" ORDER BY issuer")
}

// Taken implements receiver.Store.
func (s Store) Taken(ctx context.Context, digest string) (bool, error) {
	_, err := ask.One(ctx, s.Conn, func(is *string) []any { return []any{is} },
		"SELECT digest FROM signals_taken WHERE digest = $1", digest)
	if errors.Is(err, security.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// Heard implements receiver.Store.
func (s Store) Heard(ctx context.Context, issuer string, at time.Time) error {
	return s.Conn.Run(ctx, "UPDATE signal_issuers SET heard_at = $1 WHERE issuer = $2 AND heard_at < $1",
		column.MS(at), issuer)
}

// Verified implements receiver.Store.
func (s Store) Verified(ctx context.Context, issuer, state string, at time.Time) error {
	return s.Conn.Run(ctx, "UPDATE signal_issuers SET verified_at = $1, state = $2 WHERE issuer = $3",
		column.MS(at), state, issuer)
}

// TrustIssuer is the statement of a receiver.TrustIssuer.
func TrustIssuer(w receiver.TrustIssuer) (string, []any, error) {
	x := w.Issuer
	return `INSERT INTO signal_issuers (issuer, jwks, audience, subjects, trusted_at, heard_at,
			verified_at, state)
		SELECT $1, $2, $3, $4, $5, 0, 0, '' WHERE (SELECT COUNT(*) FROM signal_issuers
			WHERE issuer <> $1) < $6
		ON CONFLICT (issuer) DO UPDATE SET jwks = excluded.jwks, audience = excluded.audience,
			subjects = excluded.subjects, trusted_at = excluded.trusted_at`,
		[]any{x.Name, x.KeysAt, x.Audience, x.Subjects, column.MS(x.TrustedAt), w.Most}, nil
}

// DistrustIssuer is the statement of a receiver.DistrustIssuer.
func DistrustIssuer(w receiver.DistrustIssuer) (string, []any, error) {
	return "DELETE FROM signal_issuers WHERE issuer = $1", []any{w.Name}, nil
}

// TakeSignal is the statement of a receiver.TakeSignal.
func TakeSignal(w receiver.TakeSignal) (string, []any, error) {
	return "INSERT INTO signals_taken (digest, at) VALUES ($1, $2)", []any{w.Digest, column.MS(w.At)}, nil
}
