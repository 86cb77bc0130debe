package gallery

import (
	"regain/views"
	"regain/views/account"
	"regain/views/words"
)

func overviewSamples() []Sample {
	all := append(homeSamples(), ownSessionSamples()...)
	return append(all, ownActivitySamples()...)
}

// sampleAdvice puts a code of the overview into words.
func sampleAdvice(code, kind, icon string, why ...any) account.Advice {
	code = "overview." + code
	return account.Advice{Kind: kind, Icon: icon, Says: say(code, why...),
		Why:  say(code+".why", why...),
		Path: "/account/activity", Do: say(code + ".do")}
}

// ticketAdvice counts the tickets that wait, the newest of which has the number.
func ticketAdvice(count, number string) account.Advice {
	a := sampleAdvice("ticket_waits", "", "mail", count)
	a.Why = say("overview.ticket_waits.why", number)
	return a
}

// changeAdvice is about a change that waits for an answer.
func changeAdvice(on views.Moment) account.Advice {
	a := sampleAdvice("change_noticed", "bad", "alert", say("activity.payout_changed"))
	a.Why = say("overview.change_noticed.why", on)
	return a
}

// The sign-in that most samples are about.
const sampleAt = "20 November 2026, 08:30"

func samplePC() words.Text { return views.DeviceWords("chrome/windows") }

// sampleHome is an overview with something of every kind; good is all that is as it should be.
func sampleHome() (m account.Home, good []account.Advice) {
	urgent := []account.Advice{
		sampleAdvice("login_got_in", "bad", "alert", at(sampleAt), samplePC(), "Latvia"),
		sampleAdvice("address_waits", "warn", "mail", "a••••@m••••.example", at(sampleAt)),
		sampleAdvice("sessions_half", "warn", "alert", samplePC(), at(sampleAt)),
		ticketAdvice("2", "T-2080"),
	}
	missing := []account.Advice{sampleAdvice("factor_none", "warn", "shield"),
		sampleAdvice("password_unseen", "", "lock"), sampleAdvice("notice_none", "", "mail")}
	good = []account.Advice{sampleAdvice("nothing_open", "ok", "check"),
		sampleAdvice("codes_there", "ok", "check", "8"), sampleAdvice("session_alone", "ok",
			"check")}
	return account.Home{Page: signedInAs("/account"), Zone: londonTime(), Urgent: urgent,
		Missing: missing, Good: good[1:], Last: sampleLogin(),
		Tries: say("overview.tries", 3),
		Lead:  say("overview.lead", 4), Tiles: account.Tiles()}, good
}

// sampleRules are all that an organisation can ask for.
func sampleRules() views.Rules {
	return views.Rules{Organisation: "Acme", Says: []words.Text{say("rule.second_factor"),
		say("rule.passkey"), say("rule.app"), say("rule.idle", say("unit.minute", 15)),
		say("rule.whole", say("unit.hour", 4)), say("rule.sso"), say("rule.countries"), say("rule.notices")}}
}

