package views

import "slices"

func caseSamples() []Sample {
	return slices.Concat(caseQueueSamples(), casePageSamples(), caseEndSamples())
}

// caseDesk is the frame of the pages about cases.
func caseDesk(wrong ...Wrong) Page {
	p := staffPage(wrong...)
	for i, l := range p.Staff.Links {
		p.Staff.Links[i].Here = l.Path == "/staff/cases"
	}
	return p
}

func sampleCases() StaffCases {
	overdue := Due{"22 November 2026, 08:10", "Overdue by 2 hours", "bad"}
	soon := Due{"22 November 2026, 11:00", "Due in 40 minutes", "warn"}
	later := Due{"23 November 2026, 07:30", "Due in 21 hours", "plain"}
	const path = "/staff/cases/C-1042"
	m := StaffCases{Page: caseDesk(), Tab: "todo", Caption: Text("case_tab.todo"),
		CheckedAt: "10:20 (UTC)", Refresh: "/staff/cases",
		Rows: []CaseRow{
			{path, "C-1039", "lena", overdue, "hijacked", Text("signal.password_changed_recently"),
				"You", "in_review", "waits", true},
			{path, "C-1042", "maria", soon, "compromised", "", "", "secured", "", false},
			{path, "C-1040", "joao", later, "hijacked", Text("signal.succeeded_login_denied"),
				"Omar Haddad", "in_review", "", false},
			{path, "C-1041", "kim", later, "compromised", "", "Omar Haddad", "in_review", "void", false},
		}}
	for _, tab := range []struct{ name, count string }{{"todo", "4"}, {"mine", "1"}, {"second", "1"},
		{"waiting", "99+"}} {
		m.Tabs = append(m.Tabs, NavLink{Path: "/staff/cases?tab=" + tab.name,
			Word: Text("case_tab", Text("case_tab."+tab.name), tab.count), Here: tab.name == "todo"})
	}
	m.Tabs = append(m.Tabs, NavLink{Path: "/staff/cases?tab=closed", Word: Text("case_tab.closed")})
	return m
}

func caseQueueSamples() []Sample {
	change := func(name string, set func(*StaffCases)) Sample {
		m := sampleCases()
		set(&m)
		return Sample{"staff-cases/" + name, m.View()}
	}
	fill := func(m *StaffCases, text string) {
		for i := range m.Rows {
			l := &m.Rows[i]
			l.Person, l.Signal, l.Holder = text, text, text
		}
	}
	list := []Sample{
		change("normal", func(*StaffCases) {}),
		change("pages", func(m *StaffCases) { m.First, m.More = "/staff/cases", "/staff/cases" }),
		change("past-the-end", func(m *StaffCases) { m.Rows, m.First = nil, "/staff/cases" }),
		change("closed", func(m *StaffCases) {
			m.Tab, m.Caption = "closed", Text("case_tab.closed")
			m.Rows = m.Rows[:2]
			for i, state := range []string{"resumed", "declined"} {
				m.Rows[i].Due = Due{At: "21 November 2026, 16:02"}
				m.Rows[i].State, m.Rows[i].Standing, m.Rows[i].Urgent = state, "", false
			}
		}),
		change("waiting", func(m *StaffCases) {
			m.Tab, m.Caption = "waiting", Text("case_tab.waiting")
			m.Rows = m.Rows[1:3]
			for i, state := range []string{"locked", "needs_owner"} {
				m.Rows[i].Due = Due{"21 November 2026, 16:02", Text("case_due." + state), "plain"}
				m.Rows[i].State = state
			}
		}),
		change("long", func(m *StaffCases) { fill(m, longText) }),
		change("markup", func(m *StaffCases) {
			fill(m, markup)
			m.Rows[0].Path, m.More = "javascript:alert(1)", "javascript:alert(1)"
		}),
	}
	for _, tab := range []string{"todo", "mine", "second", "waiting", "closed"} {
		list = append(list, change("empty-"+tab, func(m *StaffCases) {
			m.Tab, m.Caption, m.Rows = tab, Text("case_tab."+tab), nil
		}))
	}
	return list
}
