package security

import "regain/security/token"

// twoFactorChanged is the platform's kind of activity for a change of what the sign-in asks for
// beside the password.
const twoFactorChanged = "two_factor_changed"

// newCodes is how an activity names recovery codes that took the place of others.
const newCodes = "new_codes"

// code is how an activity names the factor, a passkey with its own name behind; "" for none.
func (f Factor) code() string {
	if f.Kind == FactorPasskey {
		return f.Kind + ":" + f.Name
	}
	return f.Kind
}

// Coded reports whether From and To are codes of ours, and not what the platform told. Lines of
// the platform have a digest.
func (a Activity) Coded() bool { return a.Kind == twoFactorChanged && a.Digest == "" }

// Masked is the activity with what stood there before and after masked. A code has nothing to
// mask.
func (a Activity) Masked() Activity {
	if !a.Coded() {
		a.From, a.To = Mask(a.From), Mask(a.To)
	}
	return a
}

// ownChange is the activity that a change by the owner leaves, so that the rule of triage, four eyes
// and the owner see it like one at the marketplace. From and To are masked already.
func ownChange(account string, v Visitor, a Activity) Write {
	a.ID, a.Account, a.IP = token.OrderedID(a.At), account, v.IP
	return PutActivities{[]Activity{a}}
}
