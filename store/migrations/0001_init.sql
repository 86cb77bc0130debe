-- +goose Up
-- One schema for SQLite and PostgreSQL: TEXT, BIGINT, BOOLEAN and BYTEA only.
-- Times are unix milliseconds, UTC; 0 stands for "not".

CREATE TABLE accounts (
	id             TEXT PRIMARY KEY,
	username       TEXT NOT NULL,
	username_fold  TEXT NOT NULL UNIQUE,
	name           TEXT NOT NULL,
	type           TEXT NOT NULL CHECK (type IN ('freelancer', 'client')),
	password_hash  TEXT NOT NULL,
	password_at    BIGINT NOT NULL,
	birth_date     TEXT NOT NULL,
	country        TEXT NOT NULL,
	locale         TEXT NOT NULL,
	time_zone      TEXT NOT NULL,
	created_at     BIGINT NOT NULL,
	locked_by      TEXT NOT NULL,
	closed         BOOLEAN NOT NULL,
	short_password BOOLEAN NOT NULL,
	version        BIGINT NOT NULL
);

CREATE TABLE addresses (
	id         TEXT PRIMARY KEY,
	account_id TEXT NOT NULL REFERENCES accounts (id),
	email      TEXT NOT NULL,
	email_fold TEXT NOT NULL,
	since      BIGINT NOT NULL,
	until      BIGINT NOT NULL,
	origin     TEXT NOT NULL
);
CREATE INDEX addresses_account ON addresses (account_id, since);
CREATE INDEX addresses_email ON addresses (email_fold);

CREATE TABLE old_passwords (
	account_id    TEXT NOT NULL REFERENCES accounts (id),
	replaced_at   BIGINT NOT NULL,
	version       BIGINT NOT NULL,
	password_hash TEXT NOT NULL,
	PRIMARY KEY (account_id, version)
);

CREATE TABLE cases (
	id           TEXT PRIMARY KEY,
	number       TEXT NOT NULL UNIQUE,
	account_id   TEXT NOT NULL REFERENCES accounts (id),
	state        TEXT NOT NULL,
	cause        TEXT NOT NULL,
	proposed     TEXT NOT NULL,
	facts        TEXT NOT NULL,
	evidence     TEXT NOT NULL,
	ticket_id    TEXT NOT NULL,
	opened_by    TEXT NOT NULL,
	opened_at    BIGINT NOT NULL,
	secured_at   BIGINT NOT NULL,
	escalated_at BIGINT NOT NULL,
	version      BIGINT NOT NULL
);
CREATE INDEX cases_account ON cases (account_id, opened_at);
CREATE INDEX cases_secured ON cases (state, secured_at);

CREATE TABLE case_causes (
	case_id TEXT NOT NULL REFERENCES cases (id),
	at      BIGINT NOT NULL,
	cause   TEXT NOT NULL,
	facts   TEXT NOT NULL,
	by_whom TEXT NOT NULL
);
CREATE INDEX case_causes_case ON case_causes (case_id, at);

CREATE TABLE case_evidence (
	case_id TEXT PRIMARY KEY REFERENCES cases (id),
	at      BIGINT NOT NULL,
	data    BYTEA NOT NULL
);

CREATE TABLE recoveries (
	id            TEXT PRIMARY KEY,
	account_id    TEXT NOT NULL REFERENCES accounts (id),
	case_id       TEXT NOT NULL,
	started_at    BIGINT NOT NULL,
	password_at   BIGINT NOT NULL,
	password_kept BOOLEAN NOT NULL,
	two_factor_at BIGINT NOT NULL,
	two_factor    TEXT NOT NULL,
	activity_at   BIGINT NOT NULL,
	support_at    BIGINT NOT NULL,
	how           TEXT NOT NULL,
	version       BIGINT NOT NULL
);
CREATE UNIQUE INDEX recoveries_case ON recoveries (case_id) WHERE case_id <> '';
CREATE INDEX recoveries_account ON recoveries (account_id, started_at);

