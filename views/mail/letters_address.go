package mail

import (
	"time"

	"regain/security/notice"
)

// inside is what a change of address that was undone leaves open.
const inside = "If somebody else may still be in your account"

const stranger = "If you know nothing about this account, you do not need to do anything."

// confirmAddress goes to an address that may be anybody's: whoever asked may have mistyped it.
func (w writer) confirmAddress(l *letter, n notice.ConfirmAddress) {
	what := "to make this the address of the account"
	then := "this is the address of the account and our emails come here. The earlier address is told" +
		" so, and can undo the change for two days."
	if n.Notice {
		what = "to send its security notices to this address, too"
		then = "this is the second address of the account, for security notices. Nobody can sign" +
			" in with it."
	}
	l.head(happened)
	l.say("On %s somebody who was signed in to the account asked us %s.", w.clock.Tell(n.At), what)
	l.head(weDid)
	l.say("We have changed nothing yet: an address counts only when somebody who reads its emails" +
		" confirms it.")
	l.head(youDo)
	l.say("If you asked for it, open the link and press the button there. It works until %s:",
		w.clock.Tell(n.Expires))
	w.act(l)
	l.head(next)
	l.say("When you have confirmed it, %s", then)
	l.head(notAsked)
	l.say("You do not need to do anything: without the button this address is not used. Perhaps somebody" +
		" mistyped their own.")
}

func (w writer) emailChanged(l *letter, n notice.EmailChanged) {
	l.head(happened)
	by := ""
	if n.ByStaff {
		by = " by Account Security, after they checked again that the owner asked for it"
	}
	l.say(changed(n), w.clock.Tell(n.At), line(n.To, addressLength), by)
	l.head(weDid)
	switch {
	case n.Removed:
		l.say("We are telling every address that counted before, the removed one for the last time.")
	case n.Notice:
		l.say("We are telling every address of the account.")
	default:
		l.say("We are telling the earlier address and the new one.")
	}
	l.head(youDo)
	switch {
	case !n.New:
		l.say("Nothing, if it was you.")
	case n.Notice:
		l.say("Welcome: our security notices come here, too. Nobody can sign in with this address.")
	default:
		l.say("Welcome: from now on our emails come here. Keep this mailbox safe, with a password" +
			" that you use nowhere else.")
	}
	w.hearBy(l, time.Time{})
	w.notYourChange(l, n)
}

// changed is the sentence for a time, the address and who did it.
func changed(n notice.EmailChanged) string {
	switch {
	case n.Removed && n.Notice:
		return "On %s the second address of your account, for security notices, was removed:" +
			" %s%s."
	case n.Removed:
		return "On %s an address of your account was removed: %s%s."
	case n.Notice:
		return "On %s your account got a second address, for security notices: %s%s."
	}
	return "On %s the email address of your account was changed to %s%s."
}

// notYourChange never shows the link to the new address: its reader may be who made the change.
func (w writer) notYourChange(l *letter, n notice.EmailChanged) {
	if w.link == "" {
		w.notYou(l, notYou)
		if n.New {
			l.say(stranger)
		}
		return
	}
	l.head(notYou)
	l.say("Undo the change: open this link until %s and press the button there. The earlier address"+
		" then counts again, and every device is signed out:", w.clock.Tell(n.UndoUntil))
	w.act(l)
	w.notYou(l, inside)
}

func (w writer) addressRestored(l *letter, n notice.AddressRestored) {
	l.head(happened)
	l.say("On %s a change of address of your account was undone. %s counts again.",
		w.clock.Tell(n.At), line(n.To, addressLength))
	l.head(weDid)
	l.say("We signed out every device, as somebody else may have made the change.")
	l.head(youDo)
	l.say("If you did not ask for the change yourself, somebody may know your password. Choose a new"+
		" one: open your browser, type %s in the address bar and take the steps there.",
		w.typed("/recover"))
	w.hearBy(l, time.Time{})
	w.notYou(l, "If it was not you who undid it")
	l.say(stranger)
}
