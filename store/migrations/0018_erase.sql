-- +goose Up
-- Whoever erases an account finds what is held about it, and the engine what still points there,
-- without reading whole tables.
CREATE INDEX looks_account ON looks (account_id);
CREATE INDEX answers_account ON answers (account_id);
CREATE INDEX sessions_account ON sessions (account_id);
CREATE INDEX sessions_recovery ON sessions (recovery_id);
CREATE INDEX recovery_codes_account ON recovery_codes (account_id);
CREATE INDEX factors_account ON factors (account_id);
CREATE INDEX links_address ON links (address_id);
CREATE INDEX caller_checks_address ON caller_checks (address_id);
CREATE INDEX lock_items_account ON lock_items (account_id);
