package views

func ticketSamples() []Sample {
	return append(append(ticketQueueSamples(), ticketPageSamples()...), reproofSamples()...)
}

// ticketDesk is the frame of the pages about tickets.
func ticketDesk(wrong ...Wrong) Page {
	p := staffPage(wrong...)
	for i := range p.Staff.Links {
		p.Staff.Links[i].Here = p.Staff.Links[i].Path == "/staff/tickets"
	}
	return p
}

func sampleLinks(here string, words ...string) []NavLink {
	list := make([]NavLink, len(words))
	for i, word := range words {
		list[i] = NavLink{Path: "/staff/tickets", Word: word, Here: word == here}
	}
	return list
}

func sampleQueue() StaffTickets {
	overdue := Due{"22 November 2026, 08:10", "Overdue by 2 hours", "bad"}
	soon := Due{"22 November 2026, 11:00", "Due in 40 minutes", "warn"}
	later := Due{"23 November 2026, 07:30", "Due in 21 hours", "plain"}
	const path, person = "/staff/tickets/T-2077", "/staff/accounts/u-1001"
	return StaffTickets{
		Page: ticketDesk(),
		Departments: sampleLinks("Account Security",
			"Customer Support", "Account Security", "Trust & Safety"),
		Statuses: sampleLinks("Open", "New", "Open", "Pending", "On hold", "Solved", "Closed"),
		Owners:   sampleLinks("Anybody", "Anybody", "Me", "Nobody"),
		Caption:  "Account Security, Open", CheckedAt: "10:20 (UTC)", Refresh: "/staff/tickets",
		Rows: []TicketLine{
			{path, "T-2077", "Password updated after security lockout — ada (C-1042)", person, "ada",
				"C-1042", overdue, true, "Ines Rocha"},
			{path, "T-2079", "Mailbox out of reach — staff review for bob", person, "bob", "", soon,
				false, ""},
			{path, "T-2081", "I cannot sign in since this morning", person, "cleo", "C-1044", later,
				false, "You"},
		},
	}
}

func ticketQueueSamples() []Sample {
	change := func(name string, set func(*StaffTickets)) Sample {
		m := sampleQueue()
		set(&m)
		return Sample{"staff-tickets/" + name, m.View()}
	}
	fill := func(m *StaffTickets, text string) {
		for i := range m.Rows {
			l := &m.Rows[i]
			l.Subject, l.Person, l.Holder, l.Case = text, text, text, text
		}
	}
	return []Sample{
		change("normal", func(*StaffTickets) {}),
		change("pages", func(m *StaffTickets) { m.First, m.More = "/staff/tickets", "/staff/tickets" }),
		change("empty", func(m *StaffTickets) { m.Rows = nil }),
		change("past-the-end", func(m *StaffTickets) { m.Rows, m.First = nil, "/staff/tickets" }),
		change("long", func(m *StaffTickets) { fill(m, longText) }),
		change("markup", func(m *StaffTickets) {
			fill(m, markup)
			m.Rows[0].Path, m.More = "javascript:alert(1)", "javascript:alert(1)"
		}),
	}
}

func sampleTicket(wrong ...Wrong) StaffTicket {
	return StaffTicket{
		Page: ticketDesk(wrong...), Path: "/staff/tickets/T-2081", Number: "T-2081",
		Subject: "I cannot sign in since this morning", Status: "open", Version: "3",
		Due: Due{"23 November 2026, 07:30", "Due in 21 hours", "plain"},
		Facts: []Fact{
			{Label: "Person", Value: "cleo", Href: "/staff/accounts/u-1003"},
			{Label: "Account", Value: "Locked"},
			{Label: "Case", Value: "C-1044", Href: "/staff/cases/C-1044"},
			{Label: "Department", Value: "Customer Support"},
			{Label: "Opened", Value: "22 November 2026, 07:30 (UTC)"},
			{Label: "Answer by", Value: "23 November 2026, 07:30 (UTC)"},
			{Label: "Who has it", Value: "Nobody"},
		},
		Messages: []TicketMessage{
			{"cleo", "22 November 2026, 07:30", "I cannot sign in.\nCan you help?", false, false},
			{"Ben Okafor", "22 November 2026, 08:02", "Called, no answer.", true, true},
			{"Ben Okafor", "22 November 2026, 08:10", "Follow the link we sent you.", true, false},
		},
		Workable: true, AnswerTo: "c••••@e••••.org",
		Topics:      []string{"none", "phishing", "malware"},
		Departments: []string{"Customer Support", "Account Security", "Trust & Safety"},
		Department:  "Customer Support", Topic: "none", To: "owner",
		Statuses: []string{"pending", "on_hold", "solved"},
	}
}

