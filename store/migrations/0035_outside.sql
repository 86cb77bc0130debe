-- +goose Up

-- When a case or a ticket changed last, for programs that follow them.
ALTER TABLE cases ADD COLUMN updated_at BIGINT NOT NULL DEFAULT 0;
UPDATE cases SET updated_at = CASE WHEN closed_at > 0 THEN closed_at WHEN taken_at > 0 THEN taken_at
	WHEN secured_at > 0 THEN secured_at ELSE opened_at END;
-- What they ask for stands in the index. One that begins with it would be taken for other lists, which
-- are in another order.
CREATE INDEX cases_updated ON cases (updated_at, id, state);
CREATE INDEX cases_updated_of ON cases (account_id, updated_at, id);
ALTER TABLE tickets ADD COLUMN updated_at BIGINT NOT NULL DEFAULT 0;
UPDATE tickets SET updated_at =
	COALESCE((SELECT MAX(at) FROM messages WHERE ticket_id = tickets.id), opened_at);
CREATE INDEX tickets_updated ON tickets (updated_at, id, status, department);
CREATE INDEX tickets_updated_of ON tickets (account_id, updated_at, id);

-- What the help desk of the marketplace calls a ticket, or a message of it. The holder is the name
-- of a key; message_id is '' for the ticket itself.
CREATE TABLE outside (
	holder      TEXT NOT NULL,
	kind        TEXT NOT NULL,
	external_id TEXT NOT NULL,
	ticket_id   TEXT NOT NULL,
	message_id  TEXT NOT NULL,
	PRIMARY KEY (holder, kind, external_id)
);
CREATE UNIQUE INDEX outside_of ON outside (ticket_id, holder, message_id);

-- Whoever proposes to resume a case may be a program, which is in no list of staff.
CREATE TABLE proposals_now (
	id            TEXT PRIMARY KEY,
	kind          TEXT NOT NULL,
	account_id    TEXT REFERENCES accounts (id),
	case_id       TEXT NOT NULL,
	ticket_id     TEXT NOT NULL,
	by_staff      TEXT NOT NULL,
	at            BIGINT NOT NULL,
	expires_at    BIGINT NOT NULL,
	reason        TEXT NOT NULL,
	needs         TEXT NOT NULL,
	target        TEXT NOT NULL,
	facts_version BIGINT NOT NULL,
	state         TEXT NOT NULL,
	decided_by    TEXT NOT NULL,
	decided_at    BIGINT NOT NULL,
	decision      TEXT NOT NULL,
	role          TEXT NOT NULL DEFAULT '',
	name          TEXT NOT NULL DEFAULT '',
	due_at        BIGINT NOT NULL DEFAULT 0,
	ended_at      BIGINT NOT NULL DEFAULT 0
);
INSERT INTO proposals_now SELECT id, kind, account_id, case_id, ticket_id, by_staff, at, expires_at,
	reason, needs, target, facts_version, state, decided_by, decided_at, decision, role, name, due_at,
	ended_at FROM proposals;
DROP TABLE proposals;
ALTER TABLE proposals_now RENAME TO proposals;
CREATE UNIQUE INDEX proposals_pending ON proposals (account_id, kind) WHERE state = 'pending';
CREATE INDEX proposals_resume ON proposals (at, case_id)
	WHERE state = 'pending' AND kind = 'resume';
CREATE INDEX proposals_account ON proposals (account_id, at, id);
CREATE INDEX proposals_invite ON proposals (at, id) WHERE kind = 'invite';
CREATE INDEX proposals_due ON proposals (due_at, id) WHERE state = 'agreed';
