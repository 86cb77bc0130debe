-- +goose Up

-- What counts the changes of the facts is called what it is in the code.
ALTER TABLE accounts RENAME COLUMN stirs TO facts_version;
ALTER TABLE proposals RENAME COLUMN stirs TO facts_version;
