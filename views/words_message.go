package views

// messageWords are the titles of the mails that we send, in lists of them. The keys are the
// kinds of package notice behind "message."; a test of the mails tells one that is missing.
var messageWords = map[string]sentence{
	"message.locked_out":          {"Your account is locked to keep it safe"},
	"message.recovery_link":       {"Your link to secure your account"},
	"message.password_updated":    {"Your password was updated"},
	"message.two_factor_on":       {"2-step verification is on"},
	"message.two_factor_off":      {"2-step verification is off"},
	"message.two_factor_replaced": {"Your authenticator app was replaced"},
	"message.recovery_code_used":  {"A recovery code was used"},
	"message.codes_renewed":       {"New recovery codes were made"},
	"message.passkey_added":       {"A passkey was added"},
	"message.passkey_removed":     {"A passkey was removed"},

	"message.unfamiliar_sign_in": {"New sign-in: was this you?"},
	"message.change_noticed":     {"A change on your account: was this you?"},
	"message.alert_digest":       {"More unusual activity on your account"},
	"message.password_blocked":   {"Sign-in by password is off"},
	"message.alerts_changed":     {"The settings of your alerts were changed"},

	"message.email_changed":    {"An email address of your account was changed"},
	"message.confirm_address":  {"Confirm an address for your account"},
	"message.address_restored": {"A change of address was undone"},

	"message.review_requested": {"A check by our staff was asked for"},
	"message.case_taken":       {"A person now reviews your account"},
	"message.more_needed":      {"We have a question for you"},
	"message.account_resumed":  {"Your account is open again"},
	"message.kept_locked":      {"Your account stays locked"},
	"message.urgent_receipt":   {"An urgent review was asked for"},
	"message.support_replied":  {"We answered your message"},
	"message.caller_code":      {"Your staff code for talking to support"},
	"message.data_exported":    {"The copy of your data is ready"},
	"message.deletion_asked":   {"Deleting your account was asked for"},

	"message.urgent_review":    {"Urgent review of a case, for Account Security"},
	"message.staff_invitation": {"Invitation to the staff pages"},
}
