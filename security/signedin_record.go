package security

import "regain/security/token"

// twoFactorChanged is the platform's kind of activity for a change of what the sign-in asks for
// beside the password.
const twoFactorChanged = "two_factor_changed"

// did is the activity that a change by the signed-in owner leaves, so that the rule of triage,
// four eyes and the owner see it like one at the marketplace. From and To are masked already.
func (u *SignedIn) did(a Activity) Write { return ownChange(u.Account.ID, u.Session.Visitor, a) }

// ownChange is did for an owner who acts by a mailed link, without being signed in.
func ownChange(account string, v Visitor, a Activity) Write {
	a.ID, a.Account, a.IP = token.OrderedID(a.At), account, v.IP
	return PutActivities{[]Activity{a}}
}
