package protection

import (
	"regain/views"
	"regain/views/gallery/sample"
	"regain/views/protect"
	"regain/views/words"
)

func reports() []sample.Sample {
	form := func(kind string, wrong ...views.Wrong) protect.Report {
		return protect.Report{Page: sample.Outside(wrong...), Kind: kind, Once: "o",
			Kinds:    []string{"mail", "message", "link", "page", "job", "person"},
			AskedFor: []string{"password", "money", "off_platform", "documents", "other"}}
	}
	filled := form("job", sample.Bad("message", "report_empty"), sample.Bad("file", "report_long", "10"))
	filled.Job, filled.Link, filled.Asked = "https://market.example/jobs/4711", "https://evil.example", []string{"money"}
	taken := protect.ReportTaken{Page: sample.Outside(), Number: "R-1042", Harm: true,
		LookBy: sample.At("22 November 2026, 18:00 (UTC)")}
	known, known2 := taken, taken
	known.Found, known.Mailed, known.Known = "phishing", true, words.Say("mail_check.verdict.not_ours")
	known.Reasons = []protect.MailReason{{Code: "link_foreign", About: "evil.example"}}
	known2.Harm, known2.Known = false, words.Say("report.known.ours")
	return []sample.Sample{
		{Name: "protect-report/normal", View: form("").View()},
		{Name: "protect-report/refused", View: filled.View()},
		{Name: "protect-report/taken", View: taken.View()},
		{Name: "protect-report/known", View: known.View()},
		{Name: "protect-report/ours", View: known2.View()},
	}
}
