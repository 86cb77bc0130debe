package mail

import (
	"time"

	"regain/security/notice"
)

func (w writer) twoFactorOn(l *letter, n notice.TwoFactorOn) {
	l.head(happened)
	l.tell(from("mail.two_factor_on.happened", n.Device, "", w.clock.Tell(n.At)))
	l.head(weDid)
	l.say("mail.two_factor_on.did")
	l.head(youDo)
	l.say("mail.two_factor_on.do")
	w.hearBy(l, time.Time{})
	w.notYou(l, notYou)
}

func (w writer) twoFactorOff(l *letter, n notice.TwoFactorOff) {
	did, do := "mail.two_factor_off.did", "mail.two_factor_off.do"
	l.head(happened)
	switch at := w.clock.Tell(n.At); {
	case n.Others:
		l.tell(from("mail.two_factor_off.app", n.Device, "", at))
		did, do = "mail.two_factor_off.app_did", "mail.two_factor_off.app_do"
	case n.ByStaff:
		l.say("mail.two_factor_off.by_staff", at)
		do = "mail.two_factor_off.do_by_staff"
	default:
		l.tell(from("mail.two_factor_off.happened", n.Device, "", at))
	}
	l.head(weDid)
	l.say(did)
	l.head(youDo)
	l.say(do)
	w.hearBy(l, time.Time{})
	w.notYou(l, notYou)
}

func (w writer) twoFactorReplaced(l *letter, n notice.TwoFactorReplaced) {
	l.head(happened)
	l.tell(from("mail.two_factor_replaced.happened", n.Device, "", w.clock.Tell(n.At)))
	l.head(weDid)
	l.say("mail.two_factor_replaced.did")
	l.head(youDo)
	l.say("mail.two_factor_replaced.do")
	w.hearBy(l, time.Time{})
	w.notYou(l, notYou)
}

func (w writer) recoveryCodeUsed(l *letter, n notice.RecoveryCodeUsed) {
	l.head(happened)
	l.tell(from("mail.recovery_code_used.happened", n.Device, "", w.clock.Tell(n.At)))
	l.head(weDid)
	if n.Left == 0 {
		l.say("mail.recovery_code_used.last")
	} else {
		l.say("mail.recovery_code_used.left", n.Left)
	}
	l.head(youDo)
	l.say("mail.recovery_code_used.do")
	w.hearBy(l, time.Time{})
	w.notYou(l, notYou)
}

func (w writer) codesRenewed(l *letter, n notice.CodesRenewed) {
	l.head(happened)
	l.tell(from("mail.codes_renewed.happened", n.Device, "", w.clock.Tell(n.At)))
	l.head(weDid)
	l.say("mail.codes_renewed.did")
	l.head(youDo)
	l.say("mail.codes_renewed.do")
	w.hearBy(l, time.Time{})
	w.notYou(l, notYou)
}

func (w writer) passkeyAdded(l *letter, n notice.PasskeyAdded) {
	l.head(happened)
	w.aboutPasskey(l, "mail.passkey_added", n.Name, n.Device, n.At)
	l.head(weDid)
	l.say("mail.passkey_added.did")
	l.head(youDo)
	l.say("mail.passkey_added.do")
	w.hearBy(l, time.Time{})
	w.notYou(l, notYou)
}

func (w writer) passkeyRemoved(l *letter, n notice.PasskeyRemoved) {
	l.head(happened)
	w.aboutPasskey(l, "mail.passkey_removed", n.Name, n.Device, n.At)
	l.head(weDid)
	l.say("mail.passkey_removed.did")
	do := "mail.passkey_removed.do"
	if n.Last {
		l.say("mail.passkey_removed.last")
		do = "mail.passkey_removed.do_last"
	}
	l.head(youDo)
	l.say(do)
	w.hearBy(l, time.Time{})
	w.notYou(l, notYou)
}

// aboutPasskey tells what happened to a passkey, which may have a name that its owner gave it.
func (w writer) aboutPasskey(l *letter, kind, name, device string, at time.Time) {
	if called := own(name); !called.IsZero() {
		l.tell(from(kind+".named", device, "", w.clock.Tell(at), called))
		return
	}
	l.tell(from(kind+".happened", device, "", w.clock.Tell(at)))
}

func (w writer) factorWrong(l *letter, n notice.FactorWrong) {
	how, notYours := "mail.factor_wrong.happened", "mail.factor_wrong.not_you"
	if n.SignedIn {
		how, notYours = "mail.factor_wrong.signed_in", "mail.factor_wrong.not_you_signed_in"
	}
	l.head(happened)
	l.tell(from(how, n.Device, n.Place, w.clock.Tell(n.At)))
	l.head(weDid)
	l.say("mail.factor_wrong.did")
	l.head(youDo)
	l.say("mail.factor_wrong.do")
	w.hearBy(l, time.Time{})
	l.head(notYou)
	l.say(notYours, w.typed("/help"))
}

func (w writer) factorOff(l *letter, n notice.FactorOff) {
	did, do := "mail.factor_off.did", "mail.factor_off.do"
	if n.Known {
		did, do = "mail.factor_off.did_known", "mail.factor_off.do_known"
	}
	l.head(happened)
	l.say("mail.factor_off.happened", w.clock.Tell(n.At))
	l.head(weDid)
	l.say(did)
	l.head(youDo)
	l.say(do, w.typed("/help"))
	l.head(next)
	l.say("mail.factor_off.next")
	w.notYou(l, notYou)
}
