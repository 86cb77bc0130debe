package sight

import (
	"fmt"
	"net/netip"
	"regexp"
	"strings"
	"unicode"
)

const (
	dots = "••••"
	// most is how many digits stand together before they are a number of somebody.
	most = 6
	// gap is what people put between the digits of one number.
	gap = `[\p{Zs}\t\p{Pd}\p{Pc}\p{Cf}./()'’*·]`
	// moments are days, and hours behind them, which say when something was.
	moments = `\b(?:19|20)\d\d-[01]\d-[0-3]\d(?:[T ]\d\d:\d\d(?::\d\d)?)?\b` +
		`|\b[0-3]?\d[./-][0-3]?\d[./-](?:19|20)\d\d\b`
)

var (
	addressIn = regexp.MustCompile(`[^\s<>"'(),;:]+[@＠][^\s<>"'(),;:]+`)
	// causeIn are the fixed words of a note, as staff copy it into a message.
	causeIn  = regexp.MustCompile(`(?i)\((?:ato|comp)\)[^\n]*`)
	noteIn   = regexp.MustCompile(`(?i)(\[(?:cause|evidence)\])[^\n]*(?:\n[ \t]+[^\n]*)*`)
	oldCause = regexp.MustCompile(`(?m)^(Cause|Evidence)\b[^\n]*`)
	// ibanIn are account numbers that begin with a country; words may look like one.
	ibanIn = regexp.MustCompile(`\b[A-Za-z]{2}\p{Nd}{2}(?:` + gap +
		`?[A-Za-z0-9]{2,4}){2,16}\p{Nd}*`)
	// numberIn finds moments first, which stay, then addresses of the net and other digits.
	numberIn = regexp.MustCompile(moments + `|\b[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{0,4}){2,7}[0-9.]*` +
		`|[+(]?\p{Nd}(?:` + gap + `{0,3}\p{Nd})*`)
	moment = regexp.MustCompile(`^(?:` + moments + `)$`)
)

// Text is what somebody wrote, with addresses and numbers shortened, and without the cause where
// a note was copied.
func (r Reader) Text(s string) string {
	if r.Full {
		return s
	}
	s = causeIn.ReplaceAllString(noteIn.ReplaceAllString(s, "$1 "+dots), dots)
	s = ibanIn.ReplaceAllStringFunc(r.Address(s), shortNumber)
	return numberIn.ReplaceAllStringFunc(s, shortNumber)
}

// shortNumber masks a number unless it is a moment or short.
func shortNumber(s string) string {
	if moment.MatchString(s) {
		return s
	}
	if ip := ShortIP(strings.TrimRight(s, ".:")); ip != "" {
		return ip
	}
	digits := 0
	for _, c := range s {
		if unicode.IsDigit(c) {
			digits++
		}
	}
	if digits <= most {
		return s
	}
	return dots
}

// ShortIP is an address of the net as support sees it: the network that a place is known by,
// without what tells one line from another. What is no address gives "".
func ShortIP(ip string) string {
	addr, err := netip.ParseAddr(ip)
	if err != nil {
		return ""
	}
	if addr = addr.Unmap().WithZone(""); addr.Is4() {
		four := addr.As4()
		return fmt.Sprintf("%d.%d.%d.x", four[0], four[1], four[2])
	}
	prefix, _ := addr.Prefix(48) // it fails for IPv4 alone
	return prefix.String()
}
