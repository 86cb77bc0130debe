package views

// dataWords are those of messages, tickets and data of whoever is signed in, and of the page that
// checks a message code.
var dataWords = map[string]sentence{
	"code_not_of_mail": {
		"A message code has 12 letters and numbers, such as 7F3K-9Q2D-MXPB. Copy it from the end " +
			"of the email",
	},
	"export_waits":    {"A copy of your data is being made already. We email you when it is ready"},
	"export_over":     {"That copy has been deleted, because its time was over. Ask for a new one"},
	"confirm_missing": {"Tick the box if you want to delete your account"},

	"flash.export_asked": {"We are making the copy of your data. We email you when it is ready."},
	"flash.export_waits": {
		"A copy of your data is being made already. We email you when it is ready.",
	},
	"flash.ticket_written": {
		"Your message is sent. We email you when we answer, and the answer is here, too.",
	},
	"flash.deletion_asked": {
		"You asked us to delete your account. A person looks at it first. Nothing is deleted yet.",
	},

	"delivery.sent":   {"Sent"},
	"delivery.waits":  {"Waiting to be sent"},
	"delivery.failed": {"Could not be delivered"},

	"own_ticket.new":          {"Received"},
	"own_ticket.open":         {"We are on it"},
	"own_ticket.pending":      {"Your turn"},
	"own_ticket.on_hold":      {"Waiting"},
	"own_ticket.solved":       {"Solved"},
	"own_ticket.closed":       {"Closed"},
	"own_ticket.new.more":     {"It is in our queue. You need not write again."},
	"own_ticket.open.more":    {"A person works on it. We write next: you need not write again."},
	"own_ticket.pending.more": {"We need your answer to go on. Write it below."},
	"own_ticket.on_hold.more": {
		"Something else must be done first. We write next: you need not write again.",
	},
	"own_ticket.solved.more": {
		"We think that this is solved. If it is not, write below, and we open it again.",
	},
	"own_ticket.closed.more":  {"This ticket is closed for good."},
	"own_ticket.overdue":      {"Later than we said"},
	"own_ticket.overdue.more": {"This takes longer than we said. You need not write again."},

	"kept.logins": {"Sign-ins, activity and alerts: no fixed end",
		"Sign-ins, activity and alerts: {1}"},
	"kept.mails": {"The list of emails we sent you: no fixed end",
		"The list of emails we sent you: {1}"},
	"kept.links": {"Links we sent, and changes of address that you asked for: no fixed end",
		"Links we sent, and changes of address that you asked for: {1}"},
	"kept.sessions": {"Where you were signed in here: no fixed end",
		"Where you were signed in here: {1}"},
	"kept.exports": {"", "Copies of your data: {1}"},
	"kept.locked": {
		"While an account is locked, we delete none of its sign-ins, activity, alerts and links",
	},

	"trail.export.asked":      {"Asked for a copy of the data"},
	"trail.export.ready":      {"Copy of the data made"},
	"trail.export.read":       {"Read the copy of the data"},
	"trail.deletion.asked":    {"Asked to delete the account"},
	"trail.retention.removed": {"What was too old was deleted"},
}

