package store_test

import (
	"testing"

	"regain/store"
)

// ownBulk are the statements that give the accounts of a filled database what their owners sign
// in with, and what retention goes through: LOGINS of each kind, spread evenly over the accounts
// and the time before NOW. Of what waits for somebody there is little, as it is as long as the
// workers run.
var ownBulk = []string{
	numbers("CASES") + `INSERT INTO addresses (id, account_id, email, email_fold, since, until,
		origin) SELECT 'a' || i, 'a' || i, i || '@a', i || '@a', NOW, 0, 'first' FROM n`,
	numbers("CASES") + `INSERT INTO recoveries (id, account_id, case_id, started_at, password_at,
		password_kept, two_factor_at, two_factor, activity_at, support_at, how, version)
		SELECT 'r' || i, 'a' || i, '', NOW, 0, FALSE, 0, '', 0, 0, '', 1 FROM n`,
	numbers("CASES") + `INSERT INTO watches (account_id, familiar, mailed_at, version)
		SELECT 'a' || i, '{}', NOW - i, 1 FROM n`,
	numbers("LOGINS") + `INSERT INTO sessions (id, kind, subject, recovery_id, stage, generation,
		started_at, seen_at, ends_at, ended_at, proved_at, proved_by, ip, agent)
		SELECT 's' || i, 'recovery', 'a' || (1 + i % CASES), 'r' || (1 + i % CASES), 'in', 1,
		NOW - i * 60000, NOW, NOW - i * 60000, CASE WHEN i % 9 = 0 THEN 0 ELSE NOW END, 0, '', '', '' FROM n`,
	numbers("LOGINS") + `INSERT INTO sessions (id, kind, subject, stage, generation, started_at,
		seen_at, ends_at, ended_at, proved_at, proved_by, ip, agent)
		SELECT 'x' || i, 'account', 'a' || (1 + i % CASES),
		CASE WHEN i % 1000 = 0 THEN 'verify' ELSE 'in' END, 1, NOW - i * 60000, NOW,
		NOW - i * 60000, CASE WHEN i % 9 = 0 THEN 0 ELSE NOW END,
		CASE WHEN i % 1000 = 0 THEN 0 ELSE NOW END,
		CASE WHEN i % 1000 = 0 THEN '' ELSE 'password' END, '', '' FROM n`,
	numbers("LOGINS") + `INSERT INTO address_changes (id, account_id, email, notice, old_id,
		address_id, asked_at, ends_at, state, settled_at, undo_until, ip, agent)
		SELECT 'd' || i, 'a' || (1 + i % CASES), 'e', FALSE, '', 'a', NOW - i * 60000, NOW,
		'confirmed', NOW, 0, '', '' FROM n`,
	numbers("LOGINS") + `INSERT INTO links (id, account_id, case_id, address_id, purpose, made_at,
		expires_at, state, ended_at) SELECT 'k' || i, 'a' || (1 + i % CASES), '',
		'a' || (1 + i % CASES), 'requested', NOW - i * 60000, NOW, 'used', NOW FROM n`,
	numbers("LOGINS") + `INSERT INTO requests (id, kind, sealed, at, expires_at, resolved_at,
		ended_at, tries) SELECT 'q' || i, 'recover', '', NOW - i * 60000, NOW, NOW, NOW, 0 FROM n`,
	numbers("LOGINS") + `INSERT INTO outbox (id, channel, account_id, recipient, kind, data, code,
		queued_at, not_after, leased_until, attempts, sent_at, gave_up_at, reason)
		SELECT 'm' || i, 'mail', 'a' || (1 + i % CASES), '', '', NULL, 'code' || i,
		NOW - i * 60000, 0, 0, 1, CASE WHEN i % 1000 = 0 THEN 0 ELSE NOW END, 0, '' FROM n`,
	numbers("LOGINS") + `INSERT INTO activities (id, account_id, at, kind, summary, from_value,
		to_value, ip, digest) SELECT 'v' || i, 'a' || (1 + i % CASES), NOW - i * 60000,
		'profile_changed', '', '', '', '', '' FROM n`,
	numbers("LOGINS") + `INSERT INTO alerts (id, account_id, kind, login_id, activity_id, at,
		outcome, what, reasons, country, device, mailed_at, answer, answered_at)
		SELECT 't' || i, 'a' || (1 + i % CASES), 'unfamiliar', 'l' || (10000000 + i), '',
		NOW - i * 60000, '', '', '[]', '', '', CASE WHEN i % 1000 = 0 THEN 0 ELSE NOW END, '', 0
		FROM n`,
	numbers("LOGINS") + `INSERT INTO answers (recovery_id, login_id, account_id, answer, reasons,
		contradicts, at) SELECT 'r' || (1 + i % CASES), 'l' || (10000000 + i),
		'a' || (1 + i % CASES), 'me', '', FALSE, NOW - i * 60000 FROM n`,
	numbers("LOGINS") + `INSERT INTO exports (id, account_id, asked_at, ready_at, ends_at, data)
		SELECT 'e' || i, 'a' || (1 + i % CASES), NOW - i * 60000,
		CASE WHEN i < CASES AND i % 1000 = 0 THEN 0 ELSE NOW END, NOW + 86400000 - i * 60000,
		CASE WHEN i < CASES AND i % 1000 = 0 THEN '' ELSE 'd' END FROM n`,
	numbers("CASES") + `INSERT INTO factors (id, subject, staff, kind, name, sealed, last_step,
		failures, added_at, used_at, removed_at, recovery_id, ip, agent)
		SELECT 'o' || i, 'a' || i, FALSE, 'totp', '', '', 0, 0, NOW, 0, 0, '', '', '' FROM n`,
	numbers("CASES") + `INSERT INTO factors (id, subject, staff, kind, name, sealed, last_step,
		failures, added_at, used_at, removed_at, recovery_id, ip, agent)
		SELECT 'p' || i, 'a' || i, FALSE, 'passkey', 'key', '', 0, 0, NOW, 0, 0, '', '', '' FROM n`,
	numbers("CASES") + `INSERT INTO passkeys (factor_id, credential, user_handle, public_key, count,
		backup_eligible, backed_up, transports)
		SELECT 'p' || i, BYTES, BYTES, BYTES, 0, FALSE, FALSE, '[]' FROM n`,
	numbers("CASES") + `INSERT INTO recovery_codes (id, subject, staff, digest, sealed, position,
		made_at, used_at) SELECT 'c' || i, 'a' || i, FALSE, '', '', 1, NOW, 0 FROM n`,
	numbers("CASES") + `INSERT INTO alert_settings (account_id, kinds_off, mailed_to, version)
		SELECT 'a' || i, '[]', 'all', 1 FROM n`,
	numbers("CASES") + `INSERT INTO paces (key, tries, pause, at)
		SELECT 'p' || i, 1, 0, NOW + i FROM n`,
	numbers("CASES") + "INSERT INTO challenges (id, expires_at) SELECT 'h' || i, NOW + i FROM n",
	numbers("LOGINS") + `INSERT INTO events (seq, id, at, kind, account_id, case_id, by_kind,
		details, chain) SELECT 10000000 + i, 'u' || i, NOW - i * 60000, 'signin.refused',
		'a' || (1 + i % CASES), '', '', '', '' FROM n`,
	"ANALYZE",
}

// fillOwn adds what ownBulk says to a database that was filled with as many cases and logins.
func fillOwn(t testing.TB, db *store.DB, cases, logins int) {
	t.Helper()
	runBulk(t, db, ownBulk, cases, logins)
}
