package gallery

import (
	"github.com/a-h/templ"

	"regain/views"
	"regain/views/desk"
	"regain/views/words"
)

// sampleCaseEnd is the page that asks whether to go through with act.
func sampleCaseEnd(act string) desk.CaseEnd {
	letter := "Hello Maria Santos,\n\nThis is about your account m••••.\n\nWhat happened\nOn 22 " +
		"November 2026, 10:20 (Lisbon time) Account Security ended the review.\n"
	m := desk.CaseEnd{Page: caseDesk(), Path: "/staff/cases/C-1042", Number: "C-1042",
		Act:     act,
		Version: "4", FactsVersion: "7", To: []string{"maria@example.org", "m@example.net"},
		Facts: []views.Fact{{Label: say("label.account"), Value: as("maria"), Href: "/staff/accounts/u-1042"},
			{Label: say("desk_head.person"), Value: as("Maria Santos")}, {Label: say("label.locked"), At: at(sampleNight + " (UTC)")}},
		Effects: []templ.Component{say("case_effect.open", "maria"),
			say("case_effect.mail", 2),
			say("case_effect.solved", "T-2077"), say("case_effect.note." + act),
			say("case_effect.link"), say("case_effect.tries"),
			say("case_effect.status")},
		Letters: []desk.CaseLetter{{Language: words.English, Text: letter,
			Subject: "Your Example Market account is open again"}}}
	if act == "decline" {
		m.Effects[0], m.Letters = say("case_effect.stay", "maria"), nil
	}
	return m
}

func caseEndSamples() []Sample {
	end := func(name, act string, set func(*desk.CaseEnd)) Sample {
		m := sampleCaseEnd(act)
		set(&m)
		return Sample{"staff-case-" + act + "/" + name, m.View()}
	}
	moved := func(name string, why words.Text, set func(*desk.CaseMoved)) Sample {
		m := desk.CaseMoved{Page: caseDesk(), Path: "/staff/cases/C-1042", Number: "C-1042",
			Why: why,
			Moves: []views.Event{{What: say("trail.case.taken"), By: as("Ines Rocha"),
				At: at("22 November 2026, 10:02"), State: "done"}}}
		set(&m)
		return Sample{"problem/case-" + name, m.View()}
	}
	return []Sample{
		end("alone", "resume", func(*desk.CaseEnd) {}),
		end("four-eyes", "resume", func(m *desk.CaseEnd) {
			m.Needs = sampleNeeds()
			m.Effects = append([]templ.Component{say("case_effect.first",
				at("22 November 2026, 18:20 (UTC)"))},
				m.Effects...)
		}),
		end("empty", "resume", func(m *desk.CaseEnd) {
			m.Page = caseDesk(bad("reason", "reason_missing"))
		}),
		end("long", "resume", func(m *desk.CaseEnd) {
			m.Page, m.Reason, m.Facts[1].Value = caseDesk(bad("reason", "reason_long", "1000")),
				longText, as(longText)
		}),
		end("markup", "resume", func(m *desk.CaseEnd) {
			m.Number, m.Reason, m.Facts[1].Value, m.To[0] = markup, markup, as(markup), markup
			m.Letters = []desk.CaseLetter{{Language: words.Mirrored, Subject: markup, Text: markup},
				{Language: words.English, Subject: markup, Text: markup}}
			m.Path = "javascript:alert(1)"
		}),
		end("normal", "approve", func(m *desk.CaseEnd) {
			m.Proposal = sampleProposal("waits")
		}),
		end("normal", "decline", func(*desk.CaseEnd) {}),
		end("empty", "decline", func(m *desk.CaseEnd) {
			m.Page = caseDesk(bad("reason", "reason_missing"))
		}),
		moved("taken", say("case_taken_by", "Omar Haddad"),
			func(m *desk.CaseMoved) { m.Since = at("22 November 2026, 10:02") }),
		moved("stale", say("case_moved.why"),
			func(m *desk.CaseMoved) { m.Moves = nil }),
		{"problem/case-own", views.Problem{Page: caseDesk(), Kind: "case", Code: "proposal_own",
			Back: "/staff/cases/C-1042"}.View()},
	}
}

// boundProposal is one whose reader cannot be the second person.
func boundProposal() *desk.CaseProposal {
	p := samplePending("waits", false)
	p.Approvable, p.Bound = false, say("proposal_together")
	return p
}
