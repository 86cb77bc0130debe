-- +goose Up

-- Customers of the marketplace to whom accounts belong, and what they ask of them. Limits are in
-- milliseconds, 0 for none; kinds and countries are JSON lists, empty for all. Nothing is there of before.
CREATE TABLE organisations (
	id            TEXT NOT NULL PRIMARY KEY,
	name          TEXT NOT NULL,
	notice        TEXT NOT NULL,
	idle          BIGINT NOT NULL CHECK (idle >= 0),
	whole         BIGINT NOT NULL CHECK (whole >= 0),
	second_factor BOOLEAN NOT NULL,
	kinds         TEXT NOT NULL,
	single_signon BOOLEAN NOT NULL,
	issuer        TEXT NOT NULL,
	countries     TEXT NOT NULL,
	changed_at    BIGINT NOT NULL,
	version       BIGINT NOT NULL CHECK (version > 0)
);

-- A domain belongs to one organisation.
CREATE TABLE organisation_domains (
	domain          TEXT NOT NULL PRIMARY KEY,
	organisation_id TEXT NOT NULL REFERENCES organisations (id)
);
CREATE INDEX organisation_domains_organisation ON organisation_domains (organisation_id);

-- Accounts of before belong to none.
ALTER TABLE accounts ADD COLUMN organisation_id TEXT REFERENCES organisations (id);
CREATE INDEX accounts_organisation ON accounts (organisation_id, id);
