package views

// Look is the badge of a status: its colour and its picture.
type Look struct{ Kind, Icon string }

// Statuses are the looks of every State of an owner's status. Their words are "status.STATE.title" and
// "status.STATE.lede".
var Statuses = map[string]Look{
	"unfinished":  {"warn", "lock"},
	"review":      {"", "clock"},
	"needs_owner": {"warn", "mail"},
	"overdue":     {"warn", "clock"},
	"resumed":     {"ok", "open"},
	"declined":    {"bad", "lock"},
	"stopped":     {"warn", "info"},
	"reported":    {"", "clock"},
	"checkup":     {"ok", "shield"},
}
