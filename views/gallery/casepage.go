package gallery

import (
	"slices"

	"github.com/a-h/templ"

	"regain/views"
	"regain/views/desk"
	"regain/views/words"
)

const (
	sampleNight = "21 November 2026, 14:05"
	sampleDawn  = "22 November 2026, 08:18"
	sampleSafe  = "Somebody typed the right password from Latvia and changed the payout.\n" +
		"The rule of unusual payouts fired."
	sampleEnd = "The owner wrote from her own phone, and the payout is what it was before."
)

func sampleNeeds() []words.Text {
	return texts(say("signal.succeeded_login_denied"),
		say("signal.payout_changed"))
}

func sampleProposal(state string) *desk.CaseProposal {
	return &desk.CaseProposal{State: state, By: "Omar Haddad", At: at("22 November 2026, 10:02"),
		Until: at("22 November 2026, 18:02"), Reason: sampleEnd, Needs: sampleNeeds()}
}

func sampleCase() desk.Case {
	return desk.Case{
		Page: caseDesk(), Path: "/staff/cases/C-1042", Number: "C-1042", Version: "4",
		State: "in_review", Due: views.Due{At: at("22 November 2026, 11:00"), Word: as("Due in 40 minutes"),
			Kind: "warn"},
		Facts: []views.Fact{
			{Label: say("label.account"), Value: as("maria"), Href: "/staff/accounts/u-1042"},
			{Label: say("desk_head.person"), Value: as("Maria Santos"), More: as("freelancer, since 2021")},
			{Label: as("Account state"), Value: say("label.locked"), More: as("Lockout of"), MoreAt: at("21 November 2026, 14:09")},
			{Label: say("label.who_has_it"), Value: say("you"), More: say("label.since"), MoreAt: at("22 November 2026, 10:02")},
			{Label: say("case_tab.mine.due"), At: at("22 November 2026, 11:00")},
		},
		Cause: desk.CaseCause{Cause: "hijacked", Proposed: "hijacked", Evidence: said(sampleSafe),
			Facts: []templ.Component{say("desk.fact",
				say("signal.succeeded_login_denied"), at(sampleNight))},
			History: []views.Event{
				{What: say("case_cause.compromised"), By: as("lock"), At: at("21 November 2026, 14:09"), State: "done"},
				{What: say("case_cause.hijacked"), By: as("Ines Rocha"), At: at("22 November 2026, 10:10"), State: "done"},
			}},
		CaseOwner: sampleCaseOwner(), CaseEvidence: sampleCaseEvidence(),
		CaseRecord: sampleCaseRecord(), Places: sampleCasePlaces(), History: sampleCaseHistory(),
		Decide: desk.CaseDecide{Mine: true, Needs: sampleNeeds()},
	}
}

func sampleCaseEvidence() desk.CaseEvidence {
	return desk.CaseEvidence{
		LockedAt: at("21 November 2026, 14:09"), Signs: texts(say("case_sign.money")),
		Usual: []templ.Component{say("case_usual", say("case_usual.count", 41),
			"Safari on iPhone", at("21 November 2026, 08:02"))},
		Failures: []templ.Component{say("failures.one", "Latvia",
			at("21 November 2026, 14:04"))},
		Compared: []desk.CaseCompare{
			{What: say("case_what.factors"),
				Then: []desk.CaseMark{{Text: as("Authenticator app"),
					Times: added("2 March 2025, 10:00"), Mark: ""}},
				Now: []desk.CaseMark{{Text: as("Authenticator app"), Times: added("2 March 2025, 10:00"),
					Mark: "gone"},
					{Text: as("Authenticator app"),
						Times: added("22 November 2026, 08:24"), More: as("Safari on iPhone"),
						Mark: "provisional"}}},
			{What: say("case_what.addresses"),
				Then: []desk.CaseMark{{Text: as("maria@example.org"), More: as("from the beginning"),
					Mark: ""}},
				Now: []desk.CaseMark{{Text: as("maria@example.org"), More: as("from the beginning"),
					Mark: "gone"},
					{Text: as("m@example.net"), More: as("changed on the marketplace"), Mark: "new"}}},
		},
		Copy: []desk.CaseCompare{{What: say("case_what.visits"),
			Now: []desk.CaseMark{{Text: as("2 more since")}}}},
	}
}

func sampleCasePlaces() []desk.CasePlace {
	return []desk.CasePlace{{Code: "LV", Name: as("Latvia"), SignIns: 2, Mark: "denied"},
		{Code: "BR", Name: as("Brazil"), SignIns: 1, Mark: "odd"},
		{Code: "ES", Name: as("Spain"), SignIns: 41}, {Code: "QQ", Name: as("QQ"), SignIns: 1}}
}

