-- +goose Up

-- What the dashboard counts by the day.
CREATE INDEX cases_secured_at ON cases (secured_at) WHERE secured_at > 0;
CREATE INDEX alerts_denied ON alerts (answered_at) WHERE answer = 'not_me';
