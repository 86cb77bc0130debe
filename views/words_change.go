package views

import "strings"

// changeWords are those of changes of the password and of addresses.
var changeWords = map[string]sentence{
	"password_wrong": {"That is not your current password. Try again"},
	"address_same":   {"Enter another address. Your account has this one already"},
	"address_change_over": {
		"This change is no longer waiting for an answer",
	},

	"flash.address_asked": {
		"We sent an email to the new address. Open the link in it within 24 hours.",
	},
	"flash.address_cancelled": {"The change is stopped. The link in the email no longer works."},
	"flash.address_removed":   {"The second address is removed. We told every address about it."},

	"timeline.address.change_undone": {
		"The reader of your earlier address put it back. Every device was signed out",
	},

	"trail.password.changed":         {"Changed the password. All other devices signed out"},
	"trail.address.change_asked":     {"Asked for another address"},
	"trail.address.changed":          {"Another address was confirmed by its reader"},
	"trail.address.change_undone":    {"The reader of the old address put it back"},
	"trail.address.removed":          {"Removed the second address"},
	"trail.address.change_cancelled": {"Stopped a change of address"},
	"case_origin.owner":              {"changed by the owner, confirmed by its reader"},
	"address_second":                 {"for security notices only"},

	"change_hidden": {"We do not show them here"},
	"change_ending": {"", "Ends in {1}"},
}

// Ending says of a number with dots for all but its end what that is. What is no such number stays.
func Ending(s string) string {
	end, ok := strings.CutPrefix(s, "•••• ")
	if !ok || strings.Trim(end, "0123456789") != "" {
		return s
	}
	return Text("change_ending", end)
}
