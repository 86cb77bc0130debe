package gallery

import (
	"slices"

	"github.com/a-h/templ"

	"regain/views"
	"regain/views/owner"
)

func sampleStatus(state string) owner.Status {
	return owner.Status{
		Page: inside(), State: state, Case: "C-1042", Ticket: "T-2077", Holder: say("author.staff"),
		SentAt: at("22 November 2026, 08:31"), NextWord: at("23 November 2026, 08:31 (London time)"),
		CheckedAt: at("08:36"),
		Works:     texts(say("works.steps"), say("works.messages")),
		Locked:    texts(say("locked.signin")),
		Safe:      views.Safe(),
		Timeline: []views.Event{
			{What: say("timeline.account.locked"), At: at("21 November 2026, 14:09"),
				State: "done"},
			{What: say("timeline.password.updated"), At: at("22 November 2026, 08:18"),
				State: "done"},
			{What: say("timeline.next.review"), State: "now"},
			{What: say("timeline.next.result"),
				More: say("timeline.next.result.more"), State: "next"},
		},
		Writable: true,
	}
}

func sampleTalk() []views.Message {
	return []views.Message{
		{From: say("you"), At: at("22 November 2026, 09:02"),
			Text: as("A client waits for me.\nCan you say when?"), Own: true},
		{From: say("author.staff"), At: at("22 November 2026, 10:15"),
			Text: as("We are looking at it now.")},
	}
}

// statusOf is a sample of the status page in a state, as set changes it.
func statusOf(name, state string, set func(*owner.Status)) Sample {
	m := sampleStatus(state)
	set(&m)
	return Sample{"recovery-status/" + name, m.View()}
}

// endedStatus is the page once the case is over.
func endedStatus(m *owner.Status) {
	m.NextWord, m.Writable, m.Locked, m.Holder = views.Moment{}, false, nil, as("")
	m.Works = texts(say("works.page"))
	m.Timeline = append(m.Timeline[:2], views.Event{
		What: say("timeline.case." + m.State), At: at("23 November 2026, 07:50"),
		State: "done",
	})
}

func declinedSamples() []Sample {
	return []Sample{
		statusOf("declined", "declined", func(m *owner.Status) {
			locked := m.Locked
			endedStatus(m)
			m.Locked, m.Request, m.Appeal = locked, "The papers did not match.", owner.AppealOpen
		}),
		statusOf("appealed", "declined", func(m *owner.Status) {
			locked, next := m.Locked, m.NextWord
			endedStatus(m)
			m.Locked, m.Request, m.Appeal = locked, "The papers did not match.", owner.AppealSent
			m.NextWord, m.Calendar = next, "/recovery/status/next.ics"
		}),
		statusOf("declined-again", "declined", func(m *owner.Status) {
			locked := m.Locked
			endedStatus(m)
			m.Locked, m.Request = locked, "The papers did not match."
		}),
		statusOf("appeal-missing", "declined", func(m *owner.Status) {
			endedStatus(m)
			m.Appeal, m.Wrong = owner.AppealOpen, []views.Wrong{bad("message", "message_missing")}
		}),
	}
}

func afterSamples() []Sample {
	list := []Sample{
		statusOf("unfinished", "unfinished", func(m *owner.Status) {
			m.SentAt, m.NextWord, m.Ticket = views.Moment{}, views.Moment{}, ""
		}),
		statusOf("review", "review", func(m *owner.Status) {
			m.Later, m.PasswordAt = true, at("22 November 2026, 08:18")
			m.Calendar, m.Passkey = "/recovery/status/next.ics", true
			m.Answers = []owner.Answered{{Word: say("answer.not_me"), Login: &views.Login{
				Device: views.DeviceWords("chrome/windows"), Place: as("Brazil"), When: at("21 November 2026, 13:58")}},
				{Word: say("answer.not_me"), Change: &views.Change{Kind: "payout_changed", When: at("21 November 2026, 14:02")}}}
		}),
		statusOf("talk", "review", func(m *owner.Status) {
			m.Messages, m.EscalateAt = sampleTalk(), at("25 November 2026, 08:18")
		}),
		statusOf("needs-owner", "needs_owner",
			func(m *owner.Status) { m.Request = "Which of these places did you work from?" }),
		statusOf("overdue", "overdue", func(m *owner.Status) { m.Escalatable = true }),
		statusOf("escalated", "review", func(m *owner.Status) {
			m.EscalatedAt, m.EscalateAt, m.Flash = at("25 November 2026, 09:00"),
				at("28 November 2026, 09:00"),
				"escalated"
		}),
		statusOf("resumed", "resumed", endedStatus),
		statusOf("stopped", "stopped", func(m *owner.Status) {
			*m = owner.Status{Page: inside(), State: "stopped", Case: "C-1042", CheckedAt: at("08:36")}
		}),
		statusOf("check-up", "checkup", func(m *owner.Status) {
			*m = owner.Status{Page: inside(), State: "checkup", CheckedAt: at("08:36")}
		}),
		statusOf("reported", "reported", func(m *owner.Status) {
			*m = owner.Status{Page: inside(), State: "reported", Ticket: "T-2077",
				Holder: say("author.staff"), NextWord: at("23 November 2026, 08:31 (London time)"),
				CheckedAt: at("08:36")}
		}),
		statusOf("message-missing", "review", func(m *owner.Status) {
			m.Wrong = []views.Wrong{bad("message", "message_missing")}
		}),
		statusOf("markup", "needs_owner", func(m *owner.Status) {
			m.Safe = texts(as(markup))
			m.Request, m.Messages = markup, []views.Message{{From: as(markup), At: at(sampleDawn),
				Text: as(longText + markup)}}
		}),
	}
	return slices.Concat(list, declinedSamples(), supportSamples(), problemSamples())
}

