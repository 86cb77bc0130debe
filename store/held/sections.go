package held

import (
	"slices"

	"regain/security"
	"regain/security/audit"
	"regain/security/datacopy"
)

// looks are the events that say that staff looked at an account.
var looks = "'" + string(audit.AccountViewed) + "', '" + string(audit.AccountOpened) +
	"', '" + string(audit.AccountsSearched) + "'"

// ofCase is the number of the case that a row belongs to.
var ofCase = text("case").as("(SELECT number FROM cases WHERE id = case_id)")

// ofAddress is the address that a row belongs to.
var ofAddress = text("to").as("(SELECT email FROM addresses WHERE id = address_id)")

// visitor is the browser that something was done from.
var visitor = []column{text("ip"), col("user_agent", datacopy.Browser, "").as("agent")}

// frozenIP and frozenBrowser are the same in the evidence of a lockout.
var (
	frozenIP      = text("ip").in("IP")
	frozenBrowser = col("user_agent", datacopy.Browser, "").in("Agent")
)

// noted is what is sealed of a step of the list after a theft.
func noted(name, key string) column {
	return col(name, datacopy.Sealed, security.PurposeFraud+"."+key).as("id || ' ' || sealed")
}

// member is the member of staff who did something.
func member(id string) column { return col("role", datacopy.Member, "role").as(id) }

// visit are the columns of a session.
var visit = append([]column{moment("started_at"), moment("seen_at"), moment("ends_at").file(),
	moment("ended_at"), moment("proved_at").file(), code("proved_by", "method").file(), code("sso", "method").file(),
	moment("password_at").file()}, visitor...)

func sessionsOf(kind string) string {
	return "sessions WHERE subject = $1 AND kind = '" + kind + "' ORDER BY started_at DESC, id DESC"
}

