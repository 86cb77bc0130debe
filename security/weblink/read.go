package weblink

import (
	"strings"
	"unicode/utf8"
)

// reading is a link as a browser takes it apart. All offsets are of bytes of link.
type reading struct {
	link   string // as it was given, without the blanks at its ends
	scheme string // in lower case, without its colon
	host   string // in ASCII; empty when there is none, or when a browser refuses the link
	port   string // as a number without leading zeros; empty for none or that of the scheme

	web    bool // http, https, or no scheme in front of what could be a host
	bare   bool // no scheme stands in front
	broken bool // a browser refuses it

	slashes   span // what stands between the scheme and who or where
	userinfo  span // with its @
	typed     span // the host as it was typed
	colonPort span // with its colon
	rest      span // path, query and fragment
}

// span is a piece of a link. It is empty when from is not before to.
type span struct{ from, to int }

func (s span) of(text string) string {
	if s.from >= s.to {
		return ""
	}
	return text[s.from:s.to]
}

// defaults are the ports of the schemes whose links browsers read as links with a host.
var defaults = map[string]string{"http": "80", "https": "443", "ftp": "21", "ws": "80", "wss": "443"}

// read takes a link apart by https://url.spec.whatwg.org/#url-parsing, as Chromium does it. What
// has no scheme is read as one types it into the address bar.
func read(link string) reading {
	r := reading{link: strings.TrimFunc(link, isEdge)}
	clean, raw := withoutBreaks(r.link)
	at := schemeOf(clean)
	switch {
	case at == 0:
		r.bare, r.web = true, true
		for at < len(clean) { // such as the mark with which some programs begin a file
			c, n := utf8.DecodeRuneInString(clean[at:])
			if !invisible(c) {
				break
			}
			at += n
		}
	default:
		r.scheme = strings.ToLower(clean[:at-1])
		r.web = r.scheme == "http" || r.scheme == "https"
		if defaults[r.scheme] == "" {
			return r
		}
	}
	r.authority(clean, at, raw)
	return r
}

// isEdge is what browsers cut off at both ends.
func isEdge(c rune) bool { return c <= ' ' }

// withoutBreaks leaves out tabs and ends of lines, wherever they stand. raw gives the place in
// link of each byte that is left, and of the end; it is nil when nothing was left out.
func withoutBreaks(link string) (clean string, raw []int) {
	if !strings.ContainsAny(link, "\t\r\n") {
		return link, nil
	}
	left := make([]byte, 0, len(link))
	for i := range len(link) {
		if c := link[i]; c != '\t' && c != '\r' && c != '\n' {
			left, raw = append(left, c), append(raw, i)
		}
	}
	return string(left), append(raw, len(link))
}

// schemeOf is where the scheme ends, behind its colon; 0 when there is none. What a browser takes
// for a scheme when it is clicked, people mean as a host with its port: example.com:443/x.
func schemeOf(s string) int {
	for i := range len(s) {
		c := s[i] | 0x20
		switch {
		case 'a' <= c && c <= 'z':
		case i > 0 && ('0' <= s[i] && s[i] <= '9' || s[i] == '+' || s[i] == '-' || s[i] == '.'):
		case i > 0 && s[i] == ':' && !isHostPort(s[:i], s[i+1:]):
			return i + 1
		default:
			return 0
		}
	}
	return 0
}

func isHostPort(name, rest string) bool {
	digits := 0
	for digits < len(rest) && '0' <= rest[digits] && rest[digits] <= '9' {
		digits++
	}
	ends := digits == len(rest) || strings.IndexByte(`/\?#`, rest[digits]) >= 0
	return digits > 0 && ends && (strings.Contains(name, ".") || strings.EqualFold(name, "localhost"))
}

// authority reads who and where of what begins at an offset.
func (r *reading) authority(s string, at int, raw []int) {
	place := func(from, to int) span {
		if raw == nil {
			return span{from, to}
		}
		return span{raw[from], raw[to]}
	}
	begin := at
	for begin < len(s) && (s[begin] == '/' || s[begin] == '\\') {
		begin++
	}
	end := len(s)
	if i := strings.IndexAny(s[begin:], `/\?#`); i >= 0 {
		end = begin + i
	}
	host := begin + strings.LastIndexByte(s[begin:end], '@') + 1
	hostEnd := end
	if i := strings.LastIndexByte(s[host:end], ':'); i >= 0 &&
		i > strings.LastIndexByte(s[host:end], ']') {
		hostEnd = host + i
	}
	r.slashes, r.userinfo = place(at, begin), place(begin, host)
	r.typed, r.colonPort, r.rest = place(host, hostEnd), place(hostEnd, end), place(end, len(s))
	name, ok := hostOf(s[host:hostEnd])
	port, fine := portOf(s[hostEnd:end])
	if !ok || !fine {
		r.broken = true
		return
	}
	r.host, r.port = name, port
	if port == defaults[r.scheme] || r.bare && port == defaults["https"] {
		r.port = ""
	}
}

// portOf reads a port with its colon in front, or nothing.
func portOf(s string) (port string, ok bool) {
	n := 0
	for i := 1; i < len(s); i++ {
		if s[i] < '0' || '9' < s[i] {
			return "", false
		}
		if n = n*10 + int(s[i]-'0'); n > 65535 {
			return "", false
		}
	}
	if len(s) < 2 {
		return "", true
	}
	if port = strings.TrimLeft(s[1:], "0"); port == "" {
		port = "0"
	}
	return port, true
}
