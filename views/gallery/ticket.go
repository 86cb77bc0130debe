package gallery

import (
	"github.com/a-h/templ"

	"regain/views"
	"regain/views/desk"
	"regain/views/words"
)

func ticketSamples() []Sample {
	return append(append(ticketQueueSamples(), ticketPageSamples()...), reproofSamples()...)
}

// ticketDesk is the frame of the pages about tickets.
func ticketDesk(wrong ...views.Wrong) views.Page {
	p := staffPage(wrong...)
	for i := range p.Staff.Links {
		p.Staff.Links[i].Here = p.Staff.Links[i].Path == "/staff/tickets"
	}
	return p
}

func sampleLinks(here string, labels ...string) []views.NavLink {
	list := make([]views.NavLink, len(labels))
	for i, word := range labels {
		list[i] = views.NavLink{Path: "/staff/tickets", Word: as(word), Here: word == here}
	}
	return list
}

func sampleQueue() desk.Tickets {
	overdue := views.Due{At: at("22 November 2026, 08:10"), Word: as("Overdue by 2 hours"), Kind: "bad"}
	soon := views.Due{At: at("22 November 2026, 11:00"), Word: as("Due in 40 minutes"), Kind: "warn"}
	later := views.Due{At: at("23 November 2026, 07:30"), Word: as("Due in 21 hours"), Kind: "plain"}
	const path, person = "/staff/tickets/T-2077", "/staff/accounts/u-1001"
	queue := sampleSieve("/staff/tickets")
	queue.Page, queue.Caption = ticketDesk(), as("Account Security, Open: 3")
	return desk.Tickets{
		Queue: queue, Order: "usual", Departments: sampleLinks("Account Security",
			"Customer Support", "Account Security", "Trust & Safety"),
		Statuses: sampleLinks("Open", "New", "Open", "Pending", "On hold", "Solved", "Closed"),
		Rows: []desk.TicketLine{
			{Path: path, Number: "T-2077",
				Subject: "Password updated after security lockout — ada (C-1042)", Account: person,
				Person: "ada",
				Case:   "C-1042", Due: overdue, High: true, Held: desk.Held{Holder: as("Ines Rocha")},
				Said: desk.Said{From: as("ada"), Text: as("I have a new phone since Monday.")}},
			{Path: path, Number: "T-2079", Subject: "Mailbox out of reach — staff review for bob",
				Account: person, Person: "bob", Case: "", Due: soon,
				Held: desk.Held{Take: path + "/take", Version: "1", Number: "T-2079"}},
			{Path: path, Number: "T-2081", Subject: "I cannot sign in since this morning",
				Account: person, Person: "cleo", Case: "C-1044", Due: later,
				Held: desk.Held{Holder: as("You")}},
		},
	}
}

func ticketQueueSamples() []Sample {
	change := func(name string, set func(*desk.Tickets)) Sample {
		m := sampleQueue()
		set(&m)
		return Sample{"staff-tickets/" + name, m.View()}
	}
	fill := func(m *desk.Tickets, text string) {
		for i := range m.Rows {
			l := &m.Rows[i]
			l.Subject, l.Person, l.Held, l.Case = text, text, desk.Held{Holder: as(text)}, text
			l.Said = desk.Said{From: as(text), Text: as(text)}
		}
	}
	return []Sample{
		change("normal", func(*desk.Tickets) {}),
		change("pages", func(m *desk.Tickets) {
			m.First, m.More = "/staff/tickets",
				"/staff/tickets"
		}),
		change("empty", func(m *desk.Tickets) { m.Rows = nil }),
		change("nothing-fits", func(m *desk.Tickets) { m.Rows, m.Whole, m.Words = nil, "/staff/tickets", "zoe" }),
		change("past-the-end", func(m *desk.Tickets) {
			m.Rows, m.First = nil,
				"/staff/tickets"
		}),
		change("long", func(m *desk.Tickets) { fill(m, longText) }),
		change("markup", func(m *desk.Tickets) {
			fill(m, markup)
			m.Rows[0].Path, m.More = "javascript:alert(1)", "javascript:alert(1)"
		}),
	}
}

