package mail

import (
	"fmt"
	"time"

	"regain/security/notice"
	"regain/views"
)

// toStatus is how to come to the status page without a link.
func (w writer) toStatus() string {
	return "open your browser, type " + w.typed("/recover") + " in the address bar and enter your" +
		" username or email address. The steps that follow lead to your status page"
}

func (w writer) staffInvitation(l *letter, n notice.StaffInvitation) {
	l.head(happened)
	l.say("On %s you were invited to work in the account protection portal of %s, as %s.",
		w.clock.Tell(n.At), w.site.Brand, role(n.Role))
	l.head(weDid)
	l.say("We prepared a staff account for this address. Nobody can use it before you have set it" +
		" up.")
	l.head(youDo)
	l.say("Have an authenticator app at hand, on your phone for example: you choose a password" +
		" and set up the app, and sign in with both from then on.")
	l.say("Then open the link. It works once, until %s:", w.clock.Tell(n.Expires))
	w.act(l)
	l.head(next)
	l.say("You get recovery codes to keep in a safe place. After that you sign in at %s, typed in"+
		" the address bar. If the link has stopped working, ask your administrator for another.",
		w.typed("/staff/signin"))
	l.head("If you did not expect this")
	l.say("Ignore this email and tell your administrator. On its own the link changes nothing.")
}

func (w writer) staffRoleGiven(l *letter, n notice.StaffRoleGiven) {
	by := inert(n.By)
	if by == "" {
		by = "somebody at the command line of the server"
	}
	l.head(happened)
	l.say("On %s %s was invited to work in the account protection portal of %s, as %s, by %s.",
		w.clock.Tell(n.At), n.Who, w.site.Brand, role(n.Role), by)
	l.head(weDid)
	l.say("We mailed an invitation to that address and told every analyst and administrator.")
	l.head(youDo)
	l.say("Nothing, if you expected it. If you did not, ask the person who sent it, but not by email.")
	w.staffNext(l)
}

func (w writer) staffSignedIn(l *letter, n notice.StaffSignedIn) {
	l.head(happened)
	l.say("On %s %s signed in to the staff pages of %s%s, for the first time in a while.",
		w.clock.Tell(n.At), n.Who, w.site.Brand,
		from(n.Device, views.Country(n.Place)))
	l.head(weDid)
	l.say("We let them in, after password and second factor, and told them and every analyst and" +
		" administrator.")
	l.head(youDo)
	l.say("Nothing, if it is your own sign-in or you know of it. If it was not you whose address" +
		" this is, tell an administrator now.")
	w.staffNext(l)
}

// ownChanges is what happened to a staff account, and what that led to.
var ownChanges = map[notice.Kind][2]string{
	"password_updated": {"the password of your staff account was changed",
		"We signed out every other device."},
	"two_factor_on": {"an authenticator app was set up for your staff account",
		"We ask for its codes when you sign in."},
	"two_factor_replaced": {"another authenticator app took the place of yours",
		"The codes of the earlier app no longer work."},
	"codes_renewed": {"the recovery codes of your staff account were replaced",
		"The earlier ones no longer work."},
	"recovery_code_used": {"one of your recovery codes was used", "It does not work again."},
	"passkey_added": {"a passkey was added to your staff account",
		"It lets whoever holds it sign in."},
	"passkey_removed": {"a passkey of your staff account was removed", "It no longer opens anything."},
	"factor_off": {"a code that did not match was entered for your staff account, after very many" +
		" others", "Your authenticator app no longer works in browsers that we do not know, and after" +
		" still more such codes in none. Your recovery codes still work."},
	"factor_wrong": {"a code that is not right was entered for your staff account, after the right" +
		" password", "We did not accept it."},
	notice.StaffPasswordWrong: {"a password that is not right was entered on the pages of your staff" +
		" account, by somebody who was signed in", "We did not accept it, and changed nothing."},
	notice.StaffSessionsEnded: {"sessions of your staff account were ended",
		"Whoever was in them is signed out, and we have forgotten their browser."},
}

