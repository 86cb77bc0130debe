package security

import (
	"context"
	"fmt"

	"regain/security/policy"
)

// members says who belongs to which organisation; see the room of organisations.
type members interface {
	Organisation(ctx context.Context, id string) (policy.Organisation, error)
	OrganisationsOf(ctx context.Context, accounts []string) (map[string]policy.Organisation, error)
}

// Rules are what the product, the organisation of the account, and the account itself ask of its owner,
// but for how long sessions live, which each session knows; with the organisation, which has no id where
// the account belongs to none.
func (s *Core) Rules(ctx context.Context, a Account) (r policy.Rules, of policy.Organisation, err error) {
	if a.Organisation != "" {
		if of, err = s.Members.Organisation(ctx, a.Organisation); err != nil {
			return r, of, fmt.Errorf("read organisation: %w", err)
		}
	}
	return policy.Strictest(policy.Policy{SecondFactor: s.Policy.TwoFactorRequired}, of.Policy,
		policy.Policy{SecondFactor: a.ShortPassword}), of, nil
}
