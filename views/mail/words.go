package mail

import (
	"strings"
	"time"

	"regain/security/notice"
	"regain/views"
	"regain/views/words"
	"regain/views/zone"
)

// The headings of every mail, in their order.
const (
	happened    = "mail.head.happened"
	weDid       = "mail.head.did"
	youDo       = "mail.head.do"
	next        = "mail.head.next"
	notYou      = "mail.head.not_you"
	notAsked    = "mail.head.not_asked"
	withoutLink = "mail.head.without_link"
	noSignIn    = "mail.head.no_sign_in"
)

// reader is whom a mail greets, and as what.
type reader int

const (
	owner     reader = iota
	caller           // an owner who may be speaking with support
	anybody          // who reads an address that may be anybody's
	staff            // Account Security
	colleague        // somebody who is or becomes staff
	company          // the people of an organisation
	reporter         // who reported a fraud, with an account or without one
)

// writer finds the words for one mail.
type writer struct {
	site     Site
	envelope notice.Envelope
	clock    zone.Clock
	// The link and the code of the mail, and the link that denies what it tells; empty where it has none.
	link, code, contest string
}

// name greets a person, at worst by the masked account, never by a word for everybody.
func (w writer) name() words.Text {
	for _, name := range []string{w.envelope.Name, w.envelope.Username} {
		if name := own(name); !name.IsZero() {
			return name
		}
	}
	return words.As(line(w.envelope.Masked, nameLength))
}

// colleague greets somebody who is or becomes staff, at worst by the address of the mail.
func (w writer) colleague() words.Text {
	if name := own(w.envelope.Name); !name.IsZero() {
		return name
	}
	return words.As(line(w.envelope.To, addressLength))
}

// own is what somebody else chose, as it can stand in a mail. It is no string: that could name a more
// exact sentence, see words.Say.
func own(s string) words.Text { return words.As(inert(s)) }

// address is an address of mail, which may be masked.
func address(s string) words.Code { return words.Code(line(s, addressLength)) }

// named is a device in words, nothing for one that has no name.
func named(device string) words.Text {
	text := views.DeviceWords(device)
	switch text.String() {
	case words.Say("device.unknown").String():
		return words.Text{}
	case device: // which is no code
		return own(device)
	}
	return text
}

// where is a country in words, nothing where it is not known. What is no country could be anything.
func where(country string) words.Text {
	if views.Country(country) == country {
		return own(country)
	}
	return views.CountryWords(country)
}

// from is a sentence about something that was done, with the device and the place behind its other
// arguments as far as they are known.
func from(code, device, country string, args ...any) words.Text {
	on, in := named(device), where(country)
	switch {
	case in.IsZero() && on.IsZero():
	case in.IsZero():
		args = append(args, on)
	case on.IsZero():
		code, args = code+"_place", append(args, in)
	default:
		args = append(args, on, in)
	}
	return words.Say(code, args...)
}

// typed is an address of the portal as people type it.
func (w writer) typed(path string) words.Code {
	_, rest, _ := strings.Cut(w.site.origin(path)+path, "://")
	return words.Code(rest)
}

// act shows the link and how to tell that it is the true one.
func (w writer) act(l *letter) {
	l.link(w.link)
	l.say("mail.link_starts_button",
		words.Code(w.site.origin(strings.TrimPrefix(w.link, w.site.StaffURL))+"/"))
}

// portal is how every link of the portal begins.
func (w writer) portal() words.Code { return words.Code(w.site.BaseURL + "/") }

// revoke is a sentence with the link that switches off that of the mail.
func (w writer) revoke(l *letter, code string) {
	url := w.link + "/revoke"
	l.add(part{text: words.In(l.ctx, code, words.Bare(url)), url: url})
}

// notYou says how to object to what the mail tells (NIST SP 800-63B, account recovery notices), by the
// link that locks the account where there is one.
func (w writer) notYou(l *letter, heading string) { w.deny(l, heading, "mail.deny.lock") }

// deny is notYou with what the link leads to.
func (w writer) deny(l *letter, heading, link string) {
	l.head(heading)
	if w.contest != "" {
		l.say(link)
		l.link(w.contest)
		l.say("mail.link_starts", w.portal())
		l.head(withoutLink)
	}
	l.say("mail.deny.without", w.typed("/recover"))
}

// hearBy tells when the next word comes, or that none will.
func (w writer) hearBy(l *letter, at time.Time) {
	l.head(next)
	if at.IsZero() {
		l.say("mail.that_is_all")
		return
	}
	l.say("mail.hear", w.clock.Tell(at))
}

// sign ends every mail in two sentences and the message code: what a reader can hold against a mail
// that is not ours, and how to get to us without clicking.
func (w writer) sign(l *letter, to reader) {
	genuine, help := w.typed("/genuine"), w.typed("/help")
	switch to {
	case staff:
		l.small("mail.end_security", genuine)
	case colleague:
		l.small("mail.end_colleague", genuine)
	case caller:
		l.small("mail.end_caller", genuine, help)
	default:
		end := "mail.end"
		if w.envelope.Reply != "" {
			end = "mail.end_reply"
		}
		l.small(end, genuine, help)
	}
	l.small("mail.message_code", words.Code(w.envelope.Code))
}
