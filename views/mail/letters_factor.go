package mail

import (
	"time"

	"regain/security/notice"
	"regain/views"
)

func (w writer) passkeyAdded(l *letter, n notice.PasskeyAdded) {
	l.head(happened)
	l.say("A passkey%s was added to your account on %s%s.", called(n.Name), w.clock.Tell(n.At),
		from(n.Device, ""))
	l.head(weDid)
	l.say("From now on you can sign in with it: with the face, fingerprint or screen lock of the" +
		" device that keeps it.")
	l.head(youDo)
	l.say("Nothing, if it was you. Before you give such a device away, remove its passkey.")
	w.hearBy(l, time.Time{})
	w.notYou(l, notYou)
}

func (w writer) passkeyRemoved(l *letter, n notice.PasskeyRemoved) {
	l.head(happened)
	l.say("A passkey%s was removed from your account on %s%s.", called(n.Name), w.clock.Tell(n.At),
		from(n.Device, ""))
	l.head(weDid)
	l.say("Nobody can sign in with it now.")
	if n.Last {
		l.say("It was your last second step: 2-step verification is off now, and your password alone" +
			" is enough to sign in.")
	}
	l.head(youDo)
	if n.Last {
		l.say("Nothing, if it was you. Your account is safer with 2-step verification, and you can" +
			" turn it on again at any time.")
	} else {
		l.say("Nothing, if it was you. If your device still offers the passkey, delete it there.")
	}
	w.hearBy(l, time.Time{})
	w.notYou(l, notYou)
}

// called is the name that an owner gave a passkey.
func called(name string) string {
	if name = inert(name); name == "" {
		return ""
	}
	return " with the name “" + name + "”"
}

func (w writer) codesRenewed(l *letter, n notice.CodesRenewed) {
	l.head(happened)
	l.say("New recovery codes were made for your account on %s%s.", w.clock.Tell(n.At),
		from(n.Device, ""))
	l.head(weDid)
	l.say("The earlier recovery codes no longer work.")
	l.head(youDo)
	l.say("Nothing more, if it was you. Keep the new codes in a safe place, away from your phone," +
		" and throw the earlier ones away.")
	w.hearBy(l, time.Time{})
	w.notYou(l, notYou)
}

func (w writer) factorWrong(l *letter, n notice.FactorWrong) {
	l.head(happened)
	l.say("On %s somebody opened the steps of your account with a link or code from our email%s. The "+
		"second step that they entered was wrong.", w.clock.Tell(n.At),
		from(n.Device, views.Country(n.Place)))
	l.head(weDid)
	l.say("They cannot go on without the right one. Nothing has changed.")
	l.head(youDo)
	l.say("Nothing, if it was you: try again with the code that your app shows now.")
	w.hearBy(l, time.Time{})
	l.head(notYou)
	l.say("Then somebody else is reading your email. Change the password of your mailbox first. After that,"+
		" open your browser, type %s in the address bar and tell a person.", w.typed("/help"))
}

func (w writer) factorOff(l *letter, n notice.FactorOff) {
	l.head(happened)
	l.say("A great many wrong codes were typed for the authenticator app of your account. On %s we"+
		" stopped it.", w.clock.Tell(n.At))
	l.head(weDid)
	taken, first := "We take no code of that app now, not even the right one.", "Sign in"
	if n.Known {
		taken = "We take codes of that app only in browsers in which you signed in before."
		first = "Sign in there with a code of the app: then it works everywhere again. Or sign in"
	}
	l.say("%s We still ask for a second step: a passkey, or one of your recovery codes.", taken)
	l.head(youDo)
	l.say("%s with a passkey or a recovery code and set up the app again. If you have neither,"+
		" type %s in the address bar of your browser and tell a person.", first, w.typed("/help"))
	l.head(next)
	l.say("As soon as the app is set up again, its codes count again. We confirm it by email.")
	w.notYou(l, notYou)
}
