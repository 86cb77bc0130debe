package mail

import (
	"strings"

	"regain/security/notice"
	"regain/views/words"
)

func (w writer) staffInvitation(l *letter, n notice.StaffInvitation) {
	l.head(happened)
	l.say(exact("mail.staff_invitation.happened", n.Role), w.clock.Tell(n.At), words.As(w.site.Brand))
	l.head(weDid)
	l.say("mail.staff_invitation.did")
	l.head(youDo)
	l.say("mail.staff_invitation.do")
	l.say("mail.staff_invitation.link", w.clock.Tell(n.Expires))
	w.act(l)
	l.head(next)
	l.say("mail.staff_invitation.next", w.typed("/staff/signin"))
	l.head("mail.head.unexpected")
	l.say("mail.staff_invitation.unexpected")
}

func (w writer) staffRoleGiven(l *letter, n notice.StaffRoleGiven) {
	args := []any{w.clock.Tell(n.At), address(n.Who), words.As(w.site.Brand)}
	if by := own(n.By); !by.IsZero() {
		args = append(args, by)
	}
	l.head(happened)
	l.say(exact("mail.staff_role_given.happened", n.Role), args...)
	l.head(weDid)
	l.say("mail.staff_role_given.did")
	l.head(youDo)
	l.say("mail.staff_role_given.do")
	w.staffNext(l)
}

func (w writer) staffSignedIn(l *letter, n notice.StaffSignedIn) {
	l.head(happened)
	l.tell(from("mail.staff_signed_in.happened", n.Device, n.Place, w.clock.Tell(n.At), address(n.Who),
		words.As(w.site.Brand)))
	l.head(weDid)
	l.say("mail.staff_signed_in.did")
	l.head(youDo)
	l.say("mail.staff_signed_in.do")
	w.staffNext(l)
}

// staffOwnChange is about what happened to a staff account, and what that led to.
func (w writer) staffOwnChange(l *letter, n notice.StaffOwnChange) {
	what := exact("mail.staff_own_change.happened", string(n.What))
	told := []words.Text{words.Say(what, w.clock.Tell(n.At))}
	if !named(n.Device).IsZero() || !where(n.Place).IsZero() {
		told = append(told, from("mail.staff_own_change.from", n.Device, n.Place))
	}
	l.head(happened)
	l.tell(told...)
	l.head(weDid)
	l.say(exact("mail.staff_own_change.did", string(n.What)))
	l.head(youDo)
	l.say("mail.staff_own_change.do", w.typed("/staff/me"))
	w.staffNext(l)
}

// webhookOff tells apart a receiver that wants no more from one that does not work.
func (w writer) webhookOff(l *letter, n notice.WebhookOff) {
	at, host, brand := w.clock.Tell(n.At), words.Code(n.Host), words.As(w.site.Brand)
	did := "mail.webhook_off.failing_did"
	l.head(happened)
	if n.Why == "gone" {
		l.say("mail.webhook_off.gone", at, host, brand)
		did = "mail.webhook_off.gone_did"
	} else {
		l.say("mail.webhook_off.failing", at, host, brand, w.clock.Tell(n.Since))
	}
	l.head(weDid)
	l.say(did)
	l.head(youDo)
	l.say("mail.webhook_off.do", host)
	l.head(next)
	if n.Stream {
		l.say("mail.webhook_off.next_stream")
		return
	}
	l.say("mail.webhook_off.next", w.typed("/staff/webhooks"))
}

// staffNext tells colleagues what an administrator can do.
func (w writer) staffNext(l *letter) {
	l.head(next)
	l.say("mail.staff_next", w.typed("/staff/people"))
}

func (w writer) urgentReview(l *letter, n notice.UrgentReview) {
	l.head(happened)
	switch n.AskedBy {
	case notice.AskedByOwner:
		l.say("mail.urgent_review.by_owner")
	case notice.AskedBySupport:
		l.say("mail.urgent_review.by_support")
	default:
		l.say("mail.urgent_review.by_waiting")
	}
	if n.Reason != "" {
		l.say("mail.urgent_review.reason")
		l.quote(n.Reason)
	}
	facts, args := "mail.urgent_review.facts", []any{own(n.Account), words.Code(n.Case)}
	if !n.Since.IsZero() {
		facts, args = "mail.urgent_review.updated", append(args, w.clock.Tell(n.Since))
	}
	if n.Ticket != "" {
		args = append(args, words.Code(n.Ticket))
	}
	l.say(facts, args...)
	l.head(weDid)
	l.say("mail.urgent_review.did")
	l.head(youDo)
	l.say("mail.urgent_review.do")
	l.link(w.site.origin("/staff") + "/staff/cases/" + n.Case)
	l.say("mail.urgent_review.command")
	l.alone("regain case show " + n.Case)
	l.head(next)
	l.say("mail.urgent_review.next")
}

func (w writer) callerCode(l *letter, n notice.CallerCode) {
	at, until := []any{w.clock.Tell(n.At)}, []any{w.clock.Tell(n.Expires)}
	if by := own(n.By); !by.IsZero() {
		at, until = append(at, by), append(until, by)
	}
	help := []any{w.typed("/help")}
	if w.site.SupportEmail != "" {
		help = append(help, address(w.site.SupportEmail))
	}
	l.head(happened)
	l.say("mail.caller_code.happened", at...)
	l.head(weDid)
	l.say("mail.caller_code.did")
	l.head(youDo)
	l.say("mail.caller_code.do", until...)
	l.alone(words.In(l.ctx, "mail.caller_code.code", words.Code(w.code)))
	l.say("mail.caller_code.never")
	l.head(next)
	l.say("mail.caller_code.next")
	l.head("mail.head.not_speaking")
	l.say("mail.caller_code.not_speaking", help...)
}

func (w writer) supportReplied(l *letter, n notice.SupportReplied) {
	department := team(n.Department)
	l.head(happened)
	l.say("mail.support_replied.happened", w.clock.Tell(n.At), department, words.Code(n.Ticket))
	l.quote(n.Text)
	l.head(weDid)
	if n.Solved {
		l.say("mail.support_replied.solved")
	} else {
		l.say("mail.support_replied.open")
	}
	l.head(youDo)
	if n.Solved {
		l.say("mail.support_replied.do_solved")
	}
	if w.envelope.Reply != "" {
		l.say("mail.support_replied.do_reply", w.typed("/recover"))
	} else {
		l.say("mail.support_replied.do", w.typed("/recover"))
	}
	l.head(next)
	l.say("mail.support_replied.next", department)
	w.notYou(l, "mail.head.wrote_nothing")
}

// team is a department of ours in words; one of the marketplace keeps its name.
func team(department string) words.Text {
	code := "mail.team." + strings.ToLower(strings.ReplaceAll(department, " ", "_"))
	if words.Known(code) {
		return words.Say(code)
	}
	return own(department)
}
