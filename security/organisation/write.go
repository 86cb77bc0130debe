package organisation

import (
	"time"

	"regain/security/policy"
)

// The kinds of write of this room. What a kind guards stands in its comment.
type (
	// PutOrganisation adds an organisation whose Version is 0, or replaces one that is still at its Version, but for
	// its domains.
	PutOrganisation struct{ Organisation policy.Organisation }
	// ClaimDomain gives a domain that belongs to nobody to an organisation.
	ClaimDomain struct{ Domain, Organisation string }
	// LeaveDomain takes a domain from the organisation that has it.
	LeaveDomain struct{ Domain, Organisation string }
	// EndMembers ends the living signed-in sessions of the members of an organisation which its issuer did not
	// begin; none is no conflict.
	EndMembers struct {
		Organisation string
		At           time.Time
	}
)

func (PutOrganisation) Write() {}
func (ClaimDomain) Write()     {}
func (LeaveDomain) Write()     {}
func (EndMembers) Write()      {}
