-- +goose Up
-- What the program writes is a code; the words for it are on the pages. What the platform told
-- stays as it came, and has a digest.

UPDATE activities SET from_value = CASE
		WHEN from_value = 'authenticator app' THEN 'totp'
		WHEN from_value = 'recovery codes' THEN 'recovery_code'
		WHEN from_value LIKE 'passkey (%)'
			THEN 'passkey:' || substr(from_value, 10, length(from_value) - 10)
		ELSE from_value END,
	to_value = CASE
		WHEN to_value = 'authenticator app' THEN 'totp'
		WHEN to_value = 'ten new recovery codes' THEN 'new_codes'
		WHEN to_value LIKE 'passkey (%)'
			THEN 'passkey:' || substr(to_value, 10, length(to_value) - 10)
		ELSE to_value END
	WHERE kind = 'two_factor_changed' AND digest = '';

UPDATE alerts SET device = CASE WHEN device = 'Unknown device' THEN ''
	ELSE replace(lower(replace(replace(device, ' on ', '/'), ' ', '_')), 'other_browser/', 'other/')
	END;

ALTER TABLE messages ADD COLUMN kind TEXT NOT NULL DEFAULT '';
ALTER TABLE messages ADD COLUMN args TEXT NOT NULL DEFAULT '[]';

UPDATE messages SET body = '', kind = CASE body
	WHEN 'Two-factor turned on: authenticator app, enrolled in this recovery (provisional).'
		THEN 'two_factor_on'
	WHEN 'Two-factor replaced: the earlier authenticator was exchanged in this recovery.'
		THEN 'two_factor_replaced'
	WHEN 'Two-factor removed: the owner did not recognise the enrolled authenticator.'
		THEN 'two_factor_off'
	WHEN 'The authenticator was disabled after too many wrong codes in a row.'
		THEN 'factor_disabled'
	ELSE 'passkey_cloned' END
	WHERE author = 'regain' AND NOT public AND body IN (
		'Two-factor turned on: authenticator app, enrolled in this recovery (provisional).',
		'Two-factor replaced: the earlier authenticator was exchanged in this recovery.',
		'Two-factor removed: the owner did not recognise the enrolled authenticator.',
		'The authenticator was disabled after too many wrong codes in a row.',
		'A passkey was refused, because its counter did not go up: somebody else may have a copy of it. It stays enrolled.');
