package notice

import "time"

// ReportTaken answers who has forwarded a mail to the abuse address.
type ReportTaken struct {
	Report string    `json:"report"` // number of the report
	Known  string    `json:"known"`  // what was known at once, a code of genuine.Verdict; "" for nothing
	At     time.Time `json:"at"`
}

// ReplyNotTaken answers who has replied to a mail of ours where the reply is not taken. It says nothing of
// the account.
type ReplyNotTaken struct {
	Why string    `json:"why"` // "stranger", "over", "empty" or "many"
	At  time.Time `json:"at"`
}

// IsAnswer reports whether mails of the kind answer one that somebody has sent (RFC 3834).
func IsAnswer(k Kind) bool { return k == ReportTaken{}.Kind() || k == ReplyNotTaken{}.Kind() }
