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
	"lock.state.stopped": {"Stopped"},
	"lock.state.done":    {"Finished"},

	"lock.draft": {"Nothing has happened yet. Lines that are left out: {1}."},
	"lock.done":  {"Everything is done. Lines that were left out: {1}."},
	"lock.stopped": {
		"Somebody stopped it. {1} are locked and stay so. {2} were left alone. {3} cannot be locked.",
	},
	"lock.bar":         {"", "Done: {1} %"},
	"lock.moves":       {"This page shows the news every few seconds."},
	"lock.stop.effect": {"Who is locked by now stays locked. The others are left alone."},
	"lock.effect": {
		"This locks all of these accounts at once: every device is signed out, a case is opened, " +
			"the owner gets an email with a link. Each lockout ends only with a review of its own.",
	},
	"lock.more": {"Show the next ones"},

	"lock.outcome.would":          {"Would be locked"},
	"lock.outcome.waiting":        {"Still to come"},
	"lock.outcome.locked":         {"Locked"},
	"lock.outcome.stopped":        {"Left alone"},
	"lock.outcome.unknown":        {"Not found"},
	"lock.outcome.ambiguous":      {"More than one account"},
	"lock.outcome.already_locked": {"Locked already"},
	"lock.outcome.closed":         {"Closed"},
	"lock.outcome.twice":          {"Named twice"},

	"lock.why.stopped":        {"Somebody stopped the list before it was their turn."},
	"lock.why.unknown":        {"No account has this id, username or email address."},
	"lock.why.ambiguous":      {"Each of these names several accounts. Use the account id instead."},
	"lock.why.already_locked": {"These are in a lockout that stays as it is."},
	"lock.why.closed":         {"A closed account cannot be used by anybody."},
	"lock.why.twice":          {"An earlier line names the same account."},

	"flash.lock_started": {
		"It has started. Each owner gets an email as soon as their account is locked.",
	},

	"flash.lock_stopped": {"It is stopped. Nobody else is locked from this list."},

	"list_empty": {"Write down who is to be locked, or choose a file"},
	"list_long":  {"Make the list shorter", "Make the list shorter: at most {1} lines at once"},
	"evidence_long": {"Write less about what you have seen",
		"Write less about what you have seen: at most {1} characters"},
	"job_started": {"This was started already"},
	"job_not_yours": {"Only the person who made this list can start it: the lockouts count as theirs. " +
		"Make a list of your own"},
	"job_not_running": {"This does not run: nothing is left to stop"},
	"job_empty":       {"There is nobody to lock in this list"},
}
