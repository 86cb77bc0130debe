-- +goose Up

-- The zone in which a member of staff reads times; '' for UTC.
ALTER TABLE staff ADD COLUMN time_zone TEXT NOT NULL DEFAULT '';
