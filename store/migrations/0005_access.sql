-- +goose Up
-- One kind of session for all. Its subject is an account or a member of staff; what follows from
-- that is computed, so that both engines hold it to be there.

ALTER TABLE sessions RENAME TO recovery_sessions;
DROP INDEX sessions_account;
DROP INDEX sessions_started;
DROP INDEX sessions_old;

CREATE TABLE sessions (
	id            TEXT NOT NULL PRIMARY KEY,
	kind          TEXT NOT NULL CHECK (kind IN ('recovery', 'account', 'staff')),
	subject       TEXT NOT NULL,
	account_id    TEXT GENERATED ALWAYS AS (CASE WHEN kind <> 'staff' THEN subject END) STORED
		REFERENCES accounts (id),
	staff_id      TEXT GENERATED ALWAYS AS (CASE WHEN kind = 'staff' THEN subject END) STORED
		REFERENCES staff (id),
	recovery_id   TEXT REFERENCES recoveries (id),
	invitation_id TEXT REFERENCES invitations (id),
	stage         TEXT NOT NULL,
	generation    BIGINT NOT NULL CHECK (generation >= 0),
	started_at    BIGINT NOT NULL,
	seen_at       BIGINT NOT NULL,
	ends_at       BIGINT NOT NULL,
	ended_at      BIGINT NOT NULL,
	proved_at     BIGINT NOT NULL,
	proved_by     TEXT NOT NULL
		CHECK (proved_by IN ('', 'password', 'totp', 'recovery_code', 'passkey')),
	ip            TEXT NOT NULL,
	agent         TEXT NOT NULL,
	CHECK ((kind = 'recovery') = (recovery_id IS NOT NULL)),
	CHECK (kind = 'staff' OR invitation_id IS NULL),
	CHECK (stage = 'in' OR stage = 'verify' AND kind <> 'recovery'
		OR stage = 'setup' AND invitation_id IS NOT NULL),
	CHECK (kind = 'recovery' OR (stage = 'in') = (proved_at <> 0)),
	CHECK (proved_at <> 0 OR proved_by = ''),
	-- Of staff nobody wrote down what they proved themselves by.
	CHECK (proved_at = 0 OR proved_by <> '' OR kind = 'staff')
);

INSERT INTO sessions (id, kind, subject, recovery_id, stage, generation, started_at, seen_at,
	ends_at, ended_at, proved_at, proved_by, ip, agent)
	SELECT id, 'recovery', account_id, recovery_id, 'in', generation, started_at, seen_at,
		ends_at, ended_at, proved_at, proved_by, ip, agent FROM recovery_sessions;
INSERT INTO sessions (id, kind, subject, stage, generation, started_at, seen_at, ends_at,
	ended_at, proved_at, proved_by, ip, agent)
	SELECT id, 'account', account_id, CASE WHEN half THEN 'verify' ELSE 'in' END, generation,
		started_at, seen_at, ends_at, ended_at, proved_at, proved_by, ip, agent
	FROM account_sessions;
INSERT INTO sessions (id, kind, subject, invitation_id, stage, generation, started_at, seen_at,
	ends_at, ended_at, proved_at, proved_by, ip, agent)
	SELECT id, 'staff', staff_id, NULLIF(invitation_id, ''),
		CASE WHEN proved_at <> 0 THEN 'in' WHEN invitation_id <> '' THEN 'setup'
			ELSE 'verify' END,
		generation, started_at, seen_at, ends_at, ended_at, proved_at, '', ip, agent
	FROM staff_sessions;

CREATE INDEX sessions_started ON sessions (subject, kind, started_at, id);
CREATE INDEX sessions_living ON sessions (subject) WHERE ended_at = 0;
CREATE INDEX sessions_half ON sessions (ends_at, id)
	WHERE kind = 'account' AND stage = 'verify' AND ended_at = 0;
CREATE INDEX sessions_old ON sessions (kind, ends_at, id);

-- SQLite changes no reference of a table, so those to the sessions of staff are made anew.
ALTER TABLE looks RENAME TO old_looks;
CREATE TABLE looks (
	session_id TEXT NOT NULL REFERENCES sessions (id),
	account_id TEXT NOT NULL REFERENCES accounts (id),
	reason     TEXT NOT NULL,
	at         BIGINT NOT NULL,
	PRIMARY KEY (session_id, account_id)
);
INSERT INTO looks SELECT session_id, account_id, reason, at FROM old_looks;
DROP TABLE old_looks;

ALTER TABLE caller_checks RENAME TO old_caller_checks;
DROP INDEX caller_checks_account;
CREATE TABLE caller_checks (
	id          TEXT PRIMARY KEY,
	account_id  TEXT NOT NULL REFERENCES accounts (id),
	staff_id    TEXT NOT NULL REFERENCES staff (id),
	session_id  TEXT NOT NULL REFERENCES sessions (id),
	address_id  TEXT NOT NULL REFERENCES addresses (id),
	sent_at     BIGINT NOT NULL,
	expires_at  BIGINT NOT NULL,
	tries       BIGINT NOT NULL,
	verified_at BIGINT NOT NULL,
	ended_at    BIGINT NOT NULL
);
INSERT INTO caller_checks SELECT id, account_id, staff_id, session_id, address_id, sent_at,
	expires_at, tries, verified_at, ended_at FROM old_caller_checks;
