package mail

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	"regain/security/notice"
	"regain/views"
	"regain/views/words"
)

const (
	wasYou      = "If this was you"
	withoutLink = "Without a link from this email"
	noSignIn    = "If you cannot sign in"
	noLinkCame  = "If the link does not come"
)

func (w writer) unfamiliarSignIn(l *letter, n notice.UnfamiliarSignIn) {
	at, did, notMe := w.clock.Tell(n.At), "", ""
	if n.Outcome == "succeeded" {
		l.head(happened)
		l.say("On %s somebody signed in to your account.", at)
		did = "Everything that we ask for was right, so they got in. We have locked nothing and ask" +
			" you first."
		notMe = "Open this link and press the button. We then lock your account, so that whoever got in " +
			"can do nothing more there. Only our Account Security team can open it again: you" +
			" cannot undo the lock yourself. The page leads you to the steps that make your account" +
			" safe:"
	} else {
		l.head(happened)
		l.say("On %s somebody typed the right password of your account, but %s stopped them. As far"+
			" as we can see, they did not get in.", at, measure(n.StoppedBy))
		did = "We have changed nothing on your account and ask you first."
		notMe = "Open this link and press the button. Somebody seems to know your password, so the" +
			" page leads you to choosing a new one. Your account is not locked by this:"
	}
	l.say("%s", traces(n))
	if why := whyAsked(n.Reasons, n.StoppedBy); why != "" {
		l.say("Why we ask: %s", why)
	}
	l.head(weDid)
	l.say("%s", did)
	w.wasItYou(l, notMe)
}

func measure(stoppedBy string) string {
	switch stoppedBy {
	case "security_question":
		return "the security question"
	case "two_factor":
		return "2-step verification"
	case "device_check":
		return "our check of the device"
	}
	return "another check"
}

// traces is what is known of where a sign-in came from.
func traces(n notice.UnfamiliarSignIn) string {
	var facts []string
	if device := named(n.Device); device != "" {
		facts = append(facts, "It looks like "+device+".")
	}
	if place := where(n.Place); place != "" {
		facts = append(facts, "It seems to come from "+place+" (approximate).")
	}
	if ip, err := netip.ParseAddr(n.IP); err == nil {
		facts = append(facts, "Internet address: "+ip.WithZone("").String()+".")
	}
	if facts == nil {
		return "We cannot tell from which device or place it came."
	}
	return strings.Join(facts, " ")
}

func where(country string) string { return inert(views.Country(country)) }

func whyAsked(reasons []string, stoppedBy string) string {
	var all []string
	for _, r := range reasons {
		if words.Known("reason." + r) {
			all = append(all, views.Text("reason."+r, stoppedBy)+".")
		}
	}
	return strings.Join(all, " ")
}

// wasItYou asks for an answer, with a link for each. "It was me" comes first, as on the pages:
// most often it is true, and who takes the first link unread must not lock themselves out.
func (w writer) wasItYou(l *letter, notMe string) {
	l.head(youDo)
	l.say("Tell us whether it was you. Each of the two links opens a page with a button, and" +
		" nothing happens before you press that button.")
	l.head(wasYou)
	l.say("You do not need to do anything: your account stays as it is. If you tell us, we know next time:")
	l.link(w.link + "/me")
	l.head(notYou)
	l.say("%s", notMe)
	l.link(w.link + "/not-me")
	l.say("Both links start with %s/ and nothing comes before that name.", w.site.BaseURL)
	l.head(withoutLink)
	l.say("Open your browser, type %s in the address bar, sign in and choose Activity. You will find "+
		"the same question there.", w.typed("/signin"))
	l.head(next)
	l.say("When you answer, the page says what comes next. If more like this follows, we will tell you " +
		"in one email.")
	w.notYou(l, noSignIn)
}

func (w writer) changeNoticed(l *letter, n notice.ChangeNoticed) {
	l.head(happened)
	told := "On %s something was changed on your account at the marketplace."
	if strings.HasPrefix(n.What, "signal_") {
		told = "On %s we heard from another service that you use with us."
	}
	l.say(told, w.clock.Tell(n.At))
	if what := "activity." + n.What; words.Known(what) {
		l.say("What it was: “%s”.", views.Text(what))
	}
	if place := where(n.Place); place != "" {
		l.say("It seems to come from %s (approximate).", place)
	}
	l.head(weDid)
	l.say("We have stopped nothing and ask you first.")
	w.wasItYou(l, "Open this link. If somebody else did this, they may have"+
		" got in; then your account is locked until our Account Security team has looked at it, and"+
		" you cannot undo that yourself. The page says so before you press its button, and leads you"+
		" to the steps that make your account safe:")
}

