package mailproof

import (
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

// foldDomain brings a domain into the form that is compared: ASCII, small, without a dot at its end. What
// is no domain stays as it is, and is equal to none.
func foldDomain(domain string) string {
	domain = strings.ToLower(strings.TrimSuffix(strings.TrimSpace(domain), "."))
	if ascii, err := idna.Lookup.ToASCII(domain); err == nil {
		return ascii
	}
	return domain
}

// Registrable is the part of a domain that somebody has registered, by the public suffix list; the
// domain itself where it is a suffix or has none.
func Registrable(domain string) string {
	if of, err := publicsuffix.EffectiveTLDPlusOne(domain); err == nil {
		return of
	}
	return domain
}

// aligned is DMARC's relaxed alignment (RFC 7489 §3.1.1): both belong to one organisation.
func aligned(a, b string) bool {
	return a != "" && b != "" && Registrable(foldDomain(a)) == Registrable(foldDomain(b))
}
