package enterprise

import (
	"context"
	"time"

	"regain/security"
	"regain/security/certificate"
	"regain/security/limits"
	"regain/store/ask"
	"regain/store/column"
)

// ACMEAccount implements certificate.Store.
func (s Store) ACMEAccount(ctx context.Context, directory string) (string, error) {
	return ask.One(ctx, s.Conn, func(sealed *string) []any { return []any{sealed} },
		"SELECT sealed FROM acme_accounts WHERE id = $1", directory)
}

// Certificate implements certificate.Store.
func (s Store) Certificate(ctx context.Context, id string) (certificate.Kept, error) {
	return ask.One(ctx, s.Conn, func(k *certificate.Kept) []any {
		return []any{&k.Chain, &k.Sealed, column.Time(&k.NotAfter), &k.Attempts, column.Time(&k.NextAt),
			&k.Challenge, &k.Fault}
	}, `SELECT chain, sealed, not_after, attempts, next_at, challenge, fault FROM certificates
		WHERE id = $1`, id)
}

// BeginOrder implements certificate.Store. Of two that begin at once, the second finds another number of
// attempts, or another certificate when the first one was done already.
func (s Store) BeginOrder(ctx context.Context, id string, known certificate.Kept, now, next time.Time) error {
	began := 0
	err := s.Conn.Take(ctx, func() []any { began++; return []any{new(string)} },
		`INSERT INTO certificates (id, chain, sealed, not_after, attempts, next_at, challenge, fault)
		VALUES ($1, '', '', 0, 1, $4, '', '') ON CONFLICT (id) DO UPDATE
		SET attempts = $2 + 1, next_at = $4, challenge = '' WHERE certificates.attempts = $2
		AND certificates.not_after = $6 AND (certificates.next_at <= $3 OR certificates.next_at > $5) RETURNING id`,
		id, known.Attempts, column.MS(now), column.MS(next),
		column.MS(now.Add(certificate.LongestWait+limits.Skew)), column.MS(known.NotAfter))
	if err == nil && began == 0 {
		err = security.ErrConflict
	}
	return err
}

// SetChallenge implements certificate.Store.
func (s Store) SetChallenge(ctx context.Context, id string, attempt int, challenge string) error {
	return s.Conn.One(ctx, "UPDATE certificates SET challenge = $3 WHERE id = $1 AND attempts = $2",
		id, attempt, challenge)
}

// FailOrder implements certificate.Store.
func (s Store) FailOrder(ctx context.Context, id string, attempt int, fault string) error {
	return s.Conn.Run(ctx, `UPDATE certificates SET challenge = '', fault = $3
		WHERE id = $1 AND attempts = $2`, id, attempt, fault)
}

// AddAccount is the statement of a certificate.AddAccount.
func AddAccount(w certificate.AddAccount) (string, []any, error) {
	return `INSERT INTO acme_accounts (id, sealed, created_at) VALUES ($1, $2, $3)
		ON CONFLICT (id) DO NOTHING`, []any{w.Directory, w.Sealed, column.MS(w.At)}, nil
}

// PutCertificate is the statement of a certificate.PutCertificate.
func PutCertificate(w certificate.PutCertificate) (string, []any, error) {
	return `INSERT INTO certificates (id, chain, sealed, not_after, attempts, next_at, challenge, fault)
		VALUES ($1, $2, $3, $4, 0, 0, '', '') ON CONFLICT (id) DO UPDATE SET chain = $2, sealed = $3,
		not_after = $4, attempts = 0, next_at = 0, challenge = '', fault = ''
		WHERE certificates.not_after < $4`,
		[]any{w.ID, w.Chain, w.Sealed, column.MS(w.NotAfter)}, nil
}
