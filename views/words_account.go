package views

// accountWords are those around every signed-in page.
var accountWords = map[string]sentence{
	"nav.overview":   {"Overview"},
	"nav.activity":   {"Activity"},
	"nav.password":   {"Password"},
	"nav.two_factor": {"2-step verification"},
	"nav.passkeys":   {"Passkeys"},
	"nav.addresses":  {"Email addresses"},
	"nav.sessions":   {"Devices"},
	"nav.alerts":     {"Alerts"},
	"nav.messages":   {"Messages"},
	"nav.my_tickets": {"Tickets"},
	"nav.data":       {"My data"},

	"flash.account_session_over": {"Your time ran out, so you were signed out. Sign in to go on."},
	"flash.account_session_gone": {
		"You were signed out here. If you do not know why, sign in and look at your devices.",
	},
}