func (w writer) alertDigest(l *letter, n notice.AlertDigest) {
	l.head(happened)
	l.say("We told you of something unusual on your account. Between %s and %s there %s. %s",
		w.clock.Tell(n.Since), w.clock.Tell(n.Until), more(n.Count), gotIn(n.GotIn))
	if places := listed(n.Places); places != "" {
		l.say("Places from which it seems to come (approximate): %s.", places)
	}
	l.head(weDid)
	l.say("We put it all into this one email, so that your mailbox is not flooded.")
	l.head(youDo)
	l.say("Open your browser, type %s in the address bar and sign in. There you see each sign-in and"+
		" change, and tell us whether it was you. This email has no link for that.",
		w.typed("/account/activity"))
	l.head(next)
	l.say("If you say that a sign-in which got in was not you, we lock your account; only our" +
		" Account Security team can open it again. If more follows, we sum it up again.")
	w.notYou(l, noSignIn)
}

func more(n int) string {
	if n == 1 {
		return "was 1 more sign-in or change that looks unusual"
	}
	return fmt.Sprintf("were %d more sign-ins or changes that look unusual", n)
}

func gotIn(n int) string {
	if n == 0 {
		return "As far as we can see, no sign-in got in then."
	}
	return fmt.Sprintf("Sign-ins among them that got in: %d.", n)
}

// placesTold bounds a list of places in a mail.
const placesTold = 5

func listed(countries []string) string {
	var all []string
	for _, c := range countries {
		if place := where(c); place != "" {
			all = append(all, place)
		}
	}
	if more := len(all) - placesTold; more > 0 {
		return strings.Join(all[:placesTold], ", ") + fmt.Sprintf(" and %d more", more)
	}
	return strings.Join(all, ", ")
}

func (w writer) alertsChanged(l *letter, n notice.AlertsChanged) {
	l.head(happened)
	l.say("The settings of your alerts were changed on %s%s.", w.clock.Tell(n.At),
		from(n.Device, ""))
	l.head(weDid)
	var off []string
	for _, k := range n.Off {
		if kind := "alert_kind." + k; words.Known(kind) {
			off = append(off, "“"+views.Text(kind)+"”")
		}
	}
	if len(off) > 0 {
		l.say("We no longer email you about: %s.", strings.Join(off, ", "))
	} else {
		l.say("We email you every alert.")
	}
	switch n.To {
	case "first":
		l.say("Alerts that you can switch off go to the main address alone.")
	case "notice":
		l.say("Alerts that you can switch off go to the second address alone.")
	default:
		l.say("They go to every address of your account.")
	}
	l.head(youDo)
	l.say("Nothing, if it was you.")
	w.hearBy(l, time.Time{})
	w.notYou(l, notYou)
}

func (w writer) passwordBlocked(l *letter, n notice.PasswordBlocked) {
	l.head(happened)
	l.say("A great many wrong passwords were typed for your account. It looks as if somebody is trying "+
		"to guess yours. As far as we can see, nobody did. On %s we stopped it.", w.clock.Tell(n.At))
	l.head(weDid)
	where := ""
	if n.Known {
		where = " in another one"
		l.say("This portal takes your password only in browsers in which you signed in before, until" +
			" you do so or choose a new one. Nothing else has changed: this is not a lock by" +
			" Account Security.")
	} else {
		l.say("This portal takes no password for your account now, not even the right one, until you" +
			" choose a new one. Nothing else has changed: this is not a lock by Account Security.")
	}
	l.head(youDo)
	l.say("When you want to sign in%s, open your browser, type %s in the address bar and enter your"+
		" username or email address. The steps there lead to a new password. Choose one that you use"+
		" nowhere else.", where, w.typed("/recover"))
	l.head(next)
	l.say("As soon as the new password is saved, you can sign in with it. We confirm it by email.")
	l.head("If it was you who typed them")
	l.say("Take the same steps. You did nothing wrong.")
}

func (w writer) dataExported(l *letter, n notice.DataExported) {
	l.head(happened)
	l.say("A copy of your data was requested. It has been ready since %s.", w.clock.Tell(n.At))
	l.head(weDid)
	l.say("We keep the copy for you until %s, then we delete it. It is not in this email.",
		w.clock.Tell(n.Expires))
	l.head(youDo)
	l.say("Open your browser, type %s in the address bar and sign in. There you can read the copy or"+
		" save it. Or open this link, which asks you to sign in:", w.typed("/account/data"))
	l.link(w.site.BaseURL + "/account/data")
	l.say("It starts with %s/ and nothing comes before that name. Save the copy where nobody else"+
		" can read it.", w.site.BaseURL)
	w.hearBy(l, time.Time{})
	w.notYou(l, notAsked)
}

func (w writer) deletionAsked(l *letter, n notice.DeletionAsked) {
	l.head(happened)
	l.say("On %s somebody who was signed in to your account asked us to delete it.",
		w.clock.Tell(n.At))
	l.head(weDid)
	l.say("We opened ticket %s. Nothing is deleted before a person has looked at it. Some records"+
		" must be kept: the ticket says which, and why.", n.Ticket)
	l.head(youDo)
	l.say("Nothing, if it was you. If you have changed your mind, open your browser, type %s in the"+
		" address bar, sign in and write so in the ticket.", w.typed("/account/tickets"))
	l.head(next)
	if n.NextWord.IsZero() {
		l.say("We will write to you when it is decided.")
	} else {
		l.say("You will hear from us by %s.", w.clock.Tell(n.NextWord))
	}
	w.notYou(l, notAsked)
}
