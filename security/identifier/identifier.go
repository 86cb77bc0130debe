// Package identifier reads the names of accounts as people type and paste them: usernames and
// addresses.
package identifier

import (
	"net/url"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Fold makes a username or an address comparable: compatibility forms and case are no difference,
// nor is what does not show; the domain of an address is written in ASCII. Only compare with it: a
// mail goes to an address as it was given.
func Fold(s string) string {
	for range 8 { // one turn can make what the next one folds, such as a letter and its accent
		next := fold(s)
		if next == s {
			break
		}
		s = next
	}
	return s
}

func fold(s string) string {
	s = Visible(s)
	at := strings.LastIndexByte(s, '@')
	if at < 0 {
		return letters(s)
	}
	return letters(s[:at]) + "@" + domain(s[at+1:])
}

// letters folds case. Lower case of the dotted capital I is an i with another dot, which most
// programs leave out.
func letters(s string) string {
	if isASCII(s) {
		return strings.ToLower(s)
	}
	s = norm.NFKD.String(strings.Map(cherokee, cases.Fold().String(norm.NFKC.String(s))))
	return norm.NFKC.String(strings.ReplaceAll(s, "i\u0307", "i"))
}

// cherokee folds the one script whose small letters Unicode folds to capitals, which cases.Fold leaves as they are.
func cherokee(r rune) rune {
	switch {
	case '\uab70' <= r && r <= '\uabbf':
		return r - '\uab70' + '\u13a0'
	case '\u13f8' <= r && r <= '\u13fd':
		return r - '\u13f8' + '\u13f0'
	}
	return r
}

// domains maps as browsers do, and keeps letters apart that IDNA 2003 took for others.
var domains = idna.New(idna.MapForLookup(), idna.Transitional(false))

func domain(s string) string {
	s = strings.TrimRight(strings.TrimSpace(s), ".\u3002\uff61")
	if isASCII(s) {
		return letters(s)
	}
	if ascii, err := domains.ToASCII(s); err == nil {
		return ascii
	}
	return letters(s)
}

// Mailbox is an address as mail goes to it: without space around it, with a domain in letters beyond ASCII as mail
// servers know it (RFC 5890), all else as it was given.
func Mailbox(address string) string {
	address = strings.TrimSpace(address)
	at := strings.LastIndexByte(address, '@')
	if at < 0 || isASCII(address[at:]) {
		return address
	}
	return address[:at+1] + domain(address[at+1:])
}

// Latin is an address with an x for each letter and digit before the @ that is beyond ASCII, which few mail servers
// take.
func Latin(address string) string {
	at := strings.LastIndexByte(address, '@')
	if at < 0 {
		return address
	}
	return strings.Map(func(r rune) rune {
		if r > unicode.MaxASCII && unicode.In(r, unicode.L, unicode.M, unicode.N) {
			return 'x'
		}
		return r
	}, address[:at]) + address[at:]
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > unicode.MaxASCII })
}

// Visible is the text in its usual characters, without those that do not show and without space
// around it.
func Visible(s string) string {
	return strings.TrimSpace(norm.NFKC.String(strings.Map(func(r rune) rune {
		switch {
		case ' ' <= r && r <= '~':
			return r
		case unicode.In(r, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point,
			unicode.Variation_Selector):
			return -1
		case unicode.IsControl(r):
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, ""))))
}

// pairs are what people and programs put around a name.
var pairs = [][2]string{{"<", ">"}, {`"`, `"`}, {"'", "'"}, {"`", "`"}, {"(", ")"}, {"[", "]"},
	{"\u201c", "\u201d"}, {"\u201e", "\u201c"}, {"\u2018", "\u2019"}, {"\u00ab", "\u00bb"}}

// Plain is the name without what was pasted along with it: a name of a person before an address in
// brackets, "mailto:", quotes, the @ before a username, the punctuation of a sentence, spaces that keyboards put into an
// address. Case stays.
func Plain(s string) string {
	s = Visible(s)
	for {
		next := undress(s)
		if next == "" || next == s {
			return s
		}
		s = next
	}
}

func undress(s string) string {
	s = strings.TrimSpace(strings.TrimRight(s, ".,;:!?"))
	if open := strings.LastIndexByte(s, '<'); open >= 0 && strings.HasSuffix(s, ">") &&
		strings.Contains(s[open:], "@") {
		return s[open+1 : len(s)-1]
	}
	for _, p := range pairs {
		if inner, ok := strings.CutPrefix(s, p[0]); ok && strings.HasSuffix(inner, p[1]) {
			return strings.TrimSpace(strings.TrimSuffix(inner, p[1]))
		}
	}
	const scheme = "mailto:"
	if len(s) > len(scheme) && strings.EqualFold(s[:len(scheme)], scheme) {
		s, _, _ = strings.Cut(s[len(scheme):], "?")
		if decoded, err := url.PathUnescape(s); err == nil {
			s = Visible(decoded)
		}
		return s
	}
	at := strings.LastIndexByte(s, '@')
	if at == 0 {
		return strings.TrimSpace(s[1:])
	}
	if at > 0 { // keyboards put a space behind a full stop
		return strings.ReplaceAll(strings.TrimRight(s[:at], " "), ". ", ".") + "@" +
			strings.ReplaceAll(s[at+1:], " ", "")
	}
	return s
}

// Read is what somebody means who typed s, folded; empty when nothing of it shows.
func Read(s string) string { return Fold(Plain(s)) }

// Key is what a username is stored under. It is never empty.
func Key(username string) string {
	if folded := Fold(username); folded != "" {
		return folded
	}
	return Own(username)
}

// Own is the key of a username that is like another's but for what Fold takes for no difference.
// It begins with a space, as no other key does.
func Own(username string) string {
	return " " + strings.ToLower(norm.NFC.String(strings.TrimSpace(username)))
}

// Keys are what to look for when somebody typed s, the best first: a name that was the same before
// anything was folded, the whole of it, and it without what was pasted along.
func Keys(s string) []string { return []string{Own(s), Fold(s), Read(s)} }

// First is what was found under the best of the keys.
func First[T any](found map[string][]T, typed string) []T {
	for _, key := range Keys(typed) {
		if all := found[key]; len(all) > 0 {
			return all
		}
	}
	return nil
}

// DomainOf is the domain of an address, as Fold writes it; "" where there is none.
func DomainOf(address string) string {
	folded := Fold(address)
	at := strings.LastIndexByte(folded, '@')
	if at < 1 {
		return ""
	}
	return folded[at+1:]
}

// SameAddress reports whether two addresses are one to whoever delivers mail: but for case, and for how the
// domain is written. Letters that Fold takes for no difference may be another mailbox.
func SameAddress(a, b string) bool {
	i, j := strings.LastIndexByte(a, '@'), strings.LastIndexByte(b, '@')
	return i > 0 && j > 0 && Own(a[:i]) == Own(b[:j]) && DomainOf(a) == DomainOf(b)
}
