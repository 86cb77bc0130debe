package gallery

import (
	"regain/views"
	"regain/views/desk"
	"slices"
)

// deskPage is the frame of the pages about accounts.
func deskPage(wrong ...views.Wrong) views.Page {
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
	ada := desk.Found{Path: "/staff/accounts/u-1001", Username: "ada",
		Email: "a••••@e••••.org", State: "locked", Case: "C-1042"}
	find := func(name string, set func(*desk.Accounts)) Sample {
		m := desk.Accounts{Page: deskPage(), Query: "ada", Reason: "Ticket T-2077",
			Searched: true}
		set(&m)
		return Sample{"staff-accounts/" + name, m.View()}
	}
	return []Sample{
		find("normal", func(m *desk.Accounts) { *m = desk.Accounts{Page: deskPage()} }),
		find("one", func(m *desk.Accounts) { m.Found = []desk.Found{ada} }),
		find("several", func(m *desk.Accounts) {
			m.Query = "shared@example.org"
			m.Found = []desk.Found{ada,
				{Path: "/staff/accounts/u-2", Username: "bob", Email: "s••••@e••••.org",
					State: "active", Case: ""},
				{Path: "/staff/accounts/u-3", Username: "cleo", Email: "", State: "closed",
					Case: ""}}
		}),
		find("nothing", func(m *desk.Accounts) { m.Query = "aad" }),
		find("empty", func(m *desk.Accounts) {
			*m = desk.Accounts{Page: deskPage(bad("q", "desk.q.identifier_missing")),
				Reason: "a call"}
		}),
		find("no-reason", func(m *desk.Accounts) {
			*m = desk.Accounts{Page: deskPage(bad("reason", "reason_missing")), Query: "ada"}
		}),
		find("long", func(m *desk.Accounts) {
			*m = desk.Accounts{Page: deskPage(bad("q", "identifier_long"),
				bad("reason", "reason_long", "1000")), Query: longText,
				Reason: longText}
		}),
		find("markup", func(m *desk.Accounts) {
			m.Query, m.Reason = markup, markup
			m.Found = []desk.Found{
				{Path: "javascript:alert(1)", Username: markup, Email: markup + longWord,
					State: "locked", Case: markup}}
		}),
	}
}

func openSamples() []Sample {
	open := func(name, id, reason string, wrong ...views.Wrong) Sample {
		return Sample{"staff-account-open/" + name, desk.Open{Page: deskPage(wrong...),
			What: "account", Path: "/staff/accounts/u-1001", ID: id, Reason: reason}.View()}
	}
	return []Sample{
		open("normal", "u-1001", ""),
		open("empty", "u-1001", "", bad("reason", "reason_missing")),
		open("long", longWord+longWord, longText, bad("reason", "reason_long", "1000")),
		open("markup", markup, markup),
		{"staff-account-open/ticket", desk.Open{Page: deskPage(), What: "ticket",
			Path: "/staff/tickets/T-2077", ID: "T-2077"}.View()},
	}
}

// sampleAccount is ada, locked and on the phone with support.
func sampleAccount() desk.Account {
	return desk.Account{
		Page: deskPage(), Path: "/staff/accounts/u-1001", ID: "u-1001", Username: "ada",
		Name: "A••••", Type: "freelancer", State: "locked", Acts: true,
		Glance: desk.Glance{Since: at("21 November 2026, 14:09"), Ago: "18 hours ago",
			Case:      "C-1042",
			CaseState: "locked", Sees: "link", LinkAt: at("21 November 2026, 14:09"),
			LinkTo: "a••••@e••••.org", LinkState: "live", LinkUntil: at("22 November 2026, 14:09")},
		Link:      desk.Link{To: "a••••@e••••.org", Life: "24 hours"},
		Caller:    desk.Caller{To: "a••••@e••••.org", Needed: true},
		NotUrgent: say("no_escalation"),
		AccountRecord: desk.AccountRecord{
			Notes: []string{sampleNote},
			Mails: []desk.AccountMail{
				{Title: say("mail_title.locked_out"), To: "a••••@e••••.org",
					At: at("21 November 2026, 14:09"), State: "sent", Reason: ""}},
			Addresses: []desk.AccountAddress{
				{Email: "o••••@e••••.org", Since: at("3 May 2021, 09:00"), Until: at("4 June 2024, 11:20"),
					Second: false},
				{Email: "a••••@e••••.org", Since: at("4 June 2024, 11:20"), Until: views.Moment{}, Second: false},
				{Email: "b••••@m••••.example", Since: at("1 November 2026, 19:40"), Until: views.Moment{},
					Second: true}},
		},
	}
}

const sampleNote = "[ACTION] Security Lockout\n[DEPARTMENT] Account Security\n" +
	"[CAUSE] (Comp) User’s Account Is Compromised\n[EVIDENCE] Stopped login from a new country\n" +
	"[NEXT STEP] Reassign related tickets to Account Security"

// changed is the sample account in another state.
func changed(name string, set func(*desk.Account)) Sample {
	m := sampleAccount()
	set(&m)
	return Sample{"staff-account/" + name, m.View()}
}

