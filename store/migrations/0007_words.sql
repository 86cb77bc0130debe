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
