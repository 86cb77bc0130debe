package views

import "slices"

// deskPage is the frame of the pages about accounts.
func deskPage(wrong ...Wrong) Page {
	p := staffPage(wrong...)
	for i, l := range p.Staff.Links {
		p.Staff.Links[i].Here = l.Path == "/staff/accounts"
	}
	return p
}

func deskSamples() []Sample {
	return slices.Concat(findSamples(), openSamples(), glanceSamples(), callerSamples(),
		recordSamples())
}

func findSamples() []Sample {
	ada := StaffFound{"/staff/accounts/u-1001", "ada", "a••••@e••••.org", "locked", "C-1042"}
	find := func(name string, set func(*StaffAccounts)) Sample {
		m := StaffAccounts{Page: deskPage(), Query: "ada", Reason: "Ticket T-2077", Searched: true}
		set(&m)
		return Sample{"staff-accounts/" + name, m.View()}
	}
	return []Sample{
		find("normal", func(m *StaffAccounts) { *m = StaffAccounts{Page: deskPage()} }),
		find("one", func(m *StaffAccounts) { m.Found = []StaffFound{ada} }),
		find("several", func(m *StaffAccounts) {
			m.Query = "shared@example.org"
			m.Found = []StaffFound{ada,
				{"/staff/accounts/u-2", "bob", "s••••@e••••.org", "active", ""},
				{"/staff/accounts/u-3", "cleo", "", "closed", ""}}
		}),
		find("nothing", func(m *StaffAccounts) { m.Query = "aad" }),
		find("empty", func(m *StaffAccounts) {
			*m = StaffAccounts{Page: deskPage(bad("q", "desk.q.identifier_missing")), Reason: "a call"}
		}),
		find("no-reason", func(m *StaffAccounts) {
			*m = StaffAccounts{Page: deskPage(bad("reason", "reason_missing")), Query: "ada"}
		}),
		find("long", func(m *StaffAccounts) {
			*m = StaffAccounts{Page: deskPage(bad("q", "identifier_long"),
				bad("reason", "reason_long", "1000")), Query: longText,
				Reason: longText}
		}),
		find("markup", func(m *StaffAccounts) {
			m.Query, m.Reason = markup, markup
			m.Found = []StaffFound{
				{"javascript:alert(1)", markup, markup + longWord, "locked", markup}}
		}),
	}
}

func openSamples() []Sample {
	open := func(name, id, reason string, wrong ...Wrong) Sample {
		return Sample{"staff-account-open/" + name, StaffOpen{deskPage(wrong...),
			"/staff/accounts/u-1001/open", id, reason}.View()}
	}
	return []Sample{
		open("normal", "u-1001", ""),
		open("empty", "u-1001", "", bad("reason", "reason_missing")),
		open("long", longWord+longWord, longText, bad("reason", "reason_long", "1000")),
		open("markup", markup, markup),
	}
}

// sampleAccount is ada, locked and on the phone with support.
func sampleAccount() StaffAccount {
	return StaffAccount{
		Page: deskPage(), Path: "/staff/accounts/u-1001", ID: "u-1001", Username: "ada",
		Name: "A••••", Type: "freelancer", State: "locked", Acts: true,
		Glance: StaffGlance{Since: "21 November 2026, 14:09", Ago: "18 hours ago", Case: "C-1042",
			CaseState: "locked", Sees: "link", LinkAt: "21 November 2026, 14:09",
			LinkTo: "a••••@e••••.org", LinkState: "live", LinkUntil: "22 November 2026, 14:09"},
		Link:      StaffLink{To: "a••••@e••••.org", Life: "24 hours"},
		Caller:    StaffCaller{To: "a••••@e••••.org", Needed: true},
		NotUrgent: Text("not_secured"),
		StaffRecord: StaffRecord{
			Notes: []string{sampleNote},
			Mails: []StaffMailLine{
				{"Your account is locked to keep it safe", "a••••@e••••.org", "21 November 2026, 14:09", "sent", ""}},
			Addresses: []StaffAddress{
				{"o••••@e••••.org", "3 May 2021, 09:00", "4 June 2024, 11:20", false},
				{"a••••@e••••.org", "4 June 2024, 11:20", "", false},
				{"b••••@m••••.example", "1 November 2026, 19:40", "", true}},
		},
	}
}

const sampleNote = "[ACTION] Security Lockout\n[DEPARTMENT] Account Security\n" +
	"[CAUSE] (Comp) User’s Account Is Compromised\n[EVIDENCE] Stopped login from a new country\n" +
	"[NEXT STEP] Reassign related tickets to Account Security"

