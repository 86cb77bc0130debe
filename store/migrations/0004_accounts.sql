-- +goose Up
-- Owners who sign in: sessions, passkeys, changes of address, alerts, exports; and what
-- retention needs to find what is old. SQLite takes NULL for a key unless told otherwise.

ALTER TABLE accounts ADD COLUMN password_tries BIGINT NOT NULL DEFAULT 0
	CHECK (password_tries >= 0);
ALTER TABLE addresses ADD COLUMN notice BOOLEAN NOT NULL DEFAULT FALSE;
CREATE UNIQUE INDEX addresses_notice ON addresses (account_id) WHERE notice AND until = 0;

CREATE TABLE account_sessions (
	id         TEXT NOT NULL PRIMARY KEY,
	account_id TEXT NOT NULL REFERENCES accounts (id),
	generation BIGINT NOT NULL CHECK (generation >= 0),
	started_at BIGINT NOT NULL,
	seen_at    BIGINT NOT NULL,
	ends_at    BIGINT NOT NULL,
	ended_at   BIGINT NOT NULL,
	half       BOOLEAN NOT NULL,
	proved_at  BIGINT NOT NULL,
	proved_by  TEXT NOT NULL
		CHECK (proved_by IN ('', 'password', 'totp', 'recovery_code', 'passkey')),
	ip         TEXT NOT NULL,
	agent      TEXT NOT NULL,
	CHECK (half = (proved_at = 0)),
	CHECK (half = (proved_by = ''))
);
CREATE INDEX account_sessions_started ON account_sessions (account_id, started_at, id);
CREATE INDEX account_sessions_living ON account_sessions (account_id) WHERE ended_at = 0;
CREATE INDEX account_sessions_half ON account_sessions (ends_at, id)
	WHERE half AND ended_at = 0;

-- Of the challenges only those that were used are remembered.
CREATE TABLE challenges (
	id         TEXT NOT NULL PRIMARY KEY,
	expires_at BIGINT NOT NULL CHECK (expires_at > 0)
);
CREATE INDEX challenges_over ON challenges (expires_at);

CREATE TABLE paces (
	key   TEXT NOT NULL PRIMARY KEY,
	tries BIGINT NOT NULL CHECK (tries > 0),
	pause BIGINT NOT NULL CHECK (pause >= 0), -- milliseconds from the last try to the next
	at    BIGINT NOT NULL  -- of the last try
);
CREATE INDEX paces_at ON paces (at);

-- An account has one authenticator and any number of passkeys.
ALTER TABLE factors ADD COLUMN name TEXT NOT NULL DEFAULT ''
	CHECK (kind = 'passkey' OR kind = 'totp' AND name = '');
DROP INDEX factors_enrolled;
CREATE UNIQUE INDEX factors_enrolled ON factors (account_id)
	WHERE kind = 'totp' AND removed_at = 0;

CREATE TABLE passkeys (
	factor_id       TEXT NOT NULL PRIMARY KEY REFERENCES factors (id),
	credential      BYTEA NOT NULL UNIQUE CHECK (length(credential) > 0),
	user_handle     BYTEA NOT NULL CHECK (length(user_handle) > 0),
	public_key      BYTEA NOT NULL CHECK (length(public_key) > 0),
	count           BIGINT NOT NULL CHECK (count BETWEEN 0 AND 4294967295),
	backup_eligible BOOLEAN NOT NULL,
	backed_up       BOOLEAN NOT NULL,
	transports      TEXT NOT NULL,
	CHECK (backup_eligible OR NOT backed_up)
);

CREATE TABLE address_changes (
	id         TEXT NOT NULL PRIMARY KEY,
	account_id TEXT NOT NULL REFERENCES accounts (id),
	email      TEXT NOT NULL CHECK (email <> ''),
	notice     BOOLEAN NOT NULL,
	old_id     TEXT NOT NULL,
	address_id TEXT NOT NULL,
	asked_at   BIGINT NOT NULL,
	ends_at    BIGINT NOT NULL,
	state      TEXT NOT NULL CHECK (state IN ('pending', 'confirmed', 'cancelled', 'undone')),
	settled_at BIGINT NOT NULL,
	undo_until BIGINT NOT NULL,
	ip         TEXT NOT NULL,
	agent      TEXT NOT NULL,
	CHECK ((state = 'pending') = (settled_at = 0)),
	CHECK ((state IN ('confirmed', 'undone')) = (address_id <> '')),
	CHECK (undo_until = 0 OR address_id <> ''),
	CHECK (state <> 'undone' OR undo_until > 0)
);
CREATE UNIQUE INDEX address_changes_pending ON address_changes (account_id, notice)
	WHERE state = 'pending';
