-- +goose Up

-- Whoever locks many may be a program.
ALTER TABLE lock_jobs ADD COLUMN by_kind TEXT NOT NULL DEFAULT 'staff';
