package gallery

import (
	"time"

	"regain/views"
	"regain/views/account"
	"regain/views/owner"
	"regain/views/zone"
)

func dataSamples() []Sample {
	all := append(genuineSamples(), messageSamples()...)
	return append(append(all, ownTicketSamples()...), ownDataSamples()...)
}

func genuineSamples() []Sample {
	change := func(name string, set func(*owner.Genuine), wrong ...views.Wrong) Sample {
		m := owner.Genuine{Page: outside(wrong...), Kept: say("unit.day", 400),
			AbuseEmail: "abuse@market.example"}
		set(&m)
		return Sample{"genuine/" + name, m.View()}
	}
	known := func(m *owner.Genuine) {
		m.State, m.Subject, m.Code = "known", say("mail_subject.password_updated", "Example Market"),
			"7F3K-9Q2D-MXPB"
		m.At = zone.Of("Europe/London").Fixed(time.Date(2026, 11, 20, 8, 30, 0, 0, time.UTC))
		m.To = "a••••@e••••.org"
	}
	unknown := func(m *owner.Genuine) { m.State, m.Code = "unknown", "7F3K-9Q2D-MXPC" }
	return []Sample{
		change("normal", func(*owner.Genuine) {}),
		change("known", known),
		change("unknown", unknown),
		change("unknown-for-good", func(m *owner.Genuine) {
			unknown(m)
			m.Kept, m.AbuseEmail = as(""), ""
		}),
		change("empty", func(*owner.Genuine) {}, bad("code", "code_missing")),
		change("odd", func(m *owner.Genuine) { m.Code = "7F3K" }, bad("code", "code_not_of_mail")),
		change("long", func(m *owner.Genuine) {
			known(m)
			m.Subject, m.To, m.Origin, m.Host = as(longWord), longWord, longWord, longWord
		}),
		change("markup", func(m *owner.Genuine) {
			m.Code, m.AbuseEmail, m.Origin = markup, markup, markup
		}, bad("code", "code_not_of_mail")),
	}
}

func messageSamples() []Sample {
	change := func(name string, set func(*account.Messages)) Sample {
		m := account.Messages{Page: signedInAs("/account/messages"), Zone: londonTime(),
			Rows: []account.MessageRow{
				{Title: say("mail_title.data_exported"), At: at("22 November 2026, 10:02"),
					To: "a••••@e••••.org", Code: "7F3K-9Q2D-MXPB", State: "waits"},
				{Title: say("mail_title.unfamiliar_sign_in"), At: at("20 November 2026, 08:30"),
					To: "a••••@e••••.org", Code: "9Q2D-7F3K-MXPB", State: "sent"},
				{Title: say("mail_title.password_updated"), At: at("2 October 2026, 17:45"),
					To: "b••••@o••••.org", Code: "MXPB-9Q2D-7F3K", State: "failed"},
			}}
		set(&m)
		return Sample{"account-messages/" + name, m.View()}
	}
	return []Sample{
		change("normal", func(*account.Messages) {}),
		change("none", func(m *account.Messages) { m.Rows = nil }),
		change("more", func(m *account.Messages) { m.First, m.More = "/account/messages", "/account/messages?from=100" }),
		change("long", func(m *account.Messages) {
			m.Rows[0].To, m.Rows[0].Code = longWord, longWord
		}),
		change("markup", func(m *account.Messages) {
			m.Rows[0].To, m.Rows[0].Code = markup, markup
		}),
	}
}

func sampleOwnTickets(wrong ...views.Wrong) account.Tickets {
	const path = "/account/tickets/T-2077"
	return account.Tickets{Page: signedInAs("/account/tickets", wrong...), Zone: londonTime(),
		Rows: []account.TicketRow{
			{Path: path, Number: "T-2081", Title: say("topic.money"), Status: "open",
				Last: say("you"), LastAt: at("22 November 2026, 09:12"),
				NextWord: at("23 November 2026, 09:12"), Overdue: false},
			{Path: path, Number: "T-2080", Title: say("topic.other"), Status: "pending",
				Last:   say("role.support"),
				LastAt: at("21 November 2026, 16:40"), NextWord: views.Moment{}, Overdue: false},
			{Path: path, Number: "T-2078", Title: as("Where is my money?"), Status: "new", Last: as(""),
				LastAt: views.Moment{}, NextWord: at("20 November 2026, 09:00"), Overdue: true},
			{Path: path, Number: "T-2077",
				Title: as("Password updated after security lockout — ada (C-1042)"), Status: "solved",
				Last: say("author.staff"), LastAt: at("12 November 2026, 11:20"), NextWord: views.Moment{},
				Overdue: false},
		}}
}

func sampleOwnTicket(wrong ...views.Wrong) account.Ticket {
	return account.Ticket{Page: signedInAs("/account/tickets", wrong...),
		Path: "/account/tickets/T-2080", Number: "T-2080", Title: say("topic.other"),
		Status: "pending", Zone: londonTime(), Department: say("role.support"),
		OpenedAt: at("21 November 2026, 09:30"), Writable: true,
		Messages: []views.Message{
			{From: say("you"), At: at("21 November 2026, 09:30"),
				Text: as("A client cannot see my profile.\nWhy?"), Own: true},
			{From: say("role.support"), At: at("21 November 2026, 16:40"), Text: as("Which client is it?"),
				Own: false},
		}}
}

