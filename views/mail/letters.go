package mail

import (
	"fmt"
	"strings"
	"time"

	"regain/security/notice"
	"regain/views"
)

func (w writer) lockedOut(l *letter, n notice.LockedOut) {
	l.head(happened)
	l.say("%s It does not mean that you did anything wrong.", cause(n.Cause))
	l.say("%s", w.seen(n))
	l.head(weDid)
	l.say("On %s we locked your account, so that nobody can use it until our Account Security"+
		" team opens it again. Your case number is %s.", w.clock.Tell(n.At), n.Case)
	l.head("What is safe")
	l.say("%s", w.safe())
	if w.link == "" {
		w.withoutLink(l)
		return
	}
	l.head(youDo)
	l.say("Choose a new password. There are two ways to the same steps. Choose the one you trust.")
	l.say("Without a link from this email: open your browser, type %s in the address bar and"+
		" enter your username or email address.", w.typed("/recover"))
	l.say("With your own link, which works once, until %s:", w.clock.Tell(n.LinkExpires))
	w.act(l)
	l.head(next)
	l.say("When your new password is saved, Account Security reviews your account. We confirm" +
		" the new password by email and tell you by when you will hear from them.")
	l.head("If this was you")
	l.say("Take the same steps. The lock stays until Account Security has looked at it.")
	l.head("If this account is not yours")
	w.revoke(l, "Switch the link off and tell us so: open ")
}

// withoutLink is for an address that is on the account too lately to prove anything: whoever
// put it there may be somebody else.
func (w writer) withoutLink(l *letter) {
	l.head(youDo)
	l.say("This address is new on the account, so it cannot be used to show that the account is" +
		" yours. If there was an address before it, the link to the next steps went there.")
	l.say("If you cannot read emails at the earlier address, open your browser, type %s in the"+
		" address bar and tell us how to reach you. A person then checks who you are.",
		w.typed("/recover/no-mailbox"))
	l.head(next)
	l.say("The account stays locked until our Account Security team has looked at it.")
	l.head(notYou)
	l.say("If you know nothing about this account, you do not need to do anything.")
}

// seen tells when, from where and on what device somebody else came, as far as that is known.
func (w writer) seen(n notice.LockedOut) string {
	if n.SeenAt.IsZero() {
		return "We know of no unusual sign-in, so we cannot tell you when, from where or on what device."
	}
	end := "Somebody got in."
	if n.Outcome != "succeeded" {
		end = strings.ToUpper(measure(n.StoppedBy)[:1]) + measure(n.StoppedBy)[1:] + " stopped it."
	}
	return fmt.Sprintf("The last unusual sign-in that we know of was on %s%s. %s", w.clock.Tell(n.SeenAt),
		from(n.Device, views.Country(n.Place)), end)
}

func cause(cause string) string {
	switch cause {
	case "hijacked":
		return "It looks as if somebody else got into your account."
	case "compromised":
		return "Somebody else seems to know your password. They were stopped by another check:" +
			" as far as we can see, they did not get in."
	}
	return "We saw signs that somebody else is trying to use your account."
}

func (w writer) recoveryLink(l *letter, n notice.RecoveryLink) {
	l.head(happened)
	l.say("On %s somebody asked for a link to secure your account.", w.clock.Tell(n.At))
	if n.Locked {
		l.say("Your account is locked to keep it safe. The link leads to the steps that you take" +
			" now; our Account Security team then reviews the account and ends the lock.")
	}
	l.head(weDid)
	l.say("We made this link for you. Nothing on your account has changed.")
	l.head(youDo)
	l.say("If you asked for it, open the link. It works once, until %s:",
		w.clock.Tell(n.LinkExpires))
	w.act(l)
	if w.code != "" {
		l.say("Or type this code on the page that waits in your browser. It works only there, once,"+
			" until %s:", w.clock.Tell(n.CodeExpires))
		l.alone("Code: " + w.code)
	}
	l.head(next)
	l.say("If you have 2-step verification, we ask for it; then you choose a new password, and" +
		" we confirm that by email.")
	l.head(notAsked)
	w.revoke(l, "You can ignore this email: on its own the link changes nothing."+
		" To switch the link off and tell us that you did not ask for it, open ")
}

