package settings

import (
	"net"
	"net/netip"
	"strconv"
	"strings"

	"regain/security"
)

// Inbound is where mail comes in; without a network it does not.
type Inbound struct {
	LMTP    bool   // or SMTP
	Network string // tcp or unix
	Address string // with the port, or the path of a socket
}

// inbound reads where mail comes in. Neither protocol proves who speaks: it has to be the operator's own
// mail server, on this machine or in a private network.
func (f *faults) inbound(v, takes string) (in Inbound) {
	const name = "REGAIN_INBOUND_LISTEN"
	if v == "" {
		return in
	}
	protocol, address, _ := strings.Cut(v, ":")
	in.LMTP, in.Network, in.Address = protocol == "lmtp", "tcp", address
	if path, ok := strings.CutPrefix(address, "unix:"); ok {
		in.Network, in.Address = "unix", path
	}
	host, port, err := net.SplitHostPort(in.Address)
	n, bad := strconv.ParseUint(port, 10, 16)
	switch ip, _ := netip.ParseAddr(host); {
	case protocol != "lmtp" && protocol != "smtp", in.Address == "",
		in.Network == "tcp" && (err != nil || bad != nil || n > 65535):
		f.add(name, "want lmtp:HOST:PORT, lmtp:unix:PATH, smtp:HOST:PORT or smtp:unix:PATH")
	case in.Network == "tcp" && !security.Loopback(host) && !ip.IsPrivate():
		f.add(name, "anybody could bring mail there past your mail server; want a socket, an address of "+
			"this machine or one of a private network such as 10.0.0.5")
	case takes == "":
		f.add(name, "takes no mail without REGAIN_ABUSE_EMAIL or REGAIN_REPLY_EMAIL")
	default:
		return in
	}
	return Inbound{}
}

// longestReply leaves room in the local part, which has 64 octets (RFC 5321 §4.5.3.1.1), for the plus sign
// and what is behind it.
const longestReply = 25

// reply reads the address to which replies come, with something added behind a plus sign.
func (f *faults) reply(v, abuse string) string {
	const name = "REGAIN_REPLY_EMAIL"
	v = f.email(name, v)
	local, _, _ := strings.Cut(v, "@")
	switch {
	case v == "":
	case len(local) > longestReply || strings.Contains(local, "+"):
		f.add(name, "want at most %d characters before the @, and no plus sign", longestReply)
	case strings.EqualFold(v, abuse):
		f.add(name, "want another address than REGAIN_ABUSE_EMAIL")
	}
	return v
}
