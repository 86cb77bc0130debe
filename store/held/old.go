package held

import "regain/security"

// Old lists for each holding where the rows are that are removed for their age, those that refer to others first.
// What an index leaves out is left out here too, or SQLite would not use it.
var Old = map[security.Dated][]string{
	security.OldLogins: {"answers WHERE login_id", "alerts WHERE login_id <> '' AND login_id",
		"logins WHERE id"},
	security.OldActivities: {"alerts WHERE activity_id <> '' AND activity_id",
		"activities WHERE id"},
	security.OldLinks:     {"links WHERE id", "address_changes WHERE id"},
	security.OldMails:     {"outbox WHERE id"},
	security.OldSessions:  {"once WHERE session_id", "sessions WHERE kind <> 'staff' AND id"},
	security.OldAlerts:    {"alerts WHERE id"},
	security.OldExports:   {"exports WHERE id"},
	security.OldHooks:     {"webhook_deliveries WHERE event_id", "webhook_events WHERE id"},
	security.OldStrangers: {"stranger_details WHERE event_id"},
	security.OldSignals:   {"signals_taken WHERE digest"},
	security.OldReports: {"originals WHERE report_id", "attachments WHERE message_id <> '' AND message_id",
		"reports WHERE id"},
	security.OldAttachments: {"attachments WHERE id"},
	// A message may have come meanwhile, and then it stays.
	security.OldDrafts:  {"attachments WHERE message_id = '' AND id"},
	security.OldInbound: {"inbound WHERE id"},
}
