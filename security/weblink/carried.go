package weblink

import (
	"encoding/base64"
	"strings"
)

// carried are the pieces of what stands behind a host that are addresses of hosts that are not
// ours: ?url=https://other.example, however often it is encoded.
func (j Judge) carried(link string, rest span) (found []span) {
	rest.to = min(rest.to, rest.from+MaxLink)
	text := rest.of(link)
	for from := 0; from < len(text); {
		to := len(text)
		if i := strings.IndexAny(text[from:], "?&;#"); i >= 0 {
			to = from + i
		}
		key, value, ok := strings.Cut(text[from:to], "=")
		at := span{rest.from + from, rest.from + to}
		if ok {
			at.from += len(key) + 1
		} else {
			value, key = text[from:to], ""
		}
		if j.leadsAway(strings.ToLower(key), value) {
			found = append(found, at)
		}
		from = to + 1
	}
	return found
}

// leads are what a parameter is called that says where to go next. Under these names a host needs
// nothing in front to be one.
var leads = set("url", "uri", "u", "next", "redirect", "redirect_uri", "redirect_url", "redir",
	"return", "return_to", "returnto", "returnurl", "return_url", "goto", "go", "to", "dest",
	"destination", "continue", "target", "link", "r", "rurl", "out", "view", "q", "site", "page",
	"forward", "callback", "checkout_url", "image_url", "service", "success", "ref")

// leadsAway tells whether a value names a place that is not ours.
func (j Judge) leadsAway(key, value string) bool {
	for range 4 { // each turn takes off one encoding
		if j.away(value) || leads[key] && j.bareAway(value) {
			return true
		}
		if plain, ok := unpacked(value); ok && j.away(plain) {
			return true
		}
		next := decoded(value)
		if next == value {
			return false
		}
		value = next
	}
	return true // nobody writes a link of ours so
}

// unpacked decodes what begins as http does in base64.
func unpacked(value string) (string, bool) {
	if !strings.HasPrefix(value, "aHR0c") {
		return "", false
	}
	value = strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(value, "="))
	plain, err := base64.RawStdEncoding.DecodeString(value)
	return string(plain), err == nil
}

// away looks for what a browser would follow: a scheme or two slashes, of either kind, with a host
// behind them, or a scheme that runs something.
func (j Judge) away(text string) bool {
	if at := schemeOf(text); at > 0 && scripts[strings.ToLower(text[:at-1])] {
		return true
	}
	low := strings.Map(lower, text)
	for _, scheme := range []string{"http:", "https:", "ftp:"} {
		for i, from := 0, 0; i >= 0 && from < len(low); from += len(scheme) {
			if i = strings.Index(low[from:], scheme); i >= 0 {
				from += i
				if r := read(text[from:]); r.broken || !j.Ours.Has(r.host) {
					return true
				}
			}
		}
	}
	for i := 0; i+1 < len(text); i++ {
		if isSlash(text[i]) && isSlash(text[i+1]) {
			r := read("https:" + text[i:])
			if strings.Contains(r.host, ".") && !j.Ours.Has(r.host) {
				return true
			}
			for i+1 < len(text) && isSlash(text[i+1]) {
				i++
			}
		}
	}
	return false
}

func isSlash(c byte) bool { return c == '/' || c == '\\' }

// bareAway tells whether a value is the name of a host that is not ours, by an ending that is in
// use on the web.
func (j Judge) bareAway(value string) bool {
	r := read(value)
	return r.bare && r.host != "" && !j.Ours.Has(r.host) && (isIP(r.host) &&
		strings.Count(r.host, ".") == 3 && strings.Contains(value, ".") || onTheWeb(r.host))
}
