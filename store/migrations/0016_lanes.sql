-- +goose Up

-- Mails leave by lanes, the first one first. What waits from before is told like the rest.
ALTER TABLE outbox ADD COLUMN lane BIGINT NOT NULL DEFAULT 3;

DROP INDEX outbox_due;
CREATE INDEX outbox_due ON outbox (channel, lane, leased_until, id) WHERE sent_at = 0 AND gave_up_at = 0;
