package protect

import (
	"context"
	"errors"
	"time"

	"regain/security"
	"regain/security/inbound"
	"regain/security/limits"
	"regain/store/ask"
	"regain/store/column"
)

// Unread is the condition of a mail that is still to be read.
const Unread = "done_at = 0 AND aside_at = 0"

func mailFields(m *inbound.Mail) []any {
	return []any{&m.ID, &m.Digest, &m.Kind, &m.Sealed, &m.Data, &m.Size, column.Time(&m.TakenAt), &m.Attempts}
}

// ClaimMail implements inbound.Store. Of two that claim at once, the second looks for another mail.
func (s Store) ClaimMail(ctx context.Context, now time.Time, lease time.Duration) (inbound.Mail, error) {
	for {
		id, err := ask.One(ctx, s.Conn, func(id *string) []any { return []any{id} }, `SELECT id FROM inbound
			WHERE `+Unread+" AND leased_until <= $1 ORDER BY leased_until, id LIMIT 1", column.MS(now))
		if errors.Is(err, security.ErrNotFound) {
			return inbound.Mail{}, errors.Join(err, ask.Recall(ctx, s.Conn, "inbound", Unread, "leased_until",
				column.MS(now.Add(limits.Skew)), column.MS(now.Add(inbound.LongestWait+limits.Skew))))
		}
		if err != nil {
			return inbound.Mail{}, err
		}
		m, err := taken(ctx, s.Conn, `UPDATE inbound SET leased_until = $1, attempts = attempts + 1
			WHERE id = $3 AND `+Unread+` AND leased_until <= $2
			RETURNING id, digest, kind, sealed, data, size, taken_at, attempts`,
			column.MS(now.Add(lease)), column.MS(now), id)
		if !errors.Is(err, security.ErrNotFound) {
			return m, err
		}
	}
}

// taken reads the mail that a statement has changed; ErrNotFound: none.
func taken(ctx context.Context, c ask.Conn, q string, args ...any) (inbound.Mail, error) {
	var all []*inbound.Mail
	err := c.Take(ctx, func() []any {
		all = append(all, new(inbound.Mail))
		return mailFields(all[len(all)-1])
	}, q, args...)
	if err == nil && len(all) == 0 {
		err = security.ErrNotFound
	}
	if err != nil {
		return inbound.Mail{}, err
	}
	return *all[0], nil
}

// AgainAt implements inbound.Store.
func (s Store) AgainAt(ctx context.Context, id string, attempt int, next time.Time) error {
	return s.Conn.Run(ctx, "UPDATE inbound SET leased_until = $1 WHERE id = $2 AND attempts = $3 AND "+Unread,
		column.MS(next), id, attempt)
}

// MailBacklog implements inbound.Store.
func (s Store) MailBacklog(ctx context.Context) (inbound.Backlog, error) {
	return ask.One(ctx, s.Conn, func(b *inbound.Backlog) []any { return []any{&b.Waiting, &b.Bytes, &b.Aside} },
		`SELECT (SELECT COUNT(*) FROM inbound WHERE `+Unread+`),
		(SELECT COALESCE(CAST(SUM(size) AS BIGINT), 0) FROM inbound WHERE `+Unread+`),
		(SELECT COUNT(*) FROM inbound WHERE aside_at > 0)`)
}

// PutMail is the statement of an inbound.PutMail.
func PutMail(w inbound.PutMail) (string, []any, error) {
	m := w.Mail
	return `INSERT INTO inbound (id, digest, kind, sealed, data, size, taken_at, leased_until, attempts,
		done_at, aside_at, outcome) VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, 0, 0, '')
		ON CONFLICT (digest) DO NOTHING`,
		[]any{m.ID, m.Digest, string(m.Kind), m.Sealed, m.Data, m.Size, column.MS(m.TakenAt)}, nil
}

// mine is the condition of a mail that is still with whoever claimed it.
const mine = " WHERE id = $2 AND attempts = $3 AND " + Unread

// SettleMail is the statement of an inbound.SettleMail.
func SettleMail(w inbound.SettleMail) (string, []any, error) {
	return "UPDATE inbound SET done_at = $1, outcome = $4, sealed = '', data = $5" + mine,
		[]any{column.MS(w.At), w.ID, w.Attempt, string(w.Outcome), []byte{}}, nil
}

// SetMailAside is the statement of an inbound.SetMailAside.
func SetMailAside(w inbound.SetMailAside) (string, []any, error) {
	return "UPDATE inbound SET aside_at = $1" + mine, []any{column.MS(w.At), w.ID, w.Attempt}, nil
}
