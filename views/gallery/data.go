package gallery

import "regain/views"

func dataSamples() []Sample {
	all := append(genuineSamples(), messageSamples()...)
	return append(append(all, ownTicketSamples()...), ownDataSamples()...)
}

func genuineSamples() []Sample {
	change := func(name string, set func(*views.Genuine), wrong ...views.Wrong) Sample {
		m := views.Genuine{Page: outside(wrong...), Kept: "400 days",
			AbuseEmail: "abuse@market.example"}
		set(&m)
		return Sample{"genuine/" + name, m.View()}
	}
	known := func(m *views.Genuine) {
		m.State, m.About, m.Code = "known", "Your password was updated", "7F3K-9Q2D-MXPB"
		m.At, m.To = "20 November 2026, 08:30 (UTC)", "a••••@e••••.org"
	}
	unknown := func(m *views.Genuine) { m.State, m.Code = "unknown", "7F3K-9Q2D-MXPC" }
	return []Sample{
		change("normal", func(*views.Genuine) {}),
		change("known", known),
		change("unknown", unknown),
		change("unknown-for-good", func(m *views.Genuine) {
			unknown(m)
			m.Kept, m.AbuseEmail = "", ""
		}),
		change("empty", func(*views.Genuine) {}, bad("code", "code_missing")),
		change("odd", func(m *views.Genuine) { m.Code = "7F3K" }, bad("code", "code_not_of_mail")),
		change("long", func(m *views.Genuine) {
			known(m)
			m.About, m.To, m.Origin, m.Host = longWord, longWord, longWord, longWord
		}),
		change("markup", func(m *views.Genuine) {
			m.Code, m.AbuseEmail, m.Origin = markup, markup, markup
		}, bad("code", "code_not_of_mail")),
	}
}

func messageSamples() []Sample {
	change := func(name string, set func(*views.AccountMessages)) Sample {
		m := views.AccountMessages{Page: signedInAs("/account/messages"), Zone: "London time",
			Rows: []views.MessageRow{
				{Title: "The copy of your data is ready", At: "22 November 2026, 10:02",
					To: "a••••@e••••.org", Code: "7F3K-9Q2D-MXPB", State: "waits"},
				{Title: "New sign-in: was this you?", At: "20 November 2026, 08:30",
					To: "a••••@e••••.org", Code: "9Q2D-7F3K-MXPB", State: "sent"},
				{Title: "Your password was updated", At: "2 October 2026, 17:45",
					To: "b••••@o••••.org", Code: "MXPB-9Q2D-7F3K", State: "failed"},
			}}
		set(&m)
		return Sample{"account-messages/" + name, m.View()}
	}
	return []Sample{
		change("normal", func(*views.AccountMessages) {}),
		change("none", func(m *views.AccountMessages) { m.Rows = nil }),
		change("more", func(m *views.AccountMessages) { m.More = true }),
		change("long", func(m *views.AccountMessages) {
			m.Rows[0].To, m.Rows[0].Code = longWord,
				longWord
		}),
		change("markup", func(m *views.AccountMessages) {
			m.Rows[0].To, m.Rows[0].Code = markup,
				markup
		}),
	}
}

func sampleOwnTickets(wrong ...views.Wrong) views.AccountTickets {
	const path = "/account/tickets/T-2077"
	return views.AccountTickets{Page: signedInAs("/account/tickets", wrong...), Zone: "London time",
		Rows: []views.OwnTicketRow{
			{Path: path, Number: "T-2081", Title: views.Text("topic.money"), Status: "open",
				Last: "You", LastAt: "22 November 2026, 09:12",
				NextWord: "23 November 2026, 09:12", Overdue: false},
			{Path: path, Number: "T-2080", Title: views.Text("topic.other"), Status: "pending",
				Last:   "Customer Support",
				LastAt: "21 November 2026, 16:40", NextWord: "", Overdue: false},
			{Path: path, Number: "T-2078", Title: "Where is my money?", Status: "new", Last: "",
				LastAt: "", NextWord: "20 November 2026, 09:00", Overdue: true},
			{Path: path, Number: "T-2077",
				Title: "Password updated after security lockout — ada (C-1042)", Status: "solved",
				Last: "Account Security", LastAt: "12 November 2026, 11:20", NextWord: "",
				Overdue: false},
		}}
}

func sampleOwnTicket(wrong ...views.Wrong) views.AccountTicket {
	return views.AccountTicket{Page: signedInAs("/account/tickets", wrong...),
		Path: "/account/tickets/T-2080", Number: "T-2080", Title: views.Text("topic.other"),
		Status: "pending", Zone: "London time", Department: "Customer Support",
		OpenedAt: "21 November 2026, 09:30", Writable: true,
		Messages: []views.Message{
			{From: "You", At: "21 November 2026, 09:30",
				Text: "A client cannot see my profile.\nWhy?", Own: true},
			{From: "Customer Support", At: "21 November 2026, 16:40", Text: "Which client is it?",
				Own: false},
		}}
}

