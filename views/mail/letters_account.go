package mail

import (
	"net/netip"
	"strings"
	"time"

	"regain/security/notice"
	"regain/views/words"
)

func (w writer) unfamiliarSignIn(l *letter, n notice.UnfamiliarSignIn) {
	told := exact("mail.unfamiliar_sign_in.stopped", n.StoppedBy)
	did := "mail.unfamiliar_sign_in.stopped_did"
	notMe := "mail.unfamiliar_sign_in.stopped_not_you"
	if n.Outcome == "succeeded" {
		told, did = "mail.unfamiliar_sign_in.got_in", "mail.unfamiliar_sign_in.got_in_did"
		notMe = "mail.unfamiliar_sign_in.got_in_not_you"
	}
	l.head(happened)
	l.say(told, w.clock.Tell(n.At))
	l.tell(traces(n)...)
	if why := reasons(n); len(why) > 0 {
		l.tell(append([]words.Text{words.Say("mail.unfamiliar_sign_in.why")}, why...)...)
	}
	l.head(weDid)
	l.say(did)
	w.wasItYou(l, notMe)
}

// traces is what is known of where a sign-in came from.
func traces(n notice.UnfamiliarSignIn) (facts []words.Text) {
	if device := named(n.Device); !device.IsZero() {
		facts = append(facts, words.Say("mail.unfamiliar_sign_in.device", device))
	}
	if place := where(n.Place); !place.IsZero() {
		facts = append(facts, words.Say("mail.seems_from", place))
	}
	if ip, err := netip.ParseAddr(n.IP); err == nil {
		address := words.Code(ip.WithZone("").String())
		facts = append(facts, words.Say("mail.unfamiliar_sign_in.ip", address))
	}
	if facts == nil {
		return []words.Text{words.Say("mail.unfamiliar_sign_in.no_trace")}
	}
	return facts
}

// reasons are why the owner is asked, as far as there are words for them.
func reasons(n notice.UnfamiliarSignIn) (list []words.Text) {
	for _, r := range n.Reasons {
		switch code := "mail.reason." + r; {
		case r == "outside_countries" && n.Organisation != "":
			list = append(list, words.Say("mail.reason.outside_countries", own(n.Organisation)))
		case words.Known(code):
			list = append(list, words.Say(exact(code, n.StoppedBy)))
		}
	}
	return list
}

// wasItYou asks for an answer, with a link for each. "It was me" comes first, as on the pages:
// most often it is true, and who takes the first link unread must not lock themselves out.
func (w writer) wasItYou(l *letter, notMe string) {
	w.answers(l, notMe)
	l.head(withoutLink)
	l.say("mail.was_it_you.without", w.typed("/signin"))
	l.head(next)
	l.say("mail.was_it_you.next")
	w.notYou(l, noSignIn)
}

// answers are the two links.
func (w writer) answers(l *letter, notMe string) {
	l.head(youDo)
	l.say("mail.was_it_you.do")
	l.head("mail.head.was_you")
	l.say("mail.was_it_you.me")
	l.link(w.link + "/me")
	l.head(notYou)
	l.say(notMe)
	l.link(w.link + "/not-me")
	l.say("mail.links_start", w.portal())
}

func (w writer) changeNoticed(l *letter, n notice.ChangeNoticed) {
	told := "mail.change_noticed.happened"
	if strings.HasPrefix(n.What, "signal_") {
		told = "mail.change_noticed.signal"
	}
	l.head(happened)
	l.say(told, w.clock.Tell(n.At))
	if what := "activity." + n.What; words.Known(what) {
		l.say("mail.change_noticed.what", words.Say(what))
	}
	if place := where(n.Place); !place.IsZero() {
		l.say("mail.seems_from", place)
	}
	l.head(weDid)
	l.say("mail.change_noticed.did")
	if n.Locked { // nobody can sign in, and no answer locks it once more
		w.answers(l, "mail.change_noticed.not_you_locked")
		w.notYou(l, withoutLink)
		l.head(next)
		l.say("mail.locked_out.stays")
		return
	}
	w.wasItYou(l, "mail.change_noticed.not_you")
}

// memberNotice tells an organisation that something happened, and nothing of what is known of it.
func (w writer) memberNotice(l *letter, n notice.MemberNotice) {
	l.head(happened)
	l.say(exact("mail.member_notice.happened", string(n.What)), w.clock.Tell(n.At), own(n.Member))
	l.head(weDid)
	l.say("mail.member_notice.did", own(n.Organisation))
	l.head(youDo)
	l.say("mail.member_notice.do", w.typed("/help"))
}