func sampleTicket(wrong ...views.Wrong) desk.Ticket {
	return desk.Ticket{
		Page: ticketDesk(wrong...), Path: "/staff/tickets/T-2081", Number: "T-2081",
		Subject: "I cannot sign in since this morning", Status: "open", Version: "3",
		Due: views.Due{At: at("23 November 2026, 07:30"), Word: as("Due in 21 hours"), Kind: "plain"},
		Facts: []views.Fact{
			{Label: say("desk_head.person"), Value: as("cleo"), Href: "/staff/accounts/u-1003"},
			{Label: say("label.account"), Value: say("label.locked")},
			{Label: say("label.case"), Value: as("C-1044"), Href: "/staff/cases/C-1044"},
			{Label: say("export_head.department"), Value: say("role.support")},
			{Label: say("label.opened"), At: at("22 November 2026, 07:30 (UTC)")},
			{Label: say("case_tab.mine.due"), At: at("23 November 2026, 07:30 (UTC)")},
			{Label: say("label.who_has_it"), Value: say("nobody")},
		},
		Messages: []desk.TicketMessage{
			{From: as("cleo"), At: at("22 November 2026, 07:30"), Text: said("I cannot sign in.\nCan you help?"),
				Lang: "en-GB", Own: false, Internal: false},
			{From: as("Ben Okafor"), At: at("22 November 2026, 08:02"), Text: said("Called, no answer."),
				Own: true, Internal: true},
			{From: as("Ben Okafor"), At: at("22 November 2026, 08:10"),
				Text: said("Follow the link we sent you."), Own: true, Internal: false},
		},
		Workable: true, AnswerTo: "c••••@e••••.org",
		Topics:      []string{"none", "phishing", "malware"},
		Departments: []string{"Customer Support", "Account Security", "Trust & Safety"},
		Department:  "Customer Support", Topic: "none", To: "owner",
		Statuses: []string{"pending", "on_hold", "solved"},
	}
}

func ticketPageSamples() []Sample {
	change := func(name string, set func(*desk.Ticket), wrong ...views.Wrong) Sample {
		m := sampleTicket(wrong...)
		set(&m)
		return Sample{"staff-ticket/" + name, m.View()}
	}
	return []Sample{
		change("normal", func(*desk.Ticket) {}),
		change("saved", func(m *desk.Ticket) { m.Page = flashed(m.Page, "ticket_saved") }),
		change("overdue", func(m *desk.Ticket) {
			m.High, m.TakeFrom = true, "Ben Okafor"
			m.Due = views.Due{At: at("22 November 2026, 08:10"), Word: as("Overdue by 2 hours"),
				Kind: "bad"}
		}),
		change("of-case", func(m *desk.Ticket) {
			m.Bound, m.Mine, m.Statuses = true, true, []string{"pending", "on_hold"}
			m.Message = desk.Reply{Text: "Olá, cleo.", Lang: "pt-BR", English: "Hello cleo,",
				Language: "Brazilian Portuguese"}
		}),
		change("nowhere-to-answer", func(m *desk.Ticket) { m.AnswerTo = "" }),
		change("empty", func(m *desk.Ticket) { m.Messages = nil }),
		change("closed", func(m *desk.Ticket) {
			m.Status, m.Closed, m.Workable, m.Due.Word = "closed", true, false, words.Text{}
		}),
		change("read-only", func(m *desk.Ticket) { m.Workable = false }),
		change("nothing", func(*desk.Ticket) {}, bad("message", "nothing_changed")),
		change("changed", func(m *desk.Ticket) { m.Message.Text = "Follow the link." },
			bad("message", "ticket_changed")),
		change("too-long", func(m *desk.Ticket) { m.Message.Text, m.To = longText, "staff" },
			bad("message", "message_long", "4000")),
		change("illegal-move", func(m *desk.Ticket) { m.NextStatus = "closed" },
			bad("status", "status_illegal", "Open", "Closed")),
		change("bound", func(m *desk.Ticket) { m.Department = "Trust & Safety" },
			bad("department", "ticket_of_case")),
		change("no-topic", func(*desk.Ticket) {}, bad("topic", "ticket_topic_unknown")),
		change("long", func(m *desk.Ticket) { fillTicket(m, longText) }),
		change("markup", func(m *desk.Ticket) { fillTicket(m, markup) }),
	}
}

func fillTicket(m *desk.Ticket, text string) {
	m.Subject, m.TakeFrom, m.AnswerTo, m.Message.Text = text, text, text, text
	for i := range m.Facts {
		m.Facts[i].Value = as(text)
	}
	for i := range m.Messages {
		m.Messages[i].From, m.Messages[i].Text = as(text), said(text)
	}
}

// sampleReproof is the ticket of an owner who has lost the mailbox.
func sampleReproof(r desk.Reproof, wrong ...views.Wrong) desk.Ticket {
	m := sampleTicket(wrong...)
	m.Department, m.Reproof = "Account Security", &r
	return m
}

