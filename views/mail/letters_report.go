package mail

import (
	"slices"
	"time"

	"regain/security/notice"
	"regain/views/words"
)

func (w writer) reportReceived(l *letter, n notice.ReportReceived) {
	l.head(happened)
	l.say("mail.report.happened", w.clock.Tell(n.At), words.Code(n.Report))
	l.head(weDid)
	l.say("mail.report_received.did")
	switch known := "mail.report_received.known." + n.Known; {
	case words.Known("report_found." + n.Settled):
		l.say("report.known.before")
		l.say("report_found." + n.Settled)
	case words.Known(known):
		l.say(known)
	}
	l.say("mail.report_received.once")
	l.head(youDo)
	if n.Known == "genuine" {
		l.say("mail.report_verdict.do.clear")
	} else {
		l.say("mail.report_received.do")
	}
	if n.NextWord.IsZero() {
		w.hearBy(l, n.NextWord)
		return
	}
	l.head(next)
	l.say("report.next.look", w.clock.Tell(n.NextWord))
}

func (w writer) reportVerdict(l *letter, n notice.ReportVerdict) {
	l.head(happened)
	l.say("mail.report.happened", w.clock.Tell(n.ReportedAt), words.Code(n.Report))
	l.head(weDid)
	l.say("mail.report_verdict.did")
	if found := "report_found." + n.Verdict; words.Known(found) {
		l.say(found)
	}
	l.head(youDo)
	clear := n.Verdict == "genuine" || n.Verdict == "harmless" || slices.Contains(n.Advice, "nothing")
	if !clear {
		l.say("mail.report_verdict.do", w.typed("/protect/details"))
	}
	for _, code := range n.Advice {
		if advice := "mail.advice." + code; words.Known(advice) {
			l.say(advice)
			clear = false
		}
	}
	if clear {
		l.say("mail.report_verdict.do.clear")
	}
	w.hearBy(l, time.Time{})
}

func (w writer) reportInfected(l *letter, n notice.ReportInfected) {
	l.head(happened)
	l.say("mail.report.happened", w.clock.Tell(n.ReportedAt), words.Code(n.Report))
	l.say("mail.report_infected.happened")
	l.head(weDid)
	l.say("mail.file_infected.did")
	l.head(youDo)
	l.say("mail.file_infected.do")
	w.hearBy(l, time.Time{})
}
