-- +goose Up
-- What staff do: their accounts and sessions, queues with due times, caller
-- checks, proposals that wait for a second person, and jobs that lock many.

ALTER TABLE accounts ADD COLUMN stirs BIGINT NOT NULL DEFAULT 0;

ALTER TABLE cases ADD COLUMN assignee TEXT NOT NULL DEFAULT '';
ALTER TABLE cases ADD COLUMN taken_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE cases ADD COLUMN due_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE cases ADD COLUMN closed_at BIGINT NOT NULL DEFAULT 0;
UPDATE cases SET due_at = 86400000 + CASE WHEN secured_at > 0 THEN secured_at ELSE opened_at END;

-- Queries repeat these conditions word by word; the engines see only then that
-- an index covers what is asked.
CREATE INDEX cases_todo ON cases (due_at, id) WHERE state IN ('secured', 'in_review');
CREATE INDEX cases_waiting ON cases (due_at, id) WHERE state IN ('locked', 'needs_owner');
CREATE INDEX cases_closed ON cases (closed_at, id) WHERE state IN ('resumed', 'declined');
CREATE INDEX cases_taken ON cases (assignee, due_at, id)
	WHERE assignee <> '' AND state NOT IN ('resumed', 'declined');

-- SQLite would take an index that begins with the state for all of them, and sort.
DROP INDEX cases_secured;
CREATE INDEX cases_unanswered ON cases (secured_at, id)
	WHERE state IN ('secured', 'in_review') AND secured_at > 0;

ALTER TABLE tickets ADD COLUMN topic TEXT NOT NULL DEFAULT '';
ALTER TABLE tickets ADD COLUMN assignee TEXT NOT NULL DEFAULT '';
ALTER TABLE tickets ADD COLUMN due_at BIGINT NOT NULL DEFAULT 0;
UPDATE tickets SET due_at = opened_at + 86400000;
CREATE INDEX tickets_due ON tickets (department, status, due_at, id);
CREATE INDEX tickets_taken ON tickets (department, status, assignee, due_at, id);

ALTER TABLE messages ADD COLUMN by_staff TEXT NOT NULL DEFAULT '';

CREATE INDEX sessions_started ON sessions (account_id, started_at, id);
CREATE INDEX links_made ON links (account_id, made_at, id);

CREATE TABLE staff (
	id            TEXT PRIMARY KEY,
	email         TEXT NOT NULL,
	email_fold    TEXT NOT NULL UNIQUE,
	name          TEXT NOT NULL,
	role          TEXT NOT NULL CHECK (role IN ('support', 'account_security', 'admin')),
	password_hash TEXT NOT NULL,
	sealed        TEXT NOT NULL,
	last_step     BIGINT NOT NULL,
	failures      BIGINT NOT NULL,
	invited_at    BIGINT NOT NULL,
	joined_at     BIGINT NOT NULL,
	disabled_at   BIGINT NOT NULL,
	version       BIGINT NOT NULL
);
CREATE INDEX staff_name ON staff (name, id);

CREATE TABLE invitations (
	id         TEXT PRIMARY KEY,
	staff_id   TEXT NOT NULL REFERENCES staff (id),
	made_at    BIGINT NOT NULL,
	expires_at BIGINT NOT NULL,
	ended_at   BIGINT NOT NULL
);
CREATE UNIQUE INDEX invitations_live ON invitations (staff_id) WHERE ended_at = 0;

CREATE TABLE staff_sessions (
	id            TEXT PRIMARY KEY,
	staff_id      TEXT NOT NULL REFERENCES staff (id),
	invitation_id TEXT NOT NULL,
	generation    BIGINT NOT NULL,
	started_at    BIGINT NOT NULL,
	seen_at       BIGINT NOT NULL,
	ends_at       BIGINT NOT NULL,
	ended_at      BIGINT NOT NULL,
	proved_at     BIGINT NOT NULL,
	ip            TEXT NOT NULL,
	agent         TEXT NOT NULL
);
CREATE INDEX staff_sessions_staff ON staff_sessions (staff_id) WHERE ended_at = 0;

CREATE TABLE staff_codes (
	id       TEXT PRIMARY KEY,
	staff_id TEXT NOT NULL REFERENCES staff (id),
	digest   TEXT NOT NULL,
	sealed   TEXT NOT NULL,
	position BIGINT NOT NULL,
	made_at  BIGINT NOT NULL,
	used_at  BIGINT NOT NULL
);
CREATE INDEX staff_codes_staff ON staff_codes (staff_id, position, id);

CREATE TABLE looks (
	session_id TEXT NOT NULL REFERENCES staff_sessions (id),
	account_id TEXT NOT NULL REFERENCES accounts (id),
	reason     TEXT NOT NULL,
	at         BIGINT NOT NULL,
	PRIMARY KEY (session_id, account_id)
);

CREATE TABLE caller_checks (
	id          TEXT PRIMARY KEY,
	account_id  TEXT NOT NULL REFERENCES accounts (id),
	staff_id    TEXT NOT NULL REFERENCES staff (id),
	session_id  TEXT NOT NULL REFERENCES staff_sessions (id),
	address_id  TEXT NOT NULL REFERENCES addresses (id),
	sent_at     BIGINT NOT NULL,
	expires_at  BIGINT NOT NULL,
	tries       BIGINT NOT NULL,
	verified_at BIGINT NOT NULL,
	ended_at    BIGINT NOT NULL
);
CREATE INDEX caller_checks_account ON caller_checks (account_id, sent_at, id);

CREATE TABLE proposals (
	id         TEXT PRIMARY KEY,
	kind       TEXT NOT NULL,
	account_id TEXT NOT NULL REFERENCES accounts (id),
	case_id    TEXT NOT NULL,
	ticket_id  TEXT NOT NULL,
	by_staff   TEXT NOT NULL REFERENCES staff (id),
	at         BIGINT NOT NULL,
	expires_at BIGINT NOT NULL,
	reason     TEXT NOT NULL,
	needs      TEXT NOT NULL,
	target     TEXT NOT NULL,
	stirs      BIGINT NOT NULL,
	state      TEXT NOT NULL,
	decided_by TEXT NOT NULL,
	decided_at BIGINT NOT NULL,
	decision   TEXT NOT NULL
);
CREATE UNIQUE INDEX proposals_pending ON proposals (account_id, kind) WHERE state = 'pending';
CREATE INDEX proposals_resume ON proposals (at, case_id)
	WHERE state = 'pending' AND kind = 'resume';
CREATE INDEX proposals_account ON proposals (account_id, at, id);

CREATE TABLE lock_jobs (
	id         TEXT PRIMARY KEY,
	by_whom    TEXT NOT NULL,
	ip         TEXT NOT NULL,
	agent      TEXT NOT NULL,
	cause      TEXT NOT NULL,
	evidence   TEXT NOT NULL,
	drafted_at BIGINT NOT NULL,
	started_at BIGINT NOT NULL,
	done_at    BIGINT NOT NULL
);
CREATE INDEX lock_jobs_drafted ON lock_jobs (drafted_at, id);
CREATE INDEX lock_jobs_running ON lock_jobs (started_at, id)
	WHERE started_at > 0 AND done_at = 0;

CREATE TABLE lock_items (
	job_id     TEXT NOT NULL REFERENCES lock_jobs (id),
	position   BIGINT NOT NULL,
	typed      TEXT NOT NULL,
	account_id TEXT NOT NULL,
	outcome    TEXT NOT NULL,
	case_id    TEXT NOT NULL,
	PRIMARY KEY (job_id, position)
);
CREATE INDEX lock_items_outcome ON lock_items (job_id, outcome, position);
