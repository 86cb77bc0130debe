package host

import (
	"context"
	"fmt"
	"strings"
	"time"

	"regain/security"
	"regain/security/webhook"
	"regain/store/ask"
	"regain/store/column"
)

const hookColumns = "w.id, w.kind, w.url, w.events, w.state, w.public_key, w.keys, w.made_at," +
	" w.failing_since, w.held_until, w.encrypt_to"

func hookFields(x *webhook.Endpoint) []any {
	return []any{&x.ID, &x.Kind, &x.URL, column.Codes(&x.Events), &x.State, &x.PublicKey, &x.Keys,
		column.Time(&x.MadeAt), column.Time(&x.FailingSince), column.Time(&x.HeldUntil), &x.EncryptTo}
}

// waits is the condition of a delivery that is still to be made.
const waits = "done_at = 0 AND gave_up_at = 0"

// Endpoint implements webhook.Store.
func (s Store) Endpoint(ctx context.Context, id string) (webhook.Endpoint, error) {
	x, err := s.Receiver(ctx, id)
	if err == nil && x.Kind != webhook.Hook {
		return webhook.Endpoint{}, security.ErrNotFound
	}
	return x, err
}

// Receiver implements webhook.Queue.
func (s Store) Receiver(ctx context.Context, id string) (webhook.Endpoint, error) {
	return ask.One(ctx, s.Conn, hookFields, "SELECT "+hookColumns+
		" FROM webhooks w WHERE w.id = $1", id)
}

// counts are how the deliveries of an endpoint stand.
const counts = "(SELECT COUNT(*) " + ofEndpoint + " AND " + waits + "), (SELECT COUNT(*) " + ofEndpoint +
	" AND gave_up_at > 0), (SELECT MAX(tried_at) " + ofEndpoint + ")"

const ofEndpoint = "FROM webhook_deliveries WHERE webhook_id = w.id"

func countFields(x *webhook.Endpoint) []any {
	return []any{&x.Waiting, &x.GivenUp, column.Time(&x.TriedAt)}
}

// Endpoints implements webhook.Store.
func (s Store) Endpoints(ctx context.Context) ([]webhook.Endpoint, error) {
	return ask.List(ctx, s.Conn, func(x *webhook.Endpoint) []any {
		return append(hookFields(x), countFields(x)...)
	}, "SELECT "+hookColumns+", "+counts+
		" FROM webhooks w WHERE w.kind = $1 ORDER BY w.made_at, w.id", string(webhook.Hook))
}

const deliveries = `SELECT d.id, d.event_id, d.webhook_id, e.type, e.account_id, e.at,
	CASE WHEN d.body <> '' THEN d.body ELSE e.body END, d.queued_at,
	d.attempts, d.step, d.leased_until, d.done_at, d.gave_up_at, d.tried_at, d.status, d.took, d.why, d.said
	FROM webhook_deliveries d JOIN webhook_events e ON e.id = d.event_id `

func deliveryFields(d *webhook.Delivery) []any {
	return []any{&d.ID, &d.Event, &d.Endpoint, &d.Type, &d.Account, column.Time(&d.At), &d.Body,
		column.Time(&d.QueuedAt), &d.Attempts, &d.Step, column.Time(&d.Due), column.Time(&d.DoneAt),
		column.Time(&d.GaveUpAt), column.Time(&d.TriedAt), &d.Status, milliseconds{&d.Took}, &d.Why,
		&d.Said}
}

// milliseconds scans how long something took.
type milliseconds struct{ to *time.Duration }

// Scan implements sql.Scanner.
func (m milliseconds) Scan(src any) error {
	n, ok := src.(int64)
	if !ok {
		return fmt.Errorf("read milliseconds: %T", src)
	}
	*m.to = time.Duration(n) * time.Millisecond
	return nil
}

// Delivery implements webhook.Store.
func (s Store) Delivery(ctx context.Context, id string) (webhook.Delivery, error) {
	return ask.One(ctx, s.Conn, deliveryFields, deliveries+"WHERE d.id = $1", id)
}

// Deliveries implements webhook.Store.
func (s Store) Deliveries(ctx context.Context, endpoint string, after security.Cursor, limit int) (
	[]webhook.Delivery, error) {
	q, args := deliveries+"WHERE d.webhook_id = $1", []any{endpoint, limit}
	if after != (security.Cursor{}) {
		q, args = q+" AND (d.queued_at, d.id) < ($3, $4)", append(args, column.MS(after.At), after.ID)
	}
	return ask.List(ctx, s.Conn, deliveryFields, q+" ORDER BY d.queued_at DESC, d.id DESC LIMIT $2", args...)
}

// HashesTaken implements webhook.Store.
func (s Store) HashesTaken(ctx context.Context) (bool, error) {
	ids, err := ask.List(ctx, s.Conn, func(id *string) []any { return []any{id} },
		"SELECT id FROM webhooks WHERE encrypt_to <> '' AND state <> 'gone'")
	return len(ids) > 0, err
}

// Backlog counts the deliveries that wait, and the endpoints that were switched off.
func (s Store) Backlog(ctx context.Context) (waiting, off int, err error) {
	err = row(ctx, s.Conn.Each, []any{&waiting, &off}, `SELECT
		(SELECT COUNT(*) FROM webhook_deliveries WHERE `+waits+`),
		(SELECT COUNT(*) FROM webhooks WHERE state IN ('failing', 'gone'))`)
	return waiting, off, err
}

