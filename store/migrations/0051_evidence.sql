-- +goose Up

-- What staff advise the reporters of a campaign to do, codes. Nobody was advised before.
ALTER TABLE campaigns ADD COLUMN advice TEXT NOT NULL DEFAULT '[]';

-- A campaign that only gathers what strangers report of many frauds, when too many come at once.
ALTER TABLE campaigns ADD COLUMN mixed BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE campaigns SET mixed = TRUE WHERE id IN (SELECT campaign_id FROM campaign_keys WHERE key LIKE 'rest:%');

-- How many bytes are kept of the original, sealed; 0 where there is none, or there was no room for it.
ALTER TABLE reports ADD COLUMN kept BIGINT NOT NULL DEFAULT 0;
UPDATE reports SET kept = (SELECT COALESCE(SUM(LENGTH(sealed)), 0) FROM originals WHERE report_id = reports.id);
CREATE INDEX reports_kept ON reports (at, account_id, kept) WHERE kept > 0;

-- Who had signed a mail when it was taken, and whether that held: "state domain". Of earlier ones it is not
-- known any more.
ALTER TABLE reports ADD COLUMN signed TEXT NOT NULL DEFAULT '[]';