func ticketPageSamples() []Sample {
	change := func(name string, set func(*StaffTicket), wrong ...Wrong) Sample {
		m := sampleTicket(wrong...)
		set(&m)
		return Sample{"staff-ticket/" + name, m.View()}
	}
	return []Sample{
		change("normal", func(*StaffTicket) {}),
		change("saved", func(m *StaffTicket) { m.Page = flashed(m.Page, "ticket_saved") }),
		change("overdue", func(m *StaffTicket) {
			m.High, m.TakeFrom = true, "Ben Okafor"
			m.Due = Due{"22 November 2026, 08:10", "Overdue by 2 hours", "bad"}
		}),
		change("of-case", func(m *StaffTicket) {
			m.Bound, m.Mine, m.Statuses = true, true, []string{"pending", "on_hold"}
		}),
		change("nowhere-to-answer", func(m *StaffTicket) { m.AnswerTo = "" }),
		change("empty", func(m *StaffTicket) { m.Messages = nil }),
		change("closed", func(m *StaffTicket) {
			m.Status, m.Closed, m.Workable, m.Due.Word = "closed", true, false, ""
		}),
		change("read-only", func(m *StaffTicket) { m.Workable = false }),
		change("nothing", func(*StaffTicket) {}, bad("message", "nothing_changed")),
		change("changed", func(m *StaffTicket) { m.Message = "Follow the link." },
			bad("message", "ticket_changed")),
		change("too-long", func(m *StaffTicket) { m.Message, m.To = longText, "staff" },
			bad("message", "message_long", "4000")),
		change("illegal-move", func(m *StaffTicket) { m.NextStatus = "closed" },
			bad("status", "status_illegal", "Open", "Closed")),
		change("bound", func(m *StaffTicket) { m.Department = "Trust & Safety" },
			bad("department", "ticket_of_case")),
		change("no-topic", func(*StaffTicket) {}, bad("topic", "ticket_topic_unknown")),
		change("long", func(m *StaffTicket) { fillTicket(m, longText) }),
		change("markup", func(m *StaffTicket) { fillTicket(m, markup) }),
	}
}

func fillTicket(m *StaffTicket, text string) {
	m.Subject, m.TakeFrom, m.AnswerTo, m.Message = text, text, text, text
	for i := range m.Facts {
		m.Facts[i].Value = text
	}
	for i := range m.Messages {
		m.Messages[i].From, m.Messages[i].Text = text, text
	}
}

// sampleReproof is the ticket of an owner who has lost the mailbox.
func sampleReproof(r TicketReproof, wrong ...Wrong) StaffTicket {
	m := sampleTicket(wrong...)
	m.Department, m.Reproof = "Account Security", &r
	return m
}

func sampleRecord(action, state string, more ...Fact) ReproofRecord {
	r := ReproofRecord{Action: action, State: state, Facts: append([]Fact{
		{Label: "Proposed", Value: "Ines Rocha, 22 November 2026, 09:00 (UTC)"},
		{Label: "Checked", Value: "Passport and contract number in a video call, by Ines Rocha."},
	}, more...)}
	if action == "set_address" {
		r.Facts = append(r.Facts, Fact{Label: "New address", Value: "cleo@new.example", Code: true})
		r.Effects = []string{Text("reproof.set_address.effect", "cleo@new.example")}
	} else {
		r.Effects = []string{Text("reproof.remove_factor.effect")}
	}
	r.Effects = append(r.Effects, Text("reproof.ends"), Text("reproof.told"))
	return r
}

func reproofSamples() []Sample {
	waiting := sampleRecord("set_address", "waits",
		Fact{Label: "Decide by", Value: "22 November 2026, 17:00 (UTC)"})
	waiting.Approvable = true
	own := sampleRecord("remove_factor", "waits")
	own.Own = true
	back := sampleRecord("remove_factor", "sent_back",
		Fact{Label: "Decided", Value: "Omar Haddad, 22 November 2026, 09:30 (UTC)"},
		Fact{Label: "Why", Value: "The passport has another name."})
	long := sampleRecord("remove_factor", "withdrawn", Fact{Label: "Why", Value: longText})
	odd := sampleRecord("set_address", "waits", Fact{Label: "Why", Value: markup})
	odd.Approvable = true
	offer := func(records ...ReproofRecord) TicketReproof {
		return TicketReproof{Offer: true, Records: records}
	}
	typed := TicketReproof{Offer: true, Action: "set_address", Address: "cleo@", Checked: "Passport"}
	one := func(name string, r TicketReproof, wrong ...Wrong) Sample {
		return Sample{"staff-ticket/reproof-" + name, sampleReproof(r, wrong...).View()}
	}
	return []Sample{
		one("offer", offer()),
		one("bad-address", typed, bad("address", "email_invalid")),
		one("not-checked", typed, bad("checked", "checked_missing")),
		one("no-factor", typed, bad("action", "no_factor")),
		one("waits", TicketReproof{Records: []ReproofRecord{waiting}}),
		one("own", TicketReproof{Records: []ReproofRecord{own}}),
		one("no-reason", TicketReproof{Records: []ReproofRecord{waiting}},
			bad("reason", "reason_missing")),
		one("void", offer(sampleRecord("set_address", "void"))),
		one("over", offer(sampleRecord("remove_factor", "over"))),
		one("sent-back", offer(back)),
		one("approved", offer(sampleRecord("set_address", "approved"), back)),
		one("long", offer(long)),
		one("markup", TicketReproof{Records: []ReproofRecord{odd}}),
	}
}
