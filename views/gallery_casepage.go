package views

const (
	sampleNight = "21 November 2026, 14:05"
	sampleDawn  = "22 November 2026, 08:18"
	sampleSafe  = "Somebody typed the right password from Latvia and changed the payout.\n" +
		"The rule of unusual payouts fired."
	sampleEnd = "The owner wrote from her own phone, and the payout is what it was before."
)

func sampleNeeds() []string {
	return []string{Text("signal.succeeded_login_denied"), Text("signal.payout_changed")}
}

func sampleProposal(state string) *CaseProposal {
	return &CaseProposal{State: state, By: "Omar Haddad", At: "22 November 2026, 10:02",
		Until: "22 November 2026, 18:02", Reason: sampleEnd, Needs: sampleNeeds()}
}

func sampleCase() StaffCase {
	return StaffCase{
		Page: caseDesk(), Path: "/staff/cases/C-1042", Number: "C-1042", Version: "4",
		State: "in_review", Due: Due{"22 November 2026, 11:00", "Due in 40 minutes", "warn"},
		Facts: []Fact{
			{Label: "Account", Value: "maria", Href: "/staff/accounts/u-1042"},
			{Label: "Person", Value: "Maria Santos", More: "freelancer, since 2021"},
			{Label: "Account state", Value: "Locked", More: "Lockout of 21 November 2026, 14:09"},
			{Label: "Who has it", Value: "You", More: "Since 22 November 2026, 10:02"},
			{Label: "Answer by", Value: "22 November 2026, 11:00"},
		},
		Cause: CaseCause{Cause: "hijacked", Proposed: "hijacked", Evidence: sampleSafe,
			Facts: []string{Text("desk.fact", Text("signal.succeeded_login_denied"), sampleNight)},
			History: []Event{
				{What: "Compromised", At: "lock · 21 November 2026, 14:09", State: "done"},
				{What: "Hijacked", At: "Ines Rocha · 22 November 2026, 10:10", State: "done"},
			}},
		CaseOwner: sampleCaseOwner(), CaseEvidence: sampleCaseEvidence(),
		CaseRecord: sampleCaseRecord(),
		Decide:     CaseDecide{Mine: true, Needs: sampleNeeds()},
	}
}

func sampleCaseOwner() CaseOwner {
	return CaseOwner{
		Steps: []CaseStep{
			{Text("case_step.verify"), "22 November 2026, 08:14", Text("case_step.factor")},
			{Text("case_step.password"), sampleDawn, ""},
			{Text("case_step.two-factor"), "22 November 2026, 08:24", Text("case_step.on")},
			{Text("case_step.activity"), "22 November 2026, 08:30", ""},
			{Name: Text("case_step.support")},
		},
		Visits: []CaseVisit{
			{"22 November 2026, 08:12", "Safari on iPhone", "Portugal", "188.80.0.10", sampleDawn, ""},
			{"21 November 2026, 22:40", "Chrome on Windows", "Latvia", "80.89.0.10", "",
				Text("case_visit.place")},
		},
		How: "phishing",
	}
}

