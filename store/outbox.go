package store

import (
	"cmp"
	"context"
	"errors"
	"time"

	"regain/security"
	"regain/security/limits"
	"regain/security/notice"
	"regain/store/ask"
	"regain/store/drill"
	"regain/store/lanes"
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

// Expired is the reason of a message that was worthless before it could be delivered.
const Expired = "expired"

// Claim implements notice.Queue: what goes another way than by mail is not for a courier. A message
// that is worthless by now is given up on the way and loses its data.
func (db *DB) Claim(ctx context.Context, last notice.Lane, now time.Time, lease time.Duration) (
	item notice.Item, ok bool, err error) {
	err = db.dialect.Again(ctx, func() error {
		item, err = db.lease(ctx, last, now, lease)
		return err
	})
	if errors.Is(err, security.ErrNotFound) {
		return notice.Item{}, false, nil
	}
	return item, err == nil, err
}

// due is a message that nobody has, or one that was leased while the clock ran ahead.
type due struct {
	id       string
	notAfter time.Time
	turn     notice.Lane
}

// lease takes the message of the first lane that has any, the one that has been due longest. When another
// courier is faster, it looks for the next one; nobody ever gets the same.
func (db *DB) lease(ctx context.Context, last notice.Lane, now time.Time,
	lease time.Duration) (notice.Item, error) {
	ahead := ms(now.Add(notice.LongestRetry + limits.Skew))
	for {
		m, err := find(ctx, db.reader(), func(m *due) []any { return []any{&m.id, at(&m.notAfter), &m.turn} },
			lanes.Next(last), ms(now), security.ChannelMail, ahead)
		switch {
		case err != nil:
		case m.turn >= lanes.Ahead: // it ends like a lease that is taken now
			err = ask.Recall(ctx, pools{db}, "outbox", lanes.Waits, "leased_until", ms(now.Add(lease)), ahead)
		case !m.notAfter.IsZero() && !now.Before(m.notAfter):
			err = db.expire(ctx, m.id, now)
		default:
			item, missed := db.take(ctx, m.id, now, lease)
			if !errors.Is(missed, security.ErrNotFound) {
				return item, missed
			}
		}
		if err != nil {
			return notice.Item{}, err
		}
	}
}

func (db *DB) take(ctx context.Context, id string, now time.Time, lease time.Duration) (notice.Item, error) {
	return find(ctx, db.writer(), func(i *notice.Item) []any {
		return []any{&i.ID, &i.Kind, &i.Data, at(&i.QueuedAt), &i.Attempts, &i.Locale}
	}, `UPDATE outbox SET leased_until = $1, attempts = attempts + 1
		WHERE id = $2 AND `+lanes.Waits+` AND leased_until <= $3
		RETURNING id, kind, data, queued_at, attempts, COALESCE((SELECT locale FROM accounts
		WHERE accounts.id = outbox.account_id), '')`, ms(now.Add(lease)), id, ms(now))
}

func (db *DB) expire(ctx context.Context, id string, now time.Time) error {
	return db.writer().run(ctx, `UPDATE outbox SET gave_up_at = $1, reason = $2, data = NULL
		WHERE id = $3 AND `+lanes.Waits+` AND leased_until <= $1`, ms(now), Expired, id)
}

// mine is the condition of a message that is still with the courier who claimed it.
const mine = "id = $1 AND attempts = $2 AND " + lanes.Waits

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

// Waiting counts the messages that are still to be delivered, and those that were given up.
func (db *DB) Waiting(ctx context.Context) (queued, givenUp int, err error) {
	err = db.reader().row(ctx, []any{&queued},
		"SELECT COUNT(*) FROM outbox WHERE "+lanes.Waits+" AND "+drill.None("outbox"))
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

// Failed implements notice.Queue. A message that is given up loses its data; next is then when that was.
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
