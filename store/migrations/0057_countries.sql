-- +goose Up

-- The country of an account was kept as it came. Two codes are the European Union's own for what ISO 3166-1
-- calls otherwise.
UPDATE accounts SET country = 'GB' WHERE country = 'UK';
UPDATE accounts SET country = 'GR' WHERE country = 'EL';
