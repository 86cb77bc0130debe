package risk

import (
	"cmp"
	"slices"
	"time"
)

// familiarRows bounds each list of a Familiar; the oldest goes first.
const familiarRows = 50

// trusting is the age at which what a succeeded login brought is trusted although nobody
// answered for it.
const trusting = 90 * 24 * time.Hour

// Familiar is what is remembered of an account so that one more login is judged at once,
// without its history. The zero value knows nothing. It is small, is stored as JSON, and
// means what Judge means, for logins that come in the order of time, but for this: a login that
// was judged never gets a reason from a later one, nor is it trusted less; and what is known
// fills from the logins that it was shown, however old, 50 countries and 50 devices at most.
type Familiar struct {
	// Countries and Devices are those of trusted logins, each with the last such login.
	Countries []Seen `json:"countries,omitempty"`
	Devices   []Seen `json:"devices,omitempty"`
	// NewCountries and NewDevices are those that only logins had which succeeded and are not
	// trusted, each with the first such login.
	NewCountries []Seen `json:"new_countries,omitempty"`
	NewDevices   []Seen `json:"new_devices,omitempty"`
	// Trusted and Odd are where the last login of either kind came from that is on the map.
	Trusted Seen `json:"trusted,omitzero"`
	Odd     Seen `json:"odd,omitzero"`
}

// Seen is a country or device, and a moment in milliseconds since 1970.
type Seen struct {
	What string `json:"what"`
	At   int64  `json:"at"`
}

// FamiliarOf learns from a history, in the order of time. Answers count as Judge counts them,
// and so do logins before h.Since.
func FamiliarOf(h History) Familiar {
	var f Familiar
	logins := slices.SortedFunc(slices.Values(h.Logins), func(a, b Login) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID))
	})
	for _, l := range logins {
		switch h.Answers[l.ID] {
		case Me:
			f.Confirm(l)
		case NotMe, Unsure:
		default:
			f.Judge(l)
		}
	}
	f.ripen(h.Since.UnixMilli())
	return f
}

// Judge returns the reasons why the owner is to be asked about l, none for most logins, and
// learns from it. Show it each login once. One that comes late, after others that happened
// later, is judged by what is known already.
func (f *Familiar) Judge(l Login) []Reason {
	if l.Outcome == Failed {
		return nil
	}
	now := l.At.UnixMilli()
	f.ripen(now - trusting.Milliseconds())
	why := f.reasons(l)
	trusted := l.Outcome == Succeeded && len(why) == 0
	switch {
	case trusted && !isNew(f.Devices, l.Device):
		f.trust(l, now)
	case l.Outcome == Succeeded:
		f.wait(l, now)
	}
	if f.travelled(Seen{l.Country, now}, trusted) {
		why = append(why, ImpossibleTravel)
	}
	return why
}

// Confirm takes up "this was me": what the login had is trusted from now on.
func (f *Familiar) Confirm(l Login) {
	if l.Outcome == Failed {
		return
	}
	now := l.At.UnixMilli()
	f.trust(l, now)
	here := Seen{l.Country, now}
	if f.Odd == here {
		f.Odd = Seen{}
	}
	if _, ok := countries[l.Country]; ok && now >= f.Trusted.At {
		f.Trusted = here
	}
}

// Deny takes up "this was not me": what was new in the login is not trusted for its age, and, when
// why says that it was new, nor for an answer that was given before.
func (f *Familiar) Deny(l Login, why ...Reason) {
	f.NewCountries = without(f.NewCountries, l.Country)
	f.NewDevices = without(f.NewDevices, l.Device)
	if slices.Contains(why, NewCountry) {
		f.Countries = without(f.Countries, l.Country)
	}
	if slices.Contains(why, NewDevice) {
		f.Devices = without(f.Devices, l.Device)
	}
	if here := (Seen{l.Country, l.At.UnixMilli()}); f.Trusted == here {
		f.Trusted = Seen{}
	}
}

func (f *Familiar) reasons(l Login) []Reason {
	var why []Reason
	if l.Outcome == Stopped {
		why = append(why, WasStopped)
	}
	if !l.Unmapped && isNew(f.Countries, l.Country) {
		why = append(why, NewCountry)
	}
	if l.OutsideOf != "" {
		why = append(why, OutsideCountries)
	}
	if !f.Knows(l) {
		why = append(why, NewDevice)
	}
	return why
}

