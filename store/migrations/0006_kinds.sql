-- +goose Up
-- A ticket says what it is about in a code, and is found again by that whatever its subject says.
-- Those from before are told by how the program began a subject. Only the program opens a ticket
-- together with its first message: an imported one keeps no kind, whatever its subject.

ALTER TABLE tickets ADD COLUMN kind TEXT NOT NULL DEFAULT '';
ALTER TABLE tickets ADD COLUMN asked TEXT NOT NULL DEFAULT '';

UPDATE tickets SET kind = 'secured' WHERE own_case IS NOT NULL;
UPDATE tickets SET kind = CASE
	WHEN subject LIKE 'Delete the account — %' THEN 'deletion'
	WHEN subject LIKE 'Password changed outside the recovery — %' THEN 'handed_over'
	WHEN subject LIKE 'Password blocked — staff review for %' THEN 'password_blocked'
	WHEN subject LIKE 'No factor at hand — staff review for %' THEN 'no_factor'
	WHEN subject LIKE 'Mailbox out of reach — staff review for %' THEN 'no_mailbox'
	WHEN subject LIKE 'Login not recognised — staff review for %' THEN 'login_denied'
	WHEN subject LIKE 'Message from % (%)' THEN 'message'
	ELSE '' END
WHERE own_case IS NULL AND EXISTS (SELECT 1 FROM messages
	WHERE ticket_id = tickets.id AND at = tickets.opened_at AND author IN ('regain', 'owner'));
UPDATE tickets SET asked = CASE
	WHEN subject LIKE '% (mailbox)' THEN 'mailbox'
	WHEN subject LIKE '% (lost_phone)' THEN 'lost_phone'
	WHEN subject LIKE '% (link)' THEN 'link'
	WHEN subject LIKE '% (not_me_changes)' THEN 'not_me_changes'
	WHEN subject LIKE '% (money)' THEN 'money'
	WHEN subject LIKE '% (other)' THEN 'other'
	ELSE '' END
WHERE kind = 'message';
