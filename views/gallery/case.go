package gallery

import (
	"regain/views"
	"regain/views/desk"
	"slices"
)

func caseSamples() []Sample {
	return slices.Concat(caseQueueSamples(), casePageSamples(), caseEndSamples())
}

// caseDesk is the frame of the pages about cases.
func caseDesk(wrong ...views.Wrong) views.Page {
	p := staffPage(wrong...)
	for i, l := range p.Staff.Links {
		p.Staff.Links[i].Here = l.Path == "/staff/cases"
	}
	return p
}

func sampleCases() desk.Cases {
	overdue := views.Due{At: at("22 November 2026, 08:10"), Word: as("Overdue by 2 hours"), Kind: "bad"}
	soon := views.Due{At: at("22 November 2026, 11:00"), Word: as("Due in 40 minutes"), Kind: "warn"}
	later := views.Due{At: at("23 November 2026, 07:30"), Word: as("Due in 21 hours"), Kind: "plain"}
	const path = "/staff/cases/C-1042"
	m := desk.Cases{Queue: sampleSieve("/staff/cases"), Tab: "todo", Rows: []desk.CaseRow{
		{Path: path, Number: "C-1039", Person: "lena", Due: overdue, Cause: "hijacked",
			Signal: say("signal.password_changed_recently"),
			Held:   desk.Held{Holder: as("You")}, Said: desk.Said{From: as("lena"), Text: as("Can I work again on Monday?")},
			State: "in_review", Standing: "waits", Urgent: true},
		{Path: path, Number: "C-1042", Person: "maria", Due: soon, Cause: "compromised",
			Held:  desk.Held{Take: path + "/take", Version: "3", Number: "C-1042"},
			State: "secured"},
		{Path: path, Number: "C-1040", Person: "joao", Due: later, Cause: "hijacked",
			Signal: say("signal.succeeded_login_denied"),
			Held:   desk.Held{Holder: as("Omar Haddad")}, State: "in_review", Standing: "", Urgent: false},
		{Path: path, Number: "C-1041", Person: "kim", Due: later, Cause: "compromised",
			Held: desk.Held{Holder: as("Omar Haddad")}, State: "in_review", Standing: "void",
			Urgent: false},
	}}
	for _, tab := range []struct{ name, count string }{{"todo", "4"}, {"mine", "1"},
		{"second", "1"},
		{"waiting", "99+"}} {
		m.Tabs = append(m.Tabs, views.NavLink{Path: "/staff/cases?tab=" + tab.name,
			Word: say("case_tab", say("case_tab."+tab.name), tab.count),
			Here: tab.name == "todo"})
	}
	m.Tabs = append(m.Tabs, views.NavLink{Path: "/staff/cases?tab=closed",
		Word: say("case_tab.closed")})
	return m
}

// sampleSieve is the list without anything that narrows it.
func sampleSieve(path string) desk.Queue {
	choice := func(labels ...string) (all []views.Choice) {
		for i, label := range labels {
			all = append(all, views.Choice{Value: []string{"", "a", "b", "c"}[i], Label: as(label)})
		}
		return all
	}
	return desk.Queue{Page: caseDesk(), Path: path, Kept: []desk.Kept{{Name: "tab", Value: "todo"}},
		Caption: say("queue.total", say("case_tab.todo"), "4"), File: path + ".csv",
		CheckedAt: at("10:20 (UTC)"), Refresh: path, Picks: []desk.Pick{
			{Name: "cause", Label: say("desk_label.cause"), From: choice("Any", "Compromised", "Hijacked")},
			{Name: "who", Label: say("desk_label.who_has_it"), From: choice("Anybody", "Me", "Nobody", "Omar Haddad")},
			{Name: "sort", Label: say("desk_label.order"), From: choice("In the usual order", "Oldest first")}}}
}

func caseQueueSamples() []Sample {
	change := func(name string, set func(*desk.Cases)) Sample {
		m := sampleCases()
		set(&m)
		return Sample{"staff-cases/" + name, m.View()}
	}
	fill := func(m *desk.Cases, text string) {
		for i := range m.Rows {
			l := &m.Rows[i]
			l.Person, l.Signal, l.Held.Holder = text, as(text), as(text)
			l.Said = desk.Said{From: as(text), Text: as(text)}
		}
	}
	list := []Sample{
		change("narrowed", func(m *desk.Cases) {
			m.Words, m.Overdue, m.Order, m.Whole = "lena", true, "newest", "/staff/cases"
			m.Picks[0].Value, m.Rows = "b", m.Rows[:1]
		}),
		change("nothing-fits", func(m *desk.Cases) { m.Rows, m.Whole = nil, "/staff/cases" }),
		change("normal", func(*desk.Cases) {}),
		change("pages", func(m *desk.Cases) {
			m.First, m.More = "/staff/cases", "/staff/cases"
		}),
		change("past-the-end", func(m *desk.Cases) { m.Rows, m.First = nil, "/staff/cases" }),
		change("closed", func(m *desk.Cases) {
			m.Tab, m.Caption = "closed", say("case_tab.closed")
			m.Rows = m.Rows[:2]
			for i, state := range []string{"resumed", "declined"} {
				m.Rows[i].Due = views.Due{At: at("21 November 2026, 16:02")}
				m.Rows[i].State, m.Rows[i].Standing, m.Rows[i].Urgent = state, "", false
			}
		}),
		change("waiting", func(m *desk.Cases) {
			m.Tab, m.Caption = "waiting", say("case_tab.waiting")
			m.Rows = m.Rows[1:3]
			for i, state := range []string{"locked", "needs_owner"} {
				m.Rows[i].Due = views.Due{At: at("21 November 2026, 16:02"),
					Word: say("case_due." + state), Kind: "plain"}
				m.Rows[i].State = state
			}
		}),
		change("long", func(m *desk.Cases) { fill(m, longText) }),
		change("markup", func(m *desk.Cases) {
			fill(m, markup)
			m.Rows[0].Path, m.More = "javascript:alert(1)", "javascript:alert(1)"
		}),
	}
	for _, tab := range []string{"todo", "mine", "second", "waiting", "closed"} {
		list = append(list, change("empty-"+tab, func(m *desk.Cases) {
			m.Tab, m.Caption, m.Rows = tab, say("case_tab."+tab), nil
		}))
	}
	return list
}

func sampleCaseOwner() desk.CaseOwner {
	return desk.CaseOwner{
		Steps: []desk.CaseStep{
			{Name: say("case_step.verify"), At: at("22 November 2026, 08:14"),
				More: say("case_step.factor")},
			{Name: say("case_step.password"), At: at(sampleDawn),
				More: say("case_update.unconfirmed")},
			{Name: say("case_step.two-factor"), At: at("22 November 2026, 08:24"),
				More: say("case_step.on")},
			{Name: say("case_step.activity"), At: at("22 November 2026, 08:30")},
			{Name: say("case_step.support")},
		},
		Visits: []desk.CaseVisit{
			{At: at("22 November 2026, 08:12"), Device: as("Safari on iPhone"), Place: as("Portugal"),
				IP: "188.80.0.10", Proof: at(sampleDawn), SignedIn: true},
			{At: at("21 November 2026, 22:40"), Device: as("Chrome on Windows"), Place: as("Latvia"),
				IP: "80.89.0.10", Proof: views.Moment{}, Odd: say("case_visit.place")},
		},
		How: "phishing",
	}
}