CREATE TABLE sessions (
	id          TEXT PRIMARY KEY,
	account_id  TEXT NOT NULL REFERENCES accounts (id),
	recovery_id TEXT NOT NULL REFERENCES recoveries (id),
	generation  BIGINT NOT NULL,
	started_at  BIGINT NOT NULL,
	seen_at     BIGINT NOT NULL,
	ends_at     BIGINT NOT NULL,
	ended_at    BIGINT NOT NULL,
	proved_at   BIGINT NOT NULL,
	proved_by   TEXT NOT NULL,
	ip          TEXT NOT NULL,
	agent       TEXT NOT NULL
);
CREATE INDEX sessions_account ON sessions (account_id) WHERE ended_at = 0;

CREATE TABLE links (
	id         TEXT PRIMARY KEY,
	account_id TEXT NOT NULL REFERENCES accounts (id),
	case_id    TEXT NOT NULL,
	address_id TEXT NOT NULL REFERENCES addresses (id),
	purpose    TEXT NOT NULL,
	made_at    BIGINT NOT NULL,
	expires_at BIGINT NOT NULL,
	state      TEXT NOT NULL,
	ended_at   BIGINT NOT NULL
);
CREATE UNIQUE INDEX links_live ON links (account_id) WHERE state = 'live';

CREATE TABLE requests (
	id          TEXT PRIMARY KEY,
	kind        TEXT NOT NULL,
	sealed      TEXT NOT NULL,
	at          BIGINT NOT NULL,
	expires_at  BIGINT NOT NULL,
	resolved_at BIGINT NOT NULL,
	ended_at    BIGINT NOT NULL,
	tries       BIGINT NOT NULL
);
CREATE INDEX requests_open ON requests (at) WHERE resolved_at = 0;

CREATE TABLE request_accounts (
	request_id TEXT NOT NULL REFERENCES requests (id),
	account_id TEXT NOT NULL REFERENCES accounts (id),
	PRIMARY KEY (request_id, account_id)
);
CREATE INDEX request_accounts_account ON request_accounts (account_id);

