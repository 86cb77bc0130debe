package host

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"regain/security"
	"regain/security/webhook"
	"regain/store/column"
)

// Announce queues the news of a commit for the endpoints that want to hear of them. What nobody
// wants leaves nothing.
func Announce(ctx context.Context, c Conn, e security.Event, all []webhook.News) error {
	if len(all) == 0 {
		return nil
	}
	endpoints, err := list(ctx, c, func(x *webhook.Endpoint) []any {
		return []any{&x.ID, column.Codes(&x.Events), &x.State, &x.EncryptTo}
	}, "SELECT id, events, state, encrypt_to FROM webhooks ORDER BY id")
	if err != nil {
		return err
	}
	if all, err = onTickets(ctx, c, e, all); err != nil {
		return err
	}
	for i, n := range all {
		var to []addressed
		for _, x := range endpoints {
			if x.Wants(n) {
				to = append(to, addressed{Endpoint: x})
			}
		}
		if len(to) == 0 {
			continue
		}
		if err := queue(ctx, c, e, webhook.EventID(e, i), n, to); err != nil {
			return err
		}
	}
	return nil
}

// onTickets is the news with how each ticket stands now. What is about one that is not there, or was
// not woken, is none; that of tickets that were handed over is one of each.
func onTickets(ctx context.Context, c Conn, e security.Event, all []webhook.News) (
	told []webhook.News, err error) {
	known := func(id string) bool {
		return slices.ContainsFunc(all, func(n webhook.News) bool {
			return n.Ticket == id && n.Data.Message == "" && n.WokenTo.IsZero()
		})
	}
	for _, n := range all {
		if n.Ticket == "" && !n.Adopted {
			told = append(told, n)
			continue
		}
		where, args := "id = $1", []any{n.Ticket}
		switch {
		case n.Adopted:
			where, args = "account_id = $1 AND department = $2 AND updated_at >= $3",
				[]any{n.Account, security.AccountSecurity, column.MS(e.At)}
		case !n.WokenTo.IsZero():
			where, args = "id = $1 AND status = 'open' AND due_at = $2", append(args, column.MS(n.WokenTo))
		}
		found, err := list(ctx, c, func(x *webhook.News) []any {
			*x = n
			return []any{&x.Ticket, &x.Data.Ticket, &x.Account, &x.Data.Department, &x.Data.Status,
				&x.Data.Priority}
		}, "SELECT id, number, account_id, department, status, priority FROM tickets WHERE "+where+
			" ORDER BY id", args...)
		if err != nil {
			return nil, fmt.Errorf("read tickets: %w", err)
		}
		for _, x := range found {
			if n.Adopted && known(x.Ticket) {
				continue
			}
			if x.Data.Account = x.Account; x.Data.Message != "" {
				x.Data.Department, x.Data.Status, x.Data.Priority = "", "", ""
			}
			told = append(told, x)
		}
	}
	return told, nil
}

// addressed is an endpoint that hears of an event, with the body where it hears more than others.
type addressed struct {
	webhook.Endpoint
	own string
}

// queue keeps one of the news with its place among those of the account. What is about an account that
// is not there is none.
func queue(ctx context.Context, c Conn, e security.Event, id string, n webhook.News,
	to []addressed) error {
	if n.Account != "" {
		err := row(ctx, c.Take, []any{&n.Data.Sequence}, `UPDATE accounts SET webhook_seq = webhook_seq + 1
			WHERE id = $1 RETURNING webhook_seq`, n.Account)
		if errors.Is(err, security.ErrNotFound) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("count event: %w", err)
		}
	}
	body, err := webhook.Body(e, id, n, webhook.Endpoint{})
	for i := range to {
		if x := &to[i]; err == nil && n.Hash != "" && x.EncryptTo != "" {
			x.own, err = webhook.Body(e, id, n, x.Endpoint)
		}
	}
	if err != nil {
		return err
	}
	err = c.Run(ctx, `INSERT INTO webhook_events (id, account_id, seq, type, at, body)
		VALUES ($1, $2, $3, $4, $5, $6)`, id, n.Account, n.Data.Sequence, string(n.Type), column.MS(e.At), body)
	if err != nil {
		return err
	}
	q, args := queuedFor(id, e.At, to)
	return c.Run(ctx, q, args...)
}

// row reads one row by Each or Take of a Conn; security.ErrNotFound when there is none.
func row(ctx context.Context, read func(context.Context, func() []any, string, ...any) error,
	to []any, q string, args ...any) error {
	found := false
	err := read(ctx, func() []any { found = true; return to }, q, args...)
	if err == nil && !found {
		err = security.ErrNotFound
	}
	return err
}