func supportSamples() []Sample {
	known := []views.Fact{{Label: say("label.account"), Value: as("a•••••@e••••••.org"), Code: true},
		{Label: say("label.case"), Value: as("C-1042")}}
	return []Sample{
		{"recovery-support/normal", owner.Support{Page: inside(), Facts: known}.View()},
		{"recovery-support/last", owner.Support{Page: inside(), Facts: known, Last: true,
			AskHow: true}.View()},
		{"recovery-support/refused", owner.Support{Page: inside(bad("topic", "topic_unknown"),
			bad("message", "message_missing")),
			AskHow: true, How: "reuse"}.View()},
		{"recovery-support/sent", owner.Support{Page: inside(), Sent: true, Ticket: "T-2077",
			NextWord: at("23 November 2026, 08:31 (London time)"), Back: "/recovery/activity"}.View()},
		{"recovery-support/markup", owner.Support{Page: inside(), Topic: "money", Message: markup,
			Facts: []views.Fact{{Label: as(markup), Value: as(longWord + markup)}}}.View()},
	}
}

var sampleWaits = views.Waits{To: "/recovery/password", Sealed: "MTpr", Seconds: 240, Minutes: 5}

func problemSamples() []Sample {
	view := func(kind string, set func(*views.Problem)) Sample {
		m := views.Problem{Page: outside(), Kind: kind}
		set(&m)
		return Sample{"problem/" + kind, m.View()}
	}
	none := func(*views.Problem) {}
	wait := func(m *views.Problem) { m.Until = at("14:05 (London time)") }
	list := []Sample{
		view("too_many", wait), view("busy", wait),
		view("wait", func(m *views.Problem) { m.Waits = &sampleWaits }),
		view("fault", func(m *views.Problem) { m.Reference = "K7QX2M9A" }),
		{"problem/refusal", views.Problem{Page: outside(), Kind: "refused", Code: "recovery_read_only",
			Back: "/recovery/status"}.View()},
	}
	for _, kind := range []string{"refused", "cross_site", "unknown", "method", "conflict",
		"too_large", "media_type", "cookies"} {
		list = append(list, view(kind, none))
	}
	return list
}

func devSamples() []Sample {
	p := samplePage()
	p.Dev = true
	people := []views.DevPerson{{Name: "Ada Byron", SignIn: "ada", Door: "/signin",
		Password: "correct horse battery", State: "Locked (compromised)",
		Story: "Just locked out: a stranger had her password and was stopped.",
		Mails: "/dev/mail?to=ada@example.org"}}
	staff := []views.DevPerson{{Name: "Ines Analyst", SignIn: "ines@staff.example", Door: "/staff/signin",
		Password: "careful readers of small print", State: say("role.account_security").String(),
		Code: "492 039", Story: "Reviews cases."}}
	line := views.DevMailLine{Href: "/dev/mail/1", At: at("22 November 2026, 08:18"),
		To:      "ada@example.org",
		Subject: "Your Example Market account is locked to keep it safe", Kind: "locked_out"}
	mail := views.DevMail{Page: p, Subject: line.Subject, HTML: "/dev/mail/1/html",
		Headers: []views.Fact{{Label: say("label.to"), Value: as(line.To), Code: true}, {Label: as("Auto-Submitted"),
			Value: as("auto-generated")}},
		Text:  "Hello Ada Byron,\n\nhttps://protect.market.example/r/TOKEN\n" + markup,
		Links: []string{"http://127.0.0.1:8080/r/TOKEN"}}
	pages := []templ.Component{
		views.DevStart{Page: p, People: people, Staff: staff}.View(),
		views.DevMails{Page: p}.View(), views.DevMails{Page: p,
			Mails: slices.Repeat([]views.DevMailLine{line}, 3)}.View(),
		mail.View(), views.Gallery{Page: p, Names: []string{"home/normal",
			"link/compromised"}}.View(),
	}
	names := []string{"dev/start", "dev-mail/empty", "dev-mail/list", "dev-mail-one/normal", "dev-gallery/normal"}
	list := make([]Sample, len(names))
	for i, name := range names {
		list[i] = Sample{name, pages[i]}
	}
	return list
}
