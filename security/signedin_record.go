package security

import (
	"time"

	"regain/security/token"
)

// did is the activity that a change by the signed-in owner leaves, so that the rule of triage,
// four eyes and the owner see it like one at the marketplace. from and to are masked already.
func (s *Service) did(u *SignedIn, kind, from, to string, now time.Time) Write {
	return ownChange(u.Account.ID, u.Session.Visitor,
		Activity{At: now, Kind: kind, From: from, To: to})
}

// ownChange is did for an owner who acts by a mailed link, without being signed in.
func ownChange(account string, v Visitor, a Activity) Write {
	a.ID, a.Account, a.IP = token.OrderedID(a.At), account, v.IP
	return PutActivities{[]Activity{a}}
}
