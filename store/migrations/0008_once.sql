-- +goose Up
-- What came of a form that a session has sent, so that a second press of its button gets the same
-- answer. It goes with the session.
CREATE TABLE once (
	session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
	key        TEXT NOT NULL CHECK (key <> ''),
	result     TEXT NOT NULL,
	at         BIGINT NOT NULL,
	PRIMARY KEY (session_id, key)
);