// changed is the sample account in another state.
func changed(name string, set func(*StaffAccount)) Sample {
	m := sampleAccount()
	set(&m)
	return Sample{"staff-account/" + name, m.View()}
}

func glanceSamples() []Sample {
	step := func(n int, sees string) func(*StaffAccount) {
		return func(m *StaffAccount) {
			m.Glance.Step, m.Glance.Sees, m.Glance.Here = n, sees, "20 minutes ago"
			m.Glance.LinkState = "used"
		}
	}
	waits := func(m *StaffAccount) {
		step(allSteps, "review")(m)
		m.Glance.CaseState, m.NotUrgent = "secured", ""
		m.Glance.NextWord, m.Glance.In = "23 November 2026, 08:18", "in 23 hours"
		m.Tickets = []StaffTicketLine{{"T-2077",
			"Password updated after security lockout — ada (C-1042)", "Account Security", "open",
			"22 November 2026, 08:18"}}
		m.Notes = append([]string{sampleNote}, m.Notes...)
	}
	over := func(state, sees, account string) func(*StaffAccount) {
		return func(m *StaffAccount) {
			waits(m)
			m.State, m.Glance.CaseState, m.Glance.Sees = account, state, sees
			m.Glance.NextWord, m.Glance.In, m.NotUrgent = "", "", Text("not_locked")
			m.Glance.Holder = "Ines Rocha"
		}
	}
	return []Sample{
		changed("not-locked", func(m *StaffAccount) {
			m.State, m.Glance = "active", StaffGlance{Sees: "nothing"}
			m.StaffRecord = StaffRecord{Addresses: m.Addresses}
		}),
		changed("check-up", func(m *StaffAccount) {
			m.State = "active"
			m.Glance = StaffGlance{Sees: "password", Step: 2, CheckUp: true, Here: "just now"}
		}),
		changed("not-seen", func(*StaffAccount) {}),
		changed("step-1", step(1, "verify")), changed("step-2", step(2, "password")),
		changed("step-3", step(3, "two-factor")), changed("step-4", step(4, "activity")),
		changed("secured", waits),
		changed("needs-owner", func(m *StaffAccount) {
			waits(m)
			m.Glance.CaseState, m.Glance.Sees = "needs_owner", "needs_owner"
			m.Glance.Holder = "Ines Rocha"
		}),
		changed("overdue", func(m *StaffAccount) {
			waits(m)
			m.Glance.Sees, m.Glance.Overdue = "overdue", true
			m.Glance.Contact = "24 November 2026, 10:00"
		}),
		changed("escalated", func(m *StaffAccount) {
			waits(m)
			m.Glance.EscalatedAt, m.NotUrgent = "24 November 2026, 09:00",
				Text("desk.link.next", "24 November 2026, 10:00", "in 40 minutes")
			m.Flash = "desk_escalated"
		}),
		changed("resumed", over("resumed", "resumed", "active")),
		changed("declined", over("declined", "declined", "locked")),
		changed("closed", func(m *StaffAccount) {
			m.State, m.Glance = "closed", StaffGlance{Sees: "nothing"}
		}),
		changed("by-hand", func(m *StaffAccount) { m.ChangedAt = "21 November 2026, 20:31" }),
		changed("handed-over", func(m *StaffAccount) {
			m.ChangedAt, m.HandedOver = "21 November 2026, 20:31", "T-2078"
		}),
		changed("reads-only", func(m *StaffAccount) {
			m.Acts, m.ChangedAt = false, "21 November 2026, 20:31"
		}),
	}
}

func callerSamples() []Sample {
	asked := func(m *StaffAccount) { m.Caller.Waits = "08:46 (UTC)" }
	return []Sample{
		changed("caller-asked", func(m *StaffAccount) {
			asked(m)
			m.Flash = "desk_code"
		}),
		changed("caller-wrong", func(m *StaffAccount) {
			asked(m)
			m.Wrong = []Wrong{bad("code", "caller.code_wrong", "4")}
		}),
		changed("caller-expired", func(m *StaffAccount) {
			m.Wrong = []Wrong{bad("code", "caller.code_expired")}
		}),
		changed("caller-verified", func(m *StaffAccount) {
			m.Caller.Until, m.Caller.Needed, m.Flash = "09:16 (UTC)", false, "desk_verified"
			m.Name, m.Addresses[1].Email = "Ada Byron", "ada@example.org"
			sampleDetail(m)
		}),
		changed("no-address", func(m *StaffAccount) {
			m.Link = StaffLink{No: Text("no_proof_address.desk")}
			m.Caller = StaffCaller{No: Text("no_caller_code"), Needed: true}
			m.Addresses = nil
		}),
		changed("link-sent", func(m *StaffAccount) {
			m.Flash = "desk_link"
			m.Link.No = Text("desk.link.next", "22 November 2026, 08:51", "in 15 minutes")
		}),
		changed("urgent-empty", func(m *StaffAccount) {
			m.NotUrgent, m.Wrong = "", []Wrong{bad("reason", "reason_missing")}
		}),
	}
}

