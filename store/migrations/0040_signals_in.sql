-- +goose Up

-- Who is believed when they signal what happened to somebody, and which of their signals had an effect:
-- of each there is a digest, so that it has it once.
CREATE TABLE signal_issuers (
	issuer      TEXT PRIMARY KEY,
	jwks        TEXT NOT NULL,
	audience    TEXT NOT NULL,
	subjects    TEXT NOT NULL,
	trusted_at  BIGINT NOT NULL,
	heard_at    BIGINT NOT NULL,
	verified_at BIGINT NOT NULL,
	state       TEXT NOT NULL
);

CREATE TABLE signals_taken (
	digest TEXT PRIMARY KEY,
	at     BIGINT NOT NULL
);
CREATE INDEX signals_taken_at ON signals_taken (at, digest);
