package security

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"regain/security/limits"
	"regain/security/refusal"
)

// Counted is a network whose visitors share the budget of one address so many times.
type Counted struct {
	Key   string
	Times int
}

// ReadIP reads an address as people and proxies write it: with or without a port, brackets, quotes,
// a zone. IPv4 in IPv6 is IPv4.
func ReadIP(s string) (netip.Addr, bool) {
	s = strings.Trim(strings.TrimSpace(s), `"`)
	at, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(s, "["), "]"))
	if err != nil {
		var port netip.AddrPort
		port, err = netip.ParseAddrPort(s)
		at = port.Addr()
	}
	return at.Unmap().WithZone(""), err == nil
}

// Loopback reports whether a host, with no port, is this machine.
func Loopback(host string) bool {
	at, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && at.Unmap().IsLoopback()
}

// Networks are the networks that limits count an address under, narrowest first: an IPv4 address
// and its /24; of IPv6 the /64 that one subscriber has at least, and the /56 and /48 that many get.
func Networks(ip string) []Counted {
	addr, err := netip.ParseAddr(ip)
	if err != nil {
		return []Counted{{addr.String(), 1}}
	}
	addr = addr.Unmap().WithZone("")
	within := func(bits int) string { return netip.PrefixFrom(addr, bits).Masked().String() }
	if addr.Is4() {
		return []Counted{{addr.String(), 1}, {within(24), 16}}
	}
	return []Counted{{within(64), 1}, {within(56), 4}, {within(48), 16}}
}

// Budgets are those of an address and of the networks around it, narrowest first.
func (s *Core) Budgets(l limits.Limit, ip string) []limits.Budget {
	var all []limits.Budget
	for _, n := range Networks(ip) {
		of := l
		of.Burst *= n.Times
		all = append(all, limits.Budget{Limit: of, Key: s.Keys.Digest("limit", n.Key)})
	}
	return all
}

// SpendFrom takes one unit of the budget of an address, and of those of the networks around it.
// One that is over its own takes nothing from theirs.
func (s *Core) SpendFrom(ctx context.Context, l limits.Limit, ip string, now time.Time) error {
	all := s.Budgets(l, ip)
	return s.spend(ctx, now, all[0], all[1:]...)
}

// Spend takes one unit of the budget of key, which is stored as a keyed hash.
func (s *Core) Spend(ctx context.Context, l limits.Limit, key string, now time.Time) error {
	return s.spend(ctx, now, limits.Budget{Limit: l, Key: s.Keys.Digest("limit", key)})
}

func (s *Core) spend(ctx context.Context, now time.Time, b limits.Budget, more ...limits.Budget) error {
	wait, err := s.Store.Spend(ctx, b.Limit, b.Key, now, more...)
	if err != nil {
		return fmt.Errorf("spend %s: %w", b.Limit.Name, err)
	}
	if wait > 0 {
		Stopped(s, b.Limit.Name)
		return &Refusal{Code: refusal.TooManyRequests, Retry: wait}
	}
	return nil
}

// Stopped counts that somebody came to a limit or a pace, by its name.
func Stopped(s *Core, limit string) {
	if s.Limited != nil {
		s.Limited(limit)
	}
}
