package mail

import (
	"time"

	"regain/security/notice"
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
	l.say("Nobody can sign in with it any more.")
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
	if name = inert(name, nameLength); name == "" {
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
