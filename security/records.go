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
	Limit                     int // 0 reads all
}

// Dated is a kind of thing that is removed when it is old.
type Dated string

// What is removed when it is old.
const (
	OldLogins     Dated = "logins"
	OldActivities Dated = "activities"
	OldLinks      Dated = "links" // and changes of address that were asked for
	OldMails      Dated = "mails"
	OldSessions   Dated = "sessions" // of both kinds
	OldAlerts     Dated = "alerts"
	OldExports    Dated = "exports"
	OldHooks      Dated = "webhooks"  // events that endpoints were told of
	OldStrangers  Dated = "strangers" // details of what they left on the trail
	OldSignals    Dated = "signals"   // which of them were taken
	OldReports    Dated = "reports"   // of frauds, with what was reported
	// files that came with messages, and those that never did
	OldAttachments Dated = "attachments"
	OldDrafts      Dated = "attachment_drafts"
	OldInbound     Dated = "inbound" // mails that came in and were read, or could not be
)

// Cursor is where a page of a list ends: the moment by which the list is
// ordered, and the id. The zero Cursor is the beginning.
type Cursor struct {
	At time.Time
	ID string
}