// atStep is an owner at step n, who sees that page.
func atStep(n int, sees string) func(*desk.Account) {
	return func(m *desk.Account) {
		m.Glance.Step, m.Glance.Sees, m.Glance.Here = n, sees, "20 minutes ago"
		m.Glance.LinkState = "used"
	}
}

func waitsForReview(m *desk.Account) {
	atStep(desk.AllSteps, "review")(m)
	m.Glance.CaseState, m.NotUrgent = "secured", nil
	m.Glance.NextWord, m.Glance.In = at("23 November 2026, 08:18"), as("in 23 hours")
	m.Tickets = []desk.AccountTicket{{Number: "T-2077",
		Subject:    "Password updated after security lockout — ada (C-1042)",
		Department: "Account Security", Status: "open",
		OpenedAt: at("22 November 2026, 08:18")}}
	m.Notes = append([]string{sampleNote}, m.Notes...)
}

func afterReview(state, sees, account string) func(*desk.Account) {
	return func(m *desk.Account) {
		waitsForReview(m)
		m.State, m.Glance.CaseState, m.Glance.Sees = account, state, sees
		m.Glance.NextWord, m.Glance.In, m.NotUrgent = views.Moment{}, as(""), say("not_locked")
		m.Glance.Holder = "Ines Rocha"
	}
}

func glanceSamples() []Sample {
	return []Sample{
		changed("not-locked", func(m *desk.Account) {
			m.State, m.Glance = "active", desk.Glance{Sees: "nothing"}
			m.AccountRecord = desk.AccountRecord{Addresses: m.Addresses}
		}),
		changed("check-up", func(m *desk.Account) {
			m.State = "active"
			m.Glance = desk.Glance{Sees: "password", Step: 2, CheckUp: true, Here: "just now"}
		}),
		changed("not-seen", func(*desk.Account) {}),
		changed("step-1", atStep(1, "verify")), changed("step-2", atStep(2, "password")),
		changed("step-3", atStep(3, "two-factor")), changed("step-4", atStep(4, "activity")),
		changed("secured", waitsForReview),
		changed("needs-owner", func(m *desk.Account) {
			waitsForReview(m)
			m.Glance.CaseState, m.Glance.Sees = "needs_owner", "needs_owner"
			m.Glance.Holder = "Ines Rocha"
		}),
		changed("overdue", func(m *desk.Account) {
			waitsForReview(m)
			m.Glance.Sees, m.Glance.Overdue = "overdue", true
			m.Glance.Contact = at("24 November 2026, 10:00")
		}),
		changed("escalated", func(m *desk.Account) {
			waitsForReview(m)
			m.Glance.EscalatedAt, m.NotUrgent = at("24 November 2026, 09:00"),
				say("desk.link.next", at("24 November 2026, 10:00 (UTC)"), "in 40 minutes")
			m.Flash = "desk_escalated"
		}),
		changed("resumed", afterReview("resumed", "resumed", "active")),
		changed("declined", afterReview("declined", "declined", "locked")),
		changed("closed", func(m *desk.Account) {
			m.State, m.Glance = "closed", desk.Glance{Sees: "nothing"}
		}),
		changed("by-hand", func(m *desk.Account) { m.ChangedAt = at("21 November 2026, 20:31") }),
		changed("handed-over", func(m *desk.Account) {
			m.ChangedAt, m.HandedOver = at("21 November 2026, 20:31"), "T-2078"
		}),
		changed("reads-only", func(m *desk.Account) {
			m.Acts, m.ChangedAt = false, at("21 November 2026, 20:31")
		}),
	}
}

func callerSamples() []Sample {
	asked := func(m *desk.Account) { m.Caller.Waits = at("08:46 (UTC)") }
	return []Sample{
		changed("caller-asked", func(m *desk.Account) {
			asked(m)
			m.Flash = "desk_code"
		}),
		changed("caller-wrong", func(m *desk.Account) {
			asked(m)
			m.Wrong = []views.Wrong{bad("code", "caller.code_wrong", "4")}
		}),
		changed("caller-expired", func(m *desk.Account) {
			m.Wrong = []views.Wrong{bad("code", "caller.code_expired")}
		}),
		changed("caller-verified", func(m *desk.Account) {
			m.Caller.Until, m.Caller.Needed, m.Flash = at("09:16 (UTC)"), false, "desk_verified"
			m.Name, m.Addresses[1].Email = "Ada Byron", "ada@example.org"
			sampleDetail(m)
		}),
		changed("no-address", func(m *desk.Account) {
			m.Link = desk.Link{No: say("no_proof_address.desk")}
			m.Caller = desk.Caller{No: say("no_caller_code"), Needed: true}
			m.Addresses = nil
		}),
		changed("link-sent", func(m *desk.Account) {
			m.Flash = "desk_link"
			m.Link.No = say("desk.link.next", at("22 November 2026, 08:51 (UTC)"), "in 15 minutes")
		}),
		changed("urgent-empty", func(m *desk.Account) {
			m.NotUrgent, m.Wrong = nil, []views.Wrong{bad("reason", "reason_missing")}
		}),
	}
}
