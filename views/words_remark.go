package views

import (
	"slices"
	"strings"
)

// remarkWords are what the portal itself says to staff on a ticket.
var remarkWords = map[string]sentence{
	"remark.two_factor_on": {
		"Two-factor turned on: authenticator app, enrolled in this recovery (provisional).",
	},
	"remark.two_factor_replaced": {
		"Two-factor replaced: the earlier authenticator was exchanged in this recovery.",
	},
	"remark.two_factor_off": {
		"Two-factor removed: the owner did not recognise the enrolled authenticator.",
	},
	"remark.passkey_off":     {"", "Two-factor removed: the owner did not recognise the passkey “{1}”."},
	"remark.factor_disabled": {"The authenticator was disabled after too many wrong codes in a row."},
	"remark.passkey_cloned": {
		"A passkey was refused, because its counter did not go up: somebody else may have a copy of " +
			"it. It stays enrolled.",
	},
	"remark.no_factor": {
		"The owner proved the address on file, but can use none of the enrolled factors ({1}).",
	},
	"remark.password_blocked": {
		"{1} wrong passwords in a row were tried. The password takes none any more until the owner " +
			"chooses a new one with a recovery link.",
	},
	"remark.address_restored": {
		"The reader of {1} undid the change of the address to {2} and put theirs back. Every session " +
			"was ended.",
	},
	"remark.how":               {"How it might have happened, says the owner: {1}"},
	"remark.about":             {"What the next message is about: {1}"},
	"remark.answers":           {"Logins answered by the owner:"},
	"remark.denied_in_checkup": {"In a security check-up the owner did not recognise these logins:"},
	"remark.answer":            {"{1}, {2}, {3}, {4}: {5}"},
	"remark.place":             {"place unknown"},
	"remark.contradicts":       {"(contradiction: same device and network as this recovery)"},
	"remark.no_mailbox": {
		"Somebody unverified writes that they cannot reach the mailbox of the account.\n" +
			"Contact given: {1}\n\n{2}",
	},
	"remark.handed_over": {
		"The platform reports that the password was changed at {1}, after the lockout.\n" +
			"This did not come through the guided recovery: nobody has proved to Regain that they are " +
			"the owner, no session was ended, and no step was done.\nHanded over by {2}.",
	},
}

// Remark is what the portal itself says to staff, in words.
func Remark(kind string, args []string) string {
	if kind != "answers" && kind != "denied_in_checkup" {
		return Text("remark."+kind, args...)
	}
	lines := []string{Text("remark." + kind)}
	for _, a := range args {
		lines = append(lines, answerLine(strings.Split(a, ",")))
	}
	return strings.Join(lines, "\n")
}

// answerLine is what the owner said about a login: moment, outcome, device, country, answer, and
// whether it contradicts what else is known.
func answerLine(parts []string) string {
	parts = append(parts, slices.Repeat([]string{""}, 6)...)
	country := parts[3]
	if country == "" {
		country = Text("remark.place")
	}
	line := Text("remark.answer", parts[0], parts[1], DeviceWords(parts[2]), country, parts[4])
	if parts[5] != "" {
		line += " " + Text("remark."+parts[5])
	}
	return line
}
