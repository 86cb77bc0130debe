package held

// Removals are Erasures of what nobody has to be forgotten for: the details of the audit trail stay.
var Removals = Erasures[:len(Erasures)-2]

// Erasures take away all that is held about the account $1, but for the account itself: what
// points to something else before what it points to. Of the audit trail the details go; its lines
// and their digests stay.
var Erasures = append(of("looks", "caller_checks", "alerts", "answers", "logins", "activities",
	"watches", "alert_settings", "exports", "proposals", "notes", "links", "address_changes",
	"request_accounts", "attachments", "sessions", "recoveries", "recovery_codes", "old_passwords", "addresses",
	"outbox", "lock_items", "signal_subjects", "fraud_steps", "fraud_lists"),
	"DELETE FROM sso_links WHERE holder_id = $1",
	"DELETE FROM outside WHERE ticket_id IN (SELECT id FROM tickets WHERE account_id = $1)",
	`DELETE FROM webhook_deliveries WHERE event_id IN (SELECT id FROM webhook_events
		WHERE account_id = $1 AND account_id <> '')`,
	"DELETE FROM webhook_events WHERE account_id = $1 AND account_id <> ''",
	"DELETE FROM messages WHERE ticket_id IN (SELECT id FROM cases WHERE account_id = $1)",
	"DELETE FROM messages WHERE ticket_id IN (SELECT id FROM tickets WHERE account_id = $1)",
	"DELETE FROM case_causes WHERE case_id IN (SELECT id FROM cases WHERE account_id = $1)",
	"DELETE FROM case_evidence WHERE case_id IN (SELECT id FROM cases WHERE account_id = $1)",
	"DELETE FROM originals WHERE report_id IN (SELECT id FROM reports WHERE account_id = $1)",
	"DELETE FROM reports WHERE account_id = $1",
	"DELETE FROM tickets WHERE account_id = $1",
	"DELETE FROM cases WHERE account_id = $1",
	"DELETE FROM passkeys WHERE factor_id IN (SELECT id FROM factors WHERE account_id = $1)",
	"DELETE FROM factors WHERE account_id = $1",
	details("event_details"), details("stranger_details"))

// details of events without an account are none of anybody's.
func details(table string) string {
	return "DELETE FROM " + table + ` WHERE event_id IN (SELECT id FROM events
		WHERE account_id = $1 AND account_id <> '')`
}

func of(tables ...string) (erasures []string) {
	for _, t := range tables {
		erasures = append(erasures, "DELETE FROM "+t+" WHERE account_id = $1")
	}
	return erasures
}
