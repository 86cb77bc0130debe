package views

var deskWords = map[string]sentence{
	"desk.found":      {"Results", "{1} results", "{1} results for “{2}”"},
	"desk.found.one":  {"1 result", "1 result for “{1}”"},
	"desk.no_address": {"None that is valid"},
	"desk.no_place":   {"Place unknown"},

	"desk.state.locked":    {"Locked"},
	"desk.state.active":    {"Not locked"},
	"desk.state.closed":    {"Closed"},
	"desk.type.freelancer": {"freelancer"},
	"desk.type.client":     {"client"},
	"desk.overdue":         {"Overdue"},
	"desk.overdue.more":    {"An earlier promise was not kept"},

	"desk.glance.state":   {"Account"},
	"desk.glance.step":    {"The owner has reached"},
	"desk.glance.next":    {"Next word due"},
	"desk.glance.link":    {"Last link sent"},
	"desk.glance.sees":    {"What the owner sees now"},
	"desk.glance.contact": {"Owner last wrote"},

	"desk.case.locked":      {"waits for the owner"},
	"desk.case.secured":     {"waits for Account Security"},
	"desk.case.in_review":   {"in review"},
	"desk.case.needs_owner": {"waits for an answer from the owner"},
	"desk.case.resumed":     {"resumed"},
	"desk.case.declined":    {"kept locked"},

	"desk.step":         {"", "Step {1}", "Step {1} of {2}", "Step {1} of {2}: {3}"},
	"desk.step.checkup": {"Check-up", "{1} (check-up)"},
	"desk.step.unseen":  {"Owner not seen yet"},
	"desk.step.nothing": {"Nothing to do"},
	"desk.step.done":    {"All steps done"},
	"desk.next.none":    {"Nothing promised"},
	"desk.contact.none": {"Not in 90 days"},

	"desk.link.never":    {"None was sent"},
	"desk.link.live":     {"Works", "Works until {1}"},
	"desk.link.used":     {"Used"},
	"desk.link.replaced": {"Replaced by a newer one"},
	"desk.link.revoked":  {"Switched off by its reader, who had not asked for it"},
	"desk.link.expired":  {"Expired, not used"},
	"desk.link.fixed":    {"The address on file. Nobody can give another one."},
	"desk.link.replaces": {"It switches older links off."},
	"desk.in":            {"in a moment", "in {1}"},
	"desk.link.next":     {"", "The next one is possible at {1}, {2}."},

	"desk.sees.nothing":    {"The account is open; there is nothing to do here"},
	"desk.sees.link":       {"The email about the lockout, with a link to “Start”"},
	"desk.sees.verify":     {"“Prove it’s you”"},
	"desk.sees.password":   {"“Choose a new password”"},
	"desk.sees.two-factor": {"“Turn on 2-step verification”"},
	"desk.sees.activity":   {"“Check recent sign-ins”"},

	"desk.cause.compromised": {"Compromised: somebody had the password, and was stopped"},
	"desk.cause.hijacked":    {"Hijacked: somebody got in"},
	"desk.cause.rule":        {"Let the rule decide"},
	"desk.cause.rule.more": {
		"Hijacked when password, email or security question changed recently",
	},
	"desk.fact": {"", "", "{1} ({2})"},

	"desk.ticket.new":     {"New"},
	"desk.ticket.open":    {"Open"},
	"desk.ticket.pending": {"Pending"},
	"desk.ticket.on_hold": {"On hold"},
	"desk.ticket.solved":  {"Solved"},
	"desk.ticket.closed":  {"Closed"},

	"desk.mail_state.sent":    {"Sent"},
	"desk.mail_state.waits":   {"Waits to be sent"},
	"desk.mail_state.expired": {"Not sent in time"},
	"desk.mail_state.refused": {"Undeliverable"},
	"desk.undeliverable": {
		"Mail to the owner is undeliverable", "Mail to the owner is undeliverable ({1})",
	},

	"desk.address":       {"", "since {1}"},
	"desk.address.until": {"", "until {1}"},
	// Two tables of one list need two names.
	"desk.mails":     {"Emails"},
	"desk.mails.1":   {"More emails"},
	"desk.signins":   {"Sign-ins"},
	"desk.signins.1": {"More sign-ins"},
	"desk.changes":   {"Activity"},
	"desk.changes.1": {"More activity"},

	"desk.open.account": {"Why are you opening this account?"},
	"desk.open.ticket":  {"Why are you opening this ticket?"},
	"desk.open": {
		"You will see it once you say why. The reason is recorded with your name and counts until you " +
			"sign out.",
	},
	"look_needed": {"First say why you are opening this account"},
	"caller_needed": {
		"Sign-ins, activity, the full name and full addresses are shown once the caller is verified",
	},
	"no_caller_code": {
		"No address on this account proves who owns it, so no code can be sent. Open a ticket " +
			"for Account Security",
	},
	"not_locked": {"This account has no running case"},
	"not_secured": {
		"The owner has not chosen a new password yet, so there is nothing to review. Send a link",
	},
	"no_escalation": {"Nobody is set up to be asked. Tell an administrator"},
	"nothing_to_hand_over": {
		"There is nothing to hand over: no change of password has been reported since the lockout",
	},
	"no_proof_address.desk": {
		"No address on this account has been there long enough to send a link to. Open a ticket " +
			"for Account Security",
	},

	// What staff read where owners read something else.
	"caller.code_missing": {"Enter the code that the caller reads out"},
	"caller.code_wrong": {"That is not the code", "That is not the code. Tries left: {1}. " +
		"Ask the caller for the newest email"},
	"caller.code_expired": {"That code has expired. Send a new one"},
	"caller.code_elsewhere": {
		"You sent no code from this browser lately. Check it where it was sent from, or send a new one",
	},
	"caller.code_over": {"That code can no longer be used. Send a new one"},
	"desk.q.identifier_missing": {
		"Enter a username, an email address, or a number",
	},

	"flash.desk_link": {
		"The link is on its way to the address on the account. You can tell the owner so.",
	},
	"flash.desk_code":      {"The code is on its way. Ask the caller to read it to you."},
	"flash.desk_verified":  {"The caller is the owner."},
	"flash.desk_escalated": {"The urgent review is asked for. The owner gets an email about it."},
	"flash.desk_handed":    {"Account Security has a ticket for it."},
	"flash.desk_locked":    {"The account is locked. The owner gets an email with a link."},
}
