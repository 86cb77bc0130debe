package views

func overviewSamples() []Sample {
	all := append(homeSamples(), ownSessionSamples()...)
	return append(all, ownActivitySamples()...)
}

// sampleAdvice puts a code of the overview into words.
func sampleAdvice(code, kind, icon string, why ...string) Advice {
	code = "overview." + code
	return Advice{Kind: kind, Icon: icon, Says: Text(code, why...), Why: Text(code+".why", why...),
		Path: "/account/activity", Do: Text(code + ".do")}
}

// ticketAdvice counts the tickets that wait, the newest of which has the number.
func ticketAdvice(count, number string) Advice {
	a := sampleAdvice("ticket_waits", "", "mail", count)
	a.Why = Text("overview.ticket_waits.why", number)
	return a
}

// changeAdvice is about a change that waits for an answer.
func changeAdvice(at string) Advice {
	a := sampleAdvice("change_noticed", "bad", "alert", Text("activity.payout_changed"))
	a.Why = Text("overview.change_noticed.why", at)
	return a
}

func homeSamples() []Sample {
	const at, pc = "20 November 2026, 08:30", "Chrome on Windows"
	urgent := []Advice{
		sampleAdvice("login_got_in", "bad", "alert", at, pc, "Latvia"),
		sampleAdvice("address_waits", "warn", "mail", "a••••@m••••.example", at),
		sampleAdvice("sessions_half", "warn", "alert", pc, at),
		ticketAdvice("2", "T-2080"),
	}
	missing := []Advice{sampleAdvice("factor_none", "warn", "shield"),
		sampleAdvice("password_unseen", "", "lock"), sampleAdvice("notice_none", "", "mail")}
	good := []Advice{sampleAdvice("nothing_open", "ok", "check"),
		sampleAdvice("codes_there", "ok", "check", "8"), sampleAdvice("session_alone", "ok", "check")}
	change := func(name string, set func(*AccountHome)) Sample {
		m := AccountHome{Page: signedInAs("/account"), Zone: "London time", Urgent: urgent,
			Missing: missing, Good: good[1:], Last: sampleLogin(), Tries: Text("overview.tries", "3"),
			Lead: Text("overview.lead", "4"), Tiles: Tiles()}
		set(&m)
		return Sample{"account/" + name, m.View()}
	}
	quiet := Text("overview.lead", "0") + " "
	return []Sample{
		change("normal", func(*AccountHome) {}),
		change("good", func(m *AccountHome) {
			m.Urgent, m.Missing, m.Good = nil, nil, good
			m.Lead = quiet + Text("overview.safer", "0")
		}),
		change("new", func(m *AccountHome) {
			m.Urgent, m.Good, m.Last = nil, nil, nil
			m.Lead = quiet + Text("overview.safer", "3")
		}),
		change("everything-missing", func(m *AccountHome) {
			m.Good, m.Lead = nil, Text("overview.lead", "6")
			m.Urgent = append(m.Urgent[:3:3],
				sampleAdvice("sessions_strange", "warn", "info", pc, at),
				sampleAdvice("factor_guessed", "warn", "alert", "12"),
				sampleAdvice("passkey_odd", "warn", "key", "named", "my phone"))
			m.Missing = append(m.Missing[:3:3], sampleAdvice("password_short", "warn", "lock"),
				sampleAdvice("codes_unsaved", "warn", "save"), sampleAdvice("codes_none", "warn", "save"),
				sampleAdvice("codes_few", "", "save", "3"),
				sampleAdvice("notice_waits", "", "mail", "a••••@m••••.example"))
		}),
		change("many-alerts", func(m *AccountHome) {
			m.Urgent = []Advice{m.Urgent[0], changeAdvice(at),
				sampleAdvice("login_stopped", "warn", "alert", at, pc, "Latvia"),
				sampleAdvice("alerts_more", "warn", "alert", "997")}
			m.Lead = Text("overview.lead", "1000")
		}),
		change("one", func(m *AccountHome) {
			m.Urgent, m.Lead, m.Tries = m.Urgent[:1], Text("overview.lead", "1"), Text("overview.tries", "1")
		}),
		change("placeless", func(m *AccountHome) {
			m.Urgent = []Advice{sampleAdvice("login_got_in", "bad", "alert", at, "Unknown device")}
			m.Lead, m.Last.Place = Text("overview.lead", "1"), ""
		}),
		change("over", func(m *AccountHome) { m.Flash = "proved" }),
		change("markup", func(m *AccountHome) {
			m.Urgent = []Advice{sampleAdvice("passkey_odd", "warn", "key", "named", markup)}
			m.Account.Who = markup
		}),
		change("long", func(m *AccountHome) {
			m.Urgent = []Advice{sampleAdvice("passkey_odd", "warn", "key", "named", longWord)}
			m.Account.Who, m.Last.Device, m.Last.Place = longWord, longWord, longWord
		}),
	}
}

