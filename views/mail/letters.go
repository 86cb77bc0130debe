package mail

import (
	"time"

	"regain/security/notice"
	"regain/views"
	"regain/views/words"
)

func (w writer) lockedOut(l *letter, n notice.LockedOut) {
	l.head(happened)
	switch n.Cause {
	case "hijacked":
		l.say("mail.locked_out.hijacked")
	case "compromised":
		l.say("mail.locked_out.compromised")
	default:
		l.say("mail.locked_out.signs")
	}
	w.seen(l, n)
	l.head(weDid)
	l.say("mail.locked_out.did", w.clock.Tell(n.At), words.Code(n.Case))
	l.head("mail.head.safe")
	l.tell(views.Safe()...)
	if w.link == "" {
		w.withoutLink(l)
		return
	}
	l.head(youDo)
	l.say("mail.locked_out.choose")
	l.say("mail.locked_out.typed", w.typed("/recover"))
	l.say("mail.locked_out.link", w.clock.Tell(n.LinkExpires))
	w.act(l)
	l.head(next)
	l.say("mail.locked_out.next")
	l.head("mail.head.was_you")
	l.say("mail.locked_out.was_you")
	l.head("mail.head.not_yours")
	w.revoke(l, "mail.locked_out.revoke")
}

// withoutLink is for an address that is on the account too lately to prove anything: whoever
// put it there may be somebody else.
func (w writer) withoutLink(l *letter) {
	l.head(youDo)
	l.say("mail.locked_out.no_link")
	l.say("mail.locked_out.no_mailbox", w.typed("/recover/no-mailbox"))
	l.head(next)
	l.say("mail.locked_out.stays")
	l.head(notYou)
	l.say("mail.stranger")
}

// seen tells when, from where and on what device somebody else came, as far as that is known.
func (w writer) seen(l *letter, n notice.LockedOut) {
	if n.SeenAt.IsZero() {
		l.say("mail.locked_out.seen_nothing")
		return
	}
	end := words.Say("mail.locked_out.got_in")
	if n.Outcome != "succeeded" {
		end = words.Say(exact("mail.locked_out.stopped", n.StoppedBy))
	}
	l.tell(from("mail.locked_out.seen", n.Device, n.Place, w.clock.Tell(n.SeenAt)), end)
}

func (w writer) recoveryLink(l *letter, n notice.RecoveryLink) {
	l.head(happened)
	l.say("mail.recovery_link.happened", w.clock.Tell(n.At))
	if n.Locked {
		l.say("mail.recovery_link.locked")
	}
	l.head(weDid)
	l.say("mail.recovery_link.did")
	l.head(youDo)
	l.say("mail.recovery_link.link", w.clock.Tell(n.LinkExpires))
	w.act(l)
	if w.code != "" {
		l.say("mail.recovery_link.code", w.clock.Tell(n.CodeExpires))
		l.alone("Code: " + w.code)
	}
	l.head(next)
	l.say("mail.recovery_link.next")
	l.head(notAsked)
	w.revoke(l, "mail.recovery_link.revoke")
}

func (w writer) passwordUpdated(l *letter, n notice.PasswordUpdated) {
	l.head(happened)
	l.tell(from("mail.password_updated.happened", n.Device, n.Place, w.clock.Tell(n.At)))
	if n.Organisation != "" {
		l.say("mail.password_updated.elsewhere", n.Organisation)
	}
	l.head(weDid)
	l.say("mail.password_updated.did")
	if n.Case != "" {
		l.say("mail.password_updated.locked", words.Code(n.Case), words.Code(n.Ticket))
	}
	l.head(youDo)
	l.say("mail.password_updated.do")
	w.hearBy(l, n.NextWord)
	w.deny(l, notYou, "mail.password_updated.deny")
}

func (w writer) passwordContested(l *letter, n notice.PasswordContested) {
	told, after := "mail.password_contested.happened", "mail.password_contested.next"
	if n.ByStaff {
		told, after = "mail.password_contested.by_staff", "mail.password_contested.next_by_staff"
	}
	l.head(happened)
	l.say(told, w.clock.Tell(n.At))
	l.head(weDid)
	l.say("mail.password_contested.did", words.Code(n.Case))
	l.head(youDo)
	l.say("mail.password_contested.do")
	l.head(next)
	l.say(after)
	w.notYou(l, "mail.head.no_link_came")
}

func (w writer) reviewRequested(l *letter, n notice.ReviewRequested) {
	l.head(happened)
	l.say("mail.review_requested.happened", w.clock.Tell(n.At))
	l.head(weDid)
	l.say("mail.review_requested.did", words.Code(n.Ticket))
	l.head(youDo)
	l.say("mail.review_requested.do")
	w.hearBy(l, n.NextWord)
	w.notYou(l, notAsked)
}

func (w writer) urgentReceipt(l *letter, n notice.UrgentReceipt) {
	l.head(happened)
	about := []any{w.clock.Tell(n.At), words.Code(n.Case)}
	if n.Ticket != "" {
		about = append(about, words.Code(n.Ticket))
	}
	l.say("mail.urgent_receipt.happened", about...)
	l.head(weDid)
	l.say("mail.urgent_receipt.did")
	l.head(youDo)
	if n.Ticket == "" {
		l.say("mail.case_taken.do", w.typed("/recover"))
	} else {
		l.say("mail.urgent_receipt.do", w.clock.Tell(n.NextPossible))
	}
	w.hearBy(l, n.NextWord)
	w.notYou(l, notAsked)
}

func (w writer) caseTaken(l *letter, n notice.CaseTaken) {
	l.head(happened)
	l.say("mail.case_taken.happened", w.clock.Tell(n.At), words.Code(n.Case))
	l.head(weDid)
	l.say("mail.case_taken.did")
	l.head(youDo)
	l.say("mail.case_taken.do", w.typed("/recover"))
	if !n.NextWord.IsZero() {
		w.hearBy(l, n.NextWord)
		return
	}
	l.head(next)
	l.say("mail.case_taken.next")
}

func (w writer) moreNeeded(l *letter, n notice.MoreNeeded) {
	l.head(happened)
	l.say("mail.more_needed.happened", w.clock.Tell(n.At), words.Code(n.Case))
	l.quote(n.Text)
	l.head(weDid)
	l.say("mail.more_needed.did")
	l.head(youDo)
	l.say("mail.more_needed.do", w.typed("/recover"))
	l.say("mail.more_needed.never")
	l.head(next)
	l.say("mail.more_needed.next")
}

func (w writer) accountResumed(l *letter, n notice.AccountResumed) {
	l.head(happened)
	l.say("mail.account_resumed.happened", w.clock.Tell(n.At), words.Code(n.Case))
	l.head(weDid)
	l.say("mail.account_resumed.did")
	l.head(youDo)
	l.say("mail.account_resumed.do")
	l.say("mail.account_resumed.look")
	w.hearBy(l, time.Time{})
	w.notYou(l, "mail.head.saw_something")
}

func (w writer) keptLocked(l *letter, n notice.KeptLocked) {
	l.head(happened)
	l.say("mail.kept_locked.happened", w.clock.Tell(n.At), words.Code(n.Case))
	l.quote(n.Reason)
	l.head(weDid)
	l.say("mail.kept_locked.did")
	l.head(youDo)
	l.say("mail.kept_locked.do", w.typed("/help"))
	l.head(next)
	l.say("mail.kept_locked.next")
}
