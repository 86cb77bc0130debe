// Package trust is the pages of Trust & Safety: what was reported, in which campaigns, and the hosts
// that the checks warn of. What a stranger wrote stands there as text that does nothing.
package trust

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
)

// web finds the beginning of an address of the web and its host, however its slashes are written.
var web = regexp.MustCompile(`(?i)\b(h)tt(ps?:[\\/]{1,3})([^\s/\\?#<>"']+)`)

// bareHost finds a host that mail programs make a link of although nothing stands before it.
var bareHost = regexp.MustCompile(`(?i)\bwww\.[^\s/\\?#<>"']+`)

// Inert is a text in which no program finds an address to open, as those who fight fraud write it:
// hxxps://host[.]example. Characters that do not show, or that turn the text around, stand as their
// numbers.
func Inert(text string) string {
	text = web.ReplaceAllStringFunc(text, func(link string) string {
		at := web.FindStringSubmatch(link)
		return at[1] + "xx" + at[2] + dotless(at[3])
	})
	return Visible(bareHost.ReplaceAllStringFunc(text, dotless))
}

func dotless(host string) string {
	return strings.ReplaceAll(strings.ReplaceAll(host, "[.]", "."), ".", "[.]")
}

// Visible is a text whose hidden characters show, as their numbers in brackets.
func Visible(text string) string {
	var b strings.Builder
	for _, r := range text {
		if hidden(r) {
			fmt.Fprintf(&b, "⟦U+%04X⟧", r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// hidden reports whether a character does not show: marks of direction, joiners, tags, controls.
func hidden(r rune) bool {
	return unicode.Is(unicode.Cf, r) || unicode.IsControl(r) && r != '\n' && r != '\t' ||
		r == '\u2028' || r == '\u2029' || r == '\u115f' || r == '\u1160' || r == '\u3164' ||
		unicode.Is(unicode.Variation_Selector, r)
}

// folds is where a long text is cut: what is longer is folded.
const (
	foldLines = 40
	foldRunes = 3000
)

// fold cuts a long text into what is shown and what is folded.
func fold(text string) (shown, rest string) {
	lines, runes := 0, 0
	for i, r := range text {
		if runes++; r == '\n' {
			lines++
		}
		if lines == foldLines || runes > foldRunes {
			return text[:i], strings.TrimPrefix(text[i:], "\n")
		}
	}
	return text, ""
}
