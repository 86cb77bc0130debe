-- +goose Up
-- The audit trail only grows. event_details stays free, for erasure.

-- +goose StatementBegin
CREATE TRIGGER events_keep BEFORE UPDATE ON events
BEGIN
	SELECT RAISE(ABORT, 'events only grow');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER events_stay BEFORE DELETE ON events
BEGIN
	SELECT RAISE(ABORT, 'events only grow');
END;
-- +goose StatementEnd
