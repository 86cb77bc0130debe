-- +goose Up
-- Who invited a member of staff; '' when it was the command line. The last invitation counts.
ALTER TABLE staff ADD COLUMN invited_by TEXT NOT NULL DEFAULT '';
UPDATE staff SET invited_by = COALESCE((SELECT s.id FROM events e
	JOIN event_details d ON d.event_id = e.id
	LEFT JOIN staff s ON e.by_kind = 'staff' AND d.data LIKE '{"by":"' || s.id || '",%'
	WHERE e.kind IN ('staff.invited', 'staff.changed')
		AND d.data LIKE '%"staff":"' || staff.id || '"%'
	ORDER BY e.seq DESC LIMIT 1), '');

-- A proposal may be about somebody who is to become staff, and then belongs to no account. What
-- was agreed waits until due_at and may be stopped until then; ended_at is when it was carried out
-- or stopped.
CREATE TABLE proposals_now (
	id         TEXT PRIMARY KEY,
	kind       TEXT NOT NULL,
	account_id TEXT REFERENCES accounts (id),
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
	decision   TEXT NOT NULL,
	role       TEXT NOT NULL DEFAULT '',
	name       TEXT NOT NULL DEFAULT '',
	due_at     BIGINT NOT NULL DEFAULT 0,
	ended_at   BIGINT NOT NULL DEFAULT 0
);
INSERT INTO proposals_now SELECT id, kind, account_id, case_id, ticket_id, by_staff, at, expires_at,
	reason, needs, target, stirs, state, decided_by, decided_at, decision, '', '', 0, 0 FROM proposals;
DROP TABLE proposals;
ALTER TABLE proposals_now RENAME TO proposals;
CREATE UNIQUE INDEX proposals_pending ON proposals (account_id, kind) WHERE state = 'pending';
CREATE INDEX proposals_resume ON proposals (at, case_id)
	WHERE state = 'pending' AND kind = 'resume';
CREATE INDEX proposals_account ON proposals (account_id, at, id);
CREATE INDEX proposals_invite ON proposals (at, id) WHERE kind = 'invite';
CREATE INDEX proposals_due ON proposals (due_at, id) WHERE state = 'agreed';
