package views

import (
	"strings"

	"regain/views/words"
)

// Ending says of a number with dots for all but its end what that is. What is no such number stays.
func Ending(s string) words.Text {
	end, ok := strings.CutPrefix(s, "•••• ")
	if !ok || strings.Trim(end, "0123456789") != "" {
		return words.As(s)
	}
	return words.Say("change_ending", end)
}

// Department is the name of a department to people. What is stored for it, and what programs read, is the
// same in all languages.
func Department(name string) words.Text {
	code := "department." + strings.ToLower(strings.NewReplacer(" & ", "_", " ", "_").Replace(name))
	if words.Known(code) {
		return words.Say(code)
	}
	return words.As(name)
}

// Step is a second step in words, from its code: behind a colon stands a name. What is no code
// stays as it is.
func Step(code string) words.Text {
	kind, name, _ := strings.Cut(code, ":")
	if kind = "step." + kind; words.Known(kind) {
		return words.Say(kind, name)
	}
	return words.As(code)
}

// SafeThings are what a lockout does not touch, in the order in which pages and mails tell it. Each is
// also the name of a file of the operator's words, which the settings know too.
var SafeThings = [...]string{"contracts", "messages", "money"}

// Safe says what happens to each of SafeThings while an account is locked.
func Safe() []words.Text {
	var list []words.Text
	for _, thing := range SafeThings {
		list = append(list, words.Say("safe."+thing))
	}
	return list
}

// DeviceWords is a device in words, from its code. What is no code stays as it is.
func DeviceWords(code string) words.Text {
	browser, system, ok := strings.Cut(code, "/")
	switch browser, system = "browser."+browser, "system."+system; {
	case code == "":
		return words.Say("device.unknown")
	case ok && words.Known(browser) && words.Known(system):
		return words.Say("device", words.Say(browser), words.Say(system))
	}
	return words.As(code)
}