func (w writer) staffOwnChange(l *letter, n notice.StaffOwnChange) {
	what, ok := ownChanges[n.What]
	if !ok {
		what = [2]string{"something about your staff account was changed", "We wrote it down."}
	}
	l.head(happened)
	l.say("On %s %s%s.", w.clock.Tell(n.At), what[0], from(n.Device, views.Country(n.Place)))
	l.head(weDid)
	l.say("%s", what[1])
	l.head(youDo)
	l.say("Nothing, if it was you. If it was not, tell an administrator now, but not by email, and look "+
		"at %s, typed in the address bar.", w.typed("/staff/me"))
	w.staffNext(l)
}

// webhookOff tells apart a receiver that wants no more from one that does not work.
func (w writer) webhookOff(l *letter, n notice.WebhookOff) {
	why := fmt.Sprintf("It has taken none of our messages since %s.", w.clock.Tell(n.Since))
	kept := "What happens from now on waits for it, for 30 days at most."
	if n.Why == "gone" {
		why = "It answered that it wants no more messages."
		kept = "What happens from now on is not kept for it."
	}
	l.head(happened)
	l.say("On %s we stopped telling %s what happens to accounts of %s. %s",
		w.clock.Tell(n.At), n.Host, w.site.Brand, why)
	l.head(weDid)
	l.say("%s We told every analyst and administrator.", kept)
	l.head(youDo)
	l.say("Tell the people who run %s. Until it works again, it does not hear of lockouts and new"+
		" passwords.", n.Host)
	l.head(next)
	if n.Stream {
		l.say("It hears of shared signals. Once it works, the people who run it start it again.")
		return
	}
	l.say("Once it works, an administrator starts it again at %s, typed in the address bar.",
		w.typed("/staff/webhooks"))
}

// staffNext tells colleagues what an administrator can do.
func (w writer) staffNext(l *letter) {
	l.head(next)
	l.say("We do not write again about this. An administrator can take the access away at %s,"+
		" typed in the address bar: it ends with the next click, everywhere.", w.typed("/staff/people"))
}

func (w writer) reproofAgreed(l *letter, n notice.ReproofAgreed) {
	l.head(happened)
	l.say("On %s two people of Account Security agreed that somebody has proved to be you, without"+
		" your usual ways to sign in.", w.clock.Tell(n.At))
	l.head(weDid)
	l.say("We have changed nothing yet, so that you can stop it.")
	l.head(next)
	if n.Action == "set_address" {
		l.say("On %s %s takes the place of every other email address of the account.",
			w.clock.Tell(n.Due), line(n.To, addressLength))
	} else {
		l.say("On %s every method of 2-step verification of the account, and its recovery codes, stop"+
			" working.", w.clock.Tell(n.Due))
	}
	l.say("We then write to every address again.")
	l.head(youDo)
	l.say("Nothing, if it was you who talked to us.")
	l.head(notAsked)
	l.say("Stop it: open this link and press the button there. Nothing is changed then, and Account " +
		"Security will look at it again:")
	w.act(l)
	w.notYou(l, withoutLink)
}

func role(role string) string {
	switch role {
	case "support":
		return "a support agent (Customer Support)"
	case "account_security":
		return "an analyst (Account Security)"
	case "admin":
		return "an administrator"
	}
	return "a member of staff"
}

func (w writer) callerCode(l *letter, n notice.CallerCode) {
	by := inert(n.By)
	if by == "" {
		by = "the person"
	}
	l.head(happened)
	l.say("On %s %s from our support asked for a staff code, to make sure that it is you whom"+
		" they are speaking with.", w.clock.Tell(n.At), by)
	l.head(weDid)
	l.say("We made the code for this one conversation. It opens nothing: nobody can sign in or" +
		" change anything with it.")
	l.head(youDo)
	l.say("Only if you called or wrote to us yourself and are speaking with %s now: read this"+
		" code to them. It works once, until %s:", by, w.clock.Tell(n.Expires))
	l.alone("Staff code: " + w.code)
	l.say("Never type it on any page.")
	l.head(next)
	l.say("If the code is right, your conversation can go on. Nobody needs your password, a code" +
		" of your authenticator app or a recovery code for it.")
	l.head("If you are not speaking with us")
	l.say("Do not tell the code to anyone, least of all to somebody who called you. Then nothing"+
		" happens. Please let us know that it came: %s.", w.contact())
}