CREATE INDEX address_changes_asked ON address_changes (account_id, asked_at, id);

CREATE TABLE watches (
	account_id TEXT NOT NULL PRIMARY KEY REFERENCES accounts (id),
	familiar   BYTEA NOT NULL,
	mailed_at  BIGINT NOT NULL,
	version    BIGINT NOT NULL CHECK (version > 0)
);

CREATE TABLE alerts (
	id          TEXT NOT NULL PRIMARY KEY,
	account_id  TEXT NOT NULL REFERENCES accounts (id),
	kind        TEXT NOT NULL
		CHECK (kind IN ('stopped', 'credentials', 'unfamiliar', 'money', 'profile')),
	login_id    TEXT NOT NULL,
	activity_id TEXT NOT NULL,
	at          BIGINT NOT NULL,
	outcome     TEXT NOT NULL,
	what        TEXT NOT NULL,
	reasons     TEXT NOT NULL,
	country     TEXT NOT NULL,
	device      TEXT NOT NULL,
	mailed_at   BIGINT NOT NULL,
	answer      TEXT NOT NULL CHECK (answer IN ('', 'me', 'not_me')),
	answered_at BIGINT NOT NULL,
	CHECK ((login_id = '') <> (activity_id = '')),
	CHECK ((answer = '') = (answered_at = 0))
);
CREATE UNIQUE INDEX alerts_login ON alerts (login_id) WHERE login_id <> '';
CREATE UNIQUE INDEX alerts_activity ON alerts (activity_id) WHERE activity_id <> '';
CREATE INDEX alerts_account ON alerts (account_id, at, id);
CREATE INDEX alerts_untold ON alerts (account_id, at, id) WHERE mailed_at = 0;

CREATE TABLE alert_settings (
	account_id TEXT NOT NULL PRIMARY KEY REFERENCES accounts (id),
	kinds_off  TEXT NOT NULL,
	mailed_to  TEXT NOT NULL CHECK (mailed_to IN ('all', 'first', 'notice')),
	version    BIGINT NOT NULL CHECK (version > 0)
);

CREATE TABLE exports (
	id         TEXT NOT NULL PRIMARY KEY,
	account_id TEXT NOT NULL REFERENCES accounts (id),
	asked_at   BIGINT NOT NULL,
	ready_at   BIGINT NOT NULL,
	ends_at    BIGINT NOT NULL,
	data       TEXT NOT NULL, -- sealed
	CHECK ((ready_at = 0) = (data = ''))
);
CREATE UNIQUE INDEX exports_open ON exports (account_id) WHERE ready_at = 0;
CREATE INDEX exports_waiting ON exports (asked_at, id) WHERE ready_at = 0;
CREATE INDEX exports_account ON exports (account_id, asked_at, id);

-- An account under attack has many lines, of which few are of the kind that is asked for.
CREATE INDEX events_kind ON events (account_id, kind, at) WHERE account_id <> '';

-- What is old is found by its time, whosever it is, unless the account is locked.
CREATE INDEX accounts_locked ON accounts (id) WHERE locked_by <> '';
CREATE INDEX logins_old ON logins (at, id);
CREATE INDEX answers_login ON answers (login_id);
CREATE INDEX activities_old ON activities (at, id);
CREATE INDEX links_old ON links (made_at, id);
CREATE INDEX address_changes_old ON address_changes (asked_at, id);
CREATE INDEX requests_old ON requests (at, id);
CREATE INDEX outbox_old ON outbox (queued_at, id);
CREATE INDEX sessions_old ON sessions (ends_at, id);
CREATE INDEX account_sessions_old ON account_sessions (ends_at, id);
CREATE INDEX alerts_old ON alerts (at, id);
CREATE INDEX exports_old ON exports (ends_at, id) WHERE ready_at > 0;
