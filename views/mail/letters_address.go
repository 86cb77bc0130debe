package mail

import (
	"time"

	"regain/security/notice"
)

// confirmAddress goes to an address that may be anybody's: whoever asked may have mistyped it.
func (w writer) confirmAddress(l *letter, n notice.ConfirmAddress) {
	asked, then := "mail.confirm_address.happened", "mail.confirm_address.next"
	if n.Notice {
		asked, then = "mail.confirm_address.happened_notice", "mail.confirm_address.next_notice"
	}
	l.head(happened)
	l.say(asked, w.clock.Tell(n.At))
	l.head(weDid)
	l.say("mail.confirm_address.did")
	l.head(youDo)
	l.say("mail.confirm_address.link", w.clock.Tell(n.Expires))
	w.act(l)
	l.head(next)
	l.say(then)
	l.head(notAsked)
	l.say("mail.confirm_address.not_asked")
}

func (w writer) emailChanged(l *letter, n notice.EmailChanged) {
	l.head(happened)
	l.say(changed(n), w.clock.Tell(n.At), address(n.To))
	l.head(weDid)
	switch {
	case n.Removed:
		l.say("mail.email_changed.told_removed")
	case n.Notice:
		l.say("mail.email_changed.told_second")
	default:
		l.say("mail.email_changed.told")
	}
	l.head(youDo)
	switch {
	case !n.New:
		l.say("mail.nothing")
	case n.Notice:
		l.say("mail.email_changed.welcome_second")
	default:
		l.say("mail.email_changed.welcome")
	}
	w.hearBy(l, time.Time{})
	w.notYourChange(l, n)
}

// changed is the code of the sentence for a time and the address. Account Security only ever sets the
// address by which the owner signs in.
func changed(n notice.EmailChanged) string {
	switch {
	case n.Removed && n.Notice:
		return "mail.email_changed.removed_second"
	case n.Removed:
		return "mail.email_changed.removed"
	case n.Notice:
		return "mail.email_changed.second"
	case n.ByStaff:
		return "mail.email_changed.by_staff"
	}
	return "mail.email_changed.changed"
}

// notYourChange never shows the link to the new address: its reader may be who made the change.
func (w writer) notYourChange(l *letter, n notice.EmailChanged) {
	if w.link == "" {
		w.notYou(l, notYou)
		if n.New {
			l.say("mail.stranger")
		}
		return
	}
	l.head(notYou)
	l.say("mail.email_changed.undo", w.clock.Tell(n.UndoUntil))
	w.act(l)
	w.notYou(l, "mail.head.inside")
}

func (w writer) addressRestored(l *letter, n notice.AddressRestored) {
	l.head(happened)
	l.say("mail.address_restored.happened", w.clock.Tell(n.At), address(n.To))
	l.head(weDid)
	l.say("mail.address_restored.did")
	l.head(youDo)
	l.say("mail.address_restored.do", w.typed("/recover"))
	w.hearBy(l, time.Time{})
	w.notYou(l, "mail.head.not_you_undid")
	l.say("mail.stranger")
}

func (w writer) reproofAgreed(l *letter, n notice.ReproofAgreed) {
	l.head(happened)
	l.say("mail.reproof_agreed.happened", w.clock.Tell(n.At))
	l.head(weDid)
	l.say("mail.reproof_agreed.did")
	l.head(next)
	if n.Action == "set_address" {
		l.say("mail.reproof_agreed.set_address", w.clock.Tell(n.Due), address(n.To))
	} else {
		l.say("mail.reproof_agreed.remove_factor", w.clock.Tell(n.Due))
	}
	l.say("mail.reproof_agreed.then")
	l.head(youDo)
	l.say("mail.reproof_agreed.do")
	l.head(notAsked)
	l.say("mail.reproof_agreed.stop")
	w.act(l)
	w.notYou(l, withoutLink)
}

// replyNotTaken goes to whoever replied to a mail of ours.
func (w writer) replyNotTaken(l *letter, n notice.ReplyNotTaken) {
	l.head(happened)
	l.say("mail.reply_not_taken.happened", w.clock.Tell(n.At))
	l.head(weDid)
	l.say("mail.reply_not_taken." + n.Why)
	l.head(youDo)
	l.say("mail.reply_not_taken.do", w.typed("/recover"))
	l.head(next)
	l.say("mail.reply_not_taken.next")
	l.head(notYou)
	l.say("mail.reply_not_taken.not_you")
}
