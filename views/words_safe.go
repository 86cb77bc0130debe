package views

import "cmp"

// SafeThings are what a lockout does not touch, in the order in which pages and mails tell it. Each is
// also the name of a word of the operator, which the settings know too.
var SafeThings = [...]string{"contracts", "messages", "money"}

var safeWords = map[string]sentence{
	"safe.contracts": {"The lock does not end your contracts."},
	"safe.messages":  {"The lock does not delete your messages."},
	"safe.money":     {"The lock does not move your money."},
}

// Safe says what happens to each of SafeThings while an account is locked, in the operator's own words
// where there are some.
func Safe(own map[string]string) []string {
	var list []string
	for _, thing := range SafeThings {
		list = append(list, cmp.Or(own[thing], Text("safe."+thing)))
	}
	return list
}
