package views

// The words for what happened, was asked or is true; each group has its own prefix.

var flashes = map[string]sentence{
	"flash.verified":           {"Thank you. We now know that it is you."},
	"flash.password_updated":   {"Your new password is saved. Every other device is signed out."},
	"flash.password_kept":      {"You keep your current password."},
	"flash.password_confirmed": {"Thank you. We tell Account Security that the new password is yours."},
	"flash.two_factor_on":      {"2-step verification is on."},
	"flash.two_factor_kept":    {"Your sign-in methods stay as they are."},
	"flash.two_factor_removed": {"The method is removed. It no longer opens anything."},
	"flash.two_factor_skipped": {"2-step verification is left for later."},
	"flash.codes_saved":        {"2-step verification is on, and your recovery codes are saved."},
	"flash.activity_answered":  {"Thank you. Your answers are saved."},
	"flash.activity_reported":  {"Thank you. We have told Account Security what was not you."},
	"flash.how_answered":       {"Thank you. Your answer is saved."},
	"flash.message_sent":       {"Your message was added to your case."},
	"flash.escalated": {
		"You asked for an urgent review. We have told the people who can decide.",
	},
	"flash.extended":   {"You have more time now."},
	"flash.signed_out": {"You are signed out. Your place is saved."},
	"flash.password_contested": {
		"That password no longer works, and every device is signed out. We sent a fresh link by email.",
	},
	"flash.session_over": {
		"Your time ran out, so we closed the page. Your place is saved. Get a new link to go on.",
	},
	"flash.session_gone": {
		"You were signed out here, because this visit was ended. If that was not you, get a new " +
			"link and check your account.",
	},
	"flash.already_done": {"That was done already. Nothing was changed again."},
}

var reasons = map[string]sentence{
	"reason.new_country": {
		"It came from a country that we have not seen on your account",
	},
	"reason.new_device": {
		"It came from a device that we have not seen on your account",
	},
	"reason.impossible_travel": {
		"It is too far away from the sign-in before it, given the time between them",
	},
	"reason.stopped": {"The password was right, but another check stopped it"},
	"reason.stopped.security_question": {
		"The password was right, but the security question stopped it",
	},
	"reason.stopped.two_factor": {
		"The password was right, but 2-step verification stopped it",
	},
	"reason.stopped.device_check": {
		"The password was right, but our check of the device stopped it",
	},
	"reason.stopped.other": {"The password was right, but another check stopped it"},

	"outcome.succeeded": {"Got in"},
	"outcome.stopped":   {"Stopped, did not get in"},
	"outcome.failed":    {"Wrong password"},
}

var activities = map[string]sentence{
	"activity.password_changed":          {"Password changed"},
	"activity.email_changed":             {"Email address changed"},
	"activity.phone_changed":             {"Phone number changed"},
	"activity.payout_changed":            {"Where your earnings are paid was changed"},
	"activity.two_factor_changed":        {"2-step verification changed"},
	"activity.security_question_changed": {"Security question changed"},
	"activity.profile_changed":           {"Profile changed"},
	"activity.alerts_changed":            {"Settings of alerts changed"},
	"activity.message_sent":              {"Message sent"},
	"activity.job_posted":                {"Job posted"},
	"activity.proposal_sent":             {"Proposal sent"},
	"activity.withdrawal":                {"Money withdrawn"},
	"activity.payment":                   {"Payment made"},
	"activity.contract_changed":          {"Contract changed"},
}

