-- +goose Up

-- The addresses that hear of events, what they hear, and each on its way to each. The events of an
-- account are counted on its row, so that a receiver can put them in order.
CREATE TABLE webhooks (
	id            TEXT PRIMARY KEY,
	url           TEXT NOT NULL,
	events        TEXT NOT NULL,
	state         TEXT NOT NULL,
	public_key    TEXT NOT NULL,
	keys          TEXT NOT NULL,
	made_at       BIGINT NOT NULL,
	failing_since BIGINT NOT NULL,
	held_until    BIGINT NOT NULL
);

ALTER TABLE accounts ADD COLUMN webhook_seq BIGINT NOT NULL DEFAULT 0;

CREATE TABLE webhook_events (
	id         TEXT PRIMARY KEY,
	account_id TEXT NOT NULL,
	seq        BIGINT NOT NULL,
	type       TEXT NOT NULL,
	at         BIGINT NOT NULL,
	body       TEXT NOT NULL
);
CREATE UNIQUE INDEX webhook_events_account ON webhook_events (account_id, seq)
	WHERE account_id <> '';
CREATE INDEX webhook_events_at ON webhook_events (at, id);

CREATE TABLE webhook_deliveries (
	id           TEXT PRIMARY KEY,
	event_id     TEXT NOT NULL REFERENCES webhook_events ON DELETE CASCADE,
	webhook_id   TEXT NOT NULL REFERENCES webhooks ON DELETE CASCADE,
	queued_at    BIGINT NOT NULL,
	leased_until BIGINT NOT NULL,
	attempts     BIGINT NOT NULL,
	step         BIGINT NOT NULL,
	done_at      BIGINT NOT NULL,
	gave_up_at   BIGINT NOT NULL,
	tried_at     BIGINT NOT NULL,
	status       BIGINT NOT NULL,
	took         BIGINT NOT NULL,
	why          TEXT NOT NULL
);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (webhook_id, leased_until, id)
	WHERE done_at = 0 AND gave_up_at = 0;
CREATE INDEX webhook_deliveries_shown ON webhook_deliveries (webhook_id, queued_at, id);
CREATE INDEX webhook_deliveries_event ON webhook_deliveries (event_id);
