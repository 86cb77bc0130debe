-- +goose Up

-- What requests with an Idempotency-Key were answered, for a day. Of that name and of the request
-- there is a digest. A status of 0: it runs.
CREATE TABLE api_answers (
	key_id   TEXT NOT NULL,
	name     TEXT NOT NULL,
	digest   TEXT NOT NULL,
	turn     TEXT NOT NULL,
	at       BIGINT NOT NULL,
	status   BIGINT NOT NULL,
	kind     TEXT NOT NULL,
	location TEXT NOT NULL,
	body     BYTEA NOT NULL,
	PRIMARY KEY (key_id, name)
);
CREATE INDEX api_answers_at ON api_answers (at);
