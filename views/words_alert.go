package views

// alertWords are those of alerts and of how owners want to be told of them.
var alertWords = map[string]sentence{
	"alert_over":   {"This question is too old to be answered with this link"},
	"kind_unknown": {"Choose one of the answers"},

	"alert_kind.stopped":          {"Somebody had your password and was stopped."},
	"alert_kind.stopped.hint":     {"Another check kept them out."},
	"alert_kind.credentials":      {"Your password, address, 2-step verification or security question was changed."},
	"alert_kind.credentials.hint": {"Whoever changes them can get in, or keep you out."},
	"alert_kind.unfamiliar":       {"A sign-in that looks unlike you"},
	"alert_kind.unfamiliar.hint":  {"From a new country or device, or too far away from the one before"},
	"alert_kind.money":            {"A change of where your money goes"},
	"alert_kind.money.hint":       {"The account for payouts or refunds"},
	"alert_kind.profile":          {"A change of your phone number or profile"},
	"alert_kind.profile.hint":     {"Your own changes, too"},

	"alert_to.all":    {"Every address of my account", "Every address of my account: {1}, {2}"},
	"alert_to.first":  {"The address of my account", "Only {1}"},
	"alert_to.notice": {"The second address", "Only {1}"},

	"alert_says.succeeded": {"A sign-in that looks unfamiliar got in"},
	"alert_says.stopped":   {"A sign-in with your password was stopped"},
	"alert_says.failed":    {"A sign-in with a wrong password"},

	"flash.alerts_set":      {"Saved. From now on we write to you like this."},
	"flash.alert_me":        {"Thank you. We know now that it was you."},
	"flash.locked_by_owner": {"Your account is locked, and we sent a link to the address on file. If it does not come, ask for another one here."},

	"trail.login.confirmed":         {"Owner: “this was me”"},
	"trail.login.denied":            {"Owner: “this wasn’t me”"},
	"trail.alerts.mailed":           {"Owner told of several alerts in one mail"},
	"trail.alerts.settings_changed": {"Owner changed which alerts they get"},
}
