package views

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"regain/views/zone"
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
	"remark.passkey_on": {"",
		"Two-factor turned on: passkey “{1}”, enrolled in this recovery (provisional)."},
	"remark.passkey_off": {"",
		"Two-factor removed: the owner did not recognise the passkey “{1}”."},
	"remark.factor_disabled": {
		"The authenticator was disabled after too many wrong codes in a row.",
		"After too many wrong codes in a row the authenticator takes {1} more, and only from " +
			"browsers in which the owner signed in before, until one is right.",
	},
	"remark.passkey_cloned": {
		"A passkey was refused, because its counter did not go up: somebody else may have a copy of " +
			"it. It stays enrolled.",
	},
	"remark.no_factor": {
		"The owner proved the address on file, but can use none of the enrolled factors ({1}).",
	},
	"remark.password_blocked": {
		"", "{1} wrong passwords in a row were tried. The password is not accepted until the " +
			"owner chooses a new one with a recovery link.",
		"{1} wrong passwords in a row were tried. The password takes {2} more, and only from " +
			"browsers in which the owner signed in before, until the owner signs in there or " +
			"chooses a new one with a recovery link.",
	},
	"remark.address_restored": {
		"The reader of {1} undid the change of the address to {2} and put theirs back. Every session " +
			"was ended.",
	},
	"remark.how":               {"How it might have happened, says the owner: “{1}”"},
	"remark.about":             {"What the next message is about: “{1}”"},
	"remark.answers":           {"The owner answered for these sign-ins:"},
	"remark.denied_in_checkup": {"In a check-up the owner did not recognise these sign-ins:"},
	"remark.answer":            {"{1}, {3}, {4}. {2}. The owner says: “{5}”."},
	"remark.place":             {"place unknown"},
	"remark.contradicts": {
		"That does not fit: it was the same device and network as this recovery.",
	},
	"remark.no_mailbox": {
		"Somebody unverified writes that they cannot reach the mailbox of the account.\n" +
			"Contact given: {1}\n\n{2}",
	},
	"remark.password_contested": {
		"Somebody who reads an address of the account says that the new password was not theirs. It no " +
			"longer works, every session was ended, and the steps are open again.",
	},
	"remark.password_demanded": {"", "Another password was demanded by {2}: {1}"},
	"remark.handed_over": {
		"The platform reports that the password was changed on {1}, after the lockout.\n" +
			"This did not come through the guided recovery: nobody has proved to Regain that they are " +
			"the owner, no session was ended, and no step was done.\nHanded over by {2}.",
	},
	"remark.login_denied": {
		"The owner says that this was somebody else: {1}, {3}, {4}. {2}.",
	},
	"remark.change_denied": {
		"The owner says that somebody else made this change on {1}, {3}: {2}.",
	},
	"remark.secured": {
		"Cause: {1} (proposed: {2})\nEvidence: {3}\nVerified: the address on file, by the mailed " +
			"link or code; second factor: {4}\nPassword updated: {5}\nTwo-factor: {4}",
	},
	"remark.factor":           {"shown ({1})"},
	"remark.factor.none":      {"none enrolled"},
	"remark.factor.not_shown": {"enrolled, not shown"},
	"remark.sign.unfamiliar": {
		"Notice: the recovery comes from a device and country never seen on the account",
	},
	"remark.sign.withdrawn": {"Notice: money was withdrawn after the first unusual login"},
	"remark.sign.flood": {
		"Notice: a flood of messages was sent after the first unusual login",
	},
	"remark.urgent": {
		"", "Urgent review asked for by: {1}", "Urgent review asked for by: {1}\nReason: {2}",
	},
	"remark.urgent.owner": {"The owner asked for an urgent review."},
	"remark.urgent.support": {
		"Support asked for an urgent review.", "Support asked for an urgent review.\nReason: {1}",
	},
	"remark.urgent.waiting": {
		"The portal asked for an urgent review, because the owner has waited.",
	},
	"remark.cause_changed": {"The cause was changed.", "", "Cause changed to {1}: {2}"},
	"remark.withheld":      {"Only Account Security reads this."},
	"remark.reopened":      {"Case taken up again: {1}"},
	"remark.resumed": {
		"", "", "Account resumed.\n{1}\nResumed by {2}.",
		"Account resumed.\n{1}\nProposed by {2}, approved by {3}.",
	},
	"remark.reproof_proposed.remove_factor": {
		"Removing two-factor is proposed after re-proofing. Checked: {1}",
	},
	"remark.reproof_proposed.set_address": {
		"Setting another address is proposed after re-proofing. Checked: {1}",
	},
	"remark.reproof_sent_back.remove_factor": {"Removing two-factor is not done: {1}"},
	"remark.reproof_sent_back.set_address":   {"Setting another address is not done: {1}"},
	"remark.reproof_approved.remove_factor": {
		"Removing two-factor after re-proofing: proposed by {1}, approved by {2}. Checked: {3}",
	},
	"remark.reproof_approved.set_address": {
		"Setting another address after re-proofing: proposed by {1}, approved by {2}. Checked: {3}",
	},
	"remark.reproof_agreed.remove_factor": {
		"Removing two-factor after re-proofing: proposed by {1}, agreed by {2}. It waits, and every " +
			"address was told how to stop it. Checked: {3}",
	},
	"remark.reproof_agreed.set_address": {
		"Setting another address after re-proofing: proposed by {1}, agreed by {2}. It waits, and " +
			"every address was told how to stop it. Checked: {3}",
	},
	"remark.reproof_vetoed.remove_factor": {
		"Removing two-factor is not done: the reader of {1} says that it is not them",
	},
	"remark.reproof_vetoed.set_address": {
		"Setting another address is not done: the reader of {1} says that it is not them",
	},
	"remark.reproof_lapsed.remove_factor": {
		"Removing two-factor is not done: something happened on the account since it was agreed",
	},
	"remark.reproof_lapsed.set_address": {
		"Setting another address is not done: something happened on the account since it was agreed",
	},
	"remark.deletion": {
		"The owner asked, signed in and after proving it anew, to have this account and what is held " +
			"about it deleted.\n\n" +
			"What has to stay, and why:\n" +
			"– The lines of the audit trail, as digests without personal details: they prove that " +
			"nothing was changed unseen. The details beside them can be deleted.\n" +
			"– Cases under review, their evidence and tickets until they are decided, and for as long " +
			"as somebody may have a claim because of them (GDPR Art. 17(3)(e)).\n" +
			"– What a law demands to be kept, such as records of payments at the marketplace, until " +
			"its time is over (GDPR Art. 17(3)(b)).\n\n" +
			"Everything else goes. Nothing is deleted before a person has looked at it, and the owner " +
			"can take it back here until then.",
	},
}