// Knows reports whether the device of l is no reason to ask, as it is where no device is known yet.
func (f *Familiar) Knows(l Login) bool { return !isNew(f.Devices, l.Device) || f.vouched(l) }

// Vouches reports whether the place and the device of l are known for good, so that an answer from there can make
// others familiar. What nothing is known of vouches for nobody.
func (f *Familiar) Vouches(l Login) bool {
	return has(f.Devices, l.Device) && (l.Unmapped || has(f.Countries, l.Country))
}

func (f *Familiar) trust(l Login, at int64) {
	if !l.Unmapped {
		f.Countries = last(f.Countries, Seen{l.Country, at})
		f.NewCountries = without(f.NewCountries, l.Country)
	}
	f.Devices = last(f.Devices, Seen{l.Device, at})
	f.NewDevices = without(f.NewDevices, l.Device)
}

// vouched reports whether a trusted device may be the one of l under another name. The trusted
// country is the second evidence, for anybody can claim a name.
func (f *Familiar) vouched(l Login) bool {
	other := otherName(l.Device)
	return other != "" && has(f.Devices, other) && l.Country != "" && has(f.Countries, l.Country)
}

// wait notes what the login brought that is not trusted yet.
func (f *Familiar) wait(l Login, at int64) {
	if !l.Unmapped && !has(f.Countries, l.Country) {
		f.NewCountries = first(f.NewCountries, Seen{l.Country, at})
	}
	if !has(f.Devices, l.Device) {
		f.NewDevices = first(f.NewDevices, Seen{l.Device, at})
	}
}

// ripen trusts what came before since, a moment in milliseconds.
func (f *Familiar) ripen(since int64) {
	f.Countries, f.NewCountries = ripe(f.Countries, f.NewCountries, since)
	f.Devices, f.NewDevices = ripe(f.Devices, f.NewDevices, since)
}

func ripe(known, waiting []Seen, since int64) (trusted, left []Seen) {
	if !slices.ContainsFunc(waiting, func(s Seen) bool { return s.At < since }) {
		return known, waiting
	}
	for _, s := range waiting {
		if s.At < since {
			known = last(known, s)
		} else {
			left = append(left, s)
		}
	}
	return known, left
}

// travelled reports whether nobody can have come here in time from where the last login was, or
// have gone on there; it follows the rule of trail.
func (f *Familiar) travelled(here Seen, trusted bool) bool {
	if _, ok := countries[here.What]; !ok {
		return false
	}
	fast := apart(f.Trusted, here) || !trusted && apart(f.Odd, here)
	switch {
	case trusted && here.At >= f.Trusted.At:
		f.Trusted = here
	case !trusted && here.At >= f.Odd.At:
		f.Odd = here
	}
	return fast
}

// apart reports whether two logins are too far apart for the time between them, whichever was
// first.
func apart(a, b Seen) bool {
	if a.What == "" {
		return false
	}
	if a.At > b.At {
		a, b = b, a
	}
	return tooFast(&Login{Country: a.What, At: time.UnixMilli(a.At)},
		&Login{Country: b.What, At: time.UnixMilli(b.At)})
}

func position(list []Seen, what string) int {
	return slices.IndexFunc(list, func(s Seen) bool { return s.What == what })
}

func has(list []Seen, what string) bool { return position(list, what) >= 0 }

// isNew reports whether a list that tells anything has nothing of what.
func isNew(list []Seen, what string) bool {
	return slices.ContainsFunc(list, func(s Seen) bool { return s.What != "" }) && !has(list, what)
}

func without(list []Seen, what string) []Seen {
	if i := position(list, what); i >= 0 {
		return slices.Delete(list, i, i+1)
	}
	return list
}

// last puts s into the list, or moves what is there on to its moment if that is later.
func last(list []Seen, s Seen) []Seen {
	if i := position(list, s.What); i >= 0 {
		list[i].At = max(list[i].At, s.At)
		return list
	}
	return bounded(append(list, s))
}

// first puts s into the list, or moves what is there back to its moment if that is earlier.
func first(list []Seen, s Seen) []Seen {
	if i := position(list, s.What); i >= 0 {
		list[i].At = min(list[i].At, s.At)
		return list
	}
	return bounded(append(list, s))
}

func bounded(list []Seen) []Seen {
	if len(list) <= familiarRows {
		return list
	}
	oldest := slices.MinFunc(list, func(a, b Seen) int { return cmp.Compare(a.At, b.At) })
	return without(list, oldest.What)
}