func sampleCaseEvidence() CaseEvidence {
	return CaseEvidence{
		LockedAt: "21 November 2026, 14:09", Signs: []string{Text("case_sign.money")},
		SignIns: []CaseSignIn{
			{At: "22 November 2026, 07:01", Device: "Chrome on Windows", Place: "Latvia",
				IP: "80.89.0.10", Outcome: "stopped", Reasons: []string{"stopped.two_factor"}, Later: true},
			{At: sampleNight, Device: "Chrome on Windows", Place: "Latvia", IP: "80.89.0.10",
				Outcome: "succeeded", Reasons: []string{"new_country", "new_device"}, Answer: "not_me"},
			{At: "20 November 2026, 09:00", Device: "Firefox on Linux", Place: "", IP: "2001:db8::1",
				Outcome: "succeeded", Reasons: []string{"new_device"}, Answer: "unsure"},
			{At: "19 November 2026, 09:00", Device: "Safari on iPhone", Place: "Spain",
				IP: "188.80.0.10", Outcome: "succeeded", Reasons: []string{"impossible_travel"},
				Answer: "not_me", Contradicts: true},
			{At: "2 November 2026, 09:15", Device: "Safari on iPhone", Place: "Spain",
				IP: "188.80.0.10", Outcome: "succeeded", Reasons: []string{"new_country"}, Answer: "me"},
		},
		Usual: []string{Text("case_usual", Text("case_usual.count", "41"), "Safari on iPhone",
			"21 November 2026, 08:02")},
		Failures: []string{Text("failures.one", "Latvia", "21 November 2026, 14:04")},
		Changes: []CaseChange{
			{StaffChange{"payout_changed", sampleNight, "Payout account", "•••• 43", "•••• 91", "80.89.0.10"},
				false},
			{StaffChange{"email_changed", "22 November 2026, 07:02", "", "maria@example.org",
				"m@example.net", ""}, true},
		},
		Compared: []CaseCompare{
			{Text("case_what.factors"),
				[]CaseMark{{"Authenticator app", "added 2 March 2025, 10:00", ""}},
				[]CaseMark{{"Authenticator app", "added 2 March 2025, 10:00", "gone"},
					{"Authenticator app", "added 22 November 2026, 08:24, Safari on iPhone", "provisional"}}},
			{Text("case_what.addresses"), []CaseMark{{"maria@example.org", "from the beginning", ""}},
				[]CaseMark{{"maria@example.org", "from the beginning", "gone"},
					{"m@example.net", "changed on the marketplace", "new"}}},
			{Text("case_what.visits"), nil, []CaseMark{{"2 more since", "", ""}}},
		},
		Frozen: []StaffSignInLine{{sampleNight, "Chrome on Windows", "Latvia", "80.89.0.10", "succeeded"}},
		Copied: []StaffChange{{"payout_changed", sampleNight, "Payout account", "•••• 43", "•••• 91", ""}},
	}
}

func sampleCaseRecord() CaseRecord {
	record := CaseRecord{
		Own: "T-2077",
		Talk: []TicketMessage{
			{From: "The portal", At: sampleDawn, Text: "Cause: compromised", Internal: true},
			{From: "maria", At: "22 November 2026, 09:02", Text: "A client waits for me.\nCan you say when?"},
			{From: "Ines Rocha", At: "22 November 2026, 10:15", Text: "Which phone is yours?", Own: true},
		},
		Tickets: []CaseTicket{{"T-2070", "Payout is late", "open",
			[]TicketMessage{{From: "maria", At: sampleNight, Text: "Where is my money?"}}}},
		Notes: []string{"[ACTION] Password Updated\n[DEPARTMENT] Account Security\n[CAUSE] (Comp) " +
			"User’s Account Is Compromised\n[EVIDENCE] The verified owner updated the password.\n" +
			"[NEXT STEP] Account Security reviews the case"},
		Mails: []StaffMailLine{
			{"Your account is locked to keep it safe", "maria@example.org", "21 November 2026, 14:09", "sent", ""},
			{"Your account is locked to keep it safe", "m@example.net", "21 November 2026, 14:09", "refused", "550 no such mailbox"},
		},
	}
	for _, kind := range []string{"case.taken", "case.asked", "logins.answered", "two_factor.on",
		"password.updated", "factor.proved", "link.used", "account.locked"} {
		record.Trail = append(record.Trail, Event{What: Text("trail." + kind),
			At: "Ines Rocha · 22 November 2026, 10:02", More: Text("trail_reason", "Case C-1042"),
			State: "done"})
	}
	record.Trail = append(record.Trail, record.Trail...)
	return record
}

