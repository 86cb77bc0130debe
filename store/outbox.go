package store

import (
	"cmp"
	"context"
	"errors"
	"time"

	"regain/security"
	"regain/security/limits"
	"regain/security/notice"
	"regain/store/drill"
)

var _ notice.Queue = (*DB)(nil)

func (t tx) enqueue(ctx context.Context, all []security.Enqueue) error {
	return t.add(ctx, `INSERT INTO outbox (id, channel, account_id, recipient, kind, data, code,
		queued_at, not_after, lane, variant, time_zone, leased_until, attempts, sent_at, gave_up_at,
		reason)`, "", rowsOf(all, func(w security.Enqueue) []any {
		m := w.Mail
		return []any{m.ID, m.Channel, m.Account, m.To, m.Kind, m.Data, m.Code, ms(m.QueuedAt),
			ms(m.NotAfter), cmp.Or(m.Lane, notice.LaneRest), m.Variant, m.TimeZone, 0, 0, 0, 0, ""}
	}))
}

// Expired is the reason of a message that was worthless before it could be
// delivered.
const Expired = "expired"

// Claim implements notice.Queue: what goes another way than by mail is not for a courier. A message
// that is worthless by now is given up on the way and loses its data.
func (db *DB) Claim(ctx context.Context, last notice.Lane, now time.Time, lease time.Duration) (
	item notice.Item, ok bool, err error) {
	for lane := notice.LaneAwaited; lane <= last; lane++ {
		err = db.dialect.Again(ctx, func() error {
			item, err = db.lease(ctx, lane, now, lease)
			return err
		})
		if !errors.Is(err, security.ErrNotFound) {
			return item, err == nil, err
		}
	}
	// A lease of while the clock ran ahead ends like one that is taken now.
	return notice.Item{}, false, db.writer().run(ctx, `UPDATE outbox SET leased_until = $1
		WHERE sent_at = 0 AND gave_up_at = 0 AND leased_until > $2`, ms(now.Add(lease)),
		ms(now.Add(notice.LongestRetry+limits.Skew)))
}

// due is a message that nobody has.
type due struct {
	id       string
	notAfter time.Time
}

// lease takes the message of the lane that has been due longest. When another courier is
// faster, it looks for the next one; nobody ever gets the same.
func (db *DB) lease(ctx context.Context, lane notice.Lane, now time.Time,
	lease time.Duration) (notice.Item, error) {
	for {
		m, err := find(ctx, db.reader(), func(m *due) []any { return []any{&m.id, at(&m.notAfter)} },
			`SELECT id, not_after FROM outbox WHERE channel = $2 AND lane = $3 AND sent_at = 0
			AND gave_up_at = 0 AND leased_until <= $1 ORDER BY leased_until, id LIMIT 1`, ms(now),
			security.ChannelMail, lane)
		if err != nil {
			return notice.Item{}, err
		}
		if !m.notAfter.IsZero() && !now.Before(m.notAfter) {
			if err := db.expire(ctx, m.id, now); err != nil {
				return notice.Item{}, err
			}
			continue
		}
		item, err := find(ctx, db.writer(), func(i *notice.Item) []any {
			return []any{&i.ID, &i.Kind, &i.Data, at(&i.QueuedAt), &i.Attempts, &i.Locale}
		}, `UPDATE outbox SET leased_until = $1, attempts = attempts + 1
			WHERE id = $2 AND sent_at = 0 AND gave_up_at = 0 AND leased_until <= $3
			RETURNING id, kind, data, queued_at, attempts, COALESCE((SELECT locale FROM accounts
			WHERE accounts.id = outbox.account_id), '')`, ms(now.Add(lease)), m.id, ms(now))
		if !errors.Is(err, security.ErrNotFound) {
			return item, err
		}
	}
}

func (db *DB) expire(ctx context.Context, id string, now time.Time) error {
	return db.writer().run(ctx, `UPDATE outbox SET gave_up_at = $1, reason = $2, data = NULL
		WHERE id = $3 AND sent_at = 0 AND gave_up_at = 0 AND leased_until <= $1`, ms(now), Expired, id)
}

// mine is the condition of a message that is still with the courier who claimed it.
const mine = "id = $1 AND attempts = $2 AND sent_at = 0 AND gave_up_at = 0"

// Hold implements notice.Queue. Each claim counts an attempt: that tells them apart.
func (db *DB) Hold(ctx context.Context, item notice.Item, until time.Time) (bool, error) {
	err := db.dialect.Again(ctx, func() error {
		return db.writer().one(ctx, "UPDATE outbox SET leased_until = $3 WHERE "+mine, item.ID,
			item.Attempts, ms(until))
	})
	if errors.Is(err, security.ErrConflict) {
		return false, nil
	}
	return err == nil, err
}

// Waiting counts the messages that are still to be delivered, and those that were
// given up.
func (db *DB) Waiting(ctx context.Context) (queued, givenUp int, err error) {
	err = db.reader().row(ctx, []any{&queued},
		"SELECT COUNT(*) FROM outbox WHERE sent_at = 0 AND gave_up_at = 0 AND "+drill.None("outbox"))
	if err == nil {
		err = db.reader().row(ctx, []any{&givenUp},
			"SELECT COUNT(*) FROM outbox WHERE gave_up_at > 0 AND "+drill.None("outbox"))
	}
	return queued, givenUp, err
}

const mailColumns = `id, kind, variant, recipient, code, time_zone, queued_at, sent_at,
	gave_up_at, reason, attempts`

func mailFields(m *security.MailState) []any {
	return []any{&m.ID, &m.Kind, &m.Variant, &m.To, &m.Code, &m.TimeZone, at(&m.QueuedAt),
		at(&m.SentAt), at(&m.GaveUpAt), &m.Reason, &m.Attempts}
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
func (db *DB) Failed(ctx context.Context, item notice.Item, next time.Time, reason string,
	giveUp bool) error {
	q := "UPDATE outbox SET leased_until = $3, reason = $4 WHERE " + mine
	if giveUp {
		q = "UPDATE outbox SET gave_up_at = $3, reason = $4, data = NULL WHERE " + mine
	}
	return db.dialect.Again(ctx, func() error {
		return db.writer().one(ctx, q, item.ID, item.Attempts, ms(next), reason)
	})
}
