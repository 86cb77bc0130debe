package risk

import "net/netip"

// Place is where a recovery session comes from, in the words of a Login. Unknown parts are
// empty.
type Place struct{ Country, Device, IP string }

// Contradictions returns the ids of the logins that the owner denies although they came from
// the very device and network in hand. It is a hint for staff and is never shown to the
// owner. An IPv4 network is one address, an IPv6 network a /64.
func Contradictions(h History, here Place) []string {
	if here.Device == "" {
		return nil
	}
	var ids []string
	for _, l := range h.Logins {
		denied := h.Answers[l.ID] == NotMe
		if denied && l.Device == here.Device && sameNetwork(l.IP, here.IP) {
			ids = append(ids, l.ID)
		}
	}
	return ids
}

// Unfamiliar reports whether a recovery comes from a device and a country that no trusted
// login of the account had; Judge says what is trusted. An unknown part vouches for nothing,
// so that hiding the user agent does not make a new country familiar. An account without
// trusted logins that told theirs gives nothing to compare with.
func Unfamiliar(h History, here Place) bool {
	_, known := h.review()
	if !told(known.countries) && !told(known.devices) {
		return false
	}
	return !vouches(known.countries, here.Country) && !vouches(known.devices, here.Device)
}

func vouches(known map[string]bool, what string) bool { return what != "" && known[what] }

// UnfamiliarDevice reports whether a recovery comes from a device that no trusted login of the
// account had, whatever the country. A device that tells nothing about itself is unfamiliar. An
// account without a device that is known gives nothing to compare with. Other names of a device
// count for logins only.
func UnfamiliarDevice(h History, here Place) bool {
	_, known := h.review()
	return told(known.devices) && !vouches(known.devices, here.Device)
}

func sameNetwork(a, b string) bool {
	from, ok := network(a)
	to, found := network(b)
	return ok && found && from == to
}

func network(ip string) (netip.Prefix, bool) {
	addr, err := netip.ParseAddr(ip)
	if err != nil {
		return netip.Prefix{}, false
	}
	addr = addr.Unmap()
	bits := 64
	if addr.Is4() {
		bits = 32
	}
	prefix, err := addr.Prefix(bits)
	return prefix, err == nil
}
