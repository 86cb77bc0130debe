-- +goose Up

-- What was said, noted and decided stands in the order in which it was recorded, also when a clock
-- was set right in between. Messages count through all tickets, since those of a case are shown
-- together. Every commit waits for the one before, so that no number is drawn twice.
ALTER TABLE messages ADD COLUMN seq BIGINT NOT NULL DEFAULT 0;
UPDATE messages SET seq = place FROM
    (SELECT id AS placed, ROW_NUMBER() OVER (ORDER BY at, id) AS place FROM messages) AS was
WHERE id = placed;
CREATE UNIQUE INDEX messages_seq ON messages (seq);
DROP INDEX messages_ticket;
CREATE INDEX messages_ticket ON messages (ticket_id, seq);

ALTER TABLE notes ADD COLUMN seq BIGINT NOT NULL DEFAULT 0;
UPDATE notes SET seq = place FROM (SELECT id AS placed,
    ROW_NUMBER() OVER (PARTITION BY account_id ORDER BY at, id) AS place FROM notes) AS was
WHERE id = placed;
DROP INDEX notes_account;
CREATE UNIQUE INDEX notes_account ON notes (account_id, seq);

-- Its rows have no id: those of one moment share a place.
ALTER TABLE case_causes ADD COLUMN seq BIGINT NOT NULL DEFAULT 0;
UPDATE case_causes SET seq = (SELECT COUNT(*) FROM case_causes AS earlier
    WHERE earlier.case_id = case_causes.case_id AND earlier.at <= case_causes.at);
DROP INDEX case_causes_case;
CREATE INDEX case_causes_case ON case_causes (case_id, seq);
