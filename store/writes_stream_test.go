package store_test

import (
	"context"
	"time"

	"regain/security"
	"regain/security/signal"
	"regain/security/webhook"
	"regain/store"
)

func streamChecks(db *store.DB, p person) []check {
	of := p.account.ID
	x := signal.Stream{Holder: "holder " + of, Description: "d", Endpoint: webhook.Endpoint{
		ID: "stream of " + of, Kind: webhook.Stream, URL: "https://idp.example/" + of,
		State: webhook.Live, Keys: "sealed", MadeAt: now}}
	point := webhook.AddEndpoint{Endpoint: x.Endpoint, Most: 1000}
	add := signal.AddStream{Stream: x, Most: 1}
	there := []security.Write{point, add}
	read := reading(db.Host().Stream, x.ID)
	moved := with(x, func(x *signal.Stream) { x.URL, x.Keys = "", "anew" })
	target := webhook.SetTarget{Endpoint: moved.Endpoint, From: "sealed"}
	verify := signal.Verify{Stream: x.ID, At: now, Before: now.Add(-time.Minute)}
	hears := signal.AddSubject{Stream: x.ID, Account: of, Subject: "{}"}
	subject := reading(func(ctx context.Context, account string) (string, error) {
		return db.Host().Subject(ctx, x.ID, account)
	}, of)
	since := webhook.SendSince{Endpoint: x.ID, Events: []webhook.Type{webhook.AlertSent}, Since: now, At: now}
	event := "told " + of
	if db != nil {
		_ = db.Exec(context.Background(), `INSERT INTO webhook_events (id, account_id, seq, type, at,
			body) VALUES ($1, $2, 0, 'alert.sent', $3, '{}')`, event, of, now.UnixMilli())
	}
	dropped := webhook.Delivery{ID: webhook.DeliveryID(event, x.ID), Event: event, Endpoint: x.ID,
		Type: webhook.AlertSent, Account: of, At: now, Body: "{}", QueuedAt: now, Due: now, GaveUpAt: now,
		Why: webhook.WhyUnwanted}
	key := signal.Signer{ID: "key of " + of, Public: "{}", Sealed: "sealed", MadeAt: now}
	retire := signal.RetireSigner{ID: key.ID, At: now}
	signer := reading(func(ctx context.Context, id string) (signal.Signer, error) {
		all, err := db.Host().Signers(ctx)
		for _, k := range all {
			if k.ID == id {
				return k, err
			}
		}
		return signal.Signer{}, security.ErrNotFound
	}, key.ID)
	return []check{
		{name: "add stream", before: []security.Write{point}, write: add, read: read, want: x,
			refused: []security.Write{add}},
		{name: "move stream", before: there, write: target, read: read, want: moved,
			refused: []security.Write{target}},
		{name: "words of stream", before: there, write: signal.SetWords{Stream: x.ID, Description: "e",
			Reason: "r"}, read: read, want: with(x, func(x *signal.Stream) {
			x.Description, x.Reason = "e", "r"
		}), refused: []security.Write{signal.SetWords{Stream: "none"}}},
		{name: "verify stream", before: there, write: verify, read: read,
			want: with(x, func(x *signal.Stream) { x.VerifiedAt = now }), refused: []security.Write{verify}},
		{name: "add subject", before: there, write: hears, read: subject, want: "{}",
			refused: []security.Write{signal.AddSubject{Stream: x.ID, Account: "none"},
				signal.AddSubject{Stream: "none", Account: of}}},
		{name: "remove subject", before: append(there, hears), write: signal.RemoveSubject{Stream: x.ID,
			Account: of}, read: subject, want: security.ErrNotFound},
		{name: "rename subject", before: append(there, hears), write: signal.RenameSubject{Stream: x.ID,
			Account: "another", Subject: "{}"}, read: subject, want: security.ErrNotFound},
		{name: "drop what waits", before: append(there, since), write: webhook.DropWaiting{Endpoint: x.ID,
			At: now}, read: reading(db.Host().Delivery, dropped.ID), want: dropped},
		{name: "add key that signs", write: signal.AddSigner{Signer: key}, read: signer, want: key,
			refused: []security.Write{signal.AddSigner{Signer: key}}},
		{name: "retire key that signs", write: signal.RetireSigner{ID: firstSigner(db), At: now},
			read: func(ctx context.Context) (any, error) { return firstSigner(db), nil }, want: "",
			refused: []security.Write{retire}},
	}
}

// firstSigner is the key that signs, one for all of the database.
func firstSigner(db *store.DB) string {
	if db == nil {
		return ""
	}
	all, _ := db.Host().Signers(context.Background())
	if len(all) == 0 || !all[0].RetiredAt.IsZero() {
		return ""
	}
	return all[0].ID
}
