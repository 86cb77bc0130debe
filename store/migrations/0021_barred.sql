-- +goose Up
-- The secrets with which nothing is recorded any more, each with a space behind it. Every commit
-- takes this row first, so that none comes past.
ALTER TABLE chain ADD COLUMN barred TEXT NOT NULL DEFAULT '';
