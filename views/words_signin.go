package views

// signInWords are those of the sign-in and of a fresh proof.
var signInWords = map[string]sentence{
	"sign_in_wrong.account": {
		"The username or email address, or the password, is not right. Check both and try again",
	},
	"account_locked": {"This account is locked to keep it safe"},
	"password_outgrown": {
		"This password is too short without 2-step verification. Choose a new one with a link by email",
	},
	"proof_needed": {"Prove that it is still you to go on"},
	"password_off": {
		"This password is switched off after too many wrong tries. Choose a new one with a link by " +
			"email",
	},
	"case_signed_in": {"", "{1} of them signed in"},

	"flash.proved":                  {"Thank you. We do not ask again for 10 minutes."},
	"flash.account_extended":        {"You have more time now."},
	"flash.signed_out_here":         {"You are signed out."},
	"flash.signed_out_all":          {"You are signed out on every device."},
	"flash.two_factor_first":        {"Set up 2-step verification or a passkey first. It is needed here."},
	"trail.sign_in.done":            {"Signed in"},
	"trail.sign_in.password_proved": {"Showed the password, second step owed"},
	"trail.sign_in.refused":         {"Sign-in refused"},
	"trail.sign_in.locked":          {"Right password, but the account is locked"},
	"trail.sign_in.stopped":         {"Right password, stopped at the second step"},
	"trail.sign_in.password_blocked": {
		"Password switched off after too many wrong ones",
	},
	"trail.sign_in.proved_again": {"Proved again that it is them"},
	"trail.sign_in.ended":        {"Signed out"},
}