// The keys of the timeline are the kinds of the audit trail that an owner may see, and
// the moves of a case.
var timelines = map[string]sentence{
	"timeline.account.locked":   {"We locked your account to keep it safe"},
	"timeline.link.sent":        {"We sent you a link by email"},
	"timeline.link.used":        {"You came in with the link from the email"},
	"timeline.link.revoked":     {"A link was switched off, because it was not you who asked"},
	"timeline.code.used":        {"You started with the code from the email"},
	"timeline.factor.proved":    {"You proved that it is you"},
	"timeline.factor.disabled":  {"We stopped codes for a while after too many tries"},
	"timeline.review.requested": {"You asked a person to check that it is you"},
	"timeline.password.updated": {
		"You chose a new password. Every other device was signed out",
	},
	"timeline.password.kept":       {"You kept your password"},
	"timeline.password.confirmed":  {"You said that the new password is yours"},
	"timeline.two_factor.on":       {"You turned on 2-step verification"},
	"timeline.two_factor.replaced": {"You changed to a new authenticator app"},
	"timeline.two_factor.off":      {"You removed a method of 2-step verification"},
	"timeline.two_factor.kept":     {"You confirmed that your sign-in methods are yours"},
	"timeline.two_factor.postponed": {
		"You left 2-step verification for later",
	},
	"timeline.recovery_codes.saved": {"You saved your recovery codes"},
	"timeline.logins.answered":      {"You told us which sign-ins were you"},
	"timeline.message.sent":         {"You wrote to us"},
	"timeline.case.escalated":       {"You asked for an urgent review"},
	"timeline.case.escalated.support": {
		"Customer Support asked for an urgent review for you",
	},
	"timeline.case.escalated.waiting": {
		"We asked for an urgent review, because you have waited",
	},

	"timeline.case.taken":         {"A person in Account Security took your case"},
	"timeline.case.asked":         {"Account Security asked you a question"},
	"timeline.case.resumed":       {"Account Security opened your account again"},
	"timeline.case.declined":      {"Account Security keeps the account locked"},
	"timeline.password.contested": {"Somebody with access to your email said that the new password was not theirs"},
	"timeline.password.demanded":  {"Account Security asked for another password"},
	"timeline.case.reopened":      {"Account Security looks at your case again"},

	"timeline.next.finish": {"You finish the steps that are left"},
	"timeline.next.queue":  {"Your case waits for a person in Account Security"},
	"timeline.next.review": {"A person checks the sign-ins and changes"},
	"timeline.next.answer": {"You answer the question from Account Security"},
	"timeline.next.result": {"We email you the result"},
	"timeline.next.result.more": {
		"The email tells you to come to this site. It does not ask for your password.",
	},

	"cause.compromised": {"Somebody else had the password, but was stopped"},
	"cause.hijacked":    {"Somebody else got into the account"},
	"locked.signin":     {"Signing in to the marketplace, for anybody"},
	"works.steps":       {"These steps and this page"},
	"works.messages":    {"Messages to the people on your case"},
}

// The facts that a proposal of a cause, or the need for a second analyst, rests on.
var signals = map[string]sentence{
	"signal.password_changed_recently": {
		"The password was changed in the last two weeks",
	},
	"signal.password_changed_since_own_login": {
		"The password was changed since the owner’s last sign-in",
	},
	"signal.email_changed_recently": {
		"The email address was changed in the last two weeks",
	},
	"signal.email_changed_since_own_login": {
		"The email address was changed since the owner’s last sign-in",
	},
	"signal.security_question_changed_recently": {
		"The security question was changed in the last two weeks",
	},
	"signal.security_question_changed_since_own_login": {
		"The security question was changed since the owner’s last sign-in",
	},
	"signal.succeeded_login_denied": {
		"The owner says that a sign-in that got in was not them",
	},
	"signal.change_denied": {
		"The owner says that a change of their account was made by somebody else",
	},
	"signal.password_not_updated": {"The owner has not chosen a new password"},
	"signal.cause_hijacked":       {"The cause is, or was, that somebody else got into the account"},
	"signal.email_changed": {
		"The email address was changed in the 14 days before the lockout, or since",
	},
	"signal.payout_changed": {
		"Where earnings are paid was changed in the 14 days before the lockout, or since",
	},
	"signal.owner_proved_by_staff": {
		"The owner was proved by staff, not by an address or a factor",
	},
	"signal.factor_enrolled_in_recovery": {
		"2-step verification was set up in this recovery, on a device never seen before",
	},
	"signal.unfamiliar_recovery": {
		"The recovery came from a device and a country never seen before",
	},
	"signal.password_contested":         {"A reader of the account’s email denied a password of this case"},
	"signal.password_unconfirmed":       {"The new password was set with the mailbox alone, and no later visit said that it is theirs"},
	"signal.resumed_with_new_key":       {"A program proposes it, with a new key that one person made"},
	"signal.locked_by_same_analyst":     {"Whoever proposes it locked the account"},
	"signal.locked_by_same_analyst.own": {"You locked the account yourself"},
}