// organisationChanged tells whom an organisation had named what became of its rules and of that.
func (w writer) organisationChanged(l *letter, n notice.OrganisationChanged) {
	l.head(happened)
	at, of := w.clock.Tell(n.At), own(n.Organisation)
	if n.Rules {
		l.say("mail.organisation_changed.happened", at, of)
	}
	if n.Moved {
		l.say("mail.organisation_changed.moved", at, of)
	}
	l.head(weDid)
	l.say("mail.organisation_changed.did", of)
	l.head(youDo)
	l.say("mail.organisation_changed.do", words.As(w.site.Brand))
}

func (w writer) alertDigest(l *letter, n notice.AlertDigest) {
	l.head(happened)
	since, until := w.clock.Tell(n.Since), w.clock.Tell(n.Until)
	if n.GotIn == 0 {
		l.say("mail.alert_digest.stopped", since, until, n.Count)
	} else {
		l.say("mail.alert_digest.got_in", since, until, n.Count, n.GotIn)
	}
	places(l, n.Places)
	l.head(weDid)
	l.say("mail.alert_digest.did")
	l.head(youDo)
	l.say("mail.alert_digest.do", w.typed("/account/activity"))
	l.head(next)
	l.say("mail.alert_digest.next")
	w.notYou(l, noSignIn)
}

// placesTold bounds a list of places in a mail.
const placesTold = 5

func places(l *letter, countries []string) {
	var all []words.Text
	for _, c := range countries {
		if place := where(c); !place.IsZero() {
			all = append(all, place)
		}
	}
	switch more := len(all) - placesTold; {
	case more > 0:
		l.say("mail.alert_digest.places", words.Facts(all[:placesTold]...), more)
	case len(all) > 0:
		l.say("mail.alert_digest.places", words.List(all...))
	}
}

func (w writer) alertsChanged(l *letter, n notice.AlertsChanged) {
	l.head(happened)
	l.tell(from("mail.alerts_changed.happened", n.Device, "", w.clock.Tell(n.At)))
	l.head(weDid)
	var off []words.Text
	for _, k := range n.Off {
		if kind := "alert_kind." + k; words.Known(kind) {
			off = append(off, words.Say("mail.quoted", words.Say(kind)))
		}
	}
	if len(off) > 0 {
		l.say("mail.alerts_changed.off", words.List(off...))
	} else {
		l.say("mail.alerts_changed.all")
	}
	switch n.To {
	case "first":
		l.say("mail.alerts_changed.to_first")
	case "notice":
		l.say("mail.alerts_changed.to_notice")
	default:
		l.say("mail.alerts_changed.to_all")
	}
	l.head(youDo)
	l.say("mail.nothing")
	w.hearBy(l, time.Time{})
	w.notYou(l, notYou)
}

func (w writer) passwordBlocked(l *letter, n notice.PasswordBlocked) {
	did, do := "mail.password_blocked.did", "mail.password_blocked.do"
	if n.Known {
		did, do = "mail.password_blocked.did_known", "mail.password_blocked.do_known"
	}
	l.head(happened)
	l.say("mail.password_blocked.happened", w.clock.Tell(n.At))
	l.head(weDid)
	l.say(did)
	l.head(youDo)
	l.say(do, w.typed("/recover"))
	l.head(next)
	l.say("mail.password_blocked.next")
	l.head("mail.head.typed_them")
	l.say("mail.password_blocked.typed_them")
}

func (w writer) dataExported(l *letter, n notice.DataExported) {
	l.head(happened)
	l.say("mail.data_exported.happened", w.clock.Tell(n.At))
	l.head(weDid)
	l.say("mail.data_exported.did", w.clock.Tell(n.Expires))
	l.head(youDo)
	l.say("mail.data_exported.do", w.typed("/account/data"))
	l.link(w.site.BaseURL + "/account/data")
	l.say("mail.data_exported.starts", w.portal())
	w.hearBy(l, time.Time{})
	w.notYou(l, notAsked)
}

func (w writer) fileInfected(l *letter, n notice.FileInfected) {
	l.head(happened)
	l.say("mail.file_infected.happened", w.clock.Tell(n.At))
	l.head(weDid)
	l.say("mail.file_infected.did")
	l.head(youDo)
	l.say("mail.file_infected.do")
	w.hearBy(l, time.Time{})
	w.notYou(l, "mail.file_infected.not_sent")
}

func (w writer) deletionAsked(l *letter, n notice.DeletionAsked) {
	l.head(happened)
	l.say("mail.deletion_asked.happened", w.clock.Tell(n.At))
	l.head(weDid)
	l.say("mail.deletion_asked.did", words.Code(n.Ticket))
	l.head(youDo)
	l.say("mail.deletion_asked.do", w.typed("/account/tickets"))
	l.head(next)
	if n.NextWord.IsZero() {
		l.say("mail.deletion_asked.next")
	} else {
		l.say("mail.deletion_asked.hear", w.clock.Tell(n.NextWord))
	}
	w.notYou(l, notAsked)
}
