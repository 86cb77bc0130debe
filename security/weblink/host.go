package weblink

import (
	"net/netip"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

// letters maps the names of hosts as browsers do (UTS #46, not transitional).
var letters = idna.New(idna.MapForLookup(), idna.Transitional(false), idna.BidiRule(),
	idna.CheckHyphens(false), idna.CheckJoiners(true), idna.StrictDomainName(false),
	idna.VerifyDNSLength(false))

// hostOf is the host to which a browser goes for what was typed, and whether there is one.
func hostOf(typed string) (host string, ok bool) {
	if strings.HasPrefix(typed, "[") {
		return ip6(typed)
	}
	name := decoded(typed)
	if !utf8.ValidString(name) {
		return "", false
	}
	if !isASCII(name) {
		var err error
		if name, err = letters.ToASCII(name); err != nil {
			return "", false
		}
	}
	if name, ok = plain(name); !ok || name == "" {
		return "", false
	}
	if endsInNumber(name) {
		return ip4(name)
	}
	return name, true
}

// plain is how Chromium writes a host of ASCII characters; not ok when it refuses one of them. It
// does not ask whether what begins with xn-- stands for letters.
func plain(name string) (string, bool) {
	var b strings.Builder
	for i := range len(name) {
		switch c := name[i]; {
		case 'A' <= c && c <= 'Z':
			b.WriteByte(c | 0x20)
		case c == ' ' || c == '*':
			b.WriteString("%" + strings.ToUpper(strconv.FormatUint(uint64(c), 16)))
		case c < ' ' || c >= 0x7f || strings.IndexByte(`#%/:<>?@[\]^|`, c) >= 0:
			return "", false
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), true
}

// decoded takes %41 for A, and leaves what is not two such digits.
func decoded(s string) string {
	if strings.IndexByte(s, '%') < 0 {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if c, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				out, i = append(out, byte(c)), i+2
				continue
			}
		}
		out = append(out, s[i])
	}
	return string(out)
}

// endsInNumber tells whether a browser takes the host for an IPv4 address, or refuses it.
func endsInNumber(name string) bool {
	name = strings.TrimSuffix(name, ".")
	last := name[strings.LastIndexByte(name, '.')+1:]
	if last == "" {
		return false
	}
	_, ok := number(last)
	return ok || strings.Trim(last, "0123456789") == ""
}

// number reads a part of an address: decimal, 0x and hexadecimal, or 0 and octal. Too large a one
// is the largest that there is.
func number(s string) (uint64, bool) {
	base := 10
	switch {
	case strings.HasPrefix(s, "0x"):
		s, base = s[2:], 16
	case len(s) > 1 && s[0] == '0':
		s, base = s[1:], 8
	}
	if s == "" {
		return 0, base == 16
	}
	if s[0] == '+' || s[0] == '-' || s[0] == '_' {
		return 0, false
	}
	n, err := strconv.ParseUint(s, base, 64)
	if e, is := err.(*strconv.NumError); is && e.Err == strconv.ErrRange {
		return n, true
	}
	return n, err == nil
}

// ip4 reads an address of one to four numbers, of which the last fills what is left.
func ip4(name string) (string, bool) {
	parts := strings.Split(strings.TrimSuffix(name, "."), ".")
	if len(parts) > 4 {
		return "", false
	}
	var whole uint64
	for i, part := range parts {
		n, ok := number(part)
		most, shift := uint64(255), 8*(3-i)
		if i == len(parts)-1 {
			most, shift = 1<<(8*(5-len(parts)))-1, 0
		}
		if !ok || n > most {
			return "", false
		}
		whole += n << shift
	}
	return netip.AddrFrom4([4]byte{byte(whole >> 24), byte(whole >> 16), byte(whole >> 8),
		byte(whole)}).String(), true
}

// ip6 reads an address in brackets.
func ip6(typed string) (string, bool) {
	inner, ok := strings.CutSuffix(typed[1:], "]")
	addr, err := netip.ParseAddr(inner)
	if !ok || err != nil || addr.Zone() != "" || !addr.Is6() {
		return "", false
	}
	if addr.Is4In6() { // browsers write it with colons alone
		b := addr.As16()
		return "[::ffff:" + strconv.FormatUint(uint64(b[12])<<8|uint64(b[13]), 16) + ":" +
			strconv.FormatUint(uint64(b[14])<<8|uint64(b[15]), 16) + "]", true
	}
	return "[" + addr.String() + "]", true
}

// isIP tells whether a host that was read is an address.
func isIP(host string) bool {
	if strings.HasPrefix(host, "[") {
		return true
	}
	_, err := netip.ParseAddr(host)
	return err == nil
}

// domainOf is the registrable domain of a host that was read. Endings in private hands, such as
// those of services where anybody can make a site, count as endings.
func domainOf(host string) string {
	host = strings.TrimSuffix(host, ".")
	if isIP(host) {
		return host
	}
	domain, err := publicsuffix.EffectiveTLDPlusOne(host)
	if err != nil {
		return host
	}
	return domain
}

// keyOf and namesOf: see Key and Names.
func keyOf(host string) string {
	host = strings.TrimRight(host, ".")
	if bare, is := strings.CutPrefix(host, "www."); is && strings.Contains(bare, ".") {
		return bare
	}
	return host
}

func namesOf(host string) (names []string) {
	host = strings.TrimRight(host, ".")
	if host == "" {
		return nil
	}
	domain := domainOf(host)
	for host != domain {
		names = append(names, host)
		_, above, ok := strings.Cut(host, ".")
		if !ok {
			return names
		}
		host = above
	}
	return append(names, domain)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
