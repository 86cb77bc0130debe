package notice

import "time"

// ReplyNotTaken answers who has replied to a mail of ours where the reply is not taken. It says nothing of
// the account.
type ReplyNotTaken struct {
	Why string    `json:"why"` // "stranger", "over", "empty" or "many"
	At  time.Time `json:"at"`
}

// IsAnswer reports whether mails of the kind answer one that somebody has sent (RFC 3834).
func IsAnswer(k Kind) bool { return k == ReportReceived{}.Kind() || k == ReplyNotTaken{}.Kind() }
