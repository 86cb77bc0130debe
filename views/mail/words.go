package mail

import (
	"context"
	"strings"
	"time"

	"regain/security/notice"
	"regain/views"
	"regain/views/words"
	"regain/views/zone"
)

// The headings of every mail, in their order.
const (
	happened = "What happened"
	weDid    = "What we did"
	youDo    = "What you need to do"
	next     = "What happens next"
	notYou   = "If this was not you"
	notAsked = "If you did not ask for this"
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
func (w writer) name() string {
	for _, name := range []string{w.envelope.Name, w.envelope.Username} {
		if name = inert(name); name != "" {
			return name
		}
	}
	return line(w.envelope.Masked, nameLength)
}

// colleague greets somebody who is or becomes staff, at worst by the address of the mail.
func (w writer) colleague() string {
	if name := inert(w.envelope.Name); name != "" {
		return name
	}
	return line(w.envelope.To, addressLength)
}

// safe says what a lockout does not touch.
func (w writer) safe() string {
	var lines []string
	ctx := words.With(context.Background(), w.site.Languages.English())
	for _, line := range views.Safe() {
		lines = append(lines, line.In(ctx))
	}
	return strings.Join(lines, " ")
}

// named is the name of a device, "" for one that has none.
func named(device string) string {
	text := views.DeviceWords(device).String()
	if text == views.Text("device.unknown") {
		return ""
	}
	return inert(text)
}

// from says where something was done, as far as it is known.
func from(device, place string) string {
	device, place = named(device), inert(place)
	if place != "" {
		place = " (" + place + ", approximate)"
	}
	switch {
	case device != "":
		return ", from " + device + place
	case place != "":
		return ", from a device that we cannot name" + place
	}
	return ""
}

// typed is an address of the portal as people type it.
func (w writer) typed(path string) string {
	_, rest, _ := strings.Cut(w.site.origin(path)+path, "://")
	return rest
}

// act shows the link and how to tell that it is the true one.
func (w writer) act(l *letter) {
	l.link(w.link)
	l.say("It starts with %s/ and nothing comes before that name. Opening it changes nothing"+
		" until you press the button on the page.", w.site.origin(strings.TrimPrefix(w.link, w.site.StaffURL)))
}

func (w writer) revoke(l *letter, text string) {
	l.add(part{text: text, url: w.link + "/revoke"})
}

// notYou says how to object to what the mail tells (NIST SP 800-63B, account recovery notices), by the
// link that locks the account where there is one.
func (w writer) notYou(l *letter, heading string) {
	w.deny(l, heading, "We then lock your account, so that nobody can use it. Only our Account Security team"+
		" can open it again, once they have looked at it:")
}

// deny is notYou with what the link leads to.
func (w writer) deny(l *letter, heading, then string) {
	l.head(heading)
	if w.contest != "" {
		l.say("Open this link and press the button there. %s", then)
		l.link(w.contest)
		l.say("It starts with %s/ and nothing comes before that name.", w.site.BaseURL)
		l.head(withoutLink)
	}
	l.say("Open your browser, type %s in the address bar and take the steps there to make your"+
		" account safe, or tell a person. Both need no link from this email.", w.typed("/recover"))
}

// hearBy tells when the next word comes, or that none will.
func (w writer) hearBy(l *letter, at time.Time) {
	l.head(next)
	if at.IsZero() {
		l.say("That is all: we will write again only if something else changes.")
		return
	}
	l.say("You will hear from Account Security by %s.", w.clock.Tell(at))
}

func (w writer) contact() string {
	help := "type " + w.typed("/help") + " in the address bar"
	if w.site.SupportEmail == "" {
		return help
	}
	return "write to " + w.site.SupportEmail + " or " + help
}

// sign ends every mail in two sentences and the message code: what a reader can hold against a mail
// that is not ours, and how to get to us without clicking.
func (w writer) sign(l *letter, to reader, code string) {
	check := "Type " + w.typed("/genuine") + " in the address bar to check that this email is from us"
	if to == owner || to == anybody {
		check += ", or " + w.typed("/help") + " to reach a person"
	}
	if to != staff {
		check = "We never ask for your password, for " + code + " or for payment details by email," +
			" phone, chat or text message, and nobody reads replies to this email. " + check
	}
	l.small(check + ".")
	l.small("Message code: " + w.envelope.Code)
}
