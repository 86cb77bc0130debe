package store

import (
	"context"
	"errors"
	"time"

	"regain/security"
	"regain/security/notice"
)

var _ notice.Queue = (*DB)(nil)

func (t tx) enqueue(ctx context.Context, w security.Enqueue) error {
	m := w.Mail
	return t.one(ctx, `INSERT INTO outbox (id, channel, account_id, recipient, kind, data, code,
		queued_at, not_after, leased_until, attempts, sent_at, gave_up_at, reason)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0, 0, 0, '')`,
		m.ID, m.Channel, m.Account, m.To, m.Kind, m.Data, m.Code, ms(m.QueuedAt),
		ms(m.NotAfter))
}

// Expired is the reason of a message that was worthless before it could be
// delivered.
const Expired = "expired"

// Claim implements notice.Queue: what goes another way than by mail is not for a courier. A message
// that is worthless by now is given up on the way and loses its data.
func (db *DB) Claim(ctx context.Context, now time.Time, lease time.Duration) (
	item notice.Item, ok bool, err error) {
	err = db.dialect.Again(ctx, func() error {
		if err := db.expire(ctx, now); err != nil {
			return err
		}
		item, err = db.lease(ctx, now, lease)
		return err
	})
	if errors.Is(err, security.ErrNotFound) {
		return notice.Item{}, false, nil
	}
	return item, err == nil, err
}

func (db *DB) expire(ctx context.Context, now time.Time) error {
	return db.writer().run(ctx, `UPDATE outbox SET gave_up_at = $1, reason = $2, data = NULL
		WHERE channel = $3 AND sent_at = 0 AND gave_up_at = 0 AND leased_until <= $1
		AND not_after > 0 AND not_after <= $1`, ms(now), Expired, security.ChannelMail)
}

// lease takes the message that has been due longest. When another courier is
// faster, it looks for the next one; nobody ever gets the same.
func (db *DB) lease(ctx context.Context, now time.Time, lease time.Duration) (notice.Item, error) {
	for {
		id, err := find(ctx, db.reader(), func(id *string) []any { return []any{id} },
			`SELECT id FROM outbox WHERE channel = $2 AND sent_at = 0 AND gave_up_at = 0
			AND leased_until <= $1 ORDER BY leased_until, id LIMIT 1`, ms(now), security.ChannelMail)
		if err != nil {
			return notice.Item{}, err
		}
		item, err := find(ctx, db.writer(), func(i *notice.Item) []any {
			return []any{&i.ID, &i.Kind, &i.Data, at(&i.QueuedAt), &i.Attempts}
		}, `UPDATE outbox SET leased_until = $1, attempts = attempts + 1
			WHERE id = $2 AND sent_at = 0 AND gave_up_at = 0 AND leased_until <= $3
			RETURNING id, kind, data, queued_at, attempts`, ms(now.Add(lease)), id, ms(now))
		if !errors.Is(err, security.ErrNotFound) {
			return item, err
		}
	}
}

// Waiting counts the messages that are still to be delivered, and those that were
// given up.
func (db *DB) Waiting(ctx context.Context) (queued, givenUp int, err error) {
	err = db.reader().row(ctx, []any{&queued},
		"SELECT COUNT(*) FROM outbox WHERE sent_at = 0 AND gave_up_at = 0")
	if err == nil {
		err = db.reader().row(ctx, []any{&givenUp},
			"SELECT COUNT(*) FROM outbox WHERE gave_up_at > 0")
	}
	return queued, givenUp, err
}

const mailColumns = `id, kind, recipient, code, queued_at, sent_at, gave_up_at, reason,
	attempts`

func mailFields(m *security.MailState) []any {
	return []any{&m.ID, &m.Kind, &m.To, &m.Code, at(&m.QueuedAt), at(&m.SentAt),
		at(&m.GaveUpAt), &m.Reason, &m.Attempts}
}

// Mails implements security.Store.
func (db *DB) Mails(ctx context.Context, account string, limit int) ([]security.MailState, error) {
	return list(ctx, db.reader(), mailFields, "SELECT "+mailColumns+` FROM outbox
		WHERE account_id = $1 ORDER BY queued_at DESC, id DESC LIMIT $2`, account, limit)
}

// MailByCode implements guided.Store.
func (db *DB) MailByCode(ctx context.Context, code string) (security.MailState, error) {
	return find(ctx, db.reader(), mailFields,
		"SELECT "+mailColumns+" FROM outbox WHERE code = $1", code)
}

// Sent implements notice.Queue.
func (db *DB) Sent(ctx context.Context, id string, now time.Time) error {
	return db.dialect.Again(ctx, func() error {
		return db.writer().one(ctx, `UPDATE outbox SET sent_at = $1, data = NULL
			WHERE id = $2 AND sent_at = 0`, ms(now), id)
	})
}

// Failed implements notice.Queue. A message that is given up loses its data;
// next is then the moment of giving up.
func (db *DB) Failed(ctx context.Context, id string, next time.Time, reason string,
	giveUp bool) error {
	q := `UPDATE outbox SET leased_until = $1, reason = $2
		WHERE id = $3 AND sent_at = 0 AND gave_up_at = 0`
	if giveUp {
		q = `UPDATE outbox SET gave_up_at = $1, reason = $2, data = NULL
			WHERE id = $3 AND sent_at = 0 AND gave_up_at = 0`
	}
	return db.dialect.Again(ctx, func() error { return db.writer().one(ctx, q, ms(next), reason, id) })
}
