-- +goose Up
-- Trust & Safety gets a role of its own. The list of roles is checked by the column, and a check
-- cannot be changed in place on both engines, so that a column with the longer list takes the place
-- of the old one. Old rows keep their role.
ALTER TABLE staff ADD COLUMN work TEXT NOT NULL DEFAULT 'support'
	CHECK (work IN ('support', 'account_security', 'trust_safety', 'admin'));
UPDATE staff SET work = role;
ALTER TABLE staff DROP COLUMN role;
ALTER TABLE staff RENAME COLUMN work TO role;
