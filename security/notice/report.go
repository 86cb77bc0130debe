package notice

import "time"

// ReportReceived thanks for a report that came by mail, and tells what is known of it at once.
type ReportReceived struct {
	Report   string // number
	Known    string // a code of genuine.Verdict; "" when nothing is known
	Settled  string // a code of report.Verdict, where others reported the same before; else ""
	At       time.Time
	NextWord time.Time
}

// ReportVerdict tells somebody what became of what they reported.
type ReportVerdict struct {
	Report     string   // number
	Verdict    string   // a code of report.Verdict
	Advice     []string // codes of report.Advised
	ReportedAt time.Time
}

// ReportInfected tells somebody without an account that malware was found in a file that came with their
// report; see FileInfected.
type ReportInfected struct {
	Report     string // number
	ReportedAt time.Time
}

func reportSamples() []Notice {
	return []Notice{
		ReportReceived{Report: "R-1042", Known: "not_ours", At: at, NextWord: at.Add(10 * time.Hour)},
		ReportReceived{Report: "R-1042", Settled: "phishing", At: at, NextWord: at.Add(10 * time.Hour)},
		ReportVerdict{Report: "R-1042", Verdict: "phishing", Advice: []string{"password", "bank"}, ReportedAt: at.Add(-4 * time.Hour)},
		ReportInfected{Report: "R-1042", ReportedAt: at.Add(-4 * time.Hour)},
	}
}
