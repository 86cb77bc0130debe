package organisation

import "regain/security/policy"

// The kinds of write of this room. What a kind guards stands in its comment.
type (
	// PutOrganisation adds an organisation whose Version is 0, or replaces one that is still at its Version, but for
	// its domains.
	PutOrganisation struct{ Organisation policy.Organisation }
	// ClaimDomain gives a domain that belongs to nobody to an organisation.
	ClaimDomain struct{ Domain, Organisation string }
	// LeaveDomain takes a domain from the organisation that has it.
	LeaveDomain struct{ Domain, Organisation string }
)

func (PutOrganisation) Write() {}
func (ClaimDomain) Write()     {}
func (LeaveDomain) Write()     {}
