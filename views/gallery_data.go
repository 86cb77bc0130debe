package views

func dataSamples() []Sample {
	all := append(genuineSamples(), messageSamples()...)
	return append(append(all, ownTicketSamples()...), ownDataSamples()...)
}

func genuineSamples() []Sample {
	change := func(name string, set func(*Genuine), wrong ...Wrong) Sample {
		m := Genuine{Page: outside(wrong...), Kept: "400 days", AbuseEmail: "abuse@market.example"}
		set(&m)
		return Sample{"genuine/" + name, m.View()}
	}
	known := func(m *Genuine) {
		m.State, m.About, m.Code = "known", "Your password was updated", "7F3K-9Q2D-MXPB"
		m.At, m.To = "20 November 2026, 08:30 (UTC)", "a••••@e••••.org"
	}
	unknown := func(m *Genuine) { m.State, m.Code = "unknown", "7F3K-9Q2D-MXPC" }
	return []Sample{
		change("normal", func(*Genuine) {}),
		change("known", known),
		change("unknown", unknown),
		change("unknown-for-good", func(m *Genuine) {
			unknown(m)
			m.Kept, m.AbuseEmail = "", ""
		}),
		change("empty", func(*Genuine) {}, bad("code", "code_missing")),
		change("odd", func(m *Genuine) { m.Code = "7F3K" }, bad("code", "code_not_of_mail")),
		change("long", func(m *Genuine) {
			known(m)
			m.About, m.To, m.Origin, m.Host = longWord, longWord, longWord, longWord
		}),
		change("markup", func(m *Genuine) {
			m.Code, m.AbuseEmail, m.Origin = markup, markup, markup
		}, bad("code", "code_not_of_mail")),
	}
}

func messageSamples() []Sample {
	change := func(name string, set func(*AccountMessages)) Sample {
		m := AccountMessages{Page: signedInAs("/account/messages"), Zone: "London time",
			Rows: []MessageRow{
				{"The copy of your data is ready", "22 November 2026, 10:02", "a••••@e••••.org", "7F3K-9Q2D-MXPB", "waits"},
				{"New sign-in: was this you?", "20 November 2026, 08:30", "a••••@e••••.org", "9Q2D-7F3K-MXPB", "sent"},
				{"Your password was updated", "2 October 2026, 17:45", "b••••@o••••.org", "MXPB-9Q2D-7F3K", "failed"},
			}}
		set(&m)
		return Sample{"account-messages/" + name, m.View()}
	}
	return []Sample{
		change("normal", func(*AccountMessages) {}),
		change("none", func(m *AccountMessages) { m.Rows = nil }),
		change("more", func(m *AccountMessages) { m.More = true }),
		change("long", func(m *AccountMessages) { m.Rows[0].To, m.Rows[0].Code = longWord, longWord }),
		change("markup", func(m *AccountMessages) { m.Rows[0].To, m.Rows[0].Code = markup, markup }),
	}
}

func sampleOwnTickets(wrong ...Wrong) AccountTickets {
	const path = "/account/tickets/T-2077"
	return AccountTickets{Page: signedInAs("/account/tickets", wrong...), Zone: "London time",
		Rows: []OwnTicketRow{
			{path, "T-2081", Text("topic.money"), "open", "You", "22 November 2026, 09:12",
				"23 November 2026, 09:12", false},
			{path, "T-2080", Text("topic.other"), "pending", "Customer Support",
				"21 November 2026, 16:40", "", false},
			{path, "T-2078", "Where is my money?", "new", "", "", "20 November 2026, 09:00", true},
			{path, "T-2077", "Password updated after security lockout — ada (C-1042)", "solved",
				"Account Security", "12 November 2026, 11:20", "", false},
		}}
}

func sampleOwnTicket(wrong ...Wrong) AccountTicket {
	return AccountTicket{Page: signedInAs("/account/tickets", wrong...),
		Path: "/account/tickets/T-2080", Number: "T-2080", Title: Text("topic.other"),
		Status: "pending", Zone: "London time", Department: "Customer Support",
		OpenedAt: "21 November 2026, 09:30", Writable: true,
		Messages: []Message{
			{"You", "21 November 2026, 09:30", "A client cannot see my profile.\nWhy?", true},
			{"Customer Support", "21 November 2026, 16:40", "Which client is it?", false},
		}}
}

