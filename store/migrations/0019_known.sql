-- +goose Up
-- The browser of this session is not known by it any more at later sign-ins.
ALTER TABLE sessions ADD COLUMN forgotten BOOLEAN NOT NULL DEFAULT FALSE;
