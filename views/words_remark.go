package views

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"regain/views/words"
	"regain/views/zone"
)

// Said is what a person wrote, or what the portal says itself where there is a kind.
func Said(text, kind string, args []string) words.Text {
	if kind == "" {
		return words.As(text)
	}
	return Remark(kind, args)
}

// Remark is what the portal itself says to staff.
func Remark(kind string, args []string) words.Text {
	switch kind {
	case "secured", "secured_signed_in":
		return securedLines(kind, args)
	case "login_denied":
		return loginDenied(padded(args, 4))
	case "change_denied":
		return changeDenied(padded(args, 3))
	case "gave_details":
		return gaveDetails(padded(args, 2))
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
		list[0] = named(say, args[0])
	}
	return words.Say("remark."+kind, list...)
}

// firstWords are the prefixes of the words for the code that comes first in these kinds.
var firstWords = map[string]string{"cause_changed": "case_cause.", "how": "how.", "about": "topic.",
	"signal": "signal_event.", "reported": "report_kind.", "decided": "report_verdict."}

// named says a code that has words under the prefix; another stays as it is.
func named(prefix, code string) any {
	if words.Known(prefix + code) {
		return words.Say(prefix + code)
	}
	return code
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
func CodedRemark(code string) words.Text {
	kind, list, ok := strings.Cut(code, "[")
	var args []string
	if !ok || json.Unmarshal([]byte("["+list), &args) != nil {
		return words.As(code)
	}
	return Remark(kind, args)
}

// loginDenied says which login was somebody else: moment, outcome, device and country.
func loginDenied(args []string) words.Text {
	return words.Say("remark.login_denied", momentWords(args[0]), named("outcome.", args[1]),
		DeviceWords(args[2]), placeWords(args[3]))
}

// gaveDetails says what was given to a fake page: codes with commas between, and where.
func gaveDetails(args []string) words.Text {
	what := Given(strings.Split(args[0], ","))
	if args[1] == "" {
		return words.Say("remark.gave_details", what)
	}
	return words.Say("remark.gave_details", what, args[1])
}

// Given is what was given to a fake page, one after the other.
func Given(codes []string) words.Text {
	list := make([]words.Text, len(codes))
	for i, code := range codes {
		if list[i] = words.As(code); words.Known("protect.gave." + code) {
			list[i] = words.Say("protect.gave." + code)
		}
	}
	return words.Facts(list...)
}

// changeDenied says which change somebody else made: moment, kind and country.
func changeDenied(args []string) words.Text {
	return words.Say("remark.change_denied", momentWords(args[0]), named("activity.", args[1]),
		placeWords(args[2]))
}

// securedLines is what is known when a verified owner has updated the password.
func securedLines(kind string, args []string) words.Text {
	args = padded(args, 7)
	lines := words.Say("remark."+kind, named("case_cause.", args[0]), named("case_cause.", args[1]),
		Said(args[5], args[6], args[7:]), words.Say("remark.factor", named("method.", args[3])),
		momentWords(args[2]))
	for sign := range strings.SplitSeq(args[4], ",") {
		if sign != "" {
			lines = lines.Then(words.As("\n"), words.Say("remark.sign."+sign))
		}
	}
	return lines
}

// placeWords is a country, or words for none.
func placeWords(country string) any {
	if name := Country(country); name != "" {
		return name
	}
	return words.Say("remark.place")
}

// padded is a copy of args with empty ones behind, so that there are at least n.
func padded(args []string, n int) []string {
	return append(slices.Clone(args), make([]string, max(0, n-len(args)))...)
}

// answerLines are what the owner said about logins, one a line.
func answerLines(kind string, args []string) words.Text {
	lines := words.Say("remark." + kind)
	for _, a := range args {
		lines = lines.Then(words.As("\n"), answerLine(strings.Split(a, ",")))
	}
	return lines
}

// answerLine is what the owner said about a login: moment, outcome, device, country, answer, and
// whether it contradicts what else is known.
func answerLine(parts []string) words.Text {
	parts = padded(parts, 6)
	line := words.Say("remark.answer", momentWords(parts[0]), named("outcome.", parts[1]),
		DeviceWords(parts[2]), placeWords(parts[3]), named("answer.", parts[4]))
	if parts[5] != "" {
		line = line.Then(words.As(" "), words.Say("remark."+parts[5]))
	}
	return line
}