// casePageSamples are every state of a case with every standing of its proposal.
func casePageSamples() []Sample {
	change := func(name string, set func(*StaffCase)) Sample {
		m := sampleCase()
		set(&m)
		return Sample{"staff-case/" + name, m.View()}
	}
	decide := func(name, state string, d CaseDecide, wrong ...Wrong) Sample {
		return change(name, func(m *StaffCase) {
			m.Page, m.State, m.Decide = caseDesk(wrong...), state, d
			if state != "secured" && state != "in_review" {
				m.Due.Word = ""
			}
		})
	}
	pending := func(state string, own bool) *CaseProposal {
		p := sampleProposal(state)
		p.Own, p.Approvable = own, !own && state == "waits"
		return p
	}
	past := *sampleProposal("sent_back")
	past.DecidedBy, past.DecidedAt, past.Decision = "Ines Rocha", sampleDawn, "Ask about the payout first."
	busy := Text("case_busy", "Omar Haddad", "22 November 2026, 10:02", "10:32 (UTC)")
	return []Sample{
		decide("locked", "locked", CaseDecide{Take: true}),
		decide("secured", "secured", CaseDecide{Take: true}),
		decide("busy", "in_review", CaseDecide{Busy: busy}),
		decide("stale", "in_review", CaseDecide{Take: true, From: "Omar Haddad"}),
		decide("mine", "in_review", CaseDecide{Mine: true}),
		decide("four-eyes", "in_review", CaseDecide{Mine: true, Needs: sampleNeeds()}),
		decide("proposed", "in_review", CaseDecide{Mine: true, Pending: pending("waits", true)}),
		decide("void", "in_review", CaseDecide{Mine: true, Needs: sampleNeeds(), Pending: pending("void", true)}),
		decide("over", "in_review", CaseDecide{Mine: true, Needs: sampleNeeds(), Pending: pending("over", true)}),
		decide("second", "in_review", CaseDecide{Busy: busy, Pending: pending("waits", false)}),
		decide("second-void", "in_review", CaseDecide{Busy: busy, Pending: pending("void", false)}),
		decide("second-over", "in_review", CaseDecide{Busy: busy, Pending: pending("over", false)}),
		decide("sent-back", "in_review", CaseDecide{Mine: true, Past: []CaseProposal{past}}),
		decide("needs-owner", "needs_owner", CaseDecide{Take: true}),
		decide("resumed", "resumed", CaseDecide{Closed: Text("case_closed.resumed", sampleDawn), Again: "undo"}),
		decide("resumed-long-ago", "resumed", CaseDecide{Closed: Text("case_closed.resumed", sampleDawn),
			Again: "form"}),
		decide("declined", "declined", CaseDecide{Closed: Text("case_closed.declined", sampleDawn),
			Again: "form"}),
		decide("refused-question", "in_review", CaseDecide{Mine: true},
			bad("ask_message", "case_question_missing")),
		decide("refused-cause", "in_review", CaseDecide{Mine: true, NewCause: "hijacked", Reason: "x"},
			bad("cause", "cause_same")),
		decide("refused-cause-reason", "in_review", CaseDecide{Mine: true, NewCause: "compromised"},
			bad("cause_reason", "reason_missing")),
		decide("refused-send-back", "in_review", CaseDecide{Mine: true, Pending: pending("waits", true)},
			bad("back_reason", "reason_missing")),
		decide("refused-again", "declined", CaseDecide{Closed: Text("case_closed.declined", sampleDawn),
			Again: "form"}, bad("again_reason", "reason_long", "1000")),
		change("notices", func(m *StaffCase) {
			m.Urgent = "25 November 2026, 09:00"
			m.Notices = []CaseNotice{
				{Text("case_notice.by_hand", "T-2081"), "/staff/tickets/T-2081", "Ticket T-2081"},
				{Text("case_notice.undeliverable", "m@example.net"), "#mails", "Emails"},
				{Text: Text("case_notice.closed")},
			}
		}),
		change("nobody-came", func(m *StaffCase) {
			m.State, m.Decide = "locked", CaseDecide{Take: true}
			m.CaseOwner = CaseOwner{Steps: []CaseStep{{Name: Text("case_step.verify")}}}
			m.CaseEvidence = CaseEvidence{LockedAt: sampleNight}
			m.CaseRecord = CaseRecord{Trail: m.Trail[:1]}
			m.Cause.Facts, m.Cause.History = nil, nil
		}),
		change("long", func(m *StaffCase) { m.fill(longText) }),
		change("markup", func(m *StaffCase) {
			m.fill(markup)
			m.Path = "javascript:alert(1)"
		}),
	}
}