// sampleDetail is what a verified caller is talked to about.
func sampleDetail(m *StaffAccount) {
	m.SignIns = slices.Repeat([]StaffSignInLine{
		{"21 November 2026, 14:05", "Chrome on Windows", "Latvia", "80.89.77.x", "stopped"},
		{"20 November 2026, 08:12", "Safari on iPhone", "", "2001:db8:1::/48", "succeeded"}}, 6)
	m.Changes = []StaffChange{
		{"payout_changed", "20 November 2026, 09:00", "", "D••••", "G••••", "81.2.69.x"},
		{"message_sent", "19 November 2026, 12:00", "To a client", "", "", ""}}
	m.Mails = slices.Repeat(m.Mails, 10)
}

func recordSamples() []Sample {
	security := func(m *StaffAccount) {
		m.Caller.Needed, m.Locks = false, true
		m.Glance.CasePath, m.Name = "/staff/cases/C-1042", "Ada Byron"
		m.Case = &StaffCaseFacts{Cause: "compromised", Proposed: "hijacked",
			Evidence: "Stopped login from a new country\nThe owner wrote twice",
			Facts: []string{Text("desk.fact", Text("signal.email_changed_recently"),
				"18 November 2026, 10:00")}}
		sampleDetail(m)
	}
	lock := func(m *StaffAccount) {
		m.State, m.Locks, m.Caller.Needed = "active", true, false
		m.Glance = StaffGlance{Sees: "nothing"}
	}
	return []Sample{
		changed("account-security", security),
		changed("lock", lock),
		changed("lock-empty", func(m *StaffAccount) {
			lock(m)
			m.Wrong = []Wrong{bad("evidence", "evidence_missing"), bad("cause", "cause_unknown")}
			m.Cause = "hijacked"
		}),
		changed("undeliverable", func(m *StaffAccount) {
			m.Mails = append([]StaffMailLine{
				{"Your link to secure your account", "a••••@e••••.org", "22 November 2026, 08:31", "refused",
					"550 5.1.1 <a••••@e••••.org>: no such mailbox"},
				{"Your password was updated", "a••••@e••••.org", "22 November 2026, 08:30", "waits", ""},
				{"Your staff code for talking to support", "a••••@e••••.org", "22 November 2026, 08:00", "expired", ""}}, m.Mails...)
		}),
		changed("long", func(m *StaffAccount) {
			security(m)
			m.Username, m.Name, m.ID = longWord, longText, longWord
			m.Glance.LinkTo, m.Link.To, m.Caller.To = longWord, longWord, longWord
			m.Glance.Holder = longText
			m.Notes = slices.Repeat([]string{sampleNote + longText}, 6)
			m.Tickets = []StaffTicketLine{{longWord, longText, longWord, "on_hold", "now"}}
			m.Case.Evidence, m.ChangedAt = longText+"\n"+longWord, "21 November 2026, 20:31"
		}),
		changed("markup", func(m *StaffAccount) {
			security(m)
			m.Path, m.ID, m.Username, m.Name = "javascript:alert(1)", markup, markup, markup
			m.Glance = StaffGlance{Since: markup, Ago: markup, Case: markup,
				CasePath: "javascript:alert(1)", CaseState: "in_review", Holder: markup, Here: markup,
				LinkAt: markup, LinkTo: markup,
				LinkState: "live", LinkUntil: markup, NextWord: markup, In: markup, Sees: "review",
				Contact: markup, EscalatedAt: markup}
			m.Link, m.Caller = StaffLink{markup, markup, ""}, StaffCaller{To: markup, Needed: true}
			m.NotUrgent, m.Reason, m.ChangedAt, m.HandedOver = "", markup, markup, markup
			m.Case = &StaffCaseFacts{"hijacked", "hijacked", markup, []string{markup}}
			m.StaffRecord = StaffRecord{Notes: []string{markup},
				Tickets:   []StaffTicketLine{{markup, markup, markup, "open", markup}},
				Mails:     []StaffMailLine{{"Your account is locked to keep it safe", markup, markup, "refused", markup}},
				Addresses: []StaffAddress{{markup, markup, markup, false}}}
		}),
		changed("markup-detail", func(m *StaffAccount) {
			security(m)
			m.SignIns = []StaffSignInLine{{markup, markup, markup, markup, "failed"}}
			m.Changes = []StaffChange{{"profile_changed", markup, markup, markup, markup, markup}}
		}),
	}
}
