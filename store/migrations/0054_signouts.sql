-- +goose Up

-- What issuers said is over, a session or all of a subject, for as long as whoever set out before it may
-- come back: they are not let in.
CREATE TABLE sso_signouts (
	issuer     TEXT NOT NULL,
	client_id  TEXT NOT NULL,
	subject    TEXT NOT NULL, -- '' for that of the session
	sid        TEXT NOT NULL, -- '' for all of the subject
	at         BIGINT NOT NULL,
	expires_at BIGINT NOT NULL
);
CREATE INDEX sso_signouts_at ON sso_signouts (issuer, at);
CREATE INDEX sso_signouts_expires ON sso_signouts (expires_at);
