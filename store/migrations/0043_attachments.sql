-- +goose Up

-- Files that come with messages and reports. Their bytes stand elsewhere, under blob, sealed under a key
-- that stands here, itself sealed. What is on no message yet is its holder's alone.
CREATE TABLE attachments (
	id         TEXT PRIMARY KEY,
	account_id TEXT NOT NULL,
	holder     TEXT NOT NULL,
	ticket_id  TEXT NOT NULL,
	message_id TEXT NOT NULL,
	name       TEXT NOT NULL,
	type       TEXT NOT NULL,
	size       BIGINT NOT NULL,
	state      TEXT NOT NULL,
	reason     TEXT NOT NULL,
	blob       TEXT NOT NULL,
	sealed     TEXT NOT NULL,
	at         BIGINT NOT NULL,
	settled_at BIGINT NOT NULL,
	tries      BIGINT NOT NULL,
	next_try   BIGINT NOT NULL
);
CREATE INDEX attachments_account ON attachments (account_id, at);
CREATE INDEX attachments_holder ON attachments (holder, at, id) WHERE message_id = '';
CREATE INDEX attachments_message ON attachments (message_id) WHERE message_id <> '';
CREATE INDEX attachments_waiting ON attachments (next_try, id) WHERE state = 'waiting';
CREATE INDEX attachments_drafts ON attachments (at, id) WHERE message_id = '';
CREATE INDEX attachments_sent ON attachments (at, id) WHERE message_id <> '';
CREATE UNIQUE INDEX attachments_blob ON attachments (blob) WHERE blob <> '';