func sampleCaseHistory() desk.CaseHistory {
	const path = "/staff/cases/C-1042?kind="
	h := desk.CaseHistory{LockedAt: at("21 November 2026, 14:09"), Older: path + "all&from=25#history",
		Before: []desk.CaseLine{
			{At: at(sampleNight), What: as("Sign-in: Got in"), By: as("Chrome on Windows, Latvia"),
				IP: "80.89.0.10", Answer: "not_me", More: say("case_reason.new_country")},
			{At: at(sampleNight), What: say("activity.payout_changed"), From: as("•••• 43"),
				To: as("•••• 91"), IP: "80.89.0.10", More: as("Payout account")},
			{At: at("20 November 2026, 09:00"), What: as("Sign-in: Got in"), By: as("Firefox on Linux"),
				IP: "2001:db8::1", Answer: "none"},
		}}
	for _, kind := range []string{"all", "sign_in", "change", "owner", "staff", "copy"} {
		h.Kinds = append(h.Kinds, views.NavLink{Path: path + kind + "#history",
			Word: say("case_line." + kind), Here: kind == "all"})
	}
	for _, kind := range []string{"case.taken", "case.asked", "logins.answered", "two_factor.on",
		"password.updated", "factor.proved", "link.used", "account.locked"} {
		h.Since = append(h.Since, desk.CaseLine{What: say("trail." + kind), By: as("Ines Rocha"),
			At: at("22 November 2026, 10:02"), More: say("trail_reason", "Case C-1042")})
	}
	return h
}

func sampleCaseRecord() desk.CaseRecord {
	record := desk.CaseRecord{
		Own: "T-2077", Account: "/staff/accounts/u-1042",
		Talk: []desk.TicketMessage{
			{From: as("The portal"), At: at(sampleDawn), Text: views.Said("", "answers",
				[]string{"2026-11-21T14:05:00Z,succeeded,chrome/windows,LV,not_me,"}), Internal: true},
			{From: as("maria"), At: at("22 November 2026, 09:02"),
				Text: said("A client waits for me.\nCan you say when?")},
			{From: as("Ines Rocha"), At: at("22 November 2026, 10:15"), Text: said("Which phone is yours?"),
				Own: true},
		},
		Tickets: []desk.CaseTicket{{Number: "T-2070", Subject: "Payout is late", Status: "open",
			Messages: []desk.TicketMessage{{From: as("maria"), At: at(sampleNight),
				Text: said("Where is my money?")}}}},
		Notes: []string{"[ACTION] Password Updated\n[DEPARTMENT] Account Security\n[CAUSE] (Comp) " +
			"User’s Account Is Compromised\n[EVIDENCE] The verified owner updated the password.\n" +
			"[NEXT STEP] Account Security reviews the case"},
		Mails: []desk.AccountMail{
			{Title: say("mail_title.locked_out"), To: "maria@example.org",
				At: at("21 November 2026, 14:09"), State: "sent", Reason: ""},
			{Title: say("mail_title.locked_out"), To: "m@example.net",
				At: at("21 November 2026, 14:09"), State: "refused", Reason: "550 no such mailbox"},
		},
	}
	return record
}

// casePageSamples are every state of a case with every standing of its proposal.
func casePageSamples() []Sample {
	return slices.Concat(caseStateSamples(), caseRefusedSamples(), caseContentSamples())
}

func changedCase(name string, set func(*desk.Case)) Sample {
	m := sampleCase()
	set(&m)
	return Sample{"staff-case/" + name, m.View()}
}

// decided is a case in this state, with what its reader can do.
func decided(name, state string, d desk.CaseDecide, wrong ...views.Wrong) Sample {
	return changedCase(name, func(m *desk.Case) {
		m.Page, m.State, m.Decide = caseDesk(wrong...), state, d
		if state != "secured" && state != "in_review" {
			m.Due.Word = words.Text{}
		}
	})
}

func samplePending(state string, own bool) *desk.CaseProposal {
	p := sampleProposal(state)
	p.Own, p.Approvable = own, !own && state == "waits"
	return p
}

// said is what a person wrote.
func said(text string) words.Text { return views.Said(text, "", nil) }

func added(when string) templ.Component { return say("case_added", at(when)) }

func closed(state string) templ.Component {
	return say("case_closed."+state, at(sampleDawn))
}

func caseStateSamples() []Sample {
	past := *sampleProposal("sent_back")
	past.DecidedBy, past.DecidedAt, past.Decision = "Ines Rocha", at(sampleDawn),
		"Ask about the payout first."
	busy := say("case_busy", "Omar Haddad", at("22 November 2026, 10:02"), at("10:32 (UTC)"))
	return []Sample{
		decided("locked", "locked", desk.CaseDecide{Take: true}),
		decided("secured", "secured", desk.CaseDecide{Take: true}),
		decided("busy", "in_review", desk.CaseDecide{Busy: busy}),
		decided("stale", "in_review", desk.CaseDecide{Take: true, From: "Omar Haddad"}),
		decided("mine", "in_review", desk.CaseDecide{Mine: true, Demand: true}),
		decided("four-eyes", "in_review", desk.CaseDecide{Mine: true, Needs: sampleNeeds()}),
		decided("proposed", "in_review", desk.CaseDecide{Mine: true,
			Pending: samplePending("waits", true)}),
		decided("void", "in_review", desk.CaseDecide{Mine: true, Needs: sampleNeeds(),
			Pending: samplePending("void", true)}),
		decided("over", "in_review", desk.CaseDecide{Mine: true, Needs: sampleNeeds(),
			Pending: samplePending("over", true)}),
		decided("second", "in_review", desk.CaseDecide{Busy: busy,
			Pending: samplePending("waits", false)}),
		decided("second-void", "in_review", desk.CaseDecide{Busy: busy,
			Pending: samplePending("void", false)}),
		decided("bound", "in_review", desk.CaseDecide{Pending: boundProposal()}),
		decided("second-over", "in_review", desk.CaseDecide{Busy: busy,
			Pending: samplePending("over", false)}),
		decided("sent-back", "in_review", desk.CaseDecide{Mine: true,
			Past: []desk.CaseProposal{past}}),
		decided("needs-owner", "needs_owner", desk.CaseDecide{Take: true}),
		decided("resumed", "resumed", desk.CaseDecide{Closed: closed("resumed"), Again: "undo"}),
		decided("resumed-long-ago", "resumed",
			desk.CaseDecide{Closed: closed("resumed"), Again: "form"}),
		decided("declined", "declined", desk.CaseDecide{Closed: closed("declined"), Again: "form"}),
	}
}

