-- +goose Up

-- The public key that an endpoint wants the hashes of new passwords encrypted to, '' for none. What
-- only one endpoint is told of an event stands with its delivery, '' where it hears what all do.
ALTER TABLE webhooks ADD COLUMN encrypt_to TEXT NOT NULL DEFAULT '';
ALTER TABLE webhook_deliveries ADD COLUMN body TEXT NOT NULL DEFAULT '';
