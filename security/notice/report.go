package notice

import "time"

// ReportReceived thanks for a report that came by mail, and tells what is known of it at once.
type ReportReceived struct {
	Report   string // number
	What     string // a code of report.Kind
	Known    string // a code of genuine.Verdict; "" when nothing is known
	Settled  string // a code of report.Verdict, where others reported the same before; else ""
	At       time.Time
	NextWord time.Time
}

// ReportVerdict tells somebody what became of what they reported.
type ReportVerdict struct {
	Report     string // number
	Verdict    string // a code of report.Verdict
	What       string // a code of report.Kind
	ReportedAt time.Time
	At         time.Time
}
