package mail

import (
	"regain/security/notice"
	"regain/views/words"
)

// reportTaken goes to whoever forwarded a mail to the abuse address.
func (w writer) reportTaken(l *letter, n notice.ReportTaken) {
	l.head(happened)
	l.say("mail.report_taken.happened", w.clock.Tell(n.At), words.Code(n.Report))
	l.head(weDid)
	if known := "mail.report_taken.known." + n.Known; words.Known(known) {
		l.say(known)
	} else {
		l.say("mail.report_taken.known")
	}
	l.head(youDo)
	l.say("mail.report_taken.do", w.typed("/protect"))
	l.head(next)
	l.say("mail.report_taken.next")
	l.head(notYou)
	l.say("mail.report_taken.not_you")
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
	l.say("mail.report_taken.not_you")
}
