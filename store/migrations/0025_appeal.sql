-- +goose Up

-- When the owner asked for a second look at the decision to keep the account locked. Until that is
-- answered the case is work to do, and not over.
ALTER TABLE cases ADD COLUMN appealed_at BIGINT NOT NULL DEFAULT 0;
DROP INDEX cases_todo;
CREATE INDEX cases_todo ON cases (due_at, id)
    WHERE (state IN ('secured', 'in_review') OR state = 'declined' AND appealed_at > 0 AND appealed_at >= closed_at);
DROP INDEX cases_closed;
CREATE INDEX cases_closed ON cases (closed_at, id)
    WHERE (state = 'resumed' OR state = 'declined' AND NOT (appealed_at > 0 AND appealed_at >= closed_at));
