-- +goose Up

-- Streams of shared signals are endpoints too: who has them, of which accounts they hear, and the keys
-- that sign. What they are told is not counted on the account.
ALTER TABLE webhooks ADD COLUMN kind TEXT NOT NULL DEFAULT 'webhook';
ALTER TABLE webhook_deliveries ADD COLUMN said TEXT NOT NULL DEFAULT '';
DROP INDEX webhook_events_account;
CREATE INDEX webhook_events_account ON webhook_events (account_id, seq) WHERE account_id <> '';

CREATE TABLE signal_streams (
	webhook_id  TEXT PRIMARY KEY REFERENCES webhooks ON DELETE CASCADE,
	holder      TEXT NOT NULL,
	description TEXT NOT NULL,
	reason      TEXT NOT NULL,
	verified_at BIGINT NOT NULL
);
CREATE INDEX signal_streams_holder ON signal_streams (holder);

CREATE TABLE signal_subjects (
	account_id TEXT NOT NULL,
	webhook_id TEXT NOT NULL REFERENCES webhooks ON DELETE CASCADE,
	subject    TEXT NOT NULL,
	PRIMARY KEY (account_id, webhook_id)
);
CREATE INDEX signal_subjects_stream ON signal_subjects (webhook_id);

CREATE TABLE signal_keys (
	id         TEXT PRIMARY KEY,
	public_key TEXT NOT NULL,
	sealed     TEXT NOT NULL,
	made_at    BIGINT NOT NULL,
	retired_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX signal_keys_signs ON signal_keys (retired_at) WHERE retired_at = 0;
