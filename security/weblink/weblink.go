// Package weblink says whose a link is. It reads a link as Chromium does (WHATWG URL), compares
// its host with the hosts that are ours, and names what about it could fool a reader. It fetches
// nothing and asks no name server.
//
// The reader is our own: github.com/nlnwa/whatwg-url 0.6.2 reads 689 of 2,629 odd links (the
// standard's own test data) in another way than Chromium does, all but a few of them hosts that
// Chromium takes because they are plain ASCII; and it does not tell where in the link the host
// stands, which a page that marks it has to know.
package weblink

import "slices"

// Verdict is the answer about one link.
type Verdict string

// The verdicts, from the best to the worst.
const (
	// Ours is a link to one of our hosts at which nothing at all is odd.
	Ours Verdict = "ours"
	// Unclear is a link to our host at which something is odd, or one that is no link of the web.
	Unclear Verdict = "unclear"
	// NotOurs is a link to somebody else's host, or to no host.
	NotOurs Verdict = "not_ours"
)

// Reason is one thing that was found about a link.
type Reason string

// The reasons, in the order in which they are told.
const (
	Blocked      Reason = "blocked"       // its host was reported, and confirmed to be bad
	Script       Reason = "script"        // it is no address but a program or a page: javascript:, data:
	NotWeb       Reason = "not_web"       // a mail address, a phone number, an app
	Unreadable   Reason = "unreadable"    // a browser would not open it
	Userinfo     Reason = "userinfo"      // something stands before an @ in front of the host
	NameBefore   Reason = "name_before"   // our name stands in front, as a part of their host
	Lookalike    Reason = "lookalike"     // the host is drawn as ours is
	OneLetter    Reason = "one_letter"    // a letter or two differ from our host
	OtherEnding  Reason = "other_ending"  // our name, with another ending
	NameInside   Reason = "name_inside"   // our name, with words added
	NameAfter    Reason = "name_after"    // our name stands behind the host
	Letters      Reason = "letters"       // the host is written with letters that are not a to z
	MixedScripts Reason = "mixed_scripts" // letters of several alphabets in one word of the host
	Hidden       Reason = "hidden"        // characters that nobody sees, or that turn text around
	EncodedHost  Reason = "encoded_host"  // the host is not spelled as a browser shows it
	Backslash    Reason = "backslash"     // \ where / belongs, or too few or too many of them
	IP           Reason = "ip"            // a number instead of a name
	Shortener    Reason = "shortener"     // a service for short links: it hides where it leads
	Redirect     Reason = "redirect"      // it carries the address of another host with it
	Port         Reason = "port"          // a port that is not ours
	TrailingDot  Reason = "trailing_dot"  // the host ends in a dot
	PlainHTTP    Reason = "plain_http"    // not https
	Long         Reason = "long"          // longer than MaxLink
	NoScheme     Reason = "no_scheme"     // no https:// in front; this alone is nothing odd
)

// Reasons are all of them, in the order in which they are told.
var Reasons = []Reason{Blocked, Script, NotWeb, Unreadable, Userinfo, NameBefore, Lookalike,
	OneLetter, OtherEnding, NameInside, NameAfter, Letters, MixedScripts, Hidden, EncodedHost,
	Backslash, IP, Shortener, Redirect, Port, TrailingDot, PlainHTTP, Long, NoScheme}

// MaxLink is the longest link, in bytes, that is not odd for its length alone. Of a longer one
// only so much is looked through for names and addresses behind its host.
const MaxLink = 2048

// Part is a piece of a link as it can be drawn. All parts in a row are the link.
type Part struct {
	Text  string
	Host  bool // a piece of the host to which a browser would go
	Fools bool // it can make a reader believe something that is not so
	// Hidden is a character that does not show; Text is its number, such as U+200B.
	Hidden bool
}

// Answer is what is known of one link. A page must never make a link of any of it.
type Answer struct {
	Verdict Verdict
	Reasons []Reason // in the order of Reasons, without repeats
	Scheme  string   // in lower case, such as https; empty when the link has none
	Host    string   // in ASCII, as a browser shows and asks for it; empty without one
	Shown   string   // the host in its own letters; the same as Host when those are a to z
	Domain  string   // the registrable domain, in ASCII; of a number or a single name the host
	Like    string   // the host of ours that it could be taken for; empty when it is none
	Parts   []Part
}

// Has tells whether a reason was found.
func (a Answer) Has(r Reason) bool { return slices.Contains(a.Reasons, r) }

// Bad are the hosts that were reported and confirmed, in ASCII and lower case. A host stands for
// those below it, too.
type Bad map[string]bool

// Judge knows whose links are ours. The zero Judge takes no link for ours.
type Judge struct {
	Ours Hosts
	// Base is the address of the portal, such as https://account.example.com. Its scheme and its
	// port are not odd on its own host.
	Base string
}

// Text judges every link of a text that somebody pasted, in their order; none when it has no
// link. There are MaxLinks at most.
func (j Judge) Text(text string, bad Bad) []Answer {
	var all []Answer
	for _, link := range j.Find(text) {
		all = append(all, j.Link(link, bad))
	}
	return all
}

// Worst is the verdict about several links: that of the worst of them.
func Worst(all []Answer) Verdict {
	worst := Ours
	for _, a := range all {
		if a.Verdict == NotOurs || worst == Ours {
			worst = a.Verdict
		}
	}
	return worst
}

// Names are the names by which a host can stand in the list of bad ones: itself, and those above
// it down to its registrable domain. There are none of a link without a host.
func Names(link string) []string { return namesOf(read(link).host) }

// Key is what links to the same place have in common: the host in ASCII, without a dot at its end
// and without www; empty when the link has none.
func Key(link string) string { return keyOf(read(link).host) }