// sections are all that is held about an account. A table or column that is in none of them must
// be named in the test, with the reason.
var sections = []section{
	{name: "account", single: true, from: "accounts WHERE id = $1", columns: []column{
		text("username"), text("id"), text("name"), code("type", "export_kind"),
		yesNo("locked").as("locked_by <> ''"), yesNo("closed"), text("birth_date"),
		col("country", datacopy.Country, ""), text("locale"), text("time_zone"),
		text("organisation").as("COALESCE(organisation_id, '')"),
		moment("created_at"), yesNo("password").as("password_hash <> ''"), moment("password_at"),
		col("former_passwords", datacopy.Number, "").as(
			"(SELECT COUNT(*) FROM old_passwords WHERE account_id = accounts.id)")}},
	{name: "alert_settings", single: true, from: "alert_settings WHERE account_id = $1",
		columns: []column{several("off", "alert_kind").as("kinds_off"),
			code("to", "alert_to").as("mailed_to")}},
	{name: "watch", single: true, from: "watches WHERE account_id = $1", columns: []column{
		moment("mailed_at"), col("familiar", datacopy.Document, "").file()}},

	{name: "addresses", from: "addresses WHERE account_id = $1 ORDER BY since DESC, id DESC",
		columns: []column{text("email"), moment("since"), moment("until"),
			code("origin", "case_origin"), yesNo("notice_only").as("notice")}},
	{name: "address_changes",
		from: "address_changes WHERE account_id = $1 ORDER BY asked_at DESC, id DESC",
		columns: append([]column{text("email"), moment("asked_at"), code("state", "export_state"),
			moment("settled_at"), yesNo("notice_only").as("notice").file(),
			moment("ends_at").file(),
			moment("undo_until").file()}, visitor...)},
	{name: "sign_in_methods", from: `factors LEFT JOIN passkeys ON factor_id = id
		WHERE subject = $1 ORDER BY added_at DESC, id DESC`,
		columns: append([]column{code("kind", "method"), text("name"), moment("added_at"),
			moment("used_at"), moment("removed_at"), yesNo("backed_up").as(
				"COALESCE(backed_up, FALSE)").file()}, visitor...)},
	{name: "recovery_codes", from: `recovery_codes WHERE subject = $1
		ORDER BY made_at DESC, position`,
		columns: []column{moment("made_at"), moment("used_at")}},

	{name: "single_sign_on", from: "sso_links WHERE holder_id = $1 ORDER BY at DESC, issuer",
		columns: []column{moment("at"), text("issuer").file(), text("subject").file()}},
	{name: "sessions", columns: visit, from: sessionsOf("account")},
	{name: "recovery_sessions", columns: visit, from: sessionsOf("recovery")},
	{name: "recoveries", from: "recoveries WHERE account_id = $1 ORDER BY started_at DESC, id DESC",
		columns: []column{moment("started_at"), ofCase, moment("password_at").file(),
			yesNo("password_kept").file(), moment("two_factor_at").file(),
			code("two_factor", "case_step"), moment("activity_at").file(),
			moment("support_at").file(), code("how", "how")}},
	{name: "links", from: "links WHERE account_id = $1 ORDER BY made_at DESC, id DESC",
		columns: []column{moment("made_at"), code("purpose", "export_kind"),
			code("state", "export_state"), moment("expires_at"), moment("ended_at").file(),
			ofCase.file(),
			ofAddress.file()}},
	{name: "requests", from: `requests WHERE id IN
		(SELECT request_id FROM request_accounts WHERE account_id = $1)
		ORDER BY at DESC, id DESC`,
		columns: []column{moment("at"), code("kind", "export_kind"), moment("resolved_at").file(),
			moment("expires_at").file(), moment("ended_at")}},

	{name: "logins", from: "logins WHERE account_id = $1 ORDER BY at DESC, id DESC",
		columns: append([]column{moment("at"), text("id").file(), code("outcome", "outcome"),
			code("stopped_by", "reason.stopped").file()}, visitor...)},
	{name: "activities", from: "activities WHERE account_id = $1 ORDER BY at DESC, id DESC",
		columns: []column{moment("at"), text("id").file(), code("kind", "activity"),
			text("summary"),
			either("from", "from_value"), either("to", "to_value"), text("ip")}},
	{name: "answers", from: `answers WHERE recovery_id IN
		(SELECT id FROM recoveries WHERE account_id = $1) ORDER BY at DESC, login_id`,
		columns: []column{moment("at"), text("login").as("login_id"), code("answer", "answer"),
			several("reasons", "reason").file()}},
	{name: "alerts", from: "alerts WHERE account_id = $1 ORDER BY at DESC, id DESC",
		columns: []column{moment("at"), code("kind", "alert_kind"), code("what", "activity"),
			code("outcome", "outcome"), code("device", "device"), code("answer", "answer"),
			text("login").as("login_id").file(), text("activity").as("activity_id").file(),
			several("reasons", "reason").file(), col("country", datacopy.Country, "").file(),
			moment("mailed_at").file(), moment("answered_at").file()}},

	{name: "fraud_list", single: true, from: "fraud_lists WHERE account_id = $1", columns: []column{
		col("country", datacopy.Country, ""), moment("saved_at")}},
	{name: "fraud_steps", from: "fraud_steps WHERE account_id = $1 ORDER BY country, step",
		columns: []column{col("country", datacopy.Country, ""), text("step"), yesNo("done"),
			noted("day", "on"), noted("reference", "reference")}},

	{name: "cases", from: "cases WHERE account_id = $1 ORDER BY opened_at DESC, id DESC",
		columns: []column{text("number"), moment("opened_at"), code("state", "case_state"),
			code("cause", "cause"), evidence, moment("closed_at"),
			code("proposed_cause", "cause").as("proposed").file(), moment("secured_at").file(),
			moment("locked_at").file(), moment("contested_at").file(),
			moment("appealed_at").file(),
			moment("taken_at").file(), moment("due_at").file(), moment("escalated_at").file()}},
	{name: "case_causes", from: `case_causes JOIN cases ON id = case_id
		WHERE account_id = $1 ORDER BY at DESC`,
		columns: []column{text("case").as("number"), moment("at"), code("cause", "cause").as(
			"case_causes.cause")}},
	{name: "case_facts", from: "cases WHERE account_id = $1 ORDER BY opened_at DESC, id DESC",
		document: "facts", each: ".",
		columns: []column{text("case").as("number"), moment("at").in("At"),
			code("fact", "signal").in("Code")}},
	frozen("logins", "Logins", moment("at").in("At"), text("id").in("ID").file(),
		code("outcome", "outcome").in("Outcome"),
		code("stopped_by", "reason.stopped").in("StoppedBy").file(), frozenIP, frozenBrowser),
	frozen("activities", "Activities", moment("at").in("At"), text("id").in("ID").file(),
		code("kind", "activity").in("Kind"), text("summary").in("Summary"),
		either("from", "").in("From"), either("to", "").in("To"), frozenIP),
	frozen("addresses", "Addresses", text("email").in("Email"), moment("since").in("Since"),
		moment("until").in("Until"), code("origin", "case_origin").in("Origin"),
		yesNo("notice_only").in("Notice")),
	frozen("sign_in_methods", "Factors", code("kind", "method").in("Kind"), text("name").in("Name"),
		moment("added_at").in("AddedAt"), moment("used_at").in("UsedAt"), frozenIP, frozenBrowser),
	frozen("sessions", "Sessions", moment("started_at").in("StartedAt"),
		code("kind", "export_kind").in("Kind"), moment("seen_at").in("SeenAt"),
		moment("ended_at").in("EndedAt"), frozenIP, frozenBrowser),
	{name: "proposals", from: "proposals WHERE account_id = $1 ORDER BY at DESC, id DESC",
		columns: []column{moment("at"), code("kind", "export_kind"), code("state", "export_state"),
			ofCase.file(), several("needs", "signal").file(), text("target").file(),
			moment("expires_at").file(), moment("decided_at").file(), moment("due_at").file(),
			moment("ended_at").file()}},
	{name: "tickets", from: "tickets WHERE account_id = $1 ORDER BY opened_at DESC, id DESC",
		columns: []column{text("number"), moment("opened_at"), text("subject"), text("department"),
			code("status", "own_ticket"), ofCase.file(), code("priority", "priority").file(),
			code("topic", "ticket_topic").file(), code("kind", "ticket_kind").file(),
			code("asked", "topic").file(), moment("due_at").file()}},
	// What is written on a case before its ticket opens lies on the case.
	{name: "messages", from: `messages JOIN (
		SELECT id AS about, number FROM tickets WHERE account_id = $1
		UNION SELECT id AS about, number FROM cases WHERE account_id = $1
			AND NOT EXISTS (SELECT 1 FROM tickets WHERE tickets.id = cases.id)) AS own
		ON ticket_id = about WHERE public ORDER BY at DESC, id DESC`,
		columns: []column{text("number"), moment("at"), code("author", "export_by"),
			member("by_staff"), said("text", datacopy.Either, "body", "kind", "args"),
			code("via", "message_via")}},
	{name: "reports", from: "reports WHERE account_id = $1 ORDER BY at DESC, id DESC",
		columns: []column{text("number"), moment("at"), code("kind", "report_kind"), text("text").as("said"),
			text("link").file(), text("job").file(), several("asked", "report_asked").file(),
			text("subject").file(), text("sender").file(), text("file").file(),
			col("size", datacopy.Number, "").file(), text("digest").file(),
			code("verdict", "report_known").file(), code("state", "report_verdict").as("told"),
			moment("told_at").file()}},
	{name: "attachments", from: `attachments WHERE account_id = $1
		ORDER BY at DESC, id DESC`,
		columns: []column{moment("at"), text("name"), text("type"), col("size", datacopy.Number, ""),
			code("state", "file_state"),
			text("ticket").as(`(SELECT number FROM tickets WHERE tickets.id = ticket_id)`).file(),
			moment("settled_at").file(), text("reason").file()}},
	{name: "notes", from: "notes WHERE account_id = $1 ORDER BY at DESC, id DESC",
		columns: []column{moment("at"), text("action"), text("department"), code("cause", "cause"),
			evidence, text("next_step").file(), ofCase.file()}},

	{name: "mails", from: "outbox WHERE account_id = $1 ORDER BY queued_at DESC, id DESC",
		columns: []column{moment("queued_at"), code("kind", "message"), text("to").as(own("recipient")),
			text("code"), moment("sent_at"), moment("gave_up_at").file(), text("reason").as(own("reason")).file()}},
	{name: "caller_checks",
		from: "caller_checks WHERE account_id = $1 ORDER BY sent_at DESC, id DESC",
		columns: []column{moment("sent_at"), moment("verified_at"), moment("expires_at").file(),
			moment("ended_at").file(), ofAddress.file()}},
	{name: "looks", from: `events LEFT JOIN event_details ON event_id = id
		WHERE account_id = $1 AND account_id <> '' AND kind IN (` + looks + `) ORDER BY seq DESC`,
		document: "data", columns: []column{moment("at"), member("").in("by"),
			code("page", "trail_page").in("data.page").file(),
			col("reason", datacopy.ByStaff, "").in("data.reason")}},
	{name: "audit", from: `events LEFT JOIN event_details ON event_id = id
		WHERE account_id = $1 AND account_id <> '' ORDER BY seq DESC`,
		document: "CASE WHEN by_kind = '" + string(security.ByOwner) + "' THEN data END",
		columns: []column{moment("at"), code("kind", "trail"),
			code("by", "export_by").as("by_kind"),
			ofCase.file(), text("ip").in("ip"),
			col("user_agent", datacopy.Browser, "").in("agent")}},
	{name: "exports", from: "exports WHERE account_id = $1 ORDER BY asked_at DESC, id DESC",
		columns: []column{moment("asked_at"), moment("ready_at"), moment("ends_at")}},
}

// frozen is one list of what stood on an account at the moment of a lockout.
func frozen(name, list string, columns ...column) section {
	return section{name: "frozen_" + name, document: "data", each: list,
		from: `case_evidence JOIN cases ON id = case_id WHERE account_id = $1
			ORDER BY opened_at DESC, id DESC`,
		columns: slices.Concat([]column{text("case").as("number")}, columns)}
}

// own is a column of a mail to the owner: the address that an organisation has for notices is none of their
// data, and no way into the account may tell it.
func own(column string) string {
	return "(CASE WHEN kind = 'member_notice' THEN '' ELSE " + column + " END)"
}
