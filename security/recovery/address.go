package recovery

import (
	"cmp"
	"slices"
	"time"
)

// Address is an e-mail address that is or was in force on an account. One that still waits
// for its confirmation was never in force and does not belong here.
type Address struct {
	ID      string
	Email   string
	Since   time.Time // when it came into force
	Until   time.Time // when it was replaced or removed; zero while in force
	First   bool      // the account began with it, so that it is no change
	Vouched bool      // set by two people of Account Security who proved the owner anew
}

// ProofAddress returns the address that proves ownership: the newest that came into force at
// least 14 days ago, was the account's first or was vouched for, and was not retired 14 days
// ago or earlier. It proves even when it has been replaced since. False means that no address
// does, and the way is staff review.
func ProofAddress(all []Address, now time.Time) (Address, bool) {
	for _, a := range newestFirst(all) {
		trusted := a.First || a.Vouched || !recent(a.Since, now)
		if trusted && a.reachable(now) {
			return a, true
		}
	}
	return Address{}, false
}

// Notified returns every address that is in force or was retired less than 14 days ago,
// newest first and each mailbox once. Notices of sensitive changes go to all of them.
func Notified(all []Address, now time.Time) []Address {
	var to []Address
	seen := map[string]bool{}
	for _, a := range newestFirst(all) {
		if !a.reachable(now) || seen[a.Email] {
			continue
		}
		seen[a.Email] = true
		to = append(to, a)
	}
	return to
}

func (a Address) reachable(now time.Time) bool {
	return a.Until.IsZero() || recent(a.Until, now)
}

func newestFirst(all []Address) []Address {
	return slices.SortedFunc(slices.Values(all), func(a, b Address) int {
		return cmp.Or(b.Since.Compare(a.Since), cmp.Compare(b.ID, a.ID))
	})
}
