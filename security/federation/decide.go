package federation

import (
	"slices"

	"regain/security"
	"regain/security/identifier"
)

// Why is why somebody whom an issuer vouches for is not let in; it is on the audit trail alone.
type Why string

// The reasons.
const (
	Unknown   Why = "unknown"    // the claim names nobody here
	Several   Why = "several"    // it names more than one
	Unchecked Why = "unverified" // an address that the issuer has not verified
	Foreign   Why = "domain"     // an address that is not at a domain of the organisation
	Outside   Why = "outside"    // an account that is not a member of the organisation
	Other     Why = "other"      // the account is linked to another subject of this issuer
	Nobody    Why = "no_claim"   // the claim is not there
)

// Candidate is an account, or a member of staff, whom a claim may mean.
type Candidate struct {
	ID, Organisation string
	Linked           bool             // to some subject of this issuer
	Holds            []security.Write // hold by what a claim means it
}

// Found is what is on record of whom the claims may mean.
type Found struct {
	Link    *Candidate  // whom the subject is linked to; nil for none
	ByClaim []Candidate // whom the claim of the issuer names
}

// Decide says whom the claims of x mean; whoever is not Linked is from now on. Once somebody is
// linked, nothing but issuer and subject counts (ASVS 6.8.1, 10.5.2): no other claim moves them to another
// account, and no other subject gets theirs. An issuer speaks for the members of its own organisation only.
func Decide(x Issuer, domains []string, c Claims, f Found) (who Candidate, why Why) {
	if f.Link != nil {
		if f.Link.Organisation != x.Organisation {
			return who, Outside
		}
		who = *f.Link
		who.Linked = true
		return who, ""
	}
	if why := x.takes(domains, c); why != "" {
		return who, why
	}
	members := slices.DeleteFunc(slices.Clone(f.ByClaim),
		func(m Candidate) bool { return m.Organisation != x.Organisation })
	switch {
	case len(f.ByClaim) == 0:
		return who, Unknown
	case len(members) == 0:
		return who, Outside
	case len(members) > 1:
		return who, Several
	case members[0].Linked:
		return who, Other
	}
	return members[0], ""
}

// takes tells why the claim that names somebody is not taken; "" when it is. Staff have no domains: who
// they are is by invitation.
func (x Issuer) takes(domains []string, c Claims) Why {
	switch {
	case c.Value == "":
		return Nobody
	case x.Claim != ClaimEmail:
		return ""
	case !c.EmailVerified:
		return Unchecked
	case x.Organisation != "" && !slices.Contains(domains, identifier.DomainOf(c.Value)):
		return Foreign
	}
	return ""
}

// SecondFactor reports whether the claims say that a second factor was shown. An issuer that says nothing
// of it has seen one alone (ASVS 6.8.4).
func (x Issuer) SecondFactor(c Claims) bool {
	return c.ACR != "" && slices.Contains(x.ACR, c.ACR) ||
		slices.ContainsFunc(c.AMR, func(m string) bool { return slices.Contains(x.AMR, m) })
}