func ownTicketSamples() []Sample {
	list := func(name string, set func(*account.Tickets), wrong ...views.Wrong) Sample {
		m := sampleOwnTickets(wrong...)
		set(&m)
		return Sample{"account-tickets/" + name, m.View()}
	}
	one := func(name string, set func(*account.Ticket), wrong ...views.Wrong) Sample {
		m := sampleOwnTicket(wrong...)
		set(&m)
		return Sample{"account-ticket/" + name, m.View()}
	}
	fill := func(m *account.Ticket, text string) {
		m.Title, m.Message, m.Messages[0].Text, m.Messages[1].From = as(text), text, as(text), as(text)
	}
	state := func(status string) func(*account.Ticket) {
		return func(m *account.Ticket) {
			m.Status, m.NextWord = status, at("22 November 2026, 09:30 (London time)")
		}
	}
	return []Sample{
		list("normal", func(*account.Tickets) {}),
		list("none", func(m *account.Tickets) { m.Rows = nil }),
		list("empty", func(*account.Tickets) {}, bad("topic", "topic_unknown")),
		list("no-message", func(m *account.Tickets) { m.Topic = "money" },
			bad("message", "message_missing")),
		list("long", func(m *account.Tickets) {
			m.Message, m.Rows[0].Title = longText, as(longText)
		}, bad("message", "message_long", "4000")),
		list("markup", func(m *account.Tickets) {
			m.Message, m.Rows[0].Title, m.Rows[0].Path = markup, as(markup), "javascript:alert(1)"
		}),
		one("normal", func(*account.Ticket) {}),
		one("sent", func(m *account.Ticket) {
			m.Page = flashed(m.Page, "ticket_written")
			state("open")(m)
		}),
		one("new", state("new")),
		one("on-hold", state("on_hold")),
		one("solved", func(m *account.Ticket) { m.Status = "solved" }),
		one("closed", func(m *account.Ticket) { m.Status, m.Writable = "closed", false }),
		one("overdue", func(m *account.Ticket) {
			state("open")(m)
			m.Overdue = true
		}),
		one("silent", func(m *account.Ticket) { m.Messages = nil }),
		one("empty", func(*account.Ticket) {}, bad("message", "message_missing")),
		one("too-late", func(m *account.Ticket) { m.Status, m.Message = "closed", "And now?" },
			bad("message", "ticket_closed")),
		one("long", func(m *account.Ticket) { fill(m, longText) }),
		one("markup", func(m *account.Ticket) { fill(m, markup) }),
	}
}

func ownDataSamples() []Sample {
	change := func(name string, set func(*account.Data), wrong ...views.Wrong) Sample {
		m := account.Data{Page: signedInAs("/account/data", wrong...), Life: say("unit.day", 7),
			Kept: texts(say("kept.logins", say("unit.day", 400)),
				say("kept.mails", say("unit.day", 400)),
				say("kept.links", say("unit.day", 90)), say("kept.sessions"),
				say("kept.exports", say("unit.day", 7)),
				say("kept.locked"))}
		set(&m)
		return Sample{"account-data/" + name, m.View()}
	}
	ready := account.ExportRow{Path: "/account/data/export/ABC",
		AskedAt: at("20 November 2026, 09:30 (London time)"),
		ReadyAt: at("20 November 2026, 09:31"), EndsAt: at("27 November 2026, 09:31")}
	return []Sample{
		change("normal", func(*account.Data) {}),
		change("asked", func(m *account.Data) {
			m.Page = flashed(m.Page, "export_asked")
			m.Waits, m.Exports = true,
				[]account.ExportRow{{AskedAt: at("22 November 2026, 10:00 (London time)")}, ready}
		}),
		change("ready", func(m *account.Data) { m.Exports = []account.ExportRow{ready} }),
		change("gone", func(m *account.Data) { m.Gone = true }),
		change("unconfirmed", func(*account.Data) {}, bad("confirm", "confirm_missing")),
		change("deletion-asked", func(m *account.Data) {
			m.Page, m.Deletion = flashed(m.Page, "deletion_asked"), "T-2082"
		}),
		change("markup", func(m *account.Data) {
			m.Deletion, m.Kept[0] = markup, as(markup)
			m.Exports = []account.ExportRow{{Path: "javascript:alert(1)", AskedAt: at(sampleDawn),
				ReadyAt: at(sampleDawn), EndsAt: at(sampleDawn)}}
		}),
		{"account-data-export/normal", sampleExport("Ada Byron").View()},
		{"account-data-export/long", sampleExport(longText).View()},
		{"account-data-export/markup", sampleExport(markup).View()},
	}
}

func sampleExport(text string) account.Export {
	return account.Export{Page: signedInAs("/account/data"), MadeAt: at("20 November 2026, 09:31"),
		EndsAt: at("27 November 2026, 09:31"), File: "/account/data/export/ABC.json",
		Zone: londonTime(),
		Parts: []account.ExportPart{
			{Name: "account", Single: true, Count: 1, Heads: []string{"username", "name",
				"birth_date"},
				Rows: [][]account.ExportCell{{{Text: as("ada")}, {Text: as(text)}, {}}}},
			{Name: "logins", Single: false, Count: 3120, Heads: []string{"at", "outcome", "ip",
				"user_agent"}, Rows: [][]account.ExportCell{
				{{At: at("20 November 2026, 08:30")}, {Text: say("outcome.succeeded")}, {Text: as("81.2.69.142")},
					{Text: views.DeviceWords("firefox/linux")}},
				{{At: at("19 November 2026, 22:04")}, {Text: say("outcome.failed")},
					{Text: as("80.89.1.7")}, {Text: as(text)}},
			}},
			{Name: "messages", Single: false, Count: 1, Heads: []string{"number", "at", "author",
				"text"}, Rows: [][]account.ExportCell{{{Text: as("T-2080")},
				{At: at("21 November 2026, 09:30")}, {Text: say("you")}, {Text: as(text)}}}},
			{Name: "cases", Single: false, Count: 0, Heads: []string{"number"}, Rows: nil},
		},
		LeftOut: []string{"secrets", "internal_comments"}, CutShort: []string{"logins"},
	}
}
