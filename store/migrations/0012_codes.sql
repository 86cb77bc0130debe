-- +goose Up
-- Typed codes are random, and their keyed digests stand in their rows. Codes that were mailed
-- before are good no more.
ALTER TABLE request_accounts ADD COLUMN code TEXT NOT NULL DEFAULT '';
-- What the authenticators that a session enrols are made from, sealed.
ALTER TABLE sessions ADD COLUMN seed TEXT NOT NULL DEFAULT '';
ALTER TABLE caller_checks ADD COLUMN code TEXT NOT NULL DEFAULT '';