// Said is what a person wrote, or what the portal says itself where there is a kind.
func Said(text, kind string, args []string) string { return plain(said(text, kind, args)) }

// Saying is Said with the moments in it as a page shows them.
func Saying(text, kind string, args []string) templ.Component {
	return sentenceOf(said(text, kind, args))
}

func said(text, kind string, args []string) []any {
	if kind == "" {
		return []any{text}
	}
	return remark(kind, args)
}

// Remark is what the portal itself says to staff, in words.
func Remark(kind string, args []string) string { return plain(remark(kind, args)) }

// remark is Remark in strings and moments.
func remark(kind string, args []string) []any {
	switch kind {
	case "secured":
		return securedLines(args)
	case "login_denied":
		return loginDenied(padded(args, 4))
	case "change_denied":
		return changeDenied(padded(args, 3))
	case "answers", "denied_in_checkup":
		return answerLines(kind, args)
	}
	list := make([]any, len(args))
	for i, arg := range args {
		list[i] = arg
	}
	switch say := firstWords[kind]; {
	case len(args) == 0:
	case kind == "handed_over":
		list[0] = momentWords(args[0])
	case say != "":
		list[0] = named(say)(args[0])
	}
	return told("remark."+kind, list)
}

// firstWords are the prefixes of the words for the code that comes first in these kinds.
var firstWords = map[string]string{"cause_changed": "case_cause.", "how": "how.", "about": "topic.",
	"signal": "signal_event."}

// named says codes that have words under the prefix; another stays as it is.
func named(prefix string) func(string) string {
	return func(code string) string {
		if Known(prefix + code) {
			return Text(prefix + code)
		}
		return code
	}
}

// momentWords is a moment as staff pages tell it. What is none stays as it is.
func momentWords(at string) any {
	t, err := time.Parse(time.RFC3339, at)
	if err != nil {
		return at
	}
	return zone.UTC.Tell(t)
}

// CodedRemark is Remark for a kind with its arguments behind, as JSON. What is none stays as it is.
func CodedRemark(code string) string {
	kind, list, ok := strings.Cut(code, "[")
	var args []string
	if !ok || json.Unmarshal([]byte("["+list), &args) != nil {
		return code
	}
	return Remark(kind, args)
}

// loginDenied says which login was somebody else: moment, outcome, device and country.
func loginDenied(args []string) []any {
	return told("remark.login_denied", []any{momentWords(args[0]), named("outcome.")(args[1]),
		DeviceWords(args[2]), placeWords(args[3])})
}

// changeDenied says which change somebody else made: moment, kind and country.
func changeDenied(args []string) []any {
	return told("remark.change_denied", []any{momentWords(args[0]), named("activity.")(args[1]),
		placeWords(args[2])})
}

// securedLines is what is known when a verified owner has updated the password.
func securedLines(args []string) []any {
	args = padded(args, 7)
	factor, cause := Text("remark.factor", named("method.")(args[3])), named("case_cause.")
	lines := told("remark.secured", []any{cause(args[0]), cause(args[1]),
		said(args[5], args[6], args[7:]), factor, momentWords(args[2])})
	for sign := range strings.SplitSeq(args[4], ",") {
		if sign != "" {
			lines = append(lines, "\n"+Text("remark.sign."+sign))
		}
	}
	return lines
}

// placeWords is a country, or words for none.
func placeWords(country string) string {
	return cmp.Or(Country(country), Text("remark.place"))
}

// padded is a copy of args with empty ones behind, so that there are at least n.
func padded(args []string, n int) []string {
	return append(slices.Clone(args), make([]string, max(0, n-len(args)))...)
}

// answerLines are what the owner said about logins, one a line.
func answerLines(kind string, args []string) []any {
	lines := []any{Text("remark." + kind)}
	for _, a := range args {
		lines = append(append(lines, "\n"), answerLine(strings.Split(a, ","))...)
	}
	return lines
}

// answerLine is what the owner said about a login: moment, outcome, device, country, answer, and
// whether it contradicts what else is known.
func answerLine(parts []string) []any {
	parts = padded(parts, 6)
	line := told("remark.answer", []any{momentWords(parts[0]), named("outcome.")(parts[1]),
		DeviceWords(parts[2]), placeWords(parts[3]), named("answer.")(parts[4])})
	if parts[5] != "" {
		line = append(line, " "+Text("remark."+parts[5]))
	}
	return line
}
