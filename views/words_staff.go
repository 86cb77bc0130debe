package views

var staffWords = map[string]sentence{
	"role.support":          {"Customer Support"},
	"role.account_security": {"Account Security"},
	"role.admin":            {"Administrator"},

	"nav.cases":    {"Cases"},
	"nav.tickets":  {"Tickets"},
	"nav.accounts": {"Accounts"},
	"nav.lock":     {"Lock accounts"},
	"nav.people":   {"Staff"},

	"flash.staff_session_over": {"Your time ran out, so you were signed out. Sign in to go on."},
	"denied":                   {"Your role may not do this. The attempt is on record"},
	"reason_missing":           {"Write down the reason"},
	"reason_long":              {"Make the reason shorter", "Make the reason shorter: at most {1} characters"},
}