CREATE TABLE factors (
	id          TEXT PRIMARY KEY,
	account_id  TEXT NOT NULL REFERENCES accounts (id),
	kind        TEXT NOT NULL,
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
CREATE UNIQUE INDEX factors_enrolled ON factors (account_id, kind) WHERE removed_at = 0;
CREATE INDEX factors_account ON factors (account_id);

CREATE TABLE recovery_codes (
	id         TEXT PRIMARY KEY,
	account_id TEXT NOT NULL REFERENCES accounts (id),
	digest     TEXT NOT NULL,
	sealed     TEXT NOT NULL,
	position   BIGINT NOT NULL,
	made_at    BIGINT NOT NULL,
	used_at    BIGINT NOT NULL
);
CREATE INDEX recovery_codes_account ON recovery_codes (account_id, position);

CREATE TABLE logins (
	id         TEXT PRIMARY KEY,
	account_id TEXT NOT NULL REFERENCES accounts (id),
	at         BIGINT NOT NULL,
	ip         TEXT NOT NULL,
	agent      TEXT NOT NULL,
	outcome    TEXT NOT NULL,
	stopped_by TEXT NOT NULL,
	digest     TEXT NOT NULL
);
CREATE INDEX logins_account ON logins (account_id, at);

CREATE TABLE activities (
	id         TEXT PRIMARY KEY,
	account_id TEXT NOT NULL REFERENCES accounts (id),
	at         BIGINT NOT NULL,
	kind       TEXT NOT NULL,
	summary    TEXT NOT NULL,
	from_value TEXT NOT NULL,
	to_value   TEXT NOT NULL,
	ip         TEXT NOT NULL,
	digest     TEXT NOT NULL
);
CREATE INDEX activities_account ON activities (account_id, at);

CREATE TABLE answers (
	recovery_id TEXT NOT NULL REFERENCES recoveries (id),
	login_id    TEXT NOT NULL REFERENCES logins (id),
	account_id  TEXT NOT NULL REFERENCES accounts (id),
	answer      TEXT NOT NULL,
	reasons     TEXT NOT NULL,
	contradicts BOOLEAN NOT NULL,
	at          BIGINT NOT NULL,
	PRIMARY KEY (recovery_id, login_id)
);

CREATE TABLE tickets (
	id         TEXT PRIMARY KEY,
	number     TEXT NOT NULL UNIQUE,
	account_id TEXT NOT NULL REFERENCES accounts (id),
	case_id    TEXT NOT NULL,
	department TEXT NOT NULL,
	status     TEXT NOT NULL,
	priority   TEXT NOT NULL,
	subject    TEXT NOT NULL,
	opened_at  BIGINT NOT NULL,
	own_case   TEXT, -- the case whose single ticket this is; NULL for adopted ones
	version    BIGINT NOT NULL,
	UNIQUE (own_case)
);
CREATE INDEX tickets_account ON tickets (account_id, opened_at);
CREATE INDEX tickets_queue ON tickets (department, status, opened_at);

CREATE TABLE messages (
	id        TEXT PRIMARY KEY,
	ticket_id TEXT NOT NULL, -- of a case: may be written before its ticket opens
	at        BIGINT NOT NULL,
	author    TEXT NOT NULL,
	public    BOOLEAN NOT NULL,
	body      TEXT NOT NULL
);
CREATE INDEX messages_ticket ON messages (ticket_id, at);

CREATE TABLE notes (
	id         TEXT PRIMARY KEY,
	account_id TEXT NOT NULL REFERENCES accounts (id),
	case_id    TEXT NOT NULL,
	at         BIGINT NOT NULL,
	action     TEXT NOT NULL,
	department TEXT NOT NULL,
	cause      TEXT NOT NULL,
	evidence   TEXT NOT NULL,
	next_step  TEXT NOT NULL
);
CREATE INDEX notes_account ON notes (account_id, at);

-- What is chained are digests; the personal details stand apart, so that
-- erasing them leaves the chain whole.
CREATE TABLE events (
	seq        BIGINT PRIMARY KEY,
	id         TEXT NOT NULL UNIQUE,
	at         BIGINT NOT NULL,
	kind       TEXT NOT NULL,
	account_id TEXT NOT NULL,
	case_id    TEXT NOT NULL,
	by_kind    TEXT NOT NULL,
	details    TEXT NOT NULL, -- digest of event_details.data
	chain      TEXT NOT NULL
);
CREATE INDEX events_case ON events (case_id, seq) WHERE case_id <> '';
CREATE INDEX events_account ON events (account_id, seq) WHERE account_id <> '';

CREATE TABLE event_details (
	event_id TEXT PRIMARY KEY REFERENCES events (id),
	data     TEXT NOT NULL
);

CREATE TABLE chain (
	id    BIGINT PRIMARY KEY CHECK (id = 1),
	seq   BIGINT NOT NULL,
	chain TEXT NOT NULL
);
INSERT INTO chain (id, seq, chain) VALUES (1, 0, '');

CREATE TABLE outbox (
	id           TEXT PRIMARY KEY,
	channel      TEXT NOT NULL,
	account_id   TEXT NOT NULL,
	recipient    TEXT NOT NULL,
	kind         TEXT NOT NULL,
	data         TEXT, -- sealed; NULL once sent or given up
	code         TEXT NOT NULL UNIQUE,
	queued_at    BIGINT NOT NULL,
	not_after    BIGINT NOT NULL,
	leased_until BIGINT NOT NULL,
	attempts     BIGINT NOT NULL,
	sent_at      BIGINT NOT NULL,
	gave_up_at   BIGINT NOT NULL,
	reason       TEXT NOT NULL
);
CREATE INDEX outbox_due ON outbox (leased_until, id) WHERE sent_at = 0 AND gave_up_at = 0;
CREATE INDEX outbox_given_up ON outbox (gave_up_at) WHERE gave_up_at > 0;
CREATE INDEX outbox_account ON outbox (account_id, queued_at);

CREATE TABLE limits (
	key TEXT PRIMARY KEY,
	tat BIGINT NOT NULL
);

CREATE TABLE counters (
	name  TEXT PRIMARY KEY,
	value BIGINT NOT NULL
);
INSERT INTO counters (name, value) VALUES ('case', 1000);
INSERT INTO counters (name, value) VALUES ('ticket', 2000);
