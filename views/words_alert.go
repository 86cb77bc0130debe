package views

// alertWords are those of alerts and of how owners want to be told of them.
var alertWords = map[string]sentence{
	"veto_over":    {"This change was made already, or was stopped"},
	"contest_over": {"The password was changed again since that email"},
	"alert_over":   {"This question is too old to be answered with this link"},
	"kind_unknown": {"Choose one of the answers"},

	"alert_kind.stopped":      {"A stopped sign-in with your password."},
	"alert_kind.stopped.hint": {"Somebody knew your password, and another check kept them out."},
	"alert_kind.credentials": {"A change of your password, email address, 2-step verification or " +
		"security question."},
	"alert_kind.credentials.hint": {"Whoever changes them can get in, or keep you out."},
	"alert_kind.unfamiliar":       {"A sign-in that does not look like you"},
	"alert_kind.unfamiliar.hint":  {"From a new country or device, or too far from the one before"},
	"alert_kind.money":            {"A change of where your money goes"},
	"alert_kind.money.hint":       {"Where your earnings or refunds are paid"},
	"alert_kind.profile":          {"A change of your phone number or profile"},
	"alert_kind.profile.hint":     {"Also when you made it yourself"},

	"alert_to.all":    {"Every address of my account", "Every address of my account: {1}, {2}"},
	"alert_to.first":  {"Only the main address", "Only {1}"},
	"alert_to.notice": {"Only the second address", "Only {1}"},

	"alert_says.succeeded": {"A sign-in that looks unfamiliar got in"},
	"alert_says.stopped":   {"A sign-in with your password was stopped"},
	"alert_says.failed":    {"A sign-in with a wrong password"},

	"flash.alerts_set": {"Saved. From now on you get the emails that you chose."},
	"flash.alert_me":   {"Thank you. We now know that it was you. You do not need to do anything else."},
	"flash.locked_as_asked": {
		"Your account is locked now, as you asked. Nobody can use it. Go on here to make it safe.",
	},
	"flash.locked_by_owner": {
		"Your account is locked now, to keep it safe. We sent a link to the address on file. If it " +
			"does not come, ask for another one here.",
	},

	"trail.login.confirmed":         {"Owner: “This was me”"},
	"trail.login.denied":            {"Owner: “It wasn’t me”"},
	"trail.alerts.mailed":           {"Owner told of several alerts in one mail"},
	"trail.alerts.settings_changed": {"Owner changed which alerts they get"},
}