// exportWords name the parts of the copy of somebody's data, and what their tables have on top.
var exportWords = map[string]sentence{
	"export.addresses":         {"Email addresses"},
	"export.address_changes":   {"Changes of address"},
	"export.sign_in_methods":   {"2-step verification and passkeys"},
	"export.sessions":          {"Where you were signed in here"},
	"export.recovery_sessions": {"Visits to the guided steps"},
	"export.recoveries":        {"Ways through the guided steps"},
	"export.links":             {"Links that we sent"},
	"export.requests":          {"Requests for a link"},
	"export.logins":            {"Sign-ins"},
	"export.activities":        {"Activity"},
	"export.answers":           {"Your answers to “was this you?”"},
	"export.alerts":            {"Alerts"},
	"export.cases":             {"Lockouts"},
	"export.proposals":         {"What two of us had to agree to"},
	"export.tickets":           {"Tickets"},
	"export.messages":          {"Messages on tickets"},
	"export.notes":             {"Notes of our staff"},
	"export.mails":             {"Emails to you"},
	"export.caller_checks":     {"Codes for talking to support"},
	"export.looks":             {"When our staff looked at your account"},
	"export.audit":             {"Audit trail"},
	"export.exports":           {"Copies of your data"},

	"export_head.at":       {"When"},
	"export_head.until":    {"Until"},
	"export_head.ended":    {"Ended"},
	"export_head.what":     {"What"},
	"export_head.name":     {"Name"},
	"export_head.email":    {"Address"},
	"export_head.origin":   {"Where from"},
	"export_head.used":     {"Last used"},
	"export_head.ip":       {"Internet address"},
	"export_head.device":   {"Browser"},
	"export_head.outcome":  {"Outcome"},
	"export_head.state":    {"State"},
	"export_head.before":   {"Before"},
	"export_head.after":    {"After"},
	"export_head.answer":   {"Answer"},
	"export_head.number":   {"Number"},
	"export_head.cause":    {"Cause"},
	"export_head.evidence": {"Evidence"},
	"export_head.reason":   {"Reason"},
	"export_head.who":      {"Who"},
	"export_head.text":     {"Text"},
	"export_head.code":     {"Code"},
	"export_head.sent":     {"Sent"},
	"export_head.ready":    {"Ready"},

	"export_by.owner":    {"You"},
	"export_by.stranger": {"Somebody who was not signed in"},
	"export_by.staff":    {"Our staff"},
	"export_by.operator": {"Our staff, on the server"},
	"export_by.system":   {"The portal"},

	"export_fact.username":         {"Username"},
	"export_fact.number":           {"Number"},
	"export_fact.name":             {"Name"},
	"export_fact.kind":             {"Kind"},
	"export_fact.state":            {"State"},
	"export_fact.birth_date":       {"Birth date"},
	"export_fact.country":          {"Country"},
	"export_fact.language":         {"Language"},
	"export_fact.time_zone":        {"Time zone"},
	"export_fact.since":            {"Account since"},
	"export_fact.password_at":      {"Password chosen here"},
	"export_fact.former_passwords": {"Earlier passwords, kept as check marks"},
	"export_fact.codes":            {"Recovery codes"},
	"export_fact.alerts_off":       {"Alerts switched off"},
	"export_fact.alerts_to":        {"Alerts go to"},

	"export_left.secrets": {"Secrets"},
	"export_left.secrets.why": {
		"What your password, your recovery codes, your authenticator app and your passkeys are " +
			"checked by keeps others out. In a file it would help whoever gets hold of it.",
	},
	"export_left.internal_comments": {"Internal comments"},
	"export_left.internal_comments.why": {
		"What members of staff write to each other, on a ticket or to have a colleague agree, " +
			"shows how we check who somebody is. To somebody who has got into the account it would " +
			"show how to pass. Ask Trust & Safety for it.",
	},
	"export_left.staff_names": {"Names of our staff"},
	"export_left.staff_names.why": {
		"Who of our staff did something is told by their role, or not at all. Their names are " +
			"personal data of theirs.",
	},
	"export_left.texts_of_mails": {"Texts of emails"},
	"export_left.texts_of_mails.why": {
		"They are deleted as soon as an email has left. Kind, address, times and code are kept, " +
			"and are in the copy.",
	},
	"export_left.words_of_requests": {"Words of requests"},
	"export_left.words_of_requests.why": {
		"What was typed to ask for a link may have been typed by a stranger, is kept encrypted, " +
			"and is deleted after a day.",
	},
	"export_left.counters": {"Counters"},
	"export_left.counters.why": {
		"Counts that slow guessing down are kept for some hours, in a form that says nothing " +
			"about a person.",
	},
	"export_left.lists_of_lockouts": {"Lists of lockouts"},
	"export_left.lists_of_lockouts.why": {
		"The line of a list by which staff locked many accounts at once names other people too. " +
			"What came of it for this account is in the cases.",
	},
	"export_left.details_of_the_audit_trail": {"Details of the audit trail"},
	"export_left.details_of_the_audit_trail.why": {
		"The trail is in the copy line by line. Its details repeat what the other parts hold, " +
			"with the names of staff.",
	},
}
