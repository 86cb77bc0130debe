package views

// hookWords are those of the pages about webhooks.
var hookWords = map[string]sentence{
	"hook_event.account.locked":             {"An account is locked"},
	"hook_event.account.secured":            {"The owner has set a new password"},
	"hook_event.account.resumed":            {"An account is given back"},
	"hook_event.account.kept_locked":        {"An account stays locked"},
	"hook_event.account.reopened":           {"A case is taken up again"},
	"hook_event.account.password_updated":   {"A password has changed or ended"},
	"hook_event.account.sessions_revoked":   {"Somebody is signed out everywhere"},
	"hook_event.account.email_changed":      {"An email address has changed"},
	"hook_event.account.two_factor_changed": {"2-step verification has changed"},
	"hook_event.account.passkey_changed":    {"A passkey has changed"},
	"hook_event.case.escalated":             {"An owner asks for a fast review"},
	"hook_event.case.cause_changed":         {"The cause of a case has changed"},
	"hook_event.case.owner_asked":           {"We have asked the owner"},
	"hook_event.case.owner_answered":        {"The owner has answered"},
	"hook_event.ticket.opened":              {"A ticket is open"},
	"hook_event.ticket.updated":             {"A ticket has changed"},
	"hook_event.ticket.message_added":       {"There is a new message"},
	"hook_event.alert.sent":                 {"An alert is sent"},
	"hook_event.alert.denied":               {"An owner says “not me”"},
	"hook_event.alert.confirmed":            {"An owner says “it was me”"},
	"hook_event.webhook.test":               {"A test"},

	"hook_events_hint": {"Choose none to tell it everything, also what is new in later versions."},
	"hook_events_all":  {"Everything"},
	"hook_events_some": {"", "{1} of {2} kinds of event"},

	"hook_state.live":     {"Works"},
	"hook_state.fails":    {"Fails"},
	"hook_state.paused":   {"Paused"},
	"hook_state.failing":  {"Switched off"},
	"hook_state.gone":     {"Switched off"},
	"hook_state.disabled": {"Stopped by its receiver"},

	"hook_trouble.fails":   {"It does not take our messages. It has failed since"},
	"hook_trouble.failing": {"We switched it off: it has taken nothing for days. It has failed since"},
	"hook_trouble.gone":    {"We switched it off: its answer was 410, which means that nobody wants our messages there. It said so at"},
	"hook_mend.fails": {
		"We try again, later each time. See below how it fails, and mend the program or its address.",
	},
	"hook_mend.failing": {
		"What happens waits. See below how it fails, mend the program, and then press “Start again”.",
	},
	"hook_mend.gone": {
		"What happens now is not kept for it. If it is there again, press “Start again”, and then send what it missed.",
	},

	"hook_delivery.waiting":   {"Waits"},
	"hook_delivery.failed":    {"Failed"},
	"hook_delivery.delivered": {"Taken"},
	"hook_delivery.given_up":  {"Given up"},
	"hook_status":             {"", "The answer was {1}."},
	"hook_tries":              {"", "Tries: {1}."},

	"hook_why.unwanted": {"Nobody wants it any more."},
	"hook_why.refused":  {"The receiver said that something is wrong with it."},
	"hook_why.status":   {"It did not say that it took the message."},
	"hook_why.redirect": {"It leads to another address. Enter that one."},
	"hook_why.timeout":  {"It did not answer within 10 seconds."},
	"hook_why.name":     {"Nobody knows this host. Look for a slip in the address."},
	"hook_why.address":  {"The host is in a private network. We send nothing there."},
	"hook_why.tls":      {"Its certificate is not good."},
	"hook_why.connect":  {"Nobody answers at this address."},
	"hook_why.fault":    {"Something went wrong on our side. The log says what."},

	"webhook_since": {"Choose since when"},

	"hook_since.1h":   {"An hour ago"},
	"hook_since.24h":  {"A day ago"},
	"hook_since.168h": {"A week ago"},
	"hook_since.720h": {"30 days ago"},

	"flash.webhook_added":    {"The webhook was added and its secret shown. If nobody copied it, make new keys."},
	"flash.webhook_rotated":  {"The new keys were made and the secret shown. If nobody copied it, make new keys again."},
	"flash.webhook_paused":   {"It is paused. What happens waits until you start it again."},
	"flash.webhook_resumed":  {"It hears of events again. What waited goes first."},
	"flash.webhook_removed":  {"The webhook is removed."},
	"flash.webhook_tested":   {"A test is on its way. Look again in a moment."},
	"flash.webhook_again":    {"The message goes out again."},
	"flash.webhook_replayed": {"Everything since then goes out again."},
}
