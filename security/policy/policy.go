// Package policy says what is asked of an account: by the product, by the organisation that it belongs
// to, and by the account itself. The strictest wins, and of each rule it is known whose it is, so that a
// page can say so. It knows only what it is given.
package policy

import (
	"slices"
	"time"
)

// Whose says who asks for something.
type Whose string

// Who can ask. Where two ask for the same it is the first one's rule.
const (
	ByProduct      Whose = "product"
	ByOrganisation Whose = "organisation"
	ByAccount      Whose = "account"
)

// Kind is a kind of second factor, as factors are stored.
type Kind string

// The kinds of second factor that a policy can ask for. Recovery codes are none: they come with either.
const (
	TOTP    Kind = "totp"
	Passkey Kind = "passkey"
)

// Kinds lists all of them.
var Kinds = []Kind{TOTP, Passkey}

// The shortest limits of sessions that an organisation can ask for: with less, nobody who needs time to
// read would get through the steps of a recovery (WCAG 2.2 SC 2.2.1).
const (
	LeastIdle  = 5 * time.Minute
	LeastWhole = 30 * time.Minute
)

// Policy is what one of them asks for. The zero value asks for nothing.
type Policy struct {
	Idle, Whole  time.Duration // the longest that a session lives unused, and at all; 0: any
	SecondFactor bool
	Kinds        []Kind // of second factors that count; nil: all
	SingleSignOn bool   // nobody signs in, or recovers the account, with a password here
	Issuer       string // who signs in instead, by its name; "" where one is not named
	// Countries are those of usual sign-ins, in ISO 3166-1 alpha-2; nil: all. A sign-in from elsewhere is
	// asked about, and not stopped.
	Countries []string
}

// Organisation is a customer of the marketplace to whom accounts belong.
type Organisation struct {
	ID, Name string
	Domains  []string // of the addresses of its people, in ASCII and lower case, sorted
	Notice   string   // the address that hears when something happens to a member; "" for none
	Policy
	ChangedAt time.Time
	Version   int64 // 0 when it is not stored yet
}

// Limit is the longest that something may last, and whose rule that is.
type Limit struct {
	For time.Duration // 0: nobody limits it
	Whose
}

// Demand is whether something is asked for, and by whom; "" for nobody.
type Demand struct{ Whose }

// Asked reports whether somebody asks for it.
func (d Demand) Asked() bool { return d.Whose != "" }

// Choice is what may be chosen from, and whose rule that is; "" where nobody narrows it.
type Choice[T comparable] struct {
	Of []T
	Whose
}

// Has reports whether x may be chosen.
func (c Choice[T]) Has(x T) bool { return c.Whose == "" || slices.Contains(c.Of, x) }

// Rules are what holds for an account, each with whose rule it is.
type Rules struct {
	Idle, Whole  Limit
	SecondFactor Demand
	Kinds        Choice[Kind]
	SingleSignOn Demand
	Issuer       string // of whoever demands single sign-on
	Countries    Choice[string]
}

// Strictest is what holds where the three ask for this. A limit is the shortest; what one demands is
// demanded; and only what all of them allow may be chosen. Kinds of second factor of which nothing
// would be left stay those of who comes first: a demand that nobody can meet protects nobody.
func Strictest(product, organisation, account Policy) Rules {
	var r Rules
	for _, p := range []struct {
		Policy
		by Whose
	}{{product, ByProduct}, {organisation, ByOrganisation}, {account, ByAccount}} {
		r.Idle.shorten(p.Idle, p.by)
		r.Whole.shorten(p.Whole, p.by)
		r.SecondFactor.add(p.SecondFactor, p.by)
		if p.SingleSignOn && !r.SingleSignOn.Asked() {
			r.Issuer = p.Issuer
		}
		r.SingleSignOn.add(p.SingleSignOn, p.by)
		if left := r.Kinds.narrowed(p.Kinds, p.by); len(left.Of) > 0 {
			r.Kinds = left
		}
		r.Countries = r.Countries.narrowed(p.Countries, p.by)
	}
	return r
}

func (l *Limit) shorten(to time.Duration, by Whose) {
	if to > 0 && (l.For == 0 || to < l.For) {
		*l = Limit{to, by}
	}
}

func (d *Demand) add(asked bool, by Whose) {
	if asked && d.Whose == "" {
		d.Whose = by
	}
}

// narrowed is what is left where by allows only these; nil are all.
func (c Choice[T]) narrowed(to []T, by Whose) Choice[T] {
	if to == nil {
		return c
	}
	left := Choice[T]{Whose: by}
	for _, x := range to {
		if c.Has(x) {
			left.Of = append(left.Of, x)
		}
	}
	if c.Whose != "" && len(left.Of) == len(c.Of) {
		return c
	}
	return left
}

// Outside reports whether a sign-in from the country is to be asked about. Where none is known nobody
// can say that it is one of them.
func (r Rules) Outside(country string) bool { return !r.Countries.Has(country) }

// Enough leaves what is of a kind that counts.
func Enough[F any](r Rules, all []F, kind func(F) Kind) []F {
	var some []F
	for _, f := range all {
		if r.Kinds.Has(kind(f)) {
			some = append(some, f)
		}
	}
	return some
}

// Counting is Enough, or all of it where none is enough: whoever has only another kind proves themselves
// by that, and is asked for one that counts next.
func Counting[F any](r Rules, all []F, kind func(F) Kind) []F {
	if some := Enough(r, all, kind); len(some) > 0 {
		return some
	}
	return all
}

// Required is how programs read whether something is asked for; "" for no.
func Required(asked bool) string {
	if asked {
		return "required"
	}
	return ""
}
