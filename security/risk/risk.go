// Package risk tells which logins of an account need an answer from the owner, and why. It
// knows only the logins it is given and never claims certainty: a reason is a code, places
// are approximate, and a network that hides its place can fool it both ways. It blocks
// nothing and remembers nothing.
package risk

import (
	"cmp"
	"slices"
	"time"
)

// Outcomes of a login.
const (
	Succeeded = "succeeded" // got in
	Stopped   = "stopped"   // right password, stopped by another measure
	Failed    = "failed"    // wrong password
)

// Answers of an owner to "was this you?".
const (
	Me     = "me"
	NotMe  = "not_me"
	Unsure = "unsure"
)

// Login is one login event of an account. Country is an ISO 3166-1 alpha-2 code in capitals
// or empty when unknown; Device is a label that Device returned, or empty. Unmapped says that there
// are no country data: an unknown country then says nothing about the login.
type Login struct {
	ID        string
	At        time.Time
	IP        string
	Country   string
	Unmapped  bool
	Device    string
	Outcome   string
	StoppedBy string
	// OutsideOf is the name of the organisation of the account, where it knows no usual sign-ins from there.
	OutsideOf string
}

// Reason says in a code why a login needs an answer.
type Reason string

// The reasons, in the order in which a finding lists them.
const (
	WasStopped       Reason = "stopped"
	NewCountry       Reason = "new_country"
	OutsideCountries Reason = "outside_countries"
	NewDevice        Reason = "new_device"
	ImpossibleTravel Reason = "impossible_travel"
)

// Finding is a login with the reasons why it needs an answer, none for most.
type Finding struct {
	Login   Login
	Reasons []Reason
}

// NeedsAnswer reports whether the owner is to be asked about the login.
func (f Finding) NeedsAnswer() bool { return len(f.Reasons) > 0 }

// History is what is known about the logins of one account, in any order.
type History struct {
	Logins  []Login
	Answers map[string]string // login id to Me, NotMe or Unsure
	Since   time.Time         // logins before it are not asked about but count as seen
}

// Judge returns the logins from h.Since on, newest first, each with its reasons.
//
// A stopped login always has a reason, and so has one from outside, a failed one never. A country or device is new when no
// trusted earlier login had it, but for the first one that can be told. What cannot be told is one
// of its own: whoever hides theirs is as new as whoever has another. A device that may be a known
// one under the other name of its browser (an iPad that calls itself a Mac) is not new in a country
// that is known, but is known no better for that. A login is trusted when it succeeded and either
// has no such reason or is older than h.Since; an answer of the owner overrules this both ways. An
// answer does not take the reasons of its own login away. Of two logins too far apart for the time between
// them the one that is not trusted gets the reason, or both when they are alike.
func Judge(h History) []Finding {
	all, _ := h.review()
	first, _ := slices.BinarySearchFunc(all, h.Since, func(f Finding, since time.Time) int {
		return f.Login.At.Compare(since)
	})
	asked := all[first:]
	slices.Reverse(asked)
	return asked
}

// review judges all logins, oldest first, and returns the places of the trusted ones too.
func (h History) review() ([]Finding, seen) {
	logins := make([]*Login, len(h.Logins))
	for i := range h.Logins {
		logins[i] = &h.Logins[i]
	}
	slices.SortFunc(logins, func(a, b *Login) int {
		if order := a.At.Compare(b.At); order != 0 {
			return order
		}
		return cmp.Compare(a.ID, b.ID)
	})
	findings := make([]Finding, len(logins))
	known := seen{map[string]bool{}, map[string]bool{}}
	var way trail
	for i, l := range logins {
		f := &findings[i]
		f.Login = *l
		if l.Outcome == Failed {
			continue
		}
		f.Reasons = known.reasons(l)
		trusted := h.trusts(f)
		if trusted && !h.borrows(l, known) {
			known.add(l)
		}
		way.add(f, trusted)
	}
	return findings, known
}

func (h History) trusts(f *Finding) bool {
	switch h.Answers[f.Login.ID] {
	case Me:
		return true
	case NotMe, Unsure:
		return false
	}
	old := f.Login.At.Before(h.Since)
	return f.Login.Outcome == Succeeded && (old || !f.NeedsAnswer())
}

// borrows reports whether only the other name of its device speaks for a login, and neither the
// owner nor its age.
func (h History) borrows(l *Login, known seen) bool {
	return known.vouched(l) && h.Answers[l.ID] != Me && !l.At.Before(h.Since)
}

// seen holds the countries and devices of trusted logins.
type seen struct{ countries, devices map[string]bool }

func (s seen) add(l *Login) {
	if !l.Unmapped {
		s.countries[l.Country] = true
	}
	s.devices[l.Device] = true
}

func (s seen) reasons(l *Login) []Reason {
	var why []Reason
	if l.Outcome == Stopped {
		why = append(why, WasStopped)
	}
	if !l.Unmapped && told(s.countries) && !s.countries[l.Country] {
		why = append(why, NewCountry)
	}
	if l.OutsideOf != "" {
		why = append(why, OutsideCountries)
	}
	if told(s.devices) && !s.devices[l.Device] && !s.vouched(l) {
		why = append(why, NewDevice)
	}
	return why
}

// vouched reports whether a device that is not known may be a known one under another name, in a
// country that is known.
func (s seen) vouched(l *Login) bool {
	return !s.devices[l.Device] && vouches(s.devices, otherName(l.Device)) &&
		vouches(s.countries, l.Country)
}

// told reports whether there is anything beside what could not be told.
func told(known map[string]bool) bool { return len(known) > 1 || len(known) == 1 && !known[""] }
