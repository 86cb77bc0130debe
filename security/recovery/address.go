package recovery

import (
	"cmp"
	"slices"
	"strings"
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
	Notice  bool      // gets notices only; it never proves anything
}

// restoreWindow is how long after its retirement an address that proved ownership may come
// back as what it was. Later its mailbox may have gone to somebody else.
const restoreWindow = 90 * 24 * time.Hour

// Book is the addresses of an account. While a case holds the account, they are judged as they
// stood at its lockout: waiting makes no address better, and none that counted then is left out.
type Book struct {
	All     []Address
	Lockout time.Time // when the case that holds the account locked it; zero when none does
}

// Proof returns the address that proves ownership: the newest that was in force for 14
// days or more, was the account's first or was vouched for, and was not retired 14 days ago or
// earlier. It proves even when it has been replaced since. An address that somebody put on the
// account and that was taken back sooner never proves, however long ago that was; a proving one
// that is put back proves at once. False means that no address does, and the way is staff
// review.
func (b Book) Proof(now time.Time) (Address, bool) {
	all := b.All
	if !b.Lockout.IsZero() {
		all, now = asOf(all, b.Lockout), b.Lockout
	}
	for _, a := range newestFirst(all) {
		if !a.Notice && a.reachable(now) && (a.proves(now) || restored(a, all, now)) {
			return a, true
		}
	}
	return Address{}, false
}

// asOf is the addresses as they stood at a moment, and those that staff vouched for since.
func asOf(all []Address, at time.Time) []Address {
	var then []Address
	for _, a := range all {
		if !a.Since.After(at) {
			if a.Until.After(at) {
				a.Until = time.Time{}
			}
			then = append(then, a)
		} else if a.Vouched {
			then = append(then, a)
		}
	}
	return then
}

// proves reports whether a earned trust by itself. What counts is how long it was in force, not
// how long ago it came: time after its retirement does not make it better.
func (a Address) proves(now time.Time) bool {
	end := now
	if !a.Until.IsZero() {
		end = a.Until
	}
	return a.First || a.Vouched || end.Sub(a.Since) >= Fresh
}

// restored reports whether a brings an address back that proved ownership until lately.
func restored(a Address, all []Address, now time.Time) bool {
	return slices.ContainsFunc(all, func(b Address) bool {
		return b.ID != a.ID && !b.Notice && strings.EqualFold(b.Email, a.Email) && b.proves(now) &&
			!b.Until.IsZero() && !b.Until.After(a.Since) && a.Since.Sub(b.Until) < restoreWindow
	})
}

// Told returns every address that is in force or was retired less than 14 days ago, at now or at
// the lockout, newest first and each mailbox once. Notices of sensitive changes go to all of them.
func (b Book) Told(now time.Time) []Address {
	var to []Address
	seen := map[string]bool{}
	for _, a := range newestFirst(b.All) {
		mailbox := strings.ToLower(a.Email)
		then := !b.Lockout.IsZero() && !a.Since.After(b.Lockout) && a.reachable(b.Lockout)
		if seen[mailbox] || !then && !a.reachable(now) {
			continue
		}
		seen[mailbox] = true
		to = append(to, a)
	}
	return to
}

// Tells reports whether notices go to the mailbox of the address with this id. Who reads one that
// left the account long ago has no say.
func (b Book) Tells(id string, now time.Time) bool {
	i := slices.IndexFunc(b.All, func(a Address) bool { return a.ID == id })
	return i >= 0 && slices.ContainsFunc(b.Told(now),
		func(a Address) bool { return strings.EqualFold(a.Email, b.All[i].Email) })
}

// Speaks reports whether a mail from the mailbox can be of the owner: those that are in force or were
// retired less than 14 days ago count, at the lockout while a case holds the account. Who sends a mail can
// write any address into it, so that it proves nothing.
func (b Book) Speaks(mailbox string, now time.Time) bool {
	all, at := b.All, now
	if !b.Lockout.IsZero() {
		all, at = asOf(b.All, b.Lockout), b.Lockout
	}
	return slices.ContainsFunc(all, func(a Address) bool {
		return strings.EqualFold(a.Email, mailbox) && a.reachable(at)
	})
}

func (a Address) reachable(now time.Time) bool {
	return a.Until.IsZero() || recent(a.Until, now)
}

func newestFirst(all []Address) []Address {
	return slices.SortedFunc(slices.Values(all), func(a, b Address) int {
		return cmp.Or(b.Since.Compare(a.Since), cmp.Compare(b.ID, a.ID))
	})
}
