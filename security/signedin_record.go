package security

import "regain/security/token"

// twoFactorChanged is the platform's kind of activity for a change of what the sign-in asks for
// beside the password.
const twoFactorChanged = "two_factor_changed"

// word is how an activity names the factor; "" for none.
func (f Factor) word() string {
	switch f.Kind {
	case "":
		return ""
	case FactorPasskey:
		return "passkey (" + f.Name + ")"
	}
	return "authenticator app"
}

// ownChange is the activity that a change by the owner leaves, so that the rule of triage, four eyes
// and the owner see it like one at the marketplace. From and To are masked already.
func ownChange(account string, v Visitor, a Activity) Write {
	a.ID, a.Account, a.IP = token.OrderedID(a.At), account, v.IP
	return PutActivities{[]Activity{a}}
}