var answersText = map[string]sentence{
	"answer.me":     {"Yes, it was me"},
	"answer.not_me": {"No, it was not me"},
	"answer.unsure": {"I am not sure"},

	"how.phishing": {
		"I typed my password on a page, or answered an email, that looked like yours",
	},
	"how.reuse":         {"I used the same password somewhere else"},
	"how.shared_device": {"I share a device with others, or used one that is not mine"},
	"how.unknown":       {"I do not know"},

	"topic.not_me_changes": {"There are changes that I did not make"},
	"topic.mailbox":        {"I cannot open my mailbox"},
	"topic.lost_phone":     {"I lost my phone"},
	"topic.link":           {"A link does not work"},
	"topic.money":          {"It is about money, or a client must know"},
	"topic.other":          {"Something else"},
}

var problems = map[string]sentence{
	"problem.refused.title": {"You cannot open this page"},
	"problem.refused": {
		"Start with a link from us, or sign in as the person it belongs to. " +
			"Nothing was changed.",
	},
	"problem.refused.button": {"Go to account protection"},

	"problem.cross_site.title": {"We did not accept that"},
	"problem.cross_site": {
		"The form did not come from one of our pages, or it was open for too long. Nothing was " +
			"changed. Go back, load the page again, and send it once more.",
	},
	"problem.cross_site.button": {"Go back and try again"},

	"problem.cookies.title": {"Your browser seems to block cookies"},
	"problem.cookies": {
		"Without our cookie we cannot show you the next page. We changed nothing: a link or code that " +
			"you have still works.",
	},
	"problem.cookies.button": {"Try again"},

	"problem.unknown.title": {"There is no such page"},
	"problem.unknown": {
		"Check the address. A link from an email may have been cut in two: copy all of it " +
			"into the address bar.",
	},
	"problem.unknown.button": {"Go to account protection"},

	"problem.method.title":  {"This page cannot be opened that way"},
	"problem.method":        {"Open the page first, then use its buttons. Nothing was changed."},
	"problem.method.button": {"Go to account protection"},

	"problem.conflict.title": {"This changed while you were here"},
	"problem.conflict": {
		"Somebody, perhaps you in another window, made a change first. Nothing of yours was saved this " +
			"time. Look at how things are now.",
	},
	"problem.conflict.button": {"Show how things are now"},

	"problem.too_large.title":  {"That is too long"},
	"problem.too_large":        {"Make the text shorter, then send it again. Nothing was saved."},
	"problem.too_large.button": {"Go back and try again"},

	"problem.media_type.title":  {"We cannot read that"},
	"problem.media_type":        {"Send it with the form on the page. Nothing was saved."},
	"problem.media_type.button": {"Go back and try again"},

	"problem.too_many.title": {"Too many tries for now"},
	"problem.too_many": {
		"We slow down repeated tries, so that nobody can guess their way in. You did nothing " +
			"wrong, and your account is not locked by this.",
	},
	"problem.too_many.button": {"Go to account protection"},

	"problem.fault.title": {"Something went wrong on our side"},
	"problem.fault": {
		"Sorry. Your account is as safe as before, and what you saved on earlier pages is still there. " +
			"Try again in a moment.",
	},
	"problem.fault.button": {"Try again"},

	"problem.busy.title": {"We cannot do this right now"},
	"problem.busy": {
		"Sorry. This site is too busy for your request right now. Your account stays " +
			"protected, and nothing half-done remains.",
	},
	"problem.busy.button": {"Try again"},
}

// details are what the pages say of single things.
var details = map[string]sentence{
	"failures.place":       {"an unknown place"},
	"failures.one":         {"1 failed try from {1}, {2}"},
	"failures.many":        {"{1} failed tries from {2}, {3} to {4}"},
	"author.owner":         {"You"},
	"author.staff":         {"Account Security"},
	"author.regain":        {"Account protection"},
	"method.totp":          {"Authenticator app"},
	"method.codes":         {"Recovery codes"},
	"method.password":      {"Password"},
	"method.recovery_code": {"Recovery code"},
	"method.left":          {"{1} of {2} left"},
	"why":                  {"{1}. We locked the account on {2}."},
	"codes.file":           {"{1} recovery codes\n{2}\nAccount: {3}\nSaved: {4}\nEach works once.\n\n{5}\n"},
	"ago":                  {"just now", "{1} ago"},
	"unit.minute":          {"1 minute", "{1} minutes"},
	"unit.hour":            {"1 hour", "{1} hours"},
	"unit.day":             {"1 day", "{1} days"},
	"fault.plain":          {"Something went wrong on our side."},
}
