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
	"nav.keys":     {"API keys"},
	"nav.webhooks": {"Webhooks"},
	"nav.me":       {"your own account"},

	"board_wait": {"Nobody waits"},
	"board_days": {
		"", "", "", "In 90 days {1} accounts were locked (above the line) and {2} given back (below it), at most {3} on one day.",
	},
	"board_days.rest":       {"Nothing happened on the days that are left out."},
	"board_steps":           {"How many owners have which step before them. The table below has the numbers."},
	"board_step.unseen":     {"To come here at all"},
	"board_step.verify":     {"Prove who they are"},
	"board_step.password":   {"Choose a new password"},
	"board_step.two-factor": {"2-step verification"},
	"board_step.activity":   {"Check sign-ins"},
	"board_step.done":       {"Nothing: we decide"},

	"key.about": {
		"Press one key alone, while you are not typing. Each does what a link or a button on the page does.",
	},
	"key.next":           {"To the next line of a list"},
	"key.before":         {"To the line before"},
	"key.open":           {"Open the line you are on"},
	"key.take":           {"Take the case or ticket you are on"},
	"key.search":         {"To the search of a list"},
	"key.help":           {"To this page"},
	"key.on":             {"The keys are on in this browser."},
	"key.off":            {"The keys are off in this browser."},
	"flash.keys_changed": {"Saved for this browser."},

	"role.support.may": {
		"Finds accounts, sends links, answers tickets. Cannot open a locked account",
	},
	"role.account_security.may": {"All that, and locks accounts, reviews cases and decides them"},
	"role.admin.may":            {"Invites staff and reads. Cannot open a locked account either"},

	"staff_state.invited":  {"Invited"},
	"staff_state.active":   {"Active"},
	"staff_state.disabled": {"No access"},
	"staff_since.invited":  {"Invited"},
	"staff_since.active":   {"Joined"},
	"staff_since.disabled": {"Access ended"},

	"flash.staff_session_over": {"Your time ran out, so you were signed out. Sign in to go on."},
	"flash.staff_session_gone": {
		"You were signed out here: from another window or device, or by an administrator. Sign in to go on.",
	},
	"flash.staff_signed_out": {"You are signed out."},
	"flash.staff_extended":   {"You have more time now."},
	"flash.staff_joined":     {"You have joined. Welcome."},
	"flash.me_password":      {"Your new password is saved. You are signed out everywhere else."},
	"zone_unknown":           {"Write a zone such as Europe/Berlin, or leave it empty for UTC"},
	"flash.me_zone":          {"Times are shown in your zone now."},
	"flash.me_app":           {"The new app is the one that counts now."},
	"flash.me_passkey":       {"The passkey is added. From now on it can take the place of a code."},
	"flash.staff_invited":    {"The invitation is on its way."},
	"flash.staff_proposed":   {"Proposed. A second administrator has to agree before it is sent."},
	"flash.staff_sent_back":  {"It is sent back. Nobody was invited."},
	"flash.staff_disabled":   {"The access has ended, at once and everywhere."},

	"sign_in_wrong":    {"The email address or the password is not right"},
	"password_missing": {"Enter your password"},
	"email_missing":    {"Enter an email address"},
	"email_invalid":    {"Enter an email address such as name@example.com, without a name around it"},
	"role_unknown":     {"Choose a role"},
	"name_missing":     {"Enter your name"},
	"name_long":        {"Enter a shorter name", "Enter a shorter name: at most {1} characters"},
	"key_name_missing": {"Give the key a name"},
	"scope_missing":    {"Choose at least one thing that the key may do"},
	"scope_unknown":    {"One of these is nothing that a key can be for"},
	"key_life":         {"Choose an end within ten years, or none"},
	"webhook_url":      {"Enter the whole address, such as https://hooks.example.com/regain"},
	"webhook_user":     {"Leave out the name and the password in front of the @"},
	"webhook_address": {
		"We send nothing to a private address. Enter a public one, or ask whoever runs this portal to allow it",
	},
	"webhook_plain":         {"Enter an address that begins with https://"},
	"webhook_event":         {"Choose from the list what to tell"},
	"webhook_key":           {"This is no public key that we can use. Paste one JWK: RSA, or EC on P-256, P-384 or P-521"},
	"webhook_key_set":       {"This is a set of keys. Paste one of them by itself"},
	"webhook_key_symmetric": {"This key has no public half. Paste a public key: RSA or EC"},
	"webhook_key_private":   {"This key is private. Make a new pair, and paste only its public half"},
	"webhook_key_curve":     {"Use a key on P-256, P-384 or P-521"},
	"webhook_key_use":       {"This key is for something else. Use one for RSA-OAEP-256 or ECDH-ES"},
	"webhook_key_weak":      {"Use an RSA key of 2048 to 8192 bits, with the exponent 65537"},
	"webhook_key_idle":      {"To get password hashes, the webhook must hear of account.password_updated"},
	"webhooks_many": {"There are as many webhooks as can be. Remove one first",
		"There are {1} webhooks already. Remove one first"},
	"keys_live": {"Two keys of this name are in use already. Revoke one first",
		"{1} keys of this name are in use already. Revoke one first"},
	"staff_known": {
		"This person has joined already. To start again, use the command line of the server",
	},
	"staff_self": {"You cannot take away your own access. Another administrator can"},
	"staff_last_admin": {
		"This is the last administrator. Invite another one first, so that somebody can manage staff",
	},
	"set_up_over": {
		"This invitation has been used or has ended. Sign in, or ask an administrator for a new one",
	},
	"factor_off.staff_unknown": {
		"After too many codes that did not match, the app works only in a browser in which you " +
			"signed in before. Use one, or a recovery code, or ask an administrator to invite you again",
	},
	"factor_off.staff": {
		"The app is switched off after too many codes that did not match. Use a recovery code, " +
			"or ask an administrator to invite you again",
	},

	"problem.refused.title.staff":   {"You cannot open this"},
	"problem.refused.button.staff":  {"Go to my start page"},
	"problem.unknown.button.staff":  {"Go to my start page"},
	"problem.method.button.staff":   {"Go to my start page"},
	"problem.too_many.button.staff": {"Go to my start page"},
	"problem.conflict.button.staff": {"Go to my start page"},
	"problem.fault.staff":           {"Sorry. Nothing half-done remains. Try again in a moment."},
	"problem.busy.staff": {
		"Sorry. This site is too busy for your request right now. Nothing half-done remains.",
	},
	"problem.too_many.staff": {
		"We slow down repeated tries, so that nobody can guess their way in. It ends by itself.",
	},
	"problem.unknown.staff": {
		"Check the address, or what you searched for. What was here may belong to another account.",
	},
	"problem.conflict.staff": {
		"Somebody, perhaps you in another window, made a change first. Nothing of yours was saved this " +
			"time. Open the page again and look at how things are now.",
	},

	"denied":         {"Your role may not do this. The attempt is on record"},
	"reason_missing": {"Write down the reason"},
	"reason_long":    {"Make the reason shorter", "Make the reason shorter: at most {1} characters"},
}
