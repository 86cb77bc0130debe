package webhook

import (
	"net/netip"
	"slices"
)

// Reach says to which addresses of machines there may be a connection. It is asked when a connection
// is made, with the address that the name has then: a name that has changed meanwhile leads nowhere
// else.
type Reach struct {
	Allow    []netip.Prefix // although they are not public
	Loopback bool           // the portal is for this machine alone: so may its receivers be
}

// special are the IPv4 networks that are not for the public, or not for one receiver (RFC 6890).
var special = prefixes("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
	"172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
	"198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4")

// public6 is all of IPv6 that is public (RFC 4291 §2.4), and special6 what is not for receivers in
// it: Teredo and other protocols, 6to4 and documentation. What carries an IPv4 address by NAT64
// (64:ff9b::/96) or otherwise lies outside of it.
var (
	public6  = netip.MustParsePrefix("2000::/3")
	special6 = prefixes("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)

func prefixes(all ...string) (list []netip.Prefix) {
	for _, one := range all {
		list = append(list, netip.MustParsePrefix(one))
	}
	return list
}

// Allows reports whether there may be a connection to an address.
func (r Reach) Allows(a netip.Addr) bool {
	a = a.Unmap()
	among := func(list []netip.Prefix) bool {
		return slices.ContainsFunc(list, func(p netip.Prefix) bool { return p.Contains(a) })
	}
	switch {
	case a.Zone() != "":
		return false
	case among(r.Allow), r.Loopback && a.IsLoopback():
		return true
	case a.Is4():
		return !among(special)
	}
	return public6.Contains(a) && !among(special6)
}
