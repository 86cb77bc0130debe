package mailproof

import (
	"regexp"
	"strings"
)

// textLinks finds addresses in plain text: what has a scheme and slashes, or begins with www.
func textLinks(text string) (all []Link) {
	lower := lowerASCII(text)
	for at := 0; len(all) <= maxLinks; {
		i := nextAddress(lower[at:])
		if i < 0 {
			return all
		}
		i += at
		end := i + strings.IndexFunc(text[i:], endsAddress)
		if end < i {
			end = len(text)
		}
		found := strings.TrimRight(text[i:end], ".,;:!?'*_)]}»”’")
		if len(found) > maxURL {
			found = found[:maxURL]
		}
		if len(found) > len("www.") {
			all = append(all, Link{URL: strings.ToValidUTF8(found, "")})
		}
		at = end
	}
	return all
}

func endsAddress(c rune) bool { return c <= ' ' || c == '<' || c == '>' || c == '"' || c == '`' }

// nextAddress is where the next address begins in text of small letters; -1 for nowhere.
func nextAddress(text string) int {
	best := -1
	if i := strings.Index(text, "://"); i >= 0 {
		start := i
		for start > 0 && i-start < 12 && isScheme(text[start-1]) {
			start--
		}
		best = start
	}
	for _, begin := range []string{"www.", "data:"} {
		limit := len(text)
		if best >= 0 {
			limit = best
		}
		for at := 0; ; {
			i := strings.Index(text[at:limit], begin)
			if i < 0 {
				break
			}
			if i += at; i == 0 || !isScheme(text[i-1]) {
				best = i
				break
			}
			at = i + 1
		}
	}
	return best
}

func isScheme(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.'
}

func lowerASCII(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

var codeForm = regexp.MustCompile(`\b[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}\b`)

// endOf is how much of a text is looked at for the code: what forwarding programs add stands behind it.
const endOf = 4 << 10

// endCode is the last of what looks like a message code.
func endCode(text string) string {
	found := codeForm.FindAllString(text[max(0, len(text)-endOf):], -1)
	if len(found) == 0 {
		return ""
	}
	return strings.ToUpper(found[len(found)-1])
}
