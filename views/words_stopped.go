package views

// StoppedWords is what somebody with the right password of an account reads that it does not open:
// how things stand, and what the mailed link is for.
type StoppedWords struct{ Title, Lede, More, Button string }

// Stopped are the words of every state; see account.SignInStopped.
var Stopped = map[string]StoppedWords{
	"short": {
		"Choose a new, longer password",
		"Your password is right, but it was long enough only together with 2-step " +
			"verification, which is off now. Nobody can sign in with it alone.",
		"", "Email me a link to the steps",
	},
	"locked": {
		"Your account is locked to keep it safe",
		"Your password is right, but Account Security has locked this account. You can " +
			"get it back in a few steps.",
		"We lock an account when somebody else may have its password. It does not mean " +
			"that you did anything wrong.",
		"Email me a link to the steps",
	},
	"unfinished": {
		"Your account is still locked",
		"Your new password is saved, and Account Security knows. A few steps are left " +
			"that help them decide sooner.",
		"Your place is saved. The link takes you back to it.", "Email me a link to go on",
	},
	"review": {
		Statuses["review"].Title,
		"You have done everything we need. You can sign in as soon as they open the " +
			"account again, and we email you then.",
		"To see how things stand or to add a message, get a link to your case.", "Email me a link to my case",
	},
	"overdue": {
		Statuses["overdue"].Title,
		Statuses["overdue"].Lede,
		"To see how things stand or to add a message, get a link to your case.", "Email me a link to my case",
	},
	"needs_owner": {
		"Account Security needs one more thing from you",
		"Your account stays locked until they have your answer. The question is in the " +
			"email we sent you, and with your case.",
		"", "Email me a link to answer",
	},
	"declined": {
		Statuses["declined"].Title,
		"Account Security could not confirm that this account is safe. The reason is in " +
			"the email we sent you, and with your case.",
		"There you can also ask for a second look.", "Email me a link to my case",
	},
}
