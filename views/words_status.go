package views

// StatusWords are how the status of an owner looks: the badge, the title and the sentence below
// it.
type StatusWords struct{ Kind, Icon, Title, Lede string }

// Statuses are the words of every State of an owner's status.
var Statuses = map[string]StatusWords{
	"unfinished": {"warn", "lock", "A few steps are left",
		"Your account stays locked until you have finished them. Your place is saved."},
	"review": {"", "clock", "Account Security is reviewing your account",
		"You have done everything we need. There is nothing more to do right now."},
	"needs_owner": {"warn", "mail", "We need one more thing from you",
		"Your account stays locked and safe until we have it."},
	"overdue": {"warn", "clock", "This is taking longer than we said",
		"Sorry. You have done everything we need, and your case is still with Account Security."},
	"resumed": {"ok", "open", "Your account is open again",
		"The security lockout is over. You can sign in with your new password."},
	"declined": {"bad", "lock", "Your account stays locked",
		"We could not confirm that this account is safe."},
	"stopped": {"warn", "info", "You stopped part-way",
		"This attempt is closed. Nothing is lost: start again with a new link."},
	"reported": {"", "clock", "We are looking into what you reported",
		"Your account is open. A person will check the sign-ins that were not you."},
	"checkup": {"ok", "shield", "Your check-up is finished",
		"Thank you. Your account is open, and you have looked at everything that matters."},
}
