package security

import (
	"time"

	"regain/security/ticket"
)

// Change is one commit of a batch.
type Change struct {
	Event  Event
	Writes []Write
}

// TicketFilter narrows a list of tickets; empty fields do not.
type TicketFilter struct {
	Account, Case, Department string
	Status                    ticket.Status
	Limit                     int // 0 reads as 200
}

// Holding is a kind of thing that is removed when it is old.
type Holding string

// What is removed when it is old.
const (
	OldLogins     Holding = "logins"
	OldActivities Holding = "activities"
	OldLinks      Holding = "links" // and changes of address that were asked for
	OldMails      Holding = "mails"
	OldSessions   Holding = "sessions" // of both kinds
	OldAlerts     Holding = "alerts"
	OldExports    Holding = "exports"
)

// Cursor is where a page of a list ends: the moment by which the list is
// ordered, and the id. The zero Cursor is the beginning.
type Cursor struct {
	At time.Time
	ID string
}
