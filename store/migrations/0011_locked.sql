-- +goose Up
-- When a case locked its account, the last time if it did so twice. What proves and who is told is
-- judged as of then.
ALTER TABLE cases ADD COLUMN locked_at BIGINT NOT NULL DEFAULT 0;
UPDATE cases SET locked_at = COALESCE((SELECT MAX(e.at) FROM events e
	JOIN event_details d ON d.event_id = e.id
	WHERE e.case_id = cases.id AND e.kind = 'case.reopened' AND d.data LIKE '%"from":"resumed"%'),
	opened_at);
