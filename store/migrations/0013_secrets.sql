-- +goose Up
-- The secrets that this database was used with. Each audit line names the one that chained it; old
-- lines do not.
CREATE TABLE secrets (
	id         TEXT PRIMARY KEY CHECK (id <> ''),
	proof      TEXT NOT NULL CHECK (proof <> ''), -- can be made with the secret alone
	since      BIGINT NOT NULL,
	retired_at BIGINT NOT NULL, -- 0 while something in the database needs it
	sealed     TEXT NOT NULL,   -- what is kept of it then
	CHECK ((retired_at = 0) = (sealed = ''))
);
ALTER TABLE events ADD COLUMN key_id TEXT NOT NULL DEFAULT '';
