-- +goose Up

-- What a stream is told goes out in the order in which it happened: place is that of the line of the
-- audit trail. What waits already comes first, in the order of its ids.
ALTER TABLE webhook_deliveries ADD COLUMN place BIGINT NOT NULL DEFAULT 0;
CREATE INDEX webhook_deliveries_turn ON webhook_deliveries (webhook_id, place, id)
	WHERE done_at = 0 AND gave_up_at = 0;

-- A stream is asked for whom its receiver knows by a subject.
DROP INDEX signal_subjects_stream;
CREATE INDEX signal_subjects_stream ON signal_subjects (webhook_id, subject);
