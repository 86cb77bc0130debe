-- +goose Up

-- The accounts at certificate authorities. All processes share them, and what is below.
CREATE TABLE acme_accounts (
	id         TEXT PRIMARY KEY, -- the address of the authority's directory
	sealed     TEXT NOT NULL,    -- the private key
	created_at BIGINT NOT NULL
);

-- The certificates that authorities gave us, and the order that is under way.
CREATE TABLE certificates (
	id        TEXT PRIMARY KEY, -- the address of the directory, a space, the host
	chain     TEXT NOT NULL,    -- in PEM, the host's own first; '' for none yet
	sealed    TEXT NOT NULL,    -- the private key
	not_after BIGINT NOT NULL,
	attempts  BIGINT NOT NULL,  -- orders since there last was a new one
	next_at   BIGINT NOT NULL,  -- before that nobody orders
	challenge TEXT NOT NULL,    -- what the authority will ask for: kind, a space, token
	fault     TEXT NOT NULL     -- why the last order failed
);
