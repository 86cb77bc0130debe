package security

import (
	"context"
	"fmt"
	"time"

	"regain/security/identifier"
)

// ProvenAt lists the accounts of which this is the address that proves ownership at now: one who has
// just put another person's address in is not among them, and neither is one whose username it is. A
// person may have two accounts at one address.
func (c *Core) ProvenAt(ctx context.Context, email string, now time.Time) (all []Account, err error) {
	if !ValidEmail(identifier.Mailbox(email)) {
		return nil, nil
	}
	found, err := c.Named(ctx, email, now)
	if err != nil {
		return nil, fmt.Errorf("read accounts: %w", err)
	}
	for _, a := range found {
		proof, ok, err := c.Proof(ctx, a, now)
		if err != nil {
			return nil, err
		}
		if ok && identifier.Fold(proof.Email) == identifier.Fold(email) {
			all = append(all, a)
		}
	}
	return all, nil
}
