package host

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"regain/security"
	"regain/security/signal"
	"regain/security/webhook"
	"regain/store/ask"
	"regain/store/column"
)

// News is what changes have to tell, and who may want to hear of it.
type News struct {
	told      []told
	endpoints []webhook.Endpoint
	late      bool // the endpoints are those after the changes
}

// told is the news of one change, whose place among all of them is after.
type told struct {
	after   int64
	event   security.Event
	news    []webhook.News
	signals []signal.Event
}

// NewsOf works out the news of changes and, where there is any, reads the endpoints. It comes before the writes, as
// what is read in the middle of them has PostgreSQL wait for the portal once more; unless they are about endpoints.
func NewsOf(ctx context.Context, c ask.Conn, changes []security.Change) (n News, err error) {
	for i, x := range changes {
		n.late = n.late || slices.ContainsFunc(x.Writes, ofEndpoints)
		if security.IsDrill(x.Event.Account) { // the others know no such account
			continue
		}
		t := told{after: int64(i), event: x.Event, news: webhook.Of(x.Event, x.Writes)}
		if t.signals, err = signal.Of(x.Event, t.news, x.Writes); err != nil {
			return n, err
		}
		if len(t.news)+len(t.signals) > 0 {
			n.told = append(n.told, t)
		}
	}
	if len(n.told) > 0 && !n.late {
		n.endpoints, err = endpoints(ctx, c)
	}
	return n, err
}

// ofEndpoints reports whether a write changes who hears of what.
func ofEndpoints(w security.Write) bool {
	switch w.(type) {
	case webhook.AddEndpoint, webhook.RemoveEndpoint, webhook.SetState, webhook.SetEvents, webhook.SetTarget,
		webhook.SetEncryption:
		return true
	}
	return false
}

func endpoints(ctx context.Context, c ask.Conn) ([]webhook.Endpoint, error) {
	return ask.List(ctx, c, func(x *webhook.Endpoint) []any {
		return []any{&x.ID, &x.Kind, column.Codes(&x.Events), &x.State, &x.EncryptTo}
	}, "SELECT id, kind, events, state, encrypt_to FROM webhooks ORDER BY id")
}

// Announce queues the news for the endpoints that want to hear of them, at the places that their lines have in the
// audit trail, of which first is that of the first change. What nobody wants leaves nothing.
func (n News) Announce(ctx context.Context, c ask.Conn, first int64) (err error) {
	if n.late && len(n.told) > 0 {
		n.endpoints, err = endpoints(ctx, c)
	}
	if err != nil || len(n.endpoints) == 0 {
		return err
	}
	for _, t := range n.told {
		if err := t.announce(ctx, c, first+t.after, n.endpoints); err != nil {
			return err
		}
	}
	return nil
}

func (t told) announce(ctx context.Context, c ask.Conn, place int64, endpoints []webhook.Endpoint) error {
	all, err := onTickets(ctx, c, t.event, t.news)
	if err != nil {
		return err
	}
	for i, n := range all {
		if to := wanting(endpoints, webhook.Hook, n.Type, n.Only); to != nil {
			if err := queue(ctx, c, place, t.event, webhook.EventID(t.event, i), n, to); err != nil {
				return err
			}
		}
	}
	for _, n := range t.signals {
		to := wanting(endpoints, webhook.Stream, n.Type, n.Only)
		if err := queueSignal(ctx, c, place, t.event.At, n, to); err != nil {
			return err
		}
	}
	return nil
}

// wanting are the endpoints of a kind that want to hear of an event.
func wanting(all []webhook.Endpoint, kind webhook.Kind, t webhook.Type, only string) (to []addressed) {
	for _, x := range all {
		if x.Kind == kind && x.Wants(t, only) {
			to = append(to, addressed{Endpoint: x})
		}
	}
	return to
}

// onTickets is the news with how each ticket stands now. What is about one that is not there, or was
// not woken, is none; that of tickets that were handed over is one of each.
func onTickets(ctx context.Context, c ask.Conn, e security.Event, all []webhook.News) (
	told []webhook.News, err error) {
	known := func(id string) bool {
		return slices.ContainsFunc(all, func(n webhook.News) bool {
			return n.Ticket == id && n.Data.Message == "" && !n.Woken
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
		case n.Woken:
			where, args = "id = $1 AND status = 'open' AND woken_at = $2", append(args, column.MS(e.At))
		}
		found, err := ask.List(ctx, c, func(x *webhook.News) []any {
			*x = n
			return []any{&x.Ticket, &x.Data.Ticket, column.Optional(&x.Account), &x.Data.Department, &x.Data.Status,
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
func queue(ctx context.Context, c ask.Conn, place int64, e security.Event, id string, n webhook.News,
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
	return keep(ctx, c, kept{id, n.Account, n.Data.Sequence, n.Type, place, e.At, body}, to)
}

// ahead is the place of what a stream is told before everything else: that it stops, or runs again.
const ahead = -1

// queueSignal keeps a signal for those streams among to that are to hear of its account.
func queueSignal(ctx context.Context, c ask.Conn, place int64, at time.Time, n signal.Event,
	to []addressed) error {
	if len(to) == 0 {
		return nil
	}
	if n.Type == signal.StreamUpdated {
		place = ahead
	}
	if n.Account != "" {
		told, err := ask.List(ctx, c, func(id *string) []any { return []any{id} },
			`SELECT webhook_id FROM signal_subjects WHERE account_id = $1 AND webhook_id NOT IN (SELECT
			webhook_id FROM signal_streams JOIN api_keys ON name = holder WHERE api_keys.id = $2)`,
			n.Account, n.Teller)
		if err != nil {
			return fmt.Errorf("read subjects: %w", err)
		}
		to = slices.DeleteFunc(to, func(x addressed) bool { return !slices.Contains(told, x.ID) })
	}
	if len(to) == 0 {
		return nil
	}
	return keep(ctx, c, kept{n.ID, n.Account, 0, n.Type, place, at, n.Body}, to)
}

// kept is an event as it is kept.
type kept struct {
	id, account string
	seq         int64
	kind        webhook.Type
	place       int64
	at          time.Time
	body        string
}

// keep keeps an event and queues it for those who want to hear of it.
func keep(ctx context.Context, c ask.Conn, x kept, to []addressed) error {
	err := c.Run(ctx, `INSERT INTO webhook_events (id, account_id, seq, type, at, body)
		VALUES ($1, $2, $3, $4, $5, $6)`, x.id, x.account, x.seq, string(x.kind), column.MS(x.at), x.body)
	if err != nil {
		return err
	}
	q, args := queuedFor(x.id, x.place, x.at, to)
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
