package views

var lockWords = map[string]sentence{
	"unit.account": {"1 account", "{1} accounts"},

	"lock.list.hint": {
		"One account id, username or email address a line, up to 20,000",
	},
	"lock.file.hint": {
		"Text with one name a line, up to 1 MB. It is added to what you typed",
	},
	"lock.from_file": {
		"The lines of your file are now in the list above. You do not have to choose it again.",
	},

	"lock.state.draft":   {"Not started"},
	"lock.state.running": {"Under way"},
	"lock.state.done":    {"Finished"},

	"lock.draft": {"Nothing has happened yet. Lines that are left out: {1}."},
	"lock.done":  {"Everything is done. Lines that were left out: {1}."},
	"lock.effect": {
		"This locks all of these accounts at once: every device is signed out, a case is opened, " +
			"the owner gets an email with a link. Each lockout ends only with a review of its own.",
	},
	"lock.more": {"Show the next ones"},

	"lock.outcome.would":          {"Would be locked"},
	"lock.outcome.waiting":        {"Still to come"},
	"lock.outcome.locked":         {"Locked"},
	"lock.outcome.unknown":        {"Not found"},
	"lock.outcome.ambiguous":      {"More than one account"},
	"lock.outcome.already_locked": {"Locked already"},
	"lock.outcome.closed":         {"Closed"},
	"lock.outcome.twice":          {"Named twice"},

	"lock.why.unknown":        {"No account has this id, username or email address."},
	"lock.why.ambiguous":      {"Each of these names several accounts. Use the account id instead."},
	"lock.why.already_locked": {"These are in a lockout that stays as it is."},
	"lock.why.closed":         {"A closed account cannot be used by anybody."},
	"lock.why.twice":          {"An earlier line names the same account."},

	"flash.lock_started": {
		"It has started. Each owner gets an email as soon as their account is locked.",
	},

	"list_empty": {"Write down who is to be locked, or choose a file"},
	"list_long":  {"Make the list shorter", "Make the list shorter: at most {1} lines at once"},
	"evidence_long": {"Write less about what you have seen",
		"Write less about what you have seen: at most {1} characters"},
	"job_started": {"This was started already"},
	"job_not_yours": {"Only the person who made this list can start it: the lockouts count as theirs. " +
		"Make a list of your own"},
	"job_empty": {"There is nobody to lock in this list"},
}
