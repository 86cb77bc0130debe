// Package hook carries webhooks to their receivers over HTTPS, and to nowhere that only this machine
// or its network should reach.
package hook

import (
	"errors"
	"net/netip"
	"syscall"

	"regain/security/webhook"
)

// Guard lets connections go where its webhook.Reach allows it.
type Guard webhook.Reach

// errForbidden is what a connection to a forbidden address fails with.
var errForbidden = errors.New("the address is not public")

// Control is for net.Dialer: it refuses what the guard does not allow.
func (g Guard) Control(_, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil || !webhook.Reach(g).Allows(to.Addr()) {
		return errForbidden
	}
	return nil
}