func (w writer) supportReplied(l *letter, n notice.SupportReplied) {
	department := inert(n.Department)
	l.head(happened)
	l.say("On %s %s answered in your ticket %s:", w.clock.Tell(n.At), department, n.Ticket)
	l.quote(n.Text)
	l.head(weDid)
	if n.Solved {
		l.say("We marked the ticket as solved, as nothing seems to be left to do.")
	} else {
		l.say("We put the answer on your status page, too. The ticket is not closed.")
	}
	l.head(youDo)
	if n.Solved {
		l.say("Nothing, if that settles it.")
	}
	l.say("To write back, %s. Write to us there: nobody reads replies to this email.", w.toStatus())
	l.head(next)
	l.say("If you write back, %s reads it and answers you by email again.", department)
	w.notYou(l, "If you wrote nothing to us")
}

func (w writer) caseTaken(l *letter, n notice.CaseTaken) {
	l.head(happened)
	l.say("On %s somebody in Account Security began to review your account. Your case number is"+
		" %s.", w.clock.Tell(n.At), n.Case)
	l.head(weDid)
	l.say("Nothing on your account has changed: it stays locked during the review.")
	l.head(youDo)
	l.say("Nothing more, if you have chosen a new password already. If you have not, or want to"+
		" add something, %s, where you can write to us.", w.toStatus())
	if !n.NextWord.IsZero() {
		w.hearBy(l, n.NextWord)
		return
	}
	l.head(next)
	l.say("We will write to you when they have decided, or need something from you.")
}

func (w writer) moreNeeded(l *letter, n notice.MoreNeeded) {
	l.head(happened)
	l.say("On %s Account Security asked you a question about your case %s:",
		w.clock.Tell(n.At), n.Case)
	l.quote(n.Text)
	l.head(weDid)
	l.say("The review is waiting for your answer. Until then your account stays locked.")
	l.head(youDo)
	l.say("Answer on your status page and nowhere else: %s. The question is there, with a field for "+
		"your answer.", w.toStatus())
	l.say("Never write a password, a code or the number of a card there. No review needs them.")
	l.head(next)
	l.say("When we have your answer, the review goes on. We will write to you when Account Security" +
		" has decided.")
}

func (w writer) accountResumed(l *letter, n notice.AccountResumed) {
	l.head(happened)
	l.say("On %s Account Security ended the review of your case %s and opened your account"+
		" again.", w.clock.Tell(n.At), n.Case)
	l.head(weDid)
	l.say("We took the lock off. Everything that it stopped works again.")
	l.head(youDo)
	l.say("Sign in to the marketplace as you always do, with your new password if you chose one." +
		" The old one no longer works then.")
	l.say("Look now and then at your recent sign-ins, your messages and job posts, and where you" +
		" are paid to. If 2-step verification is off, turn it on.")
	w.hearBy(l, time.Time{})
	w.notYou(l, "If you see something that was not you")
}

func (w writer) keptLocked(l *letter, n notice.KeptLocked) {
	l.head(happened)
	l.say("On %s Account Security ended the review of your case %s and keeps your account"+
		" locked, for this reason:", w.clock.Tell(n.At), n.Case)
	l.quote(n.Reason)
	l.head(weDid)
	l.say("We left the lock on. It deletes nothing.")
	l.head(youDo)
	l.say("If you think that this is wrong, ask for a second look: open your browser, type %s in"+
		" the address bar and reach a person in the way described there. Give them your case"+
		" number and say what we should know.", w.typed("/help"))
	l.head(next)
	l.say("If you ask, a person reads it and answers you. If you do not, we will write again only if " +
		"something changes.")
}
