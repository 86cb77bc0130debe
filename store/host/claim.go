package host

import (
	"context"
	"strings"
	"time"

	"regain/security/limits"
	"regain/security/webhook"
	"regain/store/ask"
	"regain/store/column"
)

// DueEndpoints implements webhook.Queue.
func (s Store) DueEndpoints(ctx context.Context, now time.Time) ([]string, error) {
	ids, err := ask.List(ctx, s.Conn, func(id *string) []any { return []any{id} }, `SELECT w.id FROM webhooks w
		WHERE w.url <> '' AND w.held_until <= $1 AND CASE w.kind
		WHEN 'stream' THEN (SELECT CASE WHEN w.state = 'live' OR place < 0 THEN leased_until END `+
		nextOf("w.id")+`) <= $1
		ELSE w.state = 'live' AND EXISTS (SELECT 1 `+ofEndpoint+" AND "+waits+
		" AND leased_until <= $1) END", column.MS(now))
	if err != nil || len(ids) > 0 {
		return ids, err
	}
	soon, never := column.MS(now.Add(limits.Skew)), column.MS(now.Add(webhook.LongestWait+limits.Skew))
	if err := ask.Recall(ctx, s.Conn, "webhooks", "TRUE", "held_until", soon, never); err != nil {
		return nil, err
	}
	return nil, ask.Recall(ctx, s.Conn, "webhook_deliveries", "webhook_id IN (SELECT id FROM webhooks) AND "+waits,
		"leased_until", soon, never)
}

// Claim implements webhook.Queue. Of two that claim at once, the second looks again at what the
// first has left of the rows that both found.
func (s Store) Claim(ctx context.Context, endpoint string, now time.Time, lease time.Duration,
	most int) ([]webhook.Delivery, error) {
	return s.claimed(ctx, `id IN (SELECT id FROM webhook_deliveries WHERE webhook_id = $3 AND `+waits+`
		AND leased_until <= $2 ORDER BY leased_until, id LIMIT $4)`, now, lease, endpoint, most)
}

// ClaimInTurn implements signal.Store.
func (s Store) ClaimInTurn(ctx context.Context, stream string, now time.Time, lease time.Duration,
	most int) ([]webhook.Delivery, error) {
	return s.claimed(ctx, `id IN (SELECT id FROM webhook_deliveries WHERE webhook_id = $3 AND `+waits+`
		AND leased_until <= $2 ORDER BY place, id LIMIT $4)`, now, lease, stream, most)
}

// nextOf is where the delivery stands whose turn it is in a stream.
func nextOf(stream string) string {
	return "FROM webhook_deliveries WHERE webhook_id = " + stream + " AND " + waits +
		" ORDER BY place, id LIMIT 1"
}

// ClaimNext implements webhook.Queue. Of two that claim at once, both find the same one: nothing takes
// a place in front of it, for commits come one after the other.
func (s Store) ClaimNext(ctx context.Context, stream string, now time.Time, lease time.Duration,
	last bool) ([]webhook.Delivery, error) {
	which := "id = (SELECT id " + nextOf("$3") + ")"
	if last {
		which += " AND place < 0"
	}
	return s.claimed(ctx, which, now, lease, stream)
}

// claimed claims which deliveries are due, and reads them.
func (s Store) claimed(ctx context.Context, which string, now time.Time, lease time.Duration,
	args ...any) ([]webhook.Delivery, error) {
	var ids []any
	err := s.Conn.Take(ctx, func() []any {
		ids = append(ids, new(string))
		return ids[len(ids)-1:]
	}, "UPDATE webhook_deliveries SET leased_until = $1, attempts = attempts + 1 WHERE "+which+" AND "+
		waits+" AND leased_until <= $2 RETURNING id",
		append([]any{column.MS(now.Add(lease)), column.MS(now)}, args...)...)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	return ask.List(ctx, s.Conn, deliveryFields, deliveries+"WHERE d.id IN ("+
		places(0, len(ids))+") ORDER BY e.at, e.seq, d.id", ids...)
}

// Settle implements webhook.Queue.
func (s Store) Settle(ctx context.Context, all []webhook.Delivery) error {
	if len(all) == 0 {
		return nil
	}
	const columns = 11
	rows, args := make([]string, len(all)), make([]any, 0, columns*len(all))
	for i, d := range all {
		numbers := strings.Split(places(i*columns, columns), ",")
		for n := range numbers {
			kind := "BIGINT"
			if n == 0 || n >= columns-2 {
				kind = "TEXT"
			}
			numbers[n] = "CAST(" + numbers[n] + " AS " + kind + ")"
		}
		rows[i] = "(" + strings.Join(numbers, ", ") + ")"
		args = append(args, d.ID, d.Attempts, column.MS(d.Due), d.Step, column.MS(d.DoneAt),
			column.MS(d.GaveUpAt), column.MS(d.TriedAt), d.Status, d.Took.Milliseconds(), string(d.Why), d.Said)
	}
	return s.Conn.Run(ctx, `UPDATE webhook_deliveries SET leased_until = v.column3, step = v.column4,
		done_at = v.column5, gave_up_at = v.column6, tried_at = v.column7, status = v.column8,
		took = v.column9, why = v.column10, said = v.column11 FROM (VALUES `+strings.Join(rows, ", ")+`) AS v
		WHERE id = v.column1 AND attempts = v.column2 AND `+waits, args...)
}

// Refused implements webhook.Queue.
func (s Store) Refused(ctx context.Context, stream string, since time.Time, most int) (int, error) {
	ids, err := ask.List(ctx, s.Conn, func(id *string) []any { return []any{id} },
		`SELECT id FROM webhook_deliveries WHERE webhook_id = $1 AND gave_up_at >= $2 AND why = $3 LIMIT $4`,
		stream, column.MS(since), string(webhook.WhyRefused), most)
	return len(ids), err
}

// Fared implements webhook.Queue.
func (s Store) Fared(ctx context.Context, id string, failingSince, heldUntil time.Time) error {
	return s.Conn.Run(ctx, "UPDATE webhooks SET failing_since = $1, held_until = $2 WHERE id = $3",
		column.MS(failingSince), column.MS(heldUntil), id)
}
