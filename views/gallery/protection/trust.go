package protection

import (
	"strings"

	"regain/views"
	"regain/views/desk"
	"regain/views/gallery/sample"
	"regain/views/plot"
	"regain/views/trust"
	"regain/views/words"
)

// staffed is the frame of the pages of Trust & Safety, with what was refused.
func staffed(wrong ...views.Wrong) views.Page {
	p := sample.Page()
	p.Wrong, p.SignOut, p.Until, p.SecondsLeft = wrong, true, sample.At("14:32 (UTC)"), 900
	p.Staff = &views.StaffBar{Who: "Tara Voss", Role: words.Say("role.trust_safety"), Keys: true,
		Me: views.NavLink{Path: "/staff/me", Word: words.Say("nav.me")}}
	for _, word := range []string{"tickets", "accounts", "reports"} {
		p.Staff.Links = append(p.Staff.Links, views.NavLink{Path: "/staff/" + word,
			Word: words.Say("nav." + word), Here: word == "reports"})
	}
	return p
}

func lists() (full, empty desk.Queue) {
	full = desk.Queue{Page: staffed(), Path: "/staff/reports", File: "/staff/reports.csv",
		Caption: words.Say("queue.total", words.Say("trust.caption.reports"), words.Number(2)),
		Refresh: "/staff/reports", CheckedAt: sample.At("14:02"), More: "/staff/reports?after=1"}
	empty = full
	empty.More, empty.First, empty.Whole = "", "/staff/reports", "/staff/reports"
	return full, empty
}

// Trust is the pages of Trust & Safety.
func Trust() []sample.Sample {
	full, empty := lists()
	at := sample.At("24 November 2026, 17:00")
	due := views.Due{At: at, Kind: "bad", Word: words.Say("due.over")}
	plot := plot.Plot{Title: words.Say("trust.plot.by_hour"), Head: words.Say("trust.plot.hour"), Unit: words.Say("trust.plot.reports"),
		Sum: words.Say("trust.plot.sum_hours", 7, 5), Bars: []plot.Bar{{At: at, N: 2}, {At: at}, {At: at, N: 5}}}
	line := trust.ReportLine{Path: "/staff/reports/R-1001", Number: "R-1001", Kind: "mail", Via: "upload",
		What: sample.Markup, Known: "not_ours", Campaign: "P-12", CampaignPath: "/staff/campaigns/P-12",
		Name: "market-secure.example", Came: at, Due: due, Said: sample.LongText, Told: "spam",
		Reporter: words.Say("trust.reporter.stranger")}
	other := line
	other.Path, other.Number = "/staff/reports/R-1002", "R-1002"
	row := trust.CampaignLine{Path: "/staff/campaigns/P-12", Number: "P-12", Name: sample.LongWord,
		Kind: "mail", Reports: 7, Reporters: 5, First: at, Last: at, Due: due}
	letter := trust.Letter{Text: strings.Repeat("Go to https://market-secure.example\u202e now.\n", 60),
		Fields: []views.Fact{{Label: words.Say("trust.label.from"), Value: words.As(sample.LongText)}},
		Odd:    []words.Text{words.Say("trust_odd.author_twice")}, Original: "/staff/reports/R-1001/original",
		Links: []trust.Link{{URL: "https://market-secure.example/in", Host: "market-secure.example",
			Shown: "market.example", State: "blocked", Sends: true}},
		Files: []trust.File{{Name: "invoice.pdf", Type: "application/pdf", Size: words.Say("trust.bytes", 2048)}}}
	campaign := trust.Campaign{Page: staffed(), Path: row.Path, Number: row.Number, Name: line.Name, Version: "3",
		Due: due, Plot: plot, Keys: []trust.Key{{Kind: "host", Value: line.Name}, {Kind: "dkim", Value: line.Name}},
		Hosts: []trust.KeyHost{{Host: line.Name}}, Offered: []string{"phishing", "malware", "scam", "spam",
			"genuine", "harmless"}, Rows: []trust.ReportLine{line, other}}
	decided, moved := campaign, trust.Campaign{Page: staffed(), Path: row.Path, Number: "P-13", Empty: true}
	decided.Verdict, decided.Fraud, decided.Page = "phishing", true, staffed(sample.Bad("into", "campaign_unknown"))
	host := trust.Host{Host: line.Name, By: "Tara Voss", At: at, Campaign: "P-12", CampaignPath: row.Path,
		Lift: "/staff/blocklist/x/lift"}
	lifted := host
	lifted.Lift, lifted.LiftedBy, lifted.LiftedAt = "", "Ines Rocha", at
	mixed := campaign
	mixed.Mixed = true
	campaign.Advised = []string{"password", "mailbox", "bank", "police", "papers", "device", "nothing"}
	campaign.Advice = []string{"bank"}
	return []sample.Sample{
		{Name: "staff-reports/normal", View: trust.Reports{Queue: full, Order: "newest", Hours: plot,
			Rows: []trust.ReportLine{line}}.View()},
		{Name: "staff-reports/empty", View: trust.Reports{Queue: empty, Order: "oldest", Hours: plot}.View()},
		{Name: "staff-campaigns/normal", View: trust.Campaigns{Queue: full, Order: "newest",
			Share: "/staff/campaigns.json", Rows: []trust.CampaignLine{row}}.View()},
		{Name: "staff-report/mail", View: trust.Report{Page: staffed(), Number: "R-1001", Kind: "mail",
			Said: sample.Markup, Letter: &letter}.View()},
		{Name: "staff-report/unreadable", View: trust.Report{Page: staffed(), Number: "R-1002", Kind: "mail",
			Unreadable: true, Original: letter.Original}.View()},
		{Name: "staff-campaign/waiting", View: campaign.View()},
		{Name: "staff-campaign/decided", View: decided.View()},
		{Name: "staff-campaign/mixed", View: mixed.View()},
		{Name: "staff-campaign/empty", View: moved.View()},
		{Name: "staff-campaign-verdict/normal", View: trust.Decision{Page: staffed(), Path: row.Path,
			Number: "P-12", Name: line.Name, Verdict: "genuine", Version: "3", Reports: 7, Mails: 5,
			Subject: "What became of your report", Text: "Hello"}.View()},
		{Name: "staff-blocklist/normal", View: trust.Blocklist{Page: staffed(sample.Bad("host", "host_shared")),
			Live: []trust.Host{host}, Lifted: []trust.Host{lifted}, Typed: "github.com"}.View()},
	}
}