func (w writer) passwordUpdated(l *letter, n notice.PasswordUpdated) {
	l.head(happened)
	l.say("The password of your account was updated on %s%s.", w.clock.Tell(n.At),
		from(n.Device, views.Country(n.Place)))
	l.head(weDid)
	l.say("We signed out every other device and stopped all earlier links and codes.")
	if n.Case != "" {
		l.say("Your account is still locked. Your case %s went to Account Security as ticket %s;"+
			" they review the account and open it again if all is well.", n.Case, n.Ticket)
	}
	l.head(youDo)
	l.say("Nothing more. If you used the old password anywhere else, change it there too, starting with " +
		"your email account.")
	w.hearBy(l, n.NextWord)
	w.deny(l, notYou, "The new password then stops working, and the account is locked until two people in"+
		" Account Security have looked at it:")
}

func (w writer) passwordContested(l *letter, n notice.PasswordContested) {
	l.head(happened)
	if n.ByStaff {
		l.say("On %s Account Security asked for another password on your account.", w.clock.Tell(n.At))
	} else {
		l.say("On %s somebody who reads an email address of your account told us that the new password"+
			" was not theirs.", w.clock.Tell(n.At))
	}
	l.head(weDid)
	l.say("That password no longer works, every device is signed out, and a 2-step verification that was"+
		" set up with it is gone. Your account stays locked under case %s.", n.Case)
	l.head(youDo)
	l.say("Choose a new password. The link for that goes to the address that has been on the account" +
		" longest enough to prove that it is yours. If somebody else may read that mailbox, change its" +
		" password first.")
	l.head(next)
	if n.ByStaff {
		l.say("Account Security will go on with your case as soon as you have chosen one.")
	} else {
		l.say("Two people in Account Security look at the account before it opens again.")
	}
	w.notYou(l, noLinkCame)
}

func (w writer) twoFactorOn(l *letter, n notice.TwoFactorOn) {
	l.head(happened)
	l.say("2-step verification was turned on for your account on %s%s.", w.clock.Tell(n.At),
		from(n.Device, ""))
	l.head(weDid)
	l.say("From now on we ask for a code from your authenticator app as well as your password.")
	l.head(youDo)
	l.say("Keep your recovery codes in a safe place, away from your phone. Each works once.")
	w.hearBy(l, time.Time{})
	w.notYou(l, notYou)
}

func (w writer) twoFactorOff(l *letter, n notice.TwoFactorOff) {
	if n.Others {
		w.authenticatorOff(l, n)
		return
	}
	l.head(happened)
	device := from(n.Device, "")
	if n.ByStaff {
		l.say("2-step verification was turned off for your account by Account Security on %s%s,"+
			" after they checked again that the owner asked for it.", w.clock.Tell(n.At), device)
	} else {
		l.say("2-step verification was turned off for your account on %s%s.",
			w.clock.Tell(n.At), device)
	}
	l.head(weDid)
	l.say("We no longer ask for a second step.")
	l.head(youDo)
	if n.ByStaff {
		l.say("If you asked for it, turn 2-step verification on again as soon as you have an" +
			" authenticator app at hand.")
	} else {
		l.say("Nothing, if it was you. Your account is safer with 2-step verification, and you" +
			" can turn it on again at any time.")
	}
	w.hearBy(l, time.Time{})
	w.notYou(l, notYou)
}

// authenticatorOff tells of an authenticator that was removed beside passkeys.
func (w writer) authenticatorOff(l *letter, n notice.TwoFactorOff) {
	l.head(happened)
	l.say("The authenticator app was removed from your account on %s%s.", w.clock.Tell(n.At),
		from(n.Device, ""))
	l.head(weDid)
	l.say("Codes of that app no longer work. We still ask for a second step: a passkey, or one of" +
		" your recovery codes.")
	l.head(youDo)
	l.say("Nothing, if it was you. You can delete the entry from the app.")
	w.hearBy(l, time.Time{})
	w.notYou(l, notYou)
}

