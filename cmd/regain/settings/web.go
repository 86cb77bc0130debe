package settings

import (
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/idna"

	"regain/security"
	"regain/security/passkey"
	"regain/security/weblink"
)

// plainHTTP reports whether something else speaks TLS before a listener that others reach.
func (f *faults) plainHTTP(v string) bool {
	const behindProxy = "behind-proxy"
	if v != "" && v != behindProxy {
		f.add("REGAIN_PLAIN_HTTP", "want %s or nothing", behindProxy)
	}
	return v == behindProxy
}

func (f *faults) address(name, v string, plain bool) string {
	if v == "" {
		return ""
	}
	host, port, err := net.SplitHostPort(v)
	if n, numErr := strconv.ParseUint(port, 10, 16); err != nil || numErr != nil || n > 65535 {
		f.add(name, "want HOST:PORT, such as 127.0.0.1:8080")
		return ""
	}
	if !plain && !security.Loopback(host) {
		f.add(name, "plain HTTP is for loopback only; set REGAIN_TLS, or behind a proxy that "+
			"speaks TLS, REGAIN_PLAIN_HTTP=behind-proxy")
		return ""
	}
	return v
}

// origin reads the base URL. Every link is built from it, so it has to be one
// that nobody on the way can read.
func (f *faults) origin(name, v string) (origin, host string) {
	if v == "" {
		f.add(name, "is not set; want the public origin, such as https://protect.example.com")
		return "", ""
	}
	u, err := url.Parse(v)
	switch {
	case err != nil || u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http":
		f.add(name, "want an origin such as https://protect.example.com")
	case u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.Trim(u.Path, "/") != "":
		f.add(name, "want the origin alone, without a path")
	case u.Scheme == "http" && !security.Loopback(u.Hostname()):
		f.add(name, "http:// is for loopback only; want https://")
	default:
		if host, ok := canonical(u); ok {
			return u.Scheme + "://" + host, host
		}
		f.add(name, "want a host as browsers write it, such as protect.example.com, and a port from "+
			"1 to 65535 if any")
	}
	return "", ""
}

// hostNames are those that can be looked up.
var hostNames = idna.New(idna.MapForLookup(), idna.BidiRule(), idna.VerifyDNSLength(true))

// canonical is the host of an origin as browsers send it: in small letters, in ASCII (RFC 5891), and
// without the port that goes without saying.
func canonical(u *url.URL) (host string, ok bool) {
	host = strings.ToLower(u.Hostname())
	if ip, err := netip.ParseAddr(host); err == nil {
		if host = ip.String(); ip.Is6() {
			host = "[" + host + "]"
		}
	} else if host, err = hostNames.ToASCII(host); err != nil || host == "" {
		return "", false
	}
	port := u.Port()
	n, err := strconv.ParseUint(port, 10, 16)
	usual := map[string]uint64{"https": 443, "http": 80}[u.Scheme]
	switch {
	case port == "":
		return host, !strings.HasSuffix(u.Host, ":")
	case err != nil || n == 0:
		return "", false
	case n == usual:
		return host, true
	}
	return host + ":" + strconv.FormatUint(n, 10), true
}

// staffOrigin reads the origin of the staff console, by default that of the portal. Cookies know no
// port: a console that is to be apart needs another host.
func (f *faults) staffOrigin(v, base string) string {
	const name = "REGAIN_STAFF_BASE_URL"
	if v == "" {
		return base
	}
	origin, _ := f.origin(name, v)
	if origin != "" && origin != base && hostOf(origin) == hostOf(base) {
		f.add(name, "want another host than that of REGAIN_BASE_URL, or none")
	}
	return origin
}

// staffPasskeys reports whether staff who decide must have a passkey, which browsers make for a name
// and for no bare address of a machine.
func (f *faults) staffPasskeys(v, origin string) bool {
	const name = "REGAIN_STAFF_PASSKEYS"
	required := f.choice(name, v, "optional", "required")
	if required && origin != "" && !passkey.At(origin, "").Usable() {
		f.add(name, "browsers make no passkeys at %s; want a host name there, or optional", origin)
	}
	return required
}

func (f *faults) home(v string) string {
	if v == "" {
		return ""
	}
	u, err := url.Parse(v)
	if err != nil || u.Hostname() == "" || u.User != nil ||
		u.Scheme != "https" && (u.Scheme != "http" || !security.Loopback(u.Hostname())) {
		f.add("REGAIN_HOST_URL", "want an address such as https://www.example.com")
	}
	return v
}

// hostFaults say what is wrong with an entry of the list of our hosts.
var hostFaults = map[weblink.HostFault]string{
	weblink.NoHost:       "is no name of a host such as example.com",
	weblink.NumberHost:   "is an IP address; want a name such as example.com",
	weblink.PublicSuffix: "is an ending below which anybody can have a name; want one such as example.com",
	weblink.SharedHost:   "is a service where anybody can make a short link",
}

// ourHosts reads the hosts whose links are ours; those of the portal and of the marketplace when there
// is no list.
func (f *faults) ourHosts(list string, addresses ...string) weblink.Hosts {
	hosts, bad := weblink.ParseHosts(list)
	for _, b := range bad {
		f.add("REGAIN_OUR_HOSTS", "%q %s", b.Entry, hostFaults[b.Fault])
	}
	if len(hosts.Names()) == 0 && len(bad) == 0 {
		return weblink.HostsOf(addresses...)
	}
	return hosts
}

func (f *faults) networks(name, v string) []netip.Prefix {
	var all []netip.Prefix
	for _, one := range strings.FieldsFunc(v, func(r rune) bool { return r == ',' || r == ' ' }) {
		p, err := netip.ParsePrefix(one)
		if a, addrErr := netip.ParseAddr(one); err != nil && addrErr == nil && a.Zone() == "" {
			p, err = a.Prefix(a.BitLen())
		}
		if err != nil {
			f.add(name, "%q is no network such as 10.0.0.0/8", one)
			continue
		}
		all = append(all, p.Masked())
	}
	return all
}

// Names are the hosts, with no port, under which a browser reaches the portal. A portal for this
// machine alone goes by all names of the machine.
func (s *Settings) Names() []string {
	host := (&url.URL{Host: s.BaseHost}).Hostname()
	if security.Loopback(host) {
		return []string{host, "localhost", "127.0.0.1", "::1"}
	}
	return []string{host}
}

// OwnMachine reports whether the portal is for this machine alone.
func (s *Settings) OwnMachine() bool { return strings.HasPrefix(s.BaseURL, "http://") }