func caseRefusedSamples() []Sample {
	return []Sample{
		decided("refused-question", "in_review", desk.CaseDecide{Mine: true},
			bad("ask_message", "case_question_missing")),
		decided("refused-demand", "in_review", desk.CaseDecide{Mine: true, Demand: true},
			bad("password_reason", "reason_missing")),
		decided("refused-cause", "in_review", desk.CaseDecide{Mine: true, NewCause: "hijacked",
			Reason: "x"}, bad("cause", "cause_same")),
		decided("refused-cause-reason", "in_review", desk.CaseDecide{Mine: true,
			NewCause: "compromised"}, bad("cause_reason", "reason_missing")),
		decided("refused-send-back", "in_review", desk.CaseDecide{Mine: true,
			Pending: samplePending("waits", true)}, bad("back_reason", "reason_missing")),
		decided("refused-again", "declined", desk.CaseDecide{Closed: closed("declined"),
			Again: "form"}, bad("again_reason", "reason_long", "1000")),
	}
}

func caseContentSamples() []Sample {
	return []Sample{
		changedCase("notices", func(m *desk.Case) {
			m.Urgent = at("25 November 2026, 09:00")
			m.Notices = []desk.CaseNotice{{Text: say("case_notice.by_hand", "T-2081"),
				Href: "/staff/tickets/T-2081", Link: say("trail_ticket", "T-2081")},
				{Text: say("case_notice.undeliverable", "m@example.net"), Href: "#mails",
					Link: say("desk.mails")},
				{Text: say("case_notice.closed")}, reproofNotice("agreed", "set_address"),
				reproofNotice("vetoed", "remove_factor"),
			}
		}),
		changedCase("nobody-came", func(m *desk.Case) {
			m.State, m.Decide = "locked", desk.CaseDecide{Take: true}
			m.CaseOwner = desk.CaseOwner{Steps: []desk.CaseStep{{Name: say(
				"case_step.verify")}}}
			m.CaseEvidence = desk.CaseEvidence{LockedAt: at(sampleNight)}
			m.CaseRecord, m.Places = desk.CaseRecord{}, nil
			m.History.Since, m.History.Before = m.History.Since[:1], nil
			m.Cause.Facts, m.Cause.History = nil, nil
		}),
		changedCase("long", func(m *desk.Case) { fill(m, longText) }),
		changedCase("markup", func(m *desk.Case) {
			fill(m, markup)
			m.Path = "javascript:alert(1)"
		}),
	}
}

// fill puts the same text wherever somebody outside could have written.
func fill(m *desk.Case, text string) {
	m.Number, m.Urgent, m.Cause.Evidence = text, at(sampleDawn), said(text)
	m.Cause.Facts = []templ.Component{as(text)}
	for i := range m.Facts {
		m.Facts[i].Value, m.Facts[i].More = as(text), as(text)
	}
	m.Notices = []desk.CaseNotice{{Text: as(text), Href: "#mails", Link: as(text)}}
	m.Visits[0] = desk.CaseVisit{At: at(sampleDawn), Device: as(text), Place: as(text), IP: text, Proof: at(sampleDawn),
		Odd: as(text)}
	m.History.Before[0] = desk.CaseLine{At: at(sampleDawn), What: as(text), By: as(text), More: as(text), From: as(text),
		To: as(text), IP: text, Answer: "unsure"}
	m.Places[0].Name = as(text)
	m.Compared[0].Then[0] = desk.CaseMark{Text: as(text), More: as(text), Mark: "gone"}
	m.Talk[1].Text, m.Talk[1].From = said(text), as(text)
	m.Tickets[0].Subject, m.Tickets[0].Messages[0].Text = text, said(text)
	m.Notes[0], m.Mails[1].Reason, m.Mails[1].To = text, text, text
	p := sampleProposal("waits")
	p.Reason, p.By, p.Needs, p.Approvable = text, text, texts(as(text)), true
	m.Decide = desk.CaseDecide{Mine: true, Busy: as(text), Take: true, From: text, Pending: p,
		Message: desk.Reply{Text: text}, Reason: text, Back: text}
}
