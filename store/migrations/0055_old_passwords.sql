-- +goose Up

-- Nobody ever asked when a password was replaced: which are the latest is told by their version.
ALTER TABLE old_passwords DROP COLUMN replaced_at;
