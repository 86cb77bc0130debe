-- +goose Up
-- What is counted by the day on which it began.
CREATE INDEX cases_opened ON cases (opened_at);