func ownSessionSamples() []Sample {
	line := func(id, kind string) SessionLine {
		return SessionLine{ID: id, Device: "Firefox on Linux", Place: "United Kingdom", IP: "81.2.69.142",
			Kind: kind, First: "20 November 2026, 08:30", Last: "20 November 2026, 09:12"}
	}
	ended := line("6", "")
	ended.Over = "20 November 2026, 09:30"
	change := func(name string, set func(*AccountSessions)) Sample {
		m := AccountSessions{Page: signedInAs("/account/sessions"), Zone: "London time", Others: 3,
			Living: []SessionLine{line("1", "this"), line("2", ""), line("3", "half"), line("4", "recovery")},
			Ended:  []SessionLine{ended}, Seen: []SeenDevice{{"Safari on iPhone", "United Kingdom, Spain",
				Text("sessions.seen", "12", "19 November 2026, 18:00")}}}
		set(&m)
		return Sample{"account-sessions/" + name, m.View()}
	}
	return []Sample{
		change("normal", func(*AccountSessions) {}),
		change("alone", func(m *AccountSessions) {
			m.Living, m.Others, m.Ended, m.Seen = m.Living[:1], 0, nil, nil
		}),
		change("many", func(m *AccountSessions) {
			for len(m.Living) < 50 {
				m.Living = append(m.Living, line("x", ""))
			}
			m.Others, m.More = 199, 150
		}),
		change("ended", func(m *AccountSessions) { m.Flash = "sessions_ended" }),
		change("nowhere", func(m *AccountSessions) { m.Living[1].Place, m.Living[1].Device = "", "" }),
		change("long", func(m *AccountSessions) {
			m.Living[1].Device, m.Living[1].Place, m.Seen[0].Places = longWord, longText, longText
		}),
		change("markup", func(m *AccountSessions) { m.Living[1].Device, m.Seen[0].Name = markup, markup }),
	}
}

func ownActivitySamples() []Sample {
	stopped := sampleLogin()
	stopped.Outcome, stopped.Reasons = "stopped", []string{"stopped.two_factor"}
	failed := sampleLogin()
	failed.Outcome, failed.Reasons = "failed", nil
	here := Login{When: "20 November 2026, 09:12", Device: "Firefox on Linux", Place: "United Kingdom",
		IP: "81.2.69.142", Outcome: "succeeded"}
	change := func(name string, set func(*AccountActivity)) Sample {
		m := AccountActivity{Page: signedInAs("/account/activity"), Zone: "London time",
			Lead: Text("activity_lead", "2"), File: "/account/activity.csv",
			More: "/account/activity?after=1.x",
			Parts: []NavLink{{"/account/activity", Text("activity_of.all"), true},
				{"/account/activity?show=sign_ins", Text("activity_of.sign_ins"), false},
				{"/account/activity?show=changes", Text("activity_of.changes"), false}},
			Only: []NavLink{{"/account/activity", Text("activity_only.0"), true},
				{"/account/activity?open=1", Text("activity_only.1"), false}},
			Lines: []ActivityLine{
				{Login: sampleLogin(), Open: true, Me: "/account/activity/me?login=1",
					NotMe: "/account/activity/not-me?login=1"},
				{Login: &here, This: true},
				{Login: stopped, Answer: "not_me"},
				{Tries: "12 failed tries from Latvia, 19 November 2026, 14:01 to 14:05"},
				{Change: &Change{Kind: "email_changed", When: "18 November 2026, 10:00",
					From: "a••••@e••••.org", To: "a••••@m••••.example"}, IP: "203.0.113.9", Open: true,
					Alert: "/account/alerts/1", Tell: "/account/tickets?topic=not_me_changes#write"},
				{Change: &Change{Kind: "two_factor_changed", When: "18 November 2026, 09:00",
					To: "passkey (my phone)"}, IP: "81.2.69.142", Answer: "me",
					Tell: "/account/tickets?topic=not_me_changes#write"},
				{Change: &Change{Kind: "message_sent", When: "17 November 2026, 10:00",
					Summary: "Message to a client"}},
			}}
		set(&m)
		return Sample{"account-activity/" + name, m.View()}
	}
	no := func(name string, l *Login) Sample {
		return Sample{"account-not-me/" + name, NotMe{Page: signedInAs("/account/activity"), Login: *l,
			Path: "/account/activity/not-me?login=1", Zone: "London time"}.View()}
	}
	return []Sample{
		change("normal", func(*AccountActivity) {}),
		change("none", func(m *AccountActivity) {
			m.Lines, m.More, m.Lead = nil, "", Text("activity_lead", "0")
		}),
		change("last-page", func(m *AccountActivity) { m.More, m.First, m.Cut = "", "/account/activity", true }),
		change("past-the-end", func(m *AccountActivity) {
			m.Lines, m.More, m.First = nil, "", "/account/activity"
		}),
		change("confirmed", func(m *AccountActivity) { m.Flash = "login_confirmed" }),
		change("markup", func(m *AccountActivity) {
			m.Lines[0].Login = &Login{When: markup, Device: markup, Place: markup, Outcome: "succeeded"}
			m.Lines[6].Change = &Change{Kind: markup, Summary: markup, When: markup}
		}),
		change("long", func(m *AccountActivity) {
			m.Lines[6].Change = &Change{Kind: "message_sent", Summary: longText, When: longWord}
		}),
		no("got-in", sampleLogin()),
		no("stopped", stopped),
		no("failed", failed),
	}
}
