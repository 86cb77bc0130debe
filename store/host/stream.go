package host

import (
	"context"
	"time"

	"regain/security/signal"
	"regain/security/webhook"
	"regain/store/ask"
	"regain/store/column"
)

const streamColumns = "s.holder, s.description, s.reason, s.verified_at, " + hookColumns

const streams = " FROM webhooks w JOIN signal_streams s ON s.webhook_id = w.id "

func streamFields(x *signal.Stream) []any {
	all := []any{&x.Holder, &x.Description, &x.Reason, column.Time(&x.VerifiedAt)}
	return append(all, hookFields(&x.Endpoint)...)
}

// Stream implements signal.Store.
func (s Store) Stream(ctx context.Context, id string) (signal.Stream, error) {
	return ask.One(ctx, s.Conn, streamFields, "SELECT "+streamColumns+streams+"WHERE w.id = $1", id)
}

// Streams implements signal.Store.
func (s Store) Streams(ctx context.Context) ([]signal.Stream, error) {
	return ask.List(ctx, s.Conn, func(x *signal.Stream) []any {
		return append(streamFields(x), countFields(&x.Endpoint)...)
	}, "SELECT "+streamColumns+", "+counts+streams+"ORDER BY w.made_at, w.id")
}

// Subject implements signal.Store.
func (s Store) Subject(ctx context.Context, stream, account string) (string, error) {
	return ask.One(ctx, s.Conn, func(x *string) []any { return []any{x} },
		"SELECT subject FROM signal_subjects WHERE account_id = $1 AND webhook_id = $2", account, stream)
}

// KnownBy implements signal.Store.
func (s Store) KnownBy(ctx context.Context, stream, subject string) ([]string, error) {
	return ask.List(ctx, s.Conn, func(id *string) []any { return []any{id} },
		"SELECT account_id FROM signal_subjects WHERE webhook_id = $1 AND subject = $2", stream, subject)
}

const signerColumns = "id, public_key, sealed, made_at, retired_at"

// Signers implements signal.Store.
func (s Store) Signers(ctx context.Context) ([]signal.Signer, error) {
	return ask.List(ctx, s.Conn, func(x *signal.Signer) []any {
		return []any{&x.ID, &x.Public, &x.Sealed, column.Time(&x.MadeAt), column.Time(&x.RetiredAt)}
	}, "SELECT "+signerColumns+` FROM signal_keys
		ORDER BY CASE retired_at WHEN 0 THEN 0 ELSE 1 END, retired_at DESC, id`)
}

// handedOut is the condition of deliveries $2 and on of stream $1 that it has had and not acknowledged.
func handedOut(n int) string {
	return "WHERE webhook_id = $1 AND attempts > 0 AND " + waits + " AND id IN (" + places(2, n) + ")"
}

// Acknowledge implements signal.Store.
func (s Store) Acknowledge(ctx context.Context, stream string, at time.Time, taken []string,
	refused map[string]string) error {
	args := []any{stream, column.MS(at)}
	for _, id := range taken {
		args = append(args, id)
	}
	if len(taken) > 0 {
		err := s.Conn.Run(ctx, "UPDATE webhook_deliveries SET done_at = $2, tried_at = $2 "+
			handedOut(len(taken)), args...)
		if err != nil {
			return err
		}
	}
	for id, said := range refused {
		err := s.Conn.Run(ctx, `UPDATE webhook_deliveries SET gave_up_at = $2, tried_at = $2, why = $4,
			said = $5 `+handedOut(1), stream, column.MS(at), id, string(webhook.WhyRefused), said)
		if err != nil {
			return err
		}
	}
	return nil
}

// Waits implements signal.Store.
func (s Store) Waits(ctx context.Context, stream string, now time.Time) (bool, error) {
	found, err := ask.List(ctx, s.Conn, func(id *string) []any { return []any{id} },
		`SELECT id FROM webhook_deliveries WHERE webhook_id = $1 AND `+waits+
			" AND leased_until <= $2 LIMIT 1", stream, column.MS(now))
	return len(found) > 0, err
}

// AddStream is the statement of a signal.AddStream.
func AddStream(w signal.AddStream) (string, []any, error) {
	x := w.Stream
	return `INSERT INTO signal_streams (webhook_id, holder, description, reason, verified_at)
		SELECT $1, $2, $3, '', 0 WHERE (SELECT COUNT(*) FROM signal_streams WHERE holder = $2) < $4`,
		[]any{x.ID, x.Holder, x.Description, w.Most}, nil
}

// SetWords is the statement of a signal.SetWords.
func SetWords(w signal.SetWords) (string, []any, error) {
	return "UPDATE signal_streams SET description = $1, reason = $2 WHERE webhook_id = $3",
		[]any{w.Description, w.Reason, w.Stream}, nil
}

// Verify is the statement of a signal.Verify.
func Verify(w signal.Verify) (string, []any, error) {
	return "UPDATE signal_streams SET verified_at = $1 WHERE webhook_id = $2 AND verified_at <= $3",
		[]any{column.MS(w.At), w.Stream, column.MS(w.Before)}, nil
}

// AddSubject is the statement of a signal.AddSubject.
func AddSubject(w signal.AddSubject) (string, []any, error) {
	return `INSERT INTO signal_subjects (account_id, webhook_id, subject)
		SELECT a.id, w.id, $1 FROM accounts a, webhooks w WHERE a.id = $2 AND w.id = $3
		ON CONFLICT (account_id, webhook_id) DO UPDATE SET subject = excluded.subject`,
		[]any{w.Subject, w.Account, w.Stream}, nil
}

// RenameSubject is the statement of a signal.RenameSubject.
func RenameSubject(w signal.RenameSubject) (string, []any, error) {
	return "DELETE FROM signal_subjects WHERE webhook_id = $1 AND subject = $2 AND account_id <> $3",
		[]any{w.Stream, w.Subject, w.Account}, nil
}

// RemoveSubject is the statement of a signal.RemoveSubject.
func RemoveSubject(w signal.RemoveSubject) (string, []any, error) {
	return "DELETE FROM signal_subjects WHERE account_id = $1 AND webhook_id = $2",
		[]any{w.Account, w.Stream}, nil
}

// AddSigner is the statement of a signal.AddSigner.
func AddSigner(w signal.AddSigner) (string, []any, error) {
	x := w.Signer
	return "INSERT INTO signal_keys (" + signerColumns + `) SELECT $1, $2, $3, $4, 0
		WHERE NOT EXISTS (SELECT 1 FROM signal_keys WHERE retired_at = 0)`,
		[]any{x.ID, x.Public, x.Sealed, column.MS(x.MadeAt)}, nil
}

// RetireSigner is the statement of a signal.RetireSigner.
func RetireSigner(w signal.RetireSigner) (string, []any, error) {
	return "UPDATE signal_keys SET retired_at = $1, sealed = '' WHERE id = $2 AND retired_at = 0",
		[]any{column.MS(w.At), w.ID}, nil
}
