package views

// returnWords are those of waiting: how an owner comes back, and of a second look at a decision.
var returnWords = map[string]sentence{
	"hint.saved": {
		"When you save it, we also check that it is new and not known from a leak",
	},
	"ask_about":              {"About this entry: {1}, {2}.\n\n"},
	"timeline.passkey.added": {"You added a passkey"},
	"flash.recovery_passkey": {"Your passkey is added. Now save your recovery codes."},
	"flash.checkup_begun": {
		"Your account is open, nothing is locked. These steps check that it is safe.",
	},
	"password_same.saved": {
		"That is the password that was saved already. Did you set it? Then press “Yes, I set it: keep it” below",
	},
	"works.page": {"This page"},
	"link_use": {"", "The button was pressed on {1}.",
		"The button was pressed on {1}, with {2}."},
	"calendar.title":    {"News about your {1} account"},
	"calendar.text":     {"By now you should have an email from us. Your number is {1}. See how things stand: {2}"},
	"flash.appeal_sent": {"We have your request. A different person decides."},

	"timeline.case.appealed":     {"You asked for a second look"},
	"timeline.recovery.rejoined": {"You came back and proved that it is you"},

	"trail.case.appealed":     {"The owner asked for a second look"},
	"trail.recovery.rejoined": {"Came back to the recovery by signing in"},

	"case_notice.appealed": {"", "The owner asked for a second look on {1}. Whoever kept the account locked " +
		"does not decide again."},
	"standing.appealed": {"Asked for a second look"},
	"desk.messages":     {"Read the messages"},

	"case_appealed": {
		"You kept this account locked, and the owner asked that somebody else looks at it. A colleague decides",
	},
	"appeal_over": {
		"A second look was asked for already, or the case has moved on. Read below how it stands",
	},
}
