package handlers

import (
	"net"
	"net/http"
	"net/netip"
	"regain/security"
	"slices"
	"strings"
	"sync"

	"github.com/labstack/echo/v4"
)

// extractor finds the address of a client, through those proxies that are ours. Each of them has put
// the address that it was asked from at the end of X-Forwarded-For or, where there is none, of
// Forwarded (RFC 7239). What stands before the first address that is none of ours, anybody can write.
func extractor(proxies []*net.IPNet, unreadable func(header string)) echo.IPExtractor {
	direct := echo.ExtractIPDirect()
	if len(proxies) == 0 {
		return direct
	}
	ours := func(ip netip.Addr) bool {
		return slices.ContainsFunc(proxies, func(n *net.IPNet) bool { return n.Contains(ip.AsSlice()) })
	}
	var once sync.Once
	return func(r *http.Request) string {
		at, ok := security.ReadIP(direct(r))
		if !ok {
			return direct(r)
		}
		for _, next := range slices.Backward(hops(r.Header)) {
			if !ours(at) {
				break
			}
			from, ok := security.ReadIP(next)
			if !ok {
				once.Do(func() { unreadable(next) })
				break
			}
			at = from
		}
		return at.String()
	}
}

// hops are the addresses that proxies put down, the latest last.
func hops(h http.Header) []string {
	all := elements(h.Values(echo.HeaderXForwardedFor))
	if all != nil {
		return all
	}
	for _, element := range elements(h.Values("Forwarded")) {
		from := "unknown"
		for pair := range strings.SplitSeq(element, ";") {
			if name, value, _ := strings.Cut(pair, "="); strings.EqualFold(strings.TrimSpace(name), "for") {
				from = value
			}
		}
		all = append(all, from)
	}
	return all
}

// elements are those of a header that is a list; empty ones say nothing (RFC 9110 §5.6.1.2).
func elements(values []string) (all []string) {
	for element := range strings.SplitSeq(strings.Join(values, ","), ",") {
		if element = strings.TrimSpace(element); element != "" {
			all = append(all, element)
		}
	}
	return all
}
