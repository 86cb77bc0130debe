package store_test

import (
	"context"
	"time"

	"regain/security"
	"regain/security/webhook"
	"regain/store"
)

func hookChecks(db *store.DB, p person) []check {
	x := webhook.Endpoint{ID: "hook of " + p.account.ID, Kind: webhook.Hook, URL: "https://hooks.example/" + p.account.ID,
		Events: []webhook.Type{webhook.AlertSent}, State: webhook.Live, PublicKey: "whpk_1",
		Keys: "sealed", MadeAt: now}
	event := "msg of " + p.account.ID
	if db != nil {
		_ = db.Exec(context.Background(), `INSERT INTO webhook_events (id, account_id, seq, type, at,
			body) VALUES ($1, $2, -1, 'alert.sent', $3, '{}')`, event, p.account.ID, now.UnixMilli())
	}
	add := webhook.AddEndpoint{Endpoint: x, Most: 1000}
	second := add
	second.Endpoint.ID, second.Most = "second "+x.ID, 1
	read := reading(db.Host().Endpoint, x.ID)
	pause := webhook.SetState{ID: x.ID, From: webhook.Live, To: webhook.Paused}
	turn := webhook.SetKeys{ID: x.ID, From: "sealed", To: "anew", PublicKey: "whpk_2"}
	encrypt := webhook.SetEncryption{ID: x.ID, To: "{}", Events: x.Events}
	other := webhook.SetEvents{ID: x.ID, From: x.Events, To: []webhook.Type{webhook.AlertDenied}}
	remove := webhook.RemoveEndpoint{ID: x.ID}
	since := webhook.SendSince{Endpoint: x.ID, Events: x.Events, Since: now, At: now.Add(time.Hour)}
	due := webhook.Delivery{ID: webhook.DeliveryID(event, x.ID), Event: event, Endpoint: x.ID,
		Type: webhook.AlertSent, Account: p.account.ID, At: now, Body: "{}", QueuedAt: since.At, Due: since.At}
	delivery := reading(db.Host().Delivery, due.ID)
	again := webhook.SendAgain{ID: due.ID, At: now.Add(time.Minute)}
	waiting := webhook.SendWaiting{Endpoint: x.ID, At: now.Add(time.Minute)}
	sooner := with(due, func(d *webhook.Delivery) { d.Due = now.Add(time.Minute) })
	return []check{
		{name: "add webhook", write: add, read: read, want: x, refused: []security.Write{add, second}},
		{name: "pause webhook", before: []security.Write{add}, write: pause, read: read,
			want:    with(x, func(x *webhook.Endpoint) { x.State = webhook.Paused }),
			refused: []security.Write{pause, webhook.SetState{ID: "none", From: webhook.Live}}},
		{name: "turn keys of webhook", before: []security.Write{add}, write: turn, read: read,
			want:    with(x, func(x *webhook.Endpoint) { x.Keys, x.PublicKey = "anew", "whpk_2" }),
			refused: []security.Write{turn, webhook.SetKeys{ID: "none", From: "anew"}}},
		{name: "set key of webhook", before: []security.Write{add}, write: encrypt, read: read,
			want: with(x, func(x *webhook.Endpoint) { x.EncryptTo = "{}" }),
			refused: []security.Write{encrypt, webhook.SetEncryption{ID: "none", To: "{}", Events: x.Events},
				webhook.SetEncryption{ID: x.ID, From: "{}", To: "", Events: other.To}}},
		{name: "set events of webhook", before: []security.Write{add}, write: other, read: read,
			want: with(x, func(x *webhook.Endpoint) { x.Events = other.To }),
			refused: []security.Write{other, webhook.SetEvents{ID: "none", From: x.Events},
				webhook.SetEvents{ID: x.ID, From: other.To, EncryptTo: "{}"}}},
		{name: "set all events of webhook", before: []security.Write{add, other}, read: read,
			write: webhook.SetEvents{ID: x.ID, From: other.To},
			want:  with(x, func(x *webhook.Endpoint) { x.Events = nil }), refused: []security.Write{other}},
		{name: "remove webhook", before: []security.Write{add, since}, write: remove, read: read,
			want: security.ErrNotFound, refused: []security.Write{remove}},
		{name: "send since", before: []security.Write{add}, write: since, read: delivery, want: due},
		{name: "send again", before: []security.Write{add, since}, write: again, read: delivery,
			want:    with(sooner, func(d *webhook.Delivery) { d.QueuedAt = d.Due }),
			refused: []security.Write{webhook.SendAgain{ID: "none", At: now}}},
		{name: "send what waits", before: []security.Write{add, since}, write: waiting,
			read: delivery, want: sooner},
	}
}