DROP TABLE old_caller_checks;
CREATE INDEX caller_checks_account ON caller_checks (account_id, sent_at, id);
CREATE INDEX caller_checks_session ON caller_checks (session_id);

-- Factors and recovery codes have a subject likewise. A member of staff keeps the authenticator,
-- whose seed is sealed for their id.
CREATE TABLE subject_factors (
	id          TEXT NOT NULL PRIMARY KEY,
	subject     TEXT NOT NULL,
	staff       BOOLEAN NOT NULL,
	account_id  TEXT GENERATED ALWAYS AS (CASE WHEN NOT staff THEN subject END) STORED
		REFERENCES accounts (id),
	staff_id    TEXT GENERATED ALWAYS AS (CASE WHEN staff THEN subject END) STORED
		REFERENCES staff (id),
	kind        TEXT NOT NULL,
	name        TEXT NOT NULL CHECK (kind = 'passkey' OR kind = 'totp' AND name = ''),
	sealed      TEXT NOT NULL,
	last_step   BIGINT NOT NULL,
	failures    BIGINT NOT NULL,
	added_at    BIGINT NOT NULL,
	used_at     BIGINT NOT NULL,
	removed_at  BIGINT NOT NULL,
	recovery_id TEXT NOT NULL,
	ip          TEXT NOT NULL,
	agent       TEXT NOT NULL
);
INSERT INTO subject_factors (id, subject, staff, kind, name, sealed, last_step, failures,
	added_at, used_at, removed_at, recovery_id, ip, agent)
	SELECT id, account_id, FALSE, kind, name, sealed, last_step, failures, added_at, used_at,
		removed_at, recovery_id, ip, agent FROM factors;
INSERT INTO subject_factors (id, subject, staff, kind, name, sealed, last_step, failures,
	added_at, used_at, removed_at, recovery_id, ip, agent)
	SELECT id, id, TRUE, 'totp', '', sealed, last_step, failures, joined_at, 0, 0, '', '', ''
	FROM staff WHERE sealed <> '';

CREATE TABLE subject_passkeys (
	factor_id       TEXT NOT NULL PRIMARY KEY REFERENCES subject_factors (id),
	credential      BYTEA NOT NULL UNIQUE CHECK (length(credential) > 0),
	user_handle     BYTEA NOT NULL CHECK (length(user_handle) > 0),
	public_key      BYTEA NOT NULL CHECK (length(public_key) > 0),
	count           BIGINT NOT NULL CHECK (count BETWEEN 0 AND 4294967295),
	backup_eligible BOOLEAN NOT NULL,
	backed_up       BOOLEAN NOT NULL,
	transports      TEXT NOT NULL,
	CHECK (backup_eligible OR NOT backed_up)
);
INSERT INTO subject_passkeys SELECT factor_id, credential, user_handle, public_key, count,
	backup_eligible, backed_up, transports FROM passkeys;

CREATE TABLE subject_codes (
	id         TEXT NOT NULL PRIMARY KEY,
	subject    TEXT NOT NULL,
	staff      BOOLEAN NOT NULL,
	account_id TEXT GENERATED ALWAYS AS (CASE WHEN NOT staff THEN subject END) STORED
		REFERENCES accounts (id),
	staff_id   TEXT GENERATED ALWAYS AS (CASE WHEN staff THEN subject END) STORED
		REFERENCES staff (id),
	digest     TEXT NOT NULL,
	sealed     TEXT NOT NULL,
	position   BIGINT NOT NULL,
	made_at    BIGINT NOT NULL,
	used_at    BIGINT NOT NULL
);
INSERT INTO subject_codes (id, subject, staff, digest, sealed, position, made_at, used_at)
	SELECT id, account_id, FALSE, digest, sealed, position, made_at, used_at FROM recovery_codes;
INSERT INTO subject_codes (id, subject, staff, digest, sealed, position, made_at, used_at)
	SELECT id, staff_id, TRUE, digest, sealed, position, made_at, used_at FROM staff_codes;

DROP TABLE passkeys;
DROP TABLE factors;
DROP TABLE recovery_codes;
DROP TABLE staff_codes;
ALTER TABLE subject_factors RENAME TO factors;
ALTER TABLE subject_passkeys RENAME TO passkeys;
ALTER TABLE subject_codes RENAME TO recovery_codes;
CREATE UNIQUE INDEX factors_enrolled ON factors (subject)
	WHERE kind = 'totp' AND removed_at = 0;
CREATE INDEX factors_subject ON factors (subject);
CREATE INDEX recovery_codes_subject ON recovery_codes (subject, position);

ALTER TABLE staff DROP COLUMN sealed;
ALTER TABLE staff DROP COLUMN last_step;
ALTER TABLE staff DROP COLUMN failures;

DROP TABLE recovery_sessions;
DROP TABLE account_sessions;
DROP TABLE staff_sessions;

-- Each way out of the outbox looks for its own messages.
DROP INDEX outbox_due;
CREATE INDEX outbox_due ON outbox (channel, leased_until, id) WHERE sent_at = 0 AND gave_up_at = 0;