// fill puts the same text wherever somebody outside could have written.
func (m *StaffCase) fill(text string) {
	m.Number, m.Urgent, m.Cause.Evidence = text, text, text
	m.Cause.Facts = []string{text}
	for i := range m.Facts {
		m.Facts[i].Value, m.Facts[i].More = text, text
	}
	m.Notices = []CaseNotice{{text, "#mails", text}}
	m.Visits[0] = CaseVisit{text, text, text, text, text, text}
	m.SignIns[0].Device, m.SignIns[0].Place, m.SignIns[0].IP = text, text, text
	m.Changes[0] = CaseChange{StaffChange{"payout_changed", text, text, text, text, text}, true}
	m.Compared[0].Then[0] = CaseMark{text, text, "gone"}
	m.Frozen[0].Device, m.Copied[0].Summary = text, text
	m.Talk[1].Text, m.Talk[1].From = text, text
	m.Tickets[0].Subject, m.Tickets[0].Messages[0].Text = text, text
	m.Notes[0], m.Mails[1].Reason, m.Mails[1].To = text, text, text
	m.Trail[0] = Event{What: text, At: text, More: text, State: "done"}
	p := sampleProposal("waits")
	p.Reason, p.By, p.Needs, p.Approvable = text, text, []string{text}, true
	m.Decide = CaseDecide{Mine: true, Busy: text, Take: true, From: text, Pending: p,
		Message: text, Reason: text, Back: text}
}

func caseEndSamples() []Sample {
	letter := "Hello Maria Santos,\n\nThis is about your account m••••.\n\nWhat happened\nOn 22 " +
		"November 2026, 10:20 (Lisbon time) Account Security ended the review.\n"
	end := func(name, act string, set func(*StaffCaseEnd)) Sample {
		m := StaffCaseEnd{Page: caseDesk(), Path: "/staff/cases/C-1042", Number: "C-1042", Act: act,
			Version: "4", Stirs: "7", To: []string{"maria@example.org", "m@example.net"},
			Facts: []Fact{{Label: "Account", Value: "maria", Href: "/staff/accounts/u-1042"},
				{Label: "Person", Value: "Maria Santos"}, {Label: "Locked", Value: sampleNight}},
			Effects: []string{Text("case_effect.open", "maria"), Text("case_effect.mail", "2"),
				Text("case_effect.solved", "T-2077"), Text("case_effect.note." + act),
				Text("case_effect.link"), Text("case_effect.tries"), Text("case_effect.status")},
			Subject: "Your Example Market account is open again", Mail: letter}
		if act == "decline" {
			m.Effects[0], m.Subject, m.Mail = Text("case_effect.stay", "maria"), "", ""
		}
		set(&m)
		return Sample{"staff-case-" + act + "/" + name, m.View()}
	}
	moved := func(name, why string, set func(*StaffCaseMoved)) Sample {
		m := StaffCaseMoved{Page: caseDesk(), Path: "/staff/cases/C-1042", Number: "C-1042", Why: why,
			Moves: sampleCaseRecord().Trail[:3]}
		set(&m)
		return Sample{"problem/case-" + name, m.View()}
	}
	return []Sample{
		end("alone", "resume", func(*StaffCaseEnd) {}),
		end("four-eyes", "resume", func(m *StaffCaseEnd) {
			m.Needs = sampleNeeds()
			m.Effects = append([]string{Text("case_effect.first", "22 November 2026, 18:20")}, m.Effects...)
		}),
		end("empty", "resume", func(m *StaffCaseEnd) { m.Page = caseDesk(bad("reason", "reason_missing")) }),
		end("long", "resume", func(m *StaffCaseEnd) {
			m.Page, m.Reason, m.Facts[1].Value = caseDesk(bad("reason", "reason_long", "1000")), longText, longText
		}),
		end("markup", "resume", func(m *StaffCaseEnd) {
			m.Number, m.Reason, m.Facts[1].Value, m.To[0], m.Mail = markup, markup, markup, markup, markup
			m.Path = "javascript:alert(1)"
		}),
		end("normal", "approve", func(m *StaffCaseEnd) { m.Proposal = sampleProposal("waits") }),
		end("normal", "decline", func(*StaffCaseEnd) {}),
		end("empty", "decline", func(m *StaffCaseEnd) { m.Page = caseDesk(bad("reason", "reason_missing")) }),
		moved("taken", Text("case_taken_by", "Omar Haddad", "22 November 2026, 10:02")+".",
			func(*StaffCaseMoved) {}),
		moved("stale", Text("case_moved.why"), func(m *StaffCaseMoved) { m.Moves = nil }),
		{"problem/case-own", Problem{Page: caseDesk(), Kind: "case", Code: "proposal_own",
			Back: "/staff/cases/C-1042"}.View()},
	}
}
