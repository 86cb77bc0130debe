// Package batch tells which changes can be done as one, and in which order their writes stand then.
package batch

import (
	"cmp"
	"maps"
	"slices"

	"regain/security"
	"regain/security/access"
)

// Together reports whether it is the same to do all changes as one: each is about another account
// and stirs no other, and none is only counted.
func Together(changes []security.Change) bool {
	seen := make(map[string]bool, len(changes))
	for _, c := range changes {
		whose := account(c)
		other := func(id string) bool { return id != whose }
		if whose == "" || seen[whose] || c.Event.OfStrangers() ||
			slices.ContainsFunc(security.WhoseFactsChanged(c.Writes), other) {
			return false
		}
		seen[whose] = true
	}
	return len(changes) > 1
}

// account is the one that a change is about: that of its event or, where the event may be about many,
// that of all that is told; "" when it is not one.
func account(c security.Change) string {
	var told []string
	for _, w := range c.Writes {
		switch w := w.(type) {
		case security.PutLogins:
			for _, l := range w.Logins {
				told = append(told, l.Account)
			}
		case security.PutActivities:
			for _, a := range w.Activities {
				told = append(told, a.Account)
			}
		}
	}
	if c.Event.Account != "" {
		told = append(told, c.Event.Account)
	}
	if told = slices.Compact(told); len(told) == 1 {
		return told[0]
	}
	return ""
}

// Logins are all that several writes add.
func Logins(all []security.PutLogins) (rows []security.Login) {
	for _, w := range all {
		rows = append(rows, w.Logins...)
	}
	return rows
}

// Activities is Logins for activity.
func Activities(all []security.PutActivities) (rows []security.Activity) {
	for _, w := range all {
		rows = append(rows, w.Activities...)
	}
	return rows
}

// InTurn is the first write of each change, then the second of each and so on: those of one change
// stay in order, and those of one kind stand together. The paces come before all: see budget.Take.
func InTurn(changes []security.Change) (all []security.Write) {
	for i, more := 0, true; more; i++ {
		more = false
		for _, c := range changes {
			if i < len(c.Writes) {
				all, more = append(all, c.Writes[i]), true
			}
		}
	}
	slices.SortStableFunc(all, func(a, b security.Write) int { return cmp.Compare(after(a), after(b)) })
	return all
}

// after is 0 for what comes before all else.
func after(w security.Write) int {
	if _, ok := w.(access.ForgetTries); ok {
		return 0
	}
	return 1
}

// Stirred are accounts whose FactsVersion is yet to be counted up by a commit.
type Stirred map[string]bool

// StirredBy are the accounts of security.WhoseFactsChanged.
func StirredBy(writes []security.Write) Stirred {
	s := Stirred{}
	for _, id := range security.WhoseFactsChanged(writes) {
		s[id] = true
	}
	return s
}

// Take is what a row of the account that is only now added begins to count from. It need not be
// written a second time then: that costs as much as the first.
func (s Stirred) Take(account string) int {
	if !s[account] {
		return 0
	}
	delete(s, account)
	return 1
}

// Left are those that were not taken, in order.
func (s Stirred) Left() []string { return slices.Sorted(maps.Keys(s)) }
