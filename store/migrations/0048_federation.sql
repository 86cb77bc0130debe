-- +goose Up

-- Whose word is believed about who somebody is: one issuer of each organisation, and that of the console,
-- whose organisation is ''.
CREATE TABLE sso_issuers (
	id              TEXT PRIMARY KEY,
	organisation_id TEXT NOT NULL UNIQUE,
	issuer          TEXT NOT NULL,
	client_id       TEXT NOT NULL,
	secret          TEXT NOT NULL,
	scopes          TEXT NOT NULL,
	claim           TEXT NOT NULL,
	acr             TEXT NOT NULL,
	amr             TEXT NOT NULL,
	trusted_at      BIGINT NOT NULL
);

-- Who of an issuer is who here: an account, or a member of staff. Nothing but these two say so later.
CREATE TABLE sso_links (
	issuer    TEXT NOT NULL,
	subject   TEXT NOT NULL,
	holder_id TEXT NOT NULL,
	at        BIGINT NOT NULL,
	PRIMARY KEY (issuer, subject)
);
CREATE UNIQUE INDEX sso_links_holder ON sso_links (holder_id, issuer);

-- By whom a session was let in, so that the issuer can end it.
CREATE TABLE sso_sessions (
	session_id      TEXT PRIMARY KEY REFERENCES sessions ON DELETE CASCADE,
	holder_id       TEXT NOT NULL,
	organisation_id TEXT NOT NULL,
	issuer          TEXT NOT NULL,
	client_id       TEXT NOT NULL,
	subject         TEXT NOT NULL,
	sid             TEXT NOT NULL
);
CREATE INDEX sso_sessions_subject ON sso_sessions (issuer, subject);
CREATE INDEX sso_sessions_sid ON sso_sessions (issuer, sid);
CREATE INDEX sso_sessions_holder ON sso_sessions (holder_id);

-- What an issuer showed who let somebody in: one factor or two. Of these sessions proved_by says
-- 'password', which is what one factor counts as. Sessions of before were let in by nobody else.
ALTER TABLE sessions ADD COLUMN sso TEXT NOT NULL DEFAULT '' CHECK (sso IN ('', 'sso', 'sso_factor'));
