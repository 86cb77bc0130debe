package views

import (
	"maps"
	"strconv"
	"strings"
)

// Text is the sentence for code. When code and the first argument together name a more
// exact sentence ("password_guessable" with "date"), that one is taken and the argument
// is used up. An unknown code gives the code itself, which Known tells apart.
func Text(code string, args ...string) string {
	wording, args := pick(code, args)
	var put []string
	for i, arg := range args {
		put = append(put, "{"+strconv.Itoa(i+1)+"}", arg)
	}
	return strings.NewReplacer(put...).Replace(wording)
}

// pick finds the sentence for code, and which arguments are left to put into it.
func pick(code string, args []string) (string, []string) {
	if len(args) > 0 {
		if _, ok := sentences[code+"."+args[0]]; ok {
			return pick(code+"."+args[0], args[1:])
		}
	}
	s, ok := sentences[code]
	if !ok {
		return code, nil
	}
	return s[min(len(args), len(s)-1)], args
}

// Known reports whether code has a sentence of its own.
func Known(code string) bool {
	_, ok := sentences[code]
	return ok
}

var sentences = gather(
	clocks, stepMarks, refusals, flashes, reasons, activities, timelines, signals, answersText, problems, details,
	staffWords, deskWords, ticketWords, caseWords, trailWords, lockWords,
	accountWords, signInWords, factorWords, changeWords, alertWords, overviewWords, dataWords,
	exportWords, deviceWords, remarkWords, returnWords,
	replyWords, safeWords, programWords, hookWords, signalWords, waitWords,
)

func gather(groups ...map[string]sentence) map[string]sentence {
	all := map[string]sentence{}
	for _, group := range groups {
		maps.Copy(all, group)
	}
	return all
}

var offUnknown = sentence{
	"After too many codes that did not match, the app works only in a browser in which you signed " +
		"in before. Use one, or a recovery code, or ask for a review by a person",
}

var refusals = map[string]sentence{
	// Refusals of codes.
	"code_missing": {"Enter the code"},
	"code_wrong": {
		"That code does not match. Check the newest code and try again",
		"That code does not match. Check the newest email and try again. Tries left: {1}",
	},
	"code_letters": {"The code from the app has 6 numbers and no letters"},
	"code_shape": {
		"That is not the whole code. Copy all of it from the email",
		"The code has {1} letters and numbers. Copy all of it from the email",
	},
	"code_skew": {
		"That code does not match. Let your phone set its clock automatically, then enter the next code",
		"The clock of your phone is off by about {1} min. Let it set itself, then enter the next code",
	},
	"factor_off.account_unknown":  offUnknown,
	"factor_off.recovery_unknown": offUnknown,
	"factor_off": {
		"The app is switched off after too many codes that did not match. Use a recovery " +
			"code, or ask for a review by a person",
	},
	"code_spent": {
		"That code has been used. Wait for the next one, or use another one from your list",
	},
	"code_over":    {"This code can no longer be used. Ask for a new email and use the code in it"},
	"code_expired": {"That code has expired. Ask for a new email"},
	"code_elsewhere": {
		"A code works only in the browser where you asked for it. Type it there, open the link in " +
			"the email, or ask for a new email",
	},
	"too_many_tries": {
		"There were too many tries. Wait a while, then try again",
	},
	"too_many_requests": {
		"That was asked very often. Wait a while, then try again",
		"That was asked very often. Try again at {1}",
	},

	// Refusals of other fields.
	"identifier_missing": {"Enter your username or email address"},
	"identifier_long":    {"Enter a shorter username or email address"},
	"contact_missing":    {"Enter an email address or phone number where we can reach you"},
	"message_missing":    {"Tell us what has happened"},
	"message_long": {"Make your message shorter",
		"Make your message shorter: at most {1} characters"},
	"topic_unknown":  {"Choose what it is about"},
	"how_unknown":    {"Choose one of the answers, or leave the question out"},
	"answer_missing": {"Answer for each sign-in", "Answer for the sign-in of {1}"},
	"answer_unknown": {"Choose one of the three answers",
		"Choose one of the three answers for the sign-in of {1}"},
	"codes_not_saved": {"Save your codes, then tick the box"},

	// Refusals of a password.
	"password_invalid": {"Type the password again: it has signs in it that we cannot read"},
	"password_empty":   {"Enter a new password"},
	"password_short":   {"Use more characters", "Use at least {1} characters"},
	"password_long":    {"Use fewer characters", "Use at most {1} characters"},
	"password_common": {
		"Choose a different password. This one is on a list of leaked or common passwords, " +
			"where attackers look first",
	},
	"password_personal": {
		"Choose a password without your name, username, email address or birth date",
	},
	"password_personal.name":       {"Choose a password without your name"},
	"password_personal.username":   {"Choose a password without your username"},
	"password_personal.email":      {"Choose a password without your email address"},
	"password_personal.birth_date": {"Choose a password without your birth date"},
	"password_brand":               {"Choose a password without the name of this site"},
	"password_guessable": {
		"Choose a password that is harder to guess. Three or four unrelated words work well",
	},
	"password_guessable.sequence":   {"Choose a password without a sequence such as abcd or 1234"},
	"password_guessable.repeat":     {"Choose a password that does not repeat the same signs"},
	"password_guessable.keyboard":   {"Choose a password that is not a row of keys"},
	"password_guessable.date":       {"Choose a password that is not built on a date"},
	"password_guessable.year":       {"Choose a password that is not built on a year"},
	"password_guessable.dictionary": {"Choose a password that is more than one word or name"},
	"password_guessable.digits":     {"Choose a password that has more than numbers in it"},
	"password_same":                 {"Choose a password that is not your current one"},
	"password_near": {
		"Choose a password that is less like your current one. Changing a letter or a number " +
			"is not enough",
	},
	"password_used": {"Choose a password that you have not used here before"},

	// Refusals of a step as a whole.
	"two_factor_required": {"2-step verification is needed here. Set it up, or replace it with a new app, to go on"},
	"escalation_early": {
		"An urgent review is not possible yet. This page says from when on it is",
		"An urgent review is possible from {1}",
	},
	"step_not_open":      {"This step is not open yet. Start with the one before it"},
	"recovery_read_only": {"The review has ended, so nothing can be changed here now"},
	"already_locked":     {"This account is locked already"},
	"erase_locked":       {"A case holds the account. It has to be decided before the account is erased"},
	"ambiguous_name":     {"This names more than one account. Name the one you mean by its username"},
	"no_proof_address": {
		"There is no address on this account that has been there long enough. A person will " +
			"check it",
	},
	"evidence_missing": {"Write down what you have seen"},
	"cause_unknown":    {"Choose compromised or hijacked"},

	// How strong a password looks while it is typed, and how to do better.
	"strength.0": {"Too easy to guess"},
	"strength.1": {"Too easy to guess"},
	"strength.2": {"Nearly there"},
	"strength.3": {"Good"},
	"strength.4": {"Very strong"},

	"hint.longer":         {"Make it longer", "Make it longer: at least {1} characters"},
	"hint.shorter":        {"Make it shorter", "Make it shorter: at most {1} characters"},
	"hint.add_words":      {"Add one or two unrelated words"},
	"hint.avoid_patterns": {"Leave out sequences and rows of keys"},
	"hint.avoid_repeats":  {"Do not repeat the same signs or words"},
	"hint.avoid_dates":    {"Leave out dates and years"},
	"hint.avoid_personal": {"Leave out everything about you and this site"},
	"hint.choose_another": {
		"Choose another one: attackers know this one, also with a letter changed",
	},
}
