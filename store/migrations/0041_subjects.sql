-- +goose Up

-- A stream is asked for whom its receiver knows by a subject.
DROP INDEX signal_subjects_stream;
CREATE INDEX signal_subjects_stream ON signal_subjects (webhook_id, subject);
