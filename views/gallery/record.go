package gallery

import (
	"slices"

	"github.com/a-h/templ"

	"regain/views"
	"regain/views/desk"
)

// sampleDetail is what a verified caller is talked to about.
func sampleDetail(m *desk.Account) {
	m.SignIns = slices.Repeat([]desk.AccountSignIn{
		{At: at("21 November 2026, 14:05"), Device: "Chrome on Windows", Place: "Latvia",
			IP: "80.89.77.x", Outcome: "stopped"},
		{At: at("20 November 2026, 08:12"), Device: "Safari on iPhone", Place: "",
			IP: "2001:db8:1::/48", Outcome: "succeeded"}}, 6)
	m.Changes = []desk.AccountChange{
		{Kind: "payout_changed", At: at("20 November 2026, 09:00"), Summary: "", From: "•••• 04",
			To: "G••••", IP: "81.2.69.x"},
		{Kind: "message_sent", At: at("19 November 2026, 12:00"), Summary: "To a client", From: "",
			To: "", IP: ""}}
	m.Mails = slices.Repeat(m.Mails, 10)
}

// fillRecord puts text wherever the page shows what people wrote.
func fillRecord(m *desk.Account, text string) {
	m.Path, m.ID, m.Username, m.Name = "javascript:alert(1)", text, text, text
	m.Glance = desk.Glance{Since: at(sampleDawn), Ago: text, Case: text,
		CasePath: "javascript:alert(1)", CaseState: "in_review", Holder: text,
		Here:   text,
		LinkAt: at(sampleDawn), LinkTo: text,
		LinkState: "live", LinkUntil: at(sampleDawn), NextWord: at(sampleDawn), In: as(text), Sees: "review",
		Contact: at(sampleDawn), EscalatedAt: at(sampleDawn)}
	m.Link, m.Caller = desk.Link{To: text, Life: text, No: nil},
		desk.Caller{To: text, Needed: true}
	m.NotUrgent, m.Reason, m.ChangedAt, m.HandedOver = nil, text, at(sampleDawn), text
	m.Case = &desk.CaseFacts{Cause: "hijacked", Proposed: "hijacked",
		Evidence: said(text), Facts: []templ.Component{as(text)}}
	m.AccountRecord = desk.AccountRecord{Notes: []string{text},
		Tickets: []desk.AccountTicket{{Number: text, Subject: text,
			Department: text, Status: "open", OpenedAt: at(sampleDawn)}},
		Mails: []desk.AccountMail{{Title: say("mail_title.locked_out"),
			To: text, At: at(sampleDawn), State: "refused", Reason: text}},
		Addresses: []desk.AccountAddress{{Email: text, Since: at(sampleDawn), Until: at(sampleDawn),
			Second: false}}}
}

func recordSamples() []Sample {
	security := func(m *desk.Account) {
		m.Caller.Needed, m.Locks = false, true
		m.Glance.CasePath, m.Name = "/staff/cases/C-1042", "Ada Byron"
		m.Case = &desk.CaseFacts{Cause: "compromised", Proposed: "hijacked",
			Evidence: said("Stopped login from a new country\nThe owner wrote twice"),
			Facts: []templ.Component{say("desk.fact",
				say("signal.email_changed_recently"), at("18 November 2026, 10:00"))}}
		sampleDetail(m)
	}
	lock := func(m *desk.Account) {
		m.State, m.Locks, m.Caller.Needed = "active", true, false
		m.Glance = desk.Glance{Sees: "nothing"}
	}
	return []Sample{
		changed("account-security", security),
		changed("lock", lock),
		changed("lock-empty", func(m *desk.Account) {
			lock(m)
			m.Wrong = []views.Wrong{bad("evidence", "evidence_missing"),
				bad("cause", "cause_unknown")}
			m.Cause = "hijacked"
		}),
		changed("undeliverable", func(m *desk.Account) {
			m.Mails = append([]desk.AccountMail{
				{Title: say("mail_title.recovery_link"), To: "a••••@e••••.org",
					At: at("22 November 2026, 08:31"), State: "refused",
					Reason: "550 5.1.1 <a••••@e••••.org>: no such mailbox"},
				{Title: say("mail_title.password_updated"), To: "a••••@e••••.org",
					At: at("22 November 2026, 08:30"), State: "waits", Reason: ""},
				{Title: say("mail_title.caller_code"), To: "a••••@e••••.org",
					At: at("22 November 2026, 08:00"), State: "expired", Reason: ""}}, m.Mails...)
		}),
		changed("long", func(m *desk.Account) {
			security(m)
			m.Username, m.Name, m.ID = longWord, longText, longWord
			m.Glance.LinkTo, m.Link.To, m.Caller.To = longWord, longWord, longWord
			m.Glance.Holder = longText
			m.Notes = slices.Repeat([]string{sampleNote + longText}, 6)
			m.Tickets = []desk.AccountTicket{{Number: longWord, Subject: longText,
				Department: longWord, Status: "on_hold", OpenedAt: at(sampleDawn)}}
			m.Case.Evidence, m.ChangedAt = said(longText+"\n"+longWord), at("21 November 2026, 20:31")
		}),
		changed("markup", func(m *desk.Account) {
			security(m)
			fillRecord(m, markup)
		}),
		changed("markup-detail", func(m *desk.Account) {
			security(m)
			m.SignIns = []desk.AccountSignIn{{At: at(sampleDawn), Device: markup, Place: markup,
				IP: markup, Outcome: "failed"}}
			m.Changes = []desk.AccountChange{{Kind: "profile_changed", At: at(sampleDawn), Summary: markup,
				From: markup, To: markup, IP: markup}}
		}),
	}
}
