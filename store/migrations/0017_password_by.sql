-- +goose Up
-- The session that updated the password of a recovery last, and, on each session, the update that its
-- holder made or said to be theirs. Of updates of before nobody knows.
ALTER TABLE recoveries ADD COLUMN password_by TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN password_at BIGINT NOT NULL DEFAULT 0;
