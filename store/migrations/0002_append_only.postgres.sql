-- +goose Up
-- The audit trail only grows. event_details stays free, for erasure.

-- +goose StatementBegin
CREATE FUNCTION events_only_grow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'events only grow';
END;
$$;
-- +goose StatementEnd

CREATE TRIGGER events_keep BEFORE UPDATE OR DELETE ON events
	FOR EACH ROW EXECUTE FUNCTION events_only_grow();

CREATE TRIGGER events_stay BEFORE TRUNCATE ON events
	FOR EACH STATEMENT EXECUTE FUNCTION events_only_grow();
