-- +goose Up
-- What the portal itself says to staff is a kind with arguments on tickets, and as the evidence of
-- a lockout that its owner brought about. What a person wrote stays as they wrote it. So do the
-- first message of a ticket and what names two people: they cannot be told apart safely here, and
-- read as they did.

ALTER TABLE cases ADD COLUMN evidence_kind TEXT NOT NULL DEFAULT '';
ALTER TABLE cases ADD COLUMN evidence_args TEXT NOT NULL DEFAULT '[]';
ALTER TABLE notes ADD COLUMN evidence_kind TEXT NOT NULL DEFAULT '';
ALTER TABLE notes ADD COLUMN evidence_args TEXT NOT NULL DEFAULT '[]';

UPDATE notes SET evidence_kind = 'login_denied', evidence = '',
	evidence_args = '["' || substr(evidence, 45, 20) || '","' || replace(replace(CASE
		WHEN substr(evidence, 73) LIKE '%, %, %' THEN substr(evidence, 73)
		ELSE replace(substr(evidence, 73), ', ', ', , ') END,
		', ', '","'), 'place unknown', '') || '"]'
	WHERE action = 'Security Lockout' AND case_id IN (
		SELECT id FROM cases WHERE opened_by = account_id)
		AND evidence LIKE 'The owner says that this was somebody else: ____-__-__T__:__:__Z, login %, %';
UPDATE notes SET evidence_kind = 'change_denied', evidence = '',
	evidence_args = '["' || replace(replace(substr(evidence, 53), ', ', '","'),
		'place unknown', '') || '"]'
	WHERE action = 'Security Lockout' AND case_id IN (
		SELECT id FROM cases WHERE opened_by = account_id)
	AND evidence LIKE 'The owner says that somebody else made this change: ____-__-__T__:__:__Z, %, %';

UPDATE cases SET evidence_kind = 'login_denied', evidence = '',
	evidence_args = '["' || substr(evidence, 45, 20) || '","' || replace(replace(CASE
		WHEN substr(evidence, 73) LIKE '%, %, %' THEN substr(evidence, 73)
		ELSE replace(substr(evidence, 73), ', ', ', , ') END,
		', ', '","'), 'place unknown', '') || '"]'
	WHERE opened_by = account_id
		AND evidence LIKE 'The owner says that this was somebody else: ____-__-__T__:__:__Z, login %, %';
UPDATE cases SET evidence_kind = 'change_denied', evidence = '',
	evidence_args = '["' || replace(replace(substr(evidence, 53), ', ', '","'),
		'place unknown', '') || '"]'
	WHERE opened_by = account_id
	AND evidence LIKE 'The owner says that somebody else made this change: ____-__-__T__:__:__Z, %, %';

UPDATE messages SET kind = 'login_denied', body = '',
	args = '["' || substr(body, 45, 20) || '","' || replace(replace(CASE
		WHEN substr(body, 73) LIKE '%, %, %' THEN substr(body, 73)
		ELSE replace(substr(body, 73), ', ', ', , ') END,
		', ', '","'), 'place unknown', '') || '"]'
	WHERE author = 'regain' AND NOT public AND kind = ''
		AND body LIKE 'The owner says that this was somebody else: ____-__-__T__:__:__Z, login %, %';
UPDATE messages SET kind = 'change_denied', body = '',
	args = '["' || replace(replace(substr(body, 53), ', ', '","'),
		'place unknown', '') || '"]'
	WHERE author = 'regain' AND NOT public AND kind = ''
		AND body LIKE 'The owner says that somebody else made this change: ____-__-__T__:__:__Z, %, %';

UPDATE messages SET kind = 'deletion', body = ''
	WHERE author = 'regain' AND public AND kind = ''
	AND body LIKE 'The owner asked, signed in and after proving it anew, to have this account %';

-- The others begin alike and end with what a person wrote, which is put into JSON first.
UPDATE messages SET args = replace(replace(replace(replace(
		body, '\', '\\'), '"', '\"'), '
', '\n'), '	', '\t')
	WHERE kind = '' AND NOT public AND author IN ('regain', 'staff');
UPDATE messages SET kind = 'urgent', body = '',
	args = '["support","' || substr(args, 46) || '"]'
	WHERE kind = '' AND NOT public AND author = 'regain'
		AND substr(args, 1, 45) = 'Urgent review asked for by: support\nReason: ';
UPDATE messages SET kind = 'urgent', body = '',
	args = '["' || substr(args, 29) || '"]'
	WHERE kind = '' AND NOT public AND author = 'regain'
		AND substr(args, 1, 28) = 'Urgent review asked for by: ';
UPDATE messages SET kind = 'cause_changed', body = '',
	args = '["compromised","' || substr(args, 31) || '"]'
	WHERE kind = '' AND NOT public AND author = 'staff'
		AND substr(args, 1, 30) = 'Cause changed to compromised: ';
UPDATE messages SET kind = 'cause_changed', body = '',
	args = '["hijacked","' || substr(args, 28) || '"]'
	WHERE kind = '' AND NOT public AND author = 'staff'
		AND substr(args, 1, 27) = 'Cause changed to hijacked: ';
UPDATE messages SET kind = 'reopened', body = '',
	args = '["' || substr(args, 22) || '"]'
	WHERE kind = '' AND NOT public AND author = 'staff'
		AND substr(args, 1, 21) = 'Case taken up again: ';
UPDATE messages SET kind = 'reproof_proposed', body = '',
	args = '["remove_factor","' || substr(args, 61) || '"]'
	WHERE kind = '' AND NOT public AND author = 'staff'
		AND substr(args, 1, 60) = 'Removing two-factor is proposed after re-proofing. Checked: ';
UPDATE messages SET kind = 'reproof_proposed', body = '',
	args = '["set_address","' || substr(args, 65) || '"]'
	WHERE kind = '' AND NOT public AND author = 'staff'
		AND substr(args, 1, 64) = 'Setting another address is proposed after re-proofing. Checked: ';
UPDATE messages SET kind = 'reproof_sent_back', body = '',
	args = '["remove_factor","' || substr(args, 34) || '"]'
	WHERE kind = '' AND NOT public AND author = 'staff'
		AND substr(args, 1, 33) = 'Removing two-factor is not done: ';
UPDATE messages SET kind = 'reproof_sent_back', body = '',
	args = '["set_address","' || substr(args, 38) || '"]'
	WHERE kind = '' AND NOT public AND author = 'staff'
		AND substr(args, 1, 37) = 'Setting another address is not done: ';
UPDATE messages SET args = '[]'
	WHERE kind = '' AND NOT public AND author IN ('regain', 'staff');