func (w writer) twoFactorReplaced(l *letter, n notice.TwoFactorReplaced) {
	l.head(happened)
	l.say("A new authenticator app took the place of the earlier one on %s%s.",
		w.clock.Tell(n.At), from(n.Device, ""))
	l.head(weDid)
	l.say("Codes of the earlier app no longer work.")
	l.head(youDo)
	l.say("Nothing, if it was you. You can delete the old entry from the earlier app.")
	w.hearBy(l, time.Time{})
	w.notYou(l, notYou)
}

func (w writer) recoveryCodeUsed(l *letter, n notice.RecoveryCodeUsed) {
	l.head(happened)
	l.say("A recovery code was used in place of your authenticator app on %s%s.",
		w.clock.Tell(n.At), from(n.Device, ""))
	l.head(weDid)
	l.say("That code no longer works. %s", codesLeft(n.Left))
	l.head(youDo)
	l.say("Nothing, if it was you. If you have lost your authenticator app, set up a new one.")
	w.hearBy(l, time.Time{})
	w.notYou(l, notYou)
}

func codesLeft(n int) string {
	switch n {
	case 0:
		return "It was your last one."
	case 1:
		return "You have 1 unused code left."
	}
	return fmt.Sprintf("You have %d unused codes left.", n)
}

func (w writer) reviewRequested(l *letter, n notice.ReviewRequested) {
	l.head(happened)
	l.say("On %s somebody told us that the account is theirs, but that they can use none of the"+
		" ways to prove it, and asked our staff to check.", w.clock.Tell(n.At))
	l.head(weDid)
	l.say("We opened ticket %s for Account Security. Nothing on your account has changed, and"+
		" nothing changes before they have checked.", n.Ticket)
	l.head(youDo)
	l.say("Nothing for now, if it was you.")
	w.hearBy(l, n.NextWord)
	w.notYou(l, notAsked)
}

func (w writer) urgentReview(l *letter, n notice.UrgentReview) {
	l.head(happened)
	l.say("%s", askedBy(n.AskedBy))
	if n.Reason != "" {
		l.say("The reason, as it was written:")
		l.quote(n.Reason)
	}
	facts := fmt.Sprintf("Account: %s. Case: %s.", inert(n.Account), n.Case)
	if n.Ticket != "" {
		facts += " Ticket: " + n.Ticket + "."
	}
	if n.Since.IsZero() {
		l.say("%s The password was not updated yet and the account is locked.", facts)
	} else {
		l.say("%s The password was updated on %s and the account is still locked.", facts,
			w.clock.Tell(n.Since))
	}
	l.head(weDid)
	l.say("We recorded the request on the case. It changes nothing about the account.")
	l.head(youDo)
	l.say("Open the case and sign in as staff:")
	l.link(w.site.origin("/staff") + "/staff/cases/" + n.Case)
	l.say("Or, on the portal's server, run:")
	l.alone("regain case show " + n.Case)
	l.head(next)
	l.say("The owner keeps seeing on the status page by when they hear from you.")
}

func askedBy(who string) string {
	switch who {
	case notice.AskedByOwner:
		return "The owner of a locked account asks for an urgent review."
	case notice.AskedBySupport:
		return "Customer Support asks for an urgent review of a locked account."
	}
	return "A locked account has waited longer than it should, and nobody has asked for an" +
		" urgent review yet; the portal does so now."
}

func (w writer) urgentReceipt(l *letter, n notice.UrgentReceipt) {
	l.head(happened)
	l.say("On %s somebody asked for an urgent review of your case %s (ticket %s).",
		w.clock.Tell(n.At), n.Case, n.Ticket)
	l.head(weDid)
	l.say("We told the people in Account Security who look after such requests.")
	l.head(youDo)
	l.say("Nothing for now. You can ask again from %s.", w.clock.Tell(n.NextPossible))
	w.hearBy(l, n.NextWord)
	w.notYou(l, notAsked)
}