func ownTicketSamples() []Sample {
	list := func(name string, set func(*AccountTickets), wrong ...Wrong) Sample {
		m := sampleOwnTickets(wrong...)
		set(&m)
		return Sample{"account-tickets/" + name, m.View()}
	}
	one := func(name string, set func(*AccountTicket), wrong ...Wrong) Sample {
		m := sampleOwnTicket(wrong...)
		set(&m)
		return Sample{"account-ticket/" + name, m.View()}
	}
	fill := func(m *AccountTicket, text string) {
		m.Title, m.Message, m.Messages[0].Text, m.Messages[1].From = text, text, text, text
	}
	state := func(status string) func(*AccountTicket) {
		return func(m *AccountTicket) {
			m.Status, m.NextWord = status, "22 November 2026, 09:30 (London time)"
		}
	}
	return []Sample{
		list("normal", func(*AccountTickets) {}),
		list("none", func(m *AccountTickets) { m.Rows = nil }),
		list("empty", func(*AccountTickets) {}, bad("topic", "topic_unknown")),
		list("no-message", func(m *AccountTickets) { m.Topic = "money" },
			bad("message", "message_missing")),
		list("long", func(m *AccountTickets) { m.Message, m.Rows[0].Title = longText, longText },
			bad("message", "message_long", "4000")),
		list("markup", func(m *AccountTickets) {
			m.Message, m.Rows[0].Title, m.Rows[0].Path = markup, markup, "javascript:alert(1)"
		}),
		one("normal", func(*AccountTicket) {}),
		one("sent", func(m *AccountTicket) {
			m.Page = flashed(m.Page, "ticket_written")
			state("open")(m)
		}),
		one("new", state("new")),
		one("on-hold", state("on_hold")),
		one("solved", func(m *AccountTicket) { m.Status = "solved" }),
		one("closed", func(m *AccountTicket) { m.Status, m.Writable = "closed", false }),
		one("overdue", func(m *AccountTicket) {
			state("open")(m)
			m.Overdue = true
		}),
		one("silent", func(m *AccountTicket) { m.Messages = nil }),
		one("empty", func(*AccountTicket) {}, bad("message", "message_missing")),
		one("too-late", func(m *AccountTicket) { m.Status, m.Message = "closed", "And now?" },
			bad("message", "ticket_closed")),
		one("long", func(m *AccountTicket) { fill(m, longText) }),
		one("markup", func(m *AccountTicket) { fill(m, markup) }),
	}
}

func ownDataSamples() []Sample {
	change := func(name string, set func(*AccountData), wrong ...Wrong) Sample {
		m := AccountData{Page: signedInAs("/account/data", wrong...), Life: "7 days",
			Kept: []string{Text("kept.logins", "400 days"), Text("kept.mails", "400 days"),
				Text("kept.links", "90 days"), Text("kept.sessions"), Text("kept.exports", "7 days"),
				Text("kept.locked")}}
		set(&m)
		return Sample{"account-data/" + name, m.View()}
	}
	ready := ExportRow{"/account/data/export/ABC", "20 November 2026, 09:30 (London time)",
		"20 November 2026, 09:31", "27 November 2026, 09:31"}
	return []Sample{
		change("normal", func(*AccountData) {}),
		change("asked", func(m *AccountData) {
			m.Page = flashed(m.Page, "export_asked")
			m.Waits, m.Exports = true, []ExportRow{{AskedAt: "22 November 2026, 10:00 (London time)"}, ready}
		}),
		change("ready", func(m *AccountData) { m.Exports = []ExportRow{ready} }),
		change("gone", func(m *AccountData) { m.Gone = true }),
		change("unconfirmed", func(*AccountData) {}, bad("confirm", "confirm_missing")),
		change("deletion-asked", func(m *AccountData) {
			m.Page, m.Deletion = flashed(m.Page, "deletion_asked"), "T-2082"
		}),
		change("markup", func(m *AccountData) {
			m.Deletion, m.Kept[0] = markup, markup
			m.Exports = []ExportRow{{"javascript:alert(1)", markup, markup, markup}}
		}),
		{"account-data-export/normal", sampleExport("Ada Byron").View()},
		{"account-data-export/long", sampleExport(longText).View()},
		{"account-data-export/markup", sampleExport(markup).View()},
	}
}

func sampleExport(text string) AccountExport {
	return AccountExport{Page: signedInAs("/account/data"), MadeAt: "20 November 2026, 09:31",
		EndsAt: "27 November 2026, 09:31", File: "/account/data/export/ABC.json", Zone: "London time",
		Parts: []ExportPart{
			{"account", true, 1, []string{"username", "name", "birth_date"},
				[][]string{{"ada", text, ""}}},
			{"logins", false, 3120, []string{"at", "outcome", "ip", "user_agent"}, [][]string{
				{"20 November 2026, 08:30", "Got in", "81.2.69.142", "Firefox on Linux"},
				{"19 November 2026, 22:04", "Wrong password", "80.89.1.7", text},
			}},
			{"messages", false, 1, []string{"number", "at", "author", "text"}, [][]string{
				{"T-2080", "21 November 2026, 09:30", "You", text}}},
			{"cases", false, 0, []string{"number"}, nil},
		},
		LeftOut:  []string{"secrets", "internal_comments"},
		CutShort: []string{"logins"},
	}
}
