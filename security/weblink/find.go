package weblink

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/publicsuffix"
)

// MaxLinks is how many links of one text are looked at.
const MaxLinks = 50

// Find gives the links of a text as they stand in it, in their order and without repeats. A text
// that is one link, even with ends of lines in it, is taken as a browser would when it is pasted.
func (j Judge) Find(text string) (links []string) {
	text = strings.TrimSpace(strings.ToValidUTF8(text, "\ufffd"))
	if whole := strings.Trim(text, `<>"'`); j.isOne(whole) {
		return []string{whole}
	}
	seen := map[string]bool{}
	for word := range strings.FieldsFuncSeq(text, separates) {
		for piece := range strings.SplitSeq(word, "](") { // as Markdown writes links
			link := j.within(piece)
			if link != "" && !seen[link] && len(links) < MaxLinks {
				seen[link] = true
				links = append(links, link)
			}
		}
	}
	return links
}

// separates tells of what stands between links, in a text or in the source of a page.
func separates(c rune) bool {
	return c == ' ' || '\t' <= c && c <= '\r' || c > ' ' && unicode.IsSpace(c) ||
		strings.ContainsRune("<>\"`|", c)
}

// isOne tells of a text that is one link.
func (j Judge) isOne(text string) bool {
	if strings.ContainsFunc(text, func(c rune) bool {
		return separates(c) && c != '\t' && c != '\r' && c != '\n'
	}) || strings.Count(text, "://") > 1 && strings.ContainsAny(text, "\t\r\n") {
		return false
	}
	return schemeOf(text) > 0 && j.within(text) == text
}

// within is the link in a word of a text; empty when there is none.
func (j Judge) within(word string) string {
	word = strings.TrimLeft(word, `([{*_'“”‘’«»„,;`)
	word = trimEnd(word)
	from := len(word)
	for _, mark := range []string{"://", `:\\`, `:/\`, `:\/`} {
		if i := strings.Index(word, mark); i > 0 && i < from {
			from = i
		}
	}
	if from < len(word) {
		colon := from
		for from > 0 && isScheme(word[from-1]) {
			from--
		}
		if from < colon {
			return word[from:]
		}
	}
	if at := schemeOf(word); at > 0 && at < len(word) {
		scheme := strings.ToLower(word[:at-1])
		if scripts[scheme] || scheme == "http" || scheme == "https" || scheme == "mailto" {
			return word
		}
		if _, after, ok := strings.Cut(word, ":"); ok && j.isBare(after) {
			return after // "see:www.example.com"
		}
		return ""
	}
	if j.isBare(word) {
		return word
	}
	return ""
}

func isScheme(c byte) bool {
	return 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' || c == '+' || c == '-' || c == '.'
}

// trimEnd takes off what ends a sentence, and brackets that were not opened in the word.
func trimEnd(word string) string {
	for word != "" {
		c, n := utf8.DecodeLastRuneInString(word)
		open := strings.IndexRune(")]}", c)
		switch {
		case strings.ContainsRune(`.,;:!?*_'“”‘’«»…`, c):
		case open >= 0 && !strings.Contains(word, "([{"[open:open+1]):
		default:
			return word
		}
		word = word[:len(word)-n]
	}
	return word
}

// isBare tells whether a word without a scheme is meant as the address of a page. Addresses of
// mails are not.
func (j Judge) isBare(word string) bool {
	r := read(word)
	if !r.bare || r.host == "" || !j.plausible(r) {
		return false
	}
	if r.userinfo.from < r.userinfo.to && r.rest.of(r.link) == "" {
		return false
	}
	return j.Ours.Has(r.host) || isIP(r.host) || strings.HasPrefix(r.host, "www.") ||
		onTheWeb(r.host)
}

// onTheWeb tells whether a host has a name below an ending that is in use.
func onTheWeb(host string) bool {
	host = strings.TrimSuffix(host, ".")
	suffix, listed := publicsuffix.PublicSuffix(host)
	// Endings in private hands are listed, too, and have a dot.
	return suffix != host && (listed || strings.Contains(suffix, ".")) && !strings.HasPrefix(host, ".")
}
