-- +goose Up
-- What anybody can put on the audit trail who has proved nothing: the details stand apart, to be
-- deleted in time, and what comes beyond a budget is counted by the hour.

CREATE TABLE stranger_details (
	event_id TEXT NOT NULL PRIMARY KEY REFERENCES events (id),
	at       BIGINT NOT NULL, -- of the event
	data     TEXT NOT NULL
);
CREATE INDEX stranger_details_old ON stranger_details (at, event_id);
INSERT INTO stranger_details (event_id, at, data)
	SELECT e.id, e.at, d.data FROM events e JOIN event_details d ON d.event_id = e.id
	WHERE e.by_kind IN ('stranger', 'system') AND e.kind IN ('recovery.requested',
		'recovery.request_resolved', 'code.refused', 'sign_in.refused', 'staff.refused',
		'link.reused');
DELETE FROM event_details WHERE event_id IN (SELECT event_id FROM stranger_details);

CREATE TABLE tallies (
	kind       TEXT NOT NULL,
	account_id TEXT NOT NULL, -- '' for nobody, or for a member of staff
	staff_id   TEXT NOT NULL,
	hour       BIGINT NOT NULL, -- when it began
	lines      BIGINT NOT NULL CHECK (lines > 0), -- that were recorded
	more       BIGINT NOT NULL CHECK (more >= 0), -- that were not
	PRIMARY KEY (hour, kind, account_id, staff_id)
);
