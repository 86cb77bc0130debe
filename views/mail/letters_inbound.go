package mail

import "regain/security/notice"

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
