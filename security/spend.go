package security

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"regain/security/limits"
	"regain/security/refusal"
)

// Network is the key of limits for an address: one IPv4 address, or the /64 that
// one subscriber has of IPv6.
func Network(ip string) string {
	addr, err := netip.ParseAddr(ip)
	if err != nil || addr.Unmap().Is4() {
		return addr.Unmap().String()
	}
	prefix, _ := addr.WithZone("").Prefix(64) // it fails for IPv4 alone
	return prefix.String()
}

// Spend takes one unit of the budget of key, which is stored as a keyed hash.
func (s *Core) Spend(ctx context.Context, l limits.Limit, key string, now time.Time) error {
	wait, err := s.Store.Spend(ctx, l, s.Keys.Digest("limit", key), now)
	if err != nil {
		return fmt.Errorf("spend %s: %w", l.Name, err)
	}
	if wait > 0 {
		return &Refusal{Code: refusal.TooManyRequests, Retry: wait}
	}
	return nil
}
