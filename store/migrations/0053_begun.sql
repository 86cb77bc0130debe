-- +goose Up

-- The sessions that an issuer began end with its word.
CREATE INDEX sso_sessions_organisation ON sso_sessions (organisation_id);
