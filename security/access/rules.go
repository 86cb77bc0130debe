package access

import (
	"slices"

	"regain/security"
	"regain/security/policy"
)

// kindOf is the kind of a factor as policies name it.
func kindOf(f security.Factor) policy.Kind { return policy.Kind(f.Kind) }

// Counting are the factors by which somebody can prove who they are: those of a kind that counts, or all
// where none is. Recovery codes are none of them: they are what is left when a device is lost.
func Counting(r policy.Rules, factors []security.Factor) []security.Factor {
	return policy.Counting(r, factors, kindOf)
}

// Counts reports whether f is one of Counting.
func Counts(r policy.Rules, factors []security.Factor, f security.Factor) bool {
	return slices.ContainsFunc(Counting(r, factors),
		func(x security.Factor) bool { return x.ID == f.ID })
}

// Lacking reports whether a second factor is asked for and none of those that there are counts.
func Lacking(r policy.Rules, factors []security.Factor) bool {
	return r.SecondFactor.Asked() && len(policy.Enough(r, factors, kindOf)) == 0
}

// MustStay reports whether f cannot be removed: a second factor is asked for, and it is the last one that
// counts, or the last of all.
func MustStay(r policy.Rules, factors []security.Factor, f security.Factor) bool {
	left := slices.DeleteFunc(slices.Clone(factors),
		func(x security.Factor) bool { return x.ID == f.ID })
	return r.SecondFactor.Asked() && len(left) == 0 || !Lacking(r, factors) && Lacking(r, left)
}