func ownTicketSamples() []Sample {
	list := func(name string, set func(*views.AccountTickets), wrong ...views.Wrong) Sample {
		m := sampleOwnTickets(wrong...)
		set(&m)
		return Sample{"account-tickets/" + name, m.View()}
	}
	one := func(name string, set func(*views.AccountTicket), wrong ...views.Wrong) Sample {
		m := sampleOwnTicket(wrong...)
		set(&m)
		return Sample{"account-ticket/" + name, m.View()}
	}
	fill := func(m *views.AccountTicket, text string) {
		m.Title, m.Message, m.Messages[0].Text, m.Messages[1].From = text, text, text, text
	}
	state := func(status string) func(*views.AccountTicket) {
		return func(m *views.AccountTicket) {
			m.Status, m.NextWord = status, "22 November 2026, 09:30 (London time)"
		}
	}
	return []Sample{
		list("normal", func(*views.AccountTickets) {}),
		list("none", func(m *views.AccountTickets) { m.Rows = nil }),
		list("empty", func(*views.AccountTickets) {}, bad("topic", "topic_unknown")),
		list("no-message", func(m *views.AccountTickets) { m.Topic = "money" },
			bad("message", "message_missing")),
		list("long", func(m *views.AccountTickets) {
			m.Message, m.Rows[0].Title = longText,
				longText
		},
			bad("message", "message_long", "4000")),
		list("markup", func(m *views.AccountTickets) {
			m.Message, m.Rows[0].Title, m.Rows[0].Path = markup, markup, "javascript:alert(1)"
		}),
		one("normal", func(*views.AccountTicket) {}),
		one("sent", func(m *views.AccountTicket) {
			m.Page = flashed(m.Page, "ticket_written")
			state("open")(m)
		}),
		one("new", state("new")),
		one("on-hold", state("on_hold")),
		one("solved", func(m *views.AccountTicket) { m.Status = "solved" }),
		one("closed", func(m *views.AccountTicket) { m.Status, m.Writable = "closed", false }),
		one("overdue", func(m *views.AccountTicket) {
			state("open")(m)
			m.Overdue = true
		}),
		one("silent", func(m *views.AccountTicket) { m.Messages = nil }),
		one("empty", func(*views.AccountTicket) {}, bad("message", "message_missing")),
		one("too-late", func(m *views.AccountTicket) { m.Status, m.Message = "closed", "And now?" },
			bad("message", "ticket_closed")),
		one("long", func(m *views.AccountTicket) { fill(m, longText) }),
		one("markup", func(m *views.AccountTicket) { fill(m, markup) }),
	}
}

func ownDataSamples() []Sample {
	change := func(name string, set func(*views.AccountData), wrong ...views.Wrong) Sample {
		m := views.AccountData{Page: signedInAs("/account/data", wrong...), Life: "7 days",
			Kept: []string{views.Text("kept.logins", "400 days"),
				views.Text("kept.mails", "400 days"),
				views.Text("kept.links", "90 days"), views.Text("kept.sessions"),
				views.Text("kept.exports", "7 days"),
				views.Text("kept.locked")}}
		set(&m)
		return Sample{"account-data/" + name, m.View()}
	}
	ready := views.ExportRow{Path: "/account/data/export/ABC",
		AskedAt: "20 November 2026, 09:30 (London time)",
		ReadyAt: "20 November 2026, 09:31", EndsAt: "27 November 2026, 09:31"}
	return []Sample{
		change("normal", func(*views.AccountData) {}),
		change("asked", func(m *views.AccountData) {
			m.Page = flashed(m.Page, "export_asked")
			m.Waits, m.Exports = true,
				[]views.ExportRow{{AskedAt: "22 November 2026, 10:00 (London time)"}, ready}
		}),
		change("ready", func(m *views.AccountData) { m.Exports = []views.ExportRow{ready} }),
		change("gone", func(m *views.AccountData) { m.Gone = true }),
		change("unconfirmed", func(*views.AccountData) {}, bad("confirm", "confirm_missing")),
		change("deletion-asked", func(m *views.AccountData) {
			m.Page, m.Deletion = flashed(m.Page, "deletion_asked"), "T-2082"
		}),
		change("markup", func(m *views.AccountData) {
			m.Deletion, m.Kept[0] = markup, markup
			m.Exports = []views.ExportRow{{Path: "javascript:alert(1)", AskedAt: markup,
				ReadyAt: markup, EndsAt: markup}}
		}),
		{"account-data-export/normal", sampleExport("Ada Byron").View()},
		{"account-data-export/long", sampleExport(longText).View()},
		{"account-data-export/markup", sampleExport(markup).View()},
	}
}

func sampleExport(text string) views.AccountExport {
	return views.AccountExport{Page: signedInAs("/account/data"), MadeAt: "20 November 2026, 09:31",
		EndsAt: "27 November 2026, 09:31", File: "/account/data/export/ABC.json",
		Zone: "London time",
		Parts: []views.ExportPart{
			{Name: "account", Single: true, Count: 1, Heads: []string{"username", "name",
				"birth_date"},
				Rows: [][]string{{"ada", text, ""}}},
			{Name: "logins", Single: false, Count: 3120, Heads: []string{"at", "outcome", "ip",
				"user_agent"}, Rows: [][]string{
				{"20 November 2026, 08:30", "Got in", "81.2.69.142", "Firefox on Linux"},
				{"19 November 2026, 22:04", "Wrong password", "80.89.1.7", text},
			}},
			{Name: "messages", Single: false, Count: 1, Heads: []string{"number", "at", "author",
				"text"}, Rows: [][]string{
				{"T-2080", "21 November 2026, 09:30", "You", text}}},
			{Name: "cases", Single: false, Count: 0, Heads: []string{"number"}, Rows: nil},
		},
		LeftOut:  []string{"secrets", "internal_comments"},
		CutShort: []string{"logins"},
	}
}