// AddEndpoint is the statement of a webhook.AddEndpoint.
func AddEndpoint(w webhook.AddEndpoint) (string, []any, error) {
	x := w.Endpoint
	events, err := column.EncodeCodes(x.Events)
	return `INSERT INTO webhooks (id, url, events, state, public_key, keys, made_at, failing_since,
		held_until, kind, encrypt_to) SELECT $1, $2, $3, $4, $5, $6, $7, 0, 0, $9, $10
		WHERE (SELECT COUNT(*) FROM webhooks WHERE kind = $9) < $8`,
		[]any{x.ID, x.URL, events, string(x.State), x.PublicKey, x.Keys, column.MS(x.MadeAt),
			w.Most, string(x.Kind), x.EncryptTo}, err
}

// SetState is the statement of a webhook.SetState.
func SetState(w webhook.SetState) (string, []any, error) {
	q := "UPDATE webhooks SET state = $1, held_until = 0"
	if w.To == webhook.Live || w.To == webhook.Paused {
		q += ", failing_since = 0"
	}
	return q + " WHERE id = $2 AND state = $3", []any{string(w.To), w.ID, string(w.From)}, nil
}

// SetKeys is the statement of a webhook.SetKeys.
func SetKeys(w webhook.SetKeys) (string, []any, error) {
	return "UPDATE webhooks SET keys = $1, public_key = $2 WHERE id = $3 AND keys = $4",
		[]any{w.To, w.PublicKey, w.ID, w.From}, nil
}

// SetEncryption is the statement of a webhook.SetEncryption.
func SetEncryption(w webhook.SetEncryption) (string, []any, error) {
	events, err := column.EncodeCodes(w.Events)
	return "UPDATE webhooks SET encrypt_to = $1 WHERE id = $2 AND encrypt_to = $3 AND events = $4",
		[]any{w.To, w.ID, w.From, events}, err
}

// SetEvents is the statement of a webhook.SetEvents.
func SetEvents(w webhook.SetEvents) (string, []any, error) {
	from, err := column.EncodeCodes(w.From)
	if err != nil {
		return "", nil, err
	}
	to, err := column.EncodeCodes(w.To)
	return "UPDATE webhooks SET events = $1 WHERE id = $2 AND events = $3 AND encrypt_to = $4",
		[]any{to, w.ID, from, w.EncryptTo}, err
}

// RemoveEndpoint is the statement of a webhook.RemoveEndpoint.
func RemoveEndpoint(w webhook.RemoveEndpoint) (string, []any, error) {
	return "DELETE FROM webhooks WHERE id = $1", []any{w.ID}, nil
}

// SetTarget is the statement of a webhook.SetTarget.
func SetTarget(w webhook.SetTarget) (string, []any, error) {
	x := w.Endpoint
	events, err := column.EncodeCodes(x.Events)
	return "UPDATE webhooks SET url = $1, events = $2, keys = $3 WHERE id = $4 AND keys = $5",
		[]any{x.URL, events, x.Keys, x.ID, w.From}, err
}

// DropWaiting is the statement of a webhook.DropWaiting.
func DropWaiting(w webhook.DropWaiting) (string, []any, error) {
	return "UPDATE webhook_deliveries SET gave_up_at = $1, why = $2 WHERE webhook_id = $3 AND " + waits,
		[]any{column.MS(w.At), string(webhook.WhyUnwanted), w.Endpoint}, nil
}

const anew = "queued_at = $1, leased_until = $1, step = 0, done_at = 0, gave_up_at = 0"

// SendAgain is the statement of a webhook.SendAgain.
func SendAgain(w webhook.SendAgain) (string, []any, error) {
	return "UPDATE webhook_deliveries SET " + anew + " WHERE id = $2",
		[]any{column.MS(w.At), w.ID}, nil
}

// SendWaiting is the statement of a webhook.SendWaiting.
func SendWaiting(w webhook.SendWaiting) (string, []any, error) {
	return `UPDATE webhook_deliveries SET leased_until = $1 WHERE webhook_id = $2
		AND leased_until > $1 AND ` + waits, []any{column.MS(w.At), w.Endpoint}, nil
}

// SendSince is the statement of a webhook.SendSince.
func SendSince(w webhook.SendSince) (string, []any, error) {
	args := []any{column.MS(w.At), w.Endpoint, column.MS(w.Since)}
	for _, t := range w.Events {
		args = append(args, string(t))
	}
	return "INSERT INTO webhook_deliveries (" + queued + `) SELECT e.id || '_' || $2, e.id, $2, 0,
		CAST($1 AS BIGINT), CAST($1 AS BIGINT), 0, 0, 0, 0, 0, 0, 0, '', '' FROM webhook_events e
		WHERE e.at >= $3 AND e.type IN (` + places(3, len(w.Events)) + `)
		ON CONFLICT (id) DO UPDATE SET ` + anew + `
		WHERE webhook_deliveries.done_at > 0 OR webhook_deliveries.gave_up_at > 0`, args, nil
}

// queued are the columns of a delivery.
const queued = `id, event_id, webhook_id, place, queued_at, leased_until, attempts, step, done_at,
	gave_up_at, tried_at, status, took, why, body`

// queuedFor is the statement that queues an event for those who want to hear of it, at its place among
// all that happened.
func queuedFor(event string, place int64, at time.Time, to []addressed) (string, []any) {
	args := []any{column.MS(at), event, place}
	rows := make([]string, len(to))
	for i, x := range to {
		args = append(args, webhook.DeliveryID(event, x.ID), x.ID, x.own)
		n := strings.Split(places(len(args)-3, 3), ",")
		rows[i] = "(" + n[0] + ", $2, " + n[1] + ", $3, $1, $1, 0, 0, 0, 0, 0, 0, 0, '', " + n[2] + ")"
	}
	return "INSERT INTO webhook_deliveries (" + queued + ") VALUES " + strings.Join(rows, ", "), args
}

// places is a list of n placeholders behind the first after: $4,$5,…
func places(after, n int) string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprint("$", after+i+1)
	}
	return strings.Join(all, ",")
}
