-- +goose Up

-- What owners note of whom they turned to after a theft. The reference and the day are sealed. Nothing
-- is there of before.
CREATE TABLE fraud_lists (
	account_id TEXT NOT NULL PRIMARY KEY REFERENCES accounts (id),
	country    TEXT NOT NULL,
	saved_at   BIGINT NOT NULL,
	version    BIGINT NOT NULL CHECK (version > 0)
);

CREATE TABLE fraud_steps (
	id         TEXT NOT NULL PRIMARY KEY,
	account_id TEXT NOT NULL REFERENCES fraud_lists (account_id),
	country    TEXT NOT NULL,
	step       TEXT NOT NULL,
	done       BOOLEAN NOT NULL,
	sealed     TEXT NOT NULL,
	UNIQUE (account_id, country, step)
);