func sampleRecord(action, state string, more ...views.Fact) desk.ReproofRecord {
	r := desk.ReproofRecord{Action: action, State: state, Facts: append([]views.Fact{
		{Label: as("Proposed"), Value: as("Ines Rocha,"), At: at("22 November 2026, 09:00 (UTC)")},
		{Label: say("desk_head.checked"), Value: as("Passport and contract number in a video call, by Ines Rocha.")},
	}, more...)}
	if action == "set_address" {
		r.Facts = append(r.Facts, views.Fact{Label: say("label.new_address"), Value: as("cleo@new.example"),
			Code: true})
		r.Effects = []templ.Component{say("reproof.set_address.effect",
			"cleo@new.example")}
	} else {
		r.Effects = []templ.Component{say("reproof.remove_factor.effect")}
	}
	r.Effects = append(r.Effects, say("reproof.ends"), say("reproof.told"),
		say("reproof.waits", "24 hours"))
	return r
}

// reproofNotice is what the page of the case tells of a re-proofing.
func reproofNotice(state, action string) desk.CaseNotice {
	return desk.CaseNotice{Text: say("case_notice.reproof_"+state,
		say("reproof."+action), at(sampleDawn+" (UTC)")), Href: "/staff/tickets/T-2081",
		Link: say("trail_ticket", "T-2081")}
}

func reproofSamples() []Sample {
	waiting := sampleRecord("set_address", "waits",
		views.Fact{Label: as("Decide by"), At: at("22 November 2026, 17:00 (UTC)")})
	waiting.Approvable = true
	own := sampleRecord("remove_factor", "waits")
	own.Own = true
	bound := sampleRecord("remove_factor", "waits")
	bound.Bound = say("proposal_newcomer")
	back := sampleRecord("remove_factor", "sent_back",
		views.Fact{Label: as("Decided"), Value: as("Omar Haddad,"), At: at("22 November 2026, 09:30 (UTC)")},
		views.Fact{Label: say("desk_label.why"), Value: as("The passport has another name.")})
	agreed := sampleRecord("set_address", "agreed",
		views.Fact{Label: as("Decided"), Value: as("Omar Haddad,"), At: at("22 November 2026, 09:30 (UTC)")},
		views.Fact{Label: as("Will be done"), At: at("23 November 2026, 09:30 (UTC)")})
	agreed.Stoppable = true
	vetoed := sampleRecord("set_address", "vetoed",
		views.Fact{Label: say("lock.state.stopped"), At: at("22 November 2026, 19:12 (UTC)")})
	long := sampleRecord("remove_factor", "withdrawn", views.Fact{Label: say("desk_label.why"), Value: as(longText)})
	odd := sampleRecord("set_address", "waits", views.Fact{Label: say("desk_label.why"), Value: as(markup)})
	odd.Approvable = true
	offer := func(records ...desk.ReproofRecord) desk.Reproof {
		return desk.Reproof{Offer: true, Records: records}
	}
	typed := desk.Reproof{Offer: true, Action: "set_address", Address: "cleo@",
		Checked: "Passport"}
	one := func(name string, r desk.Reproof, wrong ...views.Wrong) Sample {
		return Sample{"staff-ticket/reproof-" + name, sampleReproof(r, wrong...).View()}
	}
	return []Sample{
		one("offer", offer()),
		one("bad-address", typed, bad("address", "email_invalid")),
		one("not-checked", typed, bad("checked", "checked_missing")),
		one("no-factor", typed, bad("action", "no_factor")),
		one("waits", desk.Reproof{Records: []desk.ReproofRecord{waiting}}),
		one("bound", desk.Reproof{Records: []desk.ReproofRecord{bound}}),
		one("own", desk.Reproof{Records: []desk.ReproofRecord{own}}),
		one("no-reason", desk.Reproof{Records: []desk.ReproofRecord{waiting}},
			bad("reason", "reason_missing")),
		one("void", offer(sampleRecord("set_address", "void"))),
		one("over", offer(sampleRecord("remove_factor", "over"))),
		one("sent-back", offer(back)),
		one("approved", offer(sampleRecord("set_address", "approved"), back)),
		one("agreed", desk.Reproof{Records: []desk.ReproofRecord{agreed}}),
		one("vetoed", offer(vetoed)),
		one("long", offer(long)),
		one("markup", desk.Reproof{Records: []desk.ReproofRecord{odd}}),
	}
}
