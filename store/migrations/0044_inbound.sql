-- +goose Up

-- Mail that came in and is to be read, or could not be. A row is wiped when its mail was read; it stays for
-- some days, so that a mail that comes again is known.
CREATE TABLE inbound (
	id           TEXT PRIMARY KEY,
	digest       TEXT NOT NULL UNIQUE, -- by what it is known when it comes again
	kind         TEXT NOT NULL,        -- what it is for
	sealed       TEXT NOT NULL,        -- its envelope, with the key of data
	data         BYTEA NOT NULL,       -- byte for byte, sealed
	size         BIGINT NOT NULL,      -- of the original
	taken_at     BIGINT NOT NULL,
	leased_until BIGINT NOT NULL,
	attempts     BIGINT NOT NULL,
	done_at      BIGINT NOT NULL,
	aside_at     BIGINT NOT NULL,      -- nobody could read it
	outcome      TEXT NOT NULL
);
CREATE INDEX inbound_due ON inbound (leased_until, id) WHERE done_at = 0 AND aside_at = 0;
CREATE INDEX inbound_waiting ON inbound (size) WHERE done_at = 0 AND aside_at = 0;
CREATE INDEX inbound_aside ON inbound (aside_at) WHERE aside_at > 0;
CREATE INDEX inbound_taken ON inbound (taken_at, id);

-- By which way a message came: '' by a page, or by mail.
ALTER TABLE messages ADD COLUMN via TEXT NOT NULL DEFAULT '';
