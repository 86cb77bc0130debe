package policy

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Each rule by itself, with every combination of who asks for what.
func TestStrictestOfEachCombination(t *testing.T) {
	limits := []time.Duration{0, 10 * time.Minute, 20 * time.Minute, 30 * time.Minute}
	each(limits, func(of [3]time.Duration) {
		want := Limit{}
		for i, by := range whose {
			if of[i] != 0 && (want.For == 0 || of[i] < want.For) {
				want = Limit{of[i], by}
			}
		}
		got := strictest(func(p *Policy, i int) { p.Idle = of[i] })
		same(t, fmt.Sprint("idle ", of), got.Idle, want)
		got = strictest(func(p *Policy, i int) { p.Whole = of[i] })
		same(t, fmt.Sprint("whole ", of), got.Whole, want)
	})
	each([]bool{false, true}, func(of [3]bool) {
		want := Demand{}
		for i, by := range whose {
			if of[i] {
				want = Demand{by}
				break
			}
		}
		got := strictest(func(p *Policy, i int) { p.SecondFactor = of[i] })
		same(t, fmt.Sprint("second factor ", of), got.SecondFactor, want)
		got = strictest(func(p *Policy, i int) { p.SingleSignOn, p.Issuer = of[i], string(whose[i]) })
		same(t, fmt.Sprint("single sign-on ", of), got.SingleSignOn, want)
		same(t, fmt.Sprint("issuer ", of), got.Issuer, string(want.Whose))
	})
	each([][]Kind{nil, {TOTP}, {Passkey}, {TOTP, Passkey}}, func(of [3][]Kind) {
		got := strictest(func(p *Policy, i int) { p.Kinds = of[i] }).Kinds
		for _, k := range Kinds {
			all, before := true, true // whether all of them allow it, and all that can be met together
			for i := range of {
				all = all && (of[i] == nil || has(of[i], k))
				before = before && (of[i] == nil || has(of[i], k) || contradicts(of, i))
			}
			if got.Has(k) != before || all && !got.Has(k) {
				t.Errorf("%v: %s is allowed: %v", of, k, got.Has(k))
			}
		}
		if !got.Has(TOTP) && !got.Has(Passkey) {
			t.Errorf("%v: no kind is left", of)
		}
		if narrows := got.Whose != ""; narrows != (of[0] != nil || of[1] != nil || of[2] != nil) {
			t.Errorf("%v: narrowed by %q", of, got.Whose)
		}
	})
	each([][]string{nil, {"DE"}, {"FR"}, {"DE", "FR"}}, func(of [3][]string) {
		got := strictest(func(p *Policy, i int) { p.Countries = of[i] })
		for _, country := range []string{"DE", "FR", "LV", ""} {
			outside := false
			for i := range of {
				outside = outside || of[i] != nil && !has(of[i], country)
			}
			if got.Outside(country) != outside {
				t.Errorf("%v: %q is outside: %v, want %v", of, country, got.Outside(country), outside)
			}
		}
	})
}

// contradicts reports whether the one at place i allows nothing of what those before it allow together.
func contradicts(of [3][]Kind, i int) bool {
	left := Kinds
	for n := 0; n <= i; n++ {
		var both []Kind
		for _, k := range left {
			if of[n] == nil || has(of[n], k) {
				both = append(both, k)
			}
		}
		if len(both) == 0 {
			if n == i {
				return true
			}
			continue
		}
		left = both
	}
	return false
}

func TestWhoseRuleItIs(t *testing.T) {
	hour := time.Hour
	for _, tt := range []struct {
		name                           string
		product, organisation, account Policy
		want                           Rules
	}{
		{name: "nobody asks", want: Rules{}},
		{"the same is the product's", Policy{Idle: hour, SecondFactor: true},
			Policy{Idle: hour, SecondFactor: true}, Policy{SecondFactor: true},
			Rules{Idle: Limit{hour, ByProduct}, SecondFactor: Demand{ByProduct}}},
		{"longer than the product has no effect", Policy{Whole: hour}, Policy{Whole: 2 * hour}, Policy{},
			Rules{Whole: Limit{hour, ByProduct}}},
		{"each its own", Policy{Idle: hour, Whole: 3 * hour},
			Policy{Whole: 2 * hour, Kinds: []Kind{Passkey}, SingleSignOn: true, Issuer: "acme",
				Countries: []string{"DE"}}, Policy{SecondFactor: true},
			Rules{Idle: Limit{hour, ByProduct}, Whole: Limit{2 * hour, ByOrganisation},
				SecondFactor: Demand{ByAccount}, Kinds: Choice[Kind]{[]Kind{Passkey}, ByOrganisation},
				SingleSignOn: Demand{ByOrganisation}, Issuer: "acme",
				Countries: Choice[string]{[]string{"DE"}, ByOrganisation}}},
		{"who narrows nothing has no rule", Policy{Kinds: []Kind{Passkey}},
			Policy{Kinds: []Kind{TOTP, Passkey}}, Policy{},
			Rules{Kinds: Choice[Kind]{[]Kind{Passkey}, ByProduct}}},
	} {
		same(t, tt.name, Strictest(tt.product, tt.organisation, tt.account), tt.want)
	}
}

func TestCounting(t *testing.T) {
	self := func(k Kind) Kind { return k }
	passkeys := Strictest(Policy{}, Policy{Kinds: []Kind{Passkey}}, Policy{})
	for _, tt := range []struct {
		r                     Rules
		has, enough, counting []Kind
	}{
		{Rules{}, nil, nil, nil},
		{Rules{}, []Kind{TOTP}, []Kind{TOTP}, []Kind{TOTP}},
		{passkeys, []Kind{TOTP}, nil, []Kind{TOTP}},
		{passkeys, []Kind{TOTP, Passkey}, []Kind{Passkey}, []Kind{Passkey}},
	} {
		same(t, fmt.Sprint("enough of ", tt.has), Enough(tt.r, tt.has, self), tt.enough)
		same(t, fmt.Sprint("counting of ", tt.has), Counting(tt.r, tt.has, self), tt.counting)
	}
}

var whose = [...]Whose{ByProduct, ByOrganisation, ByAccount}

// each calls do with every way in which three can choose one of the values.
func each[T any](values []T, do func([3]T)) {
	for _, a := range values {
		for _, b := range values {
			for _, c := range values {
				do([3]T{a, b, c})
			}
		}
	}
}

// strictest is Strictest of three policies that set fills in.
func strictest(set func(p *Policy, i int)) Rules {
	var all [3]Policy
	for i := range all {
		set(&all[i], i)
	}
	return Strictest(all[0], all[1], all[2])
}

func same[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func has[T comparable](all []T, x T) bool { return Choice[T]{all, ByProduct}.Has(x) }