func homeSamples() []Sample {
	change := func(name string, set func(*account.Home)) Sample {
		m, _ := sampleHome()
		set(&m)
		return Sample{"account/" + name, m.View()}
	}
	_, good := sampleHome()
	return []Sample{
		change("normal", func(*account.Home) {}),
		change("good", func(m *account.Home) {
			m.Urgent, m.Missing, m.Good = nil, nil, good
			m.Lead = say("overview.quiet", say("overview.safer", 0))
		}),
		change("new", func(m *account.Home) {
			m.Urgent, m.Good, m.Last = nil, nil, nil
			m.Lead = say("overview.quiet", say("overview.safer", 3))
		}),
		change("everything-missing", func(m *account.Home) {
			m.Good, m.Lead = nil, say("overview.lead", 6)
			m.Urgent = append(m.Urgent[:3:3],
				sampleAdvice("sessions_strange", "warn", "info", samplePC(), at(sampleAt)),
				sampleAdvice("factor_guessed", "warn", "alert", "12"),
				sampleAdvice("passkey_odd", "warn", "key", "named", "my phone"))
			m.Missing = append(m.Missing[:3:3], sampleAdvice("password_cut", "warn", "lock"),
				sampleAdvice("codes_unsaved", "warn", "save"),
				sampleAdvice("codes_none", "warn", "save"),
				sampleAdvice("codes_few", "", "save", "3"),
				sampleAdvice("notice_waits", "", "mail", "a••••@m••••.example"))
		}),
		change("many-alerts", func(m *account.Home) {
			m.Urgent = []account.Advice{m.Urgent[0], changeAdvice(at(sampleAt)),
				sampleAdvice("login_stopped", "warn", "alert", at(sampleAt), samplePC(), "Latvia"),
				sampleAdvice("alerts_more", "warn", "alert", "997")}
			m.Lead = say("overview.lead", 1000)
		}),
		change("one", func(m *account.Home) {
			m.Urgent, m.Lead, m.Tries = m.Urgent[:1], say("overview.lead", 1),
				say("overview.tries", 1)
		}),
		change("placeless", func(m *account.Home) {
			m.Urgent = []account.Advice{sampleAdvice("login_got_in", "bad", "alert", at(sampleAt),
				views.DeviceWords(""))}
			m.Lead, m.Last.Place = say("overview.lead", 1), words.Text{}
		}),
		change("over", func(m *account.Home) { m.Flash = "proved" }),
		change("member", func(m *account.Home) { m.Rules = sampleRules() }),
		change("markup", func(m *account.Home) {
			m.Urgent = []account.Advice{sampleAdvice("passkey_odd", "warn", "key", "named", markup)}
			m.Account.Who = markup
		}),
		change("long", func(m *account.Home) {
			m.Urgent = []account.Advice{sampleAdvice("passkey_odd", "warn", "key", "named",
				longWord)}
			m.Account.Who, m.Last.Device, m.Last.Place = longWord, as(longWord), as(longWord)
		}),
	}
}

func ownSessionSamples() []Sample {
	line := func(id, kind string) account.SessionLine {
		return account.SessionLine{ID: id, Device: views.DeviceWords("firefox/linux"), Place: as("United Kingdom"),
			IP:   "81.2.69.142",
			Kind: kind, First: at("20 November 2026, 08:30"), Last: at("20 November 2026, 09:12")}
	}
	ended := line("6", "")
	ended.Over = at("20 November 2026, 09:30")
	change := func(name string, set func(*account.Sessions)) Sample {
		m := account.Sessions{Page: signedInAs("/account/sessions"), Zone: londonTime(),
			Others: 3,
			Living: []account.SessionLine{line("1", "this"), line("2", ""), line("3", "half"),
				line("4", "recovery")},
			Ended: []account.SessionLine{ended},
			Seen: []account.SeenDevice{{Name: views.DeviceWords("safari/iphone"),
				Places: as("United Kingdom, Spain"),
				Times:  say("sessions.seen", 12, at("19 November 2026, 18:00"))}}}
		set(&m)
		return Sample{"account-sessions/" + name, m.View()}
	}
	return []Sample{
		change("normal", func(*account.Sessions) {}),
		change("alone", func(m *account.Sessions) {
			m.Living, m.Others, m.Ended, m.Seen = m.Living[:1], 0, nil, nil
		}),
		change("many", func(m *account.Sessions) {
			for len(m.Living) < 12 {
				m.Living = append(m.Living, line("x", ""))
			}
			m.Others, m.First, m.More = 199, "/account/sessions", "/account/sessions?from=24"
		}),
		change("ended", func(m *account.Sessions) { m.Flash = "sessions_ended" }),
		change("nowhere", func(m *account.Sessions) {
			m.Living[1].Place,
				m.Living[1].Device = words.Text{}, words.Text{}
		}),
		change("long", func(m *account.Sessions) {
			m.Living[1].Device, m.Living[1].Place, m.Seen[0].Places = as(longWord), as(longText), as(longText)
		}),
		change("markup", func(m *account.Sessions) {
			m.Living[1].Device,
				m.Seen[0].Name = as(markup), as(markup)
		}),
	}
}

