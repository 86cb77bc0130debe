-- +goose Up
-- When a password of the case was last denied by somebody who reads an address of the account.
ALTER TABLE cases ADD COLUMN contested_at BIGINT NOT NULL DEFAULT 0;
