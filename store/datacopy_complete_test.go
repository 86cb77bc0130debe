package store_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// notInCopy says why a column, or a table whole, changes nothing in a copy.
var notInCopy = map[string]string{
	"secrets": `accounts.short_password old_passwords.password_hash factors.sealed
		recovery_codes.digest recovery_codes.sealed passkeys.credential passkeys.user_handle
		passkeys.public_key attachments.sealed sessions.seed request_accounts.code caller_checks.code`,
	"internal comments": "proposals.reason proposals.decision answers.contradicts",
	"names of staff": `cases.assignee cases.opened_by case_causes.by_whom proposals.by_staff
		proposals.decided_by proposals.role proposals.name tickets.assignee caller_checks.staff_id caller_checks.session_id`,
	"texts of mails":              "outbox.data",
	"words of requests":           "requests.sealed",
	"of customers, not of people": "organisations organisation_domains",
	"counters": `accounts.webhook_seq attachments.tries attachments.next_try accounts.password_tries factors.last_step factors.failures passkeys.count
		requests.tries caller_checks.tries outbox.attempts outbox.leased_until outbox.not_after outbox.lane
		outbox.variant outbox.time_zone
		limits paces challenges counters tallies`,
	"whose tries are counted apart": "sessions.forgotten",
	"lists of lockouts":             "lock_jobs lock_items",
	"details of the audit trail":    "case_causes.facts events.details events.chain events.key_id chain stranger_details",
	"programs":                      "api_keys api_answers outside webhooks webhook_events webhook_deliveries signal_streams signal_subjects signal_keys signal_issuers signals_taken sso_issuers",
	"keys of the portal, of nobody": "acme_accounts certificates",
	"mail, before it is a message":  "inbound",
	"staff themselves": `staff invitations factors.staff recovery_codes.staff
		sessions.invitation_id`,
	"the audit trail says it":   "looks once",
	"how issuers call sessions": "sso_sessions sso_signouts",
	"another column says it": `accounts.username_fold addresses.email_fold logins.digest
		case_evidence.at tickets.own_case passkeys.transports passkeys.backup_eligible
		sessions.stage cases.ticket_id outbox.channel recovery_codes.position
		factors.recovery_id attachments.message_id attachments.holder attachments.blob sessions.recovery_id answers.account_id proposals.ticket_id
		address_changes.old_id address_changes.address_id events.seq case_causes.seq messages.seq
		notes.seq cases.updated_at tickets.updated_at tickets.woken_at`,
	"an id that nobody is told": `address_changes.id attachments.id sessions.id links.id
		recovery_codes.id alerts.id proposals.id messages.id notes.id outbox.id caller_checks.id
		exports.id recoveries.password_by`,
	"versions of rows": `accounts.version accounts.facts_version old_passwords.version cases.version
		recoveries.version tickets.version watches.version alert_settings.version fraud_lists.version proposals.facts_version
		sessions.generation`,
	"secrets of the portal":            "secrets",
	"of frauds, not of people":         "campaigns campaign_keys blocked_hosts",
	"sealed as it came from the owner": "originals",
	"how reports are sorted": `reports.id reports.campaign_id reports.reporter reports.via
		reports.address reports.reasons reports.joined reports.kept reports.signed reports.keys reports.owed`,
	"the copy itself":   "exports.data",
	"the schema itself": "goose_db_version",
}

// others are values that a column may be changed to.
var others = map[string][]any{"TEXT": {"", "[]"}, "BYTEA": {"{}"}, "BIGINT": {0, 1},
	"BOOLEAN": {false}}

// TestCopyIsComplete: whatever is changed of what is held about an account changes the copy, but
// for what stands in notInCopy, and that changes nothing.
func TestCopyIsComplete(t *testing.T) {
	t.Parallel()
	db, fields := filled(t)
	out := map[string]bool{} // whether it was met
	for _, names := range notInCopy {
		for _, name := range strings.Fields(names) {
			out[name] = false
		}
	}
	taken := func() string {
		sections, err := db.Copy(t.Context(), "id of accounts", 9)
		text, encodeErr := json.Marshal(sections)
		return fmt.Sprint(string(text), err, encodeErr)
	}
	before := taken()
	for _, f := range fields {
		name := f.table + "." + f.column
		if _, ok := out[f.table]; ok {
			out[f.table], name = true, ""
		}
		if name == "" || f.table == "goose_db_version" {
			continue
		}
		changed := false
		for _, other := range others[f.kind] {
			q := "UPDATE " + f.table + " SET " + f.column + " = $1"
			if err := db.Exec(t.Context(), q, other); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			changed = taken() != before
			if err := db.Exec(t.Context(), q, f.value); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if changed {
				break
			}
		}
		_, left := out[name]
		out[name] = true
		if changed == left {
			t.Errorf("%s: in the copy %v, left out %v", name, changed, left)
		}
	}
	for name, met := range out {
		if !met {
			t.Errorf("%s is no column and no table", name)
		}
	}
}