// sampleOwnActivity has a line of every kind.
func sampleOwnActivity(stopped *views.Login) account.Activity {
	here := views.Login{When: at("20 November 2026, 09:12"), Device: views.DeviceWords("firefox/linux"),
		Place: as("United Kingdom"),
		IP:    "81.2.69.142", Outcome: "succeeded"}
	return account.Activity{Page: signedInAs("/account/activity"), Zone: londonTime(),
		Lead: say("activity_lead", 2), File: "/account/activity.csv",
		More: "/account/activity?after=1.x",
		Parts: []views.NavLink{{Path: "/account/activity", Word: say("activity_of.all"),
			Here: true},
			{Path: "/account/activity?show=sign_ins", Word: say("activity_of.sign_ins"),
				Here: false},
			{Path: "/account/activity?show=changes", Word: say("activity_of.changes"),
				Here: false}},
		Only: []views.NavLink{{Path: "/account/activity", Word: say("activity_only.0"),
			Here: true},
			{Path: "/account/activity?open=1", Word: say("activity_only.1"), Here: false}},
		Lines: []account.ActivityLine{
			{Login: sampleLogin(), Open: true, Me: "/account/activity/me?login=1",
				NotMe: "/account/activity/not-me?login=1"},
			{Login: &here, This: true},
			{Login: stopped, Answer: "not_me"},
			{Tries: say("failures.many", 12, "Latvia", at("19 November 2026, 14:01"),
				at("19 November 2026, 14:05"))},
			{Change: &views.Change{Kind: "email_changed", When: at("18 November 2026, 10:00"),
				From: as("a••••@e••••.org"), To: as("a••••@m••••.example")}, IP: "203.0.113.9",
				Open: true, Me: "/account/activity/me?change=1",
				NotMe: "/account/activity/not-me?change=1",
				Ask:   "/account/tickets?topic=not_me_changes&change=1#write"},
			{Change: &views.Change{Kind: "two_factor_changed", When: at("18 November 2026, 09:00"),
				To: as("passkey (my phone)")}, IP: "81.2.69.142", Answer: "me",
				NotMe: "/account/activity/not-me?change=2"},
			{Change: &views.Change{Kind: "message_sent", When: at("17 November 2026, 10:00"),
				Summary: "Message to a client"}},
		}}
}

func ownActivitySamples() []Sample {
	stopped := sampleLogin()
	stopped.Outcome, stopped.Reasons = "stopped", []string{"stopped.two_factor"}
	failed := sampleLogin()
	failed.Outcome, failed.Reasons = "failed", nil
	change := func(name string, set func(*account.Activity)) Sample {
		m := sampleOwnActivity(stopped)
		set(&m)
		return Sample{"account-activity/" + name, m.View()}
	}
	no := func(name string, l *views.Login) Sample {
		return Sample{"account-not-me/" + name, account.NotMe{Page: signedInAs("/account/activity"),
			Login: l, Locks: l.Outcome == "succeeded", Mails: true,
			Path: "/account/activity/not-me?login=1", Zone: londonTime()}.View()}
	}
	undo := func(name string, locks bool) Sample {
		return Sample{"account-not-me/" + name, account.NotMe{Page: signedInAs("/account/activity"),
			Change: &views.Change{Kind: "profile_changed", When: at("18 November 2026, 10:00"),
				Summary: "New picture"}, Locks: locks,
			Path: "/account/activity/not-me?change=1", Zone: londonTime()}.View()}
	}
	return []Sample{
		undo("change", false), undo("change-locks", true),
		change("normal", func(*account.Activity) {}),
		change("none", func(m *account.Activity) {
			m.Lines, m.More, m.Lead = nil, "", say("activity_lead", 0)
		}),
		change("last-page", func(m *account.Activity) {
			m.More, m.First, m.Cut = "",
				"/account/activity", true
		}),
		change("past-the-end", func(m *account.Activity) {
			m.Lines, m.More, m.First = nil, "", "/account/activity"
		}),
		change("confirmed", func(m *account.Activity) { m.Flash = "login_confirmed" }),
		change("markup", func(m *account.Activity) {
			m.Lines[0].Login = &views.Login{When: at(sampleDawn), Device: as(markup), Place: as(markup),
				Outcome: "succeeded"}
			m.Lines[6].Change = &views.Change{Kind: markup, Summary: markup, When: at(sampleDawn)}
		}),
		change("long", func(m *account.Activity) {
			m.Lines[6].Change = &views.Change{Kind: "message_sent", Summary: longText,
				When: at(sampleDawn)}
		}),
		no("got-in", sampleLogin()),
		no("stopped", stopped),
		no("failed", failed),
	}
}
