-- +goose Up

-- What the page says that checks the code of a mail has to read as the mail did: under its subject,
-- in its zone. The data that it was made from is wiped with the delivery.
ALTER TABLE outbox ADD COLUMN variant TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN time_zone TEXT NOT NULL DEFAULT '';
