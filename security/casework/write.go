package casework

import (
	"time"

	"regain/security"
)

// The kinds of write of this room. What a kind guards stands in its comment.
type (
	// OpenTicket adds a ticket. A case has at most one of its own.
	OpenTicket struct{ Ticket security.Ticket }
	// SaveTicket replaces what may change of a ticket whose version is still
	// Ticket.Version, and raises the version.
	SaveTicket struct{ Ticket security.Ticket }
	// RaiseTicket gives the ticket the high priority; already high is no
	// conflict.
	RaiseTicket struct{ Ticket string }
	// AddMessage appends to a ticket.
	AddMessage struct{ Message security.Message }
	// PutFile is a file on the message that it comes with. It is its holder's, on none yet, and has
	// bytes that may be clean.
	PutFile struct {
		security.File
		Ticket, Message string
	}
	// WakeTicket makes a ticket open again, due at DueAt, unless it is open or
	// closed; then, and when there is no such ticket, nothing happens. One that
	// somebody waits for is due no later than it was.
	WakeTicket struct {
		ID    string
		DueAt time.Time
	}
	// NameOutside records what the help desk of a holder calls a ticket or a message on it. A name
	// that the holder has given before, and a second one for the same, is a conflict.
	NameOutside struct {
		Holder, External string
		Kind             OutsideKind
		Ticket           string
		Message          string // "" for the ticket itself
	}
)

// OutsideKind is what somebody outside has a name for.
type OutsideKind string

// The kinds.
const (
	OutsideTicket  OutsideKind = "ticket"
	OutsideMessage OutsideKind = "message"
)

func (OpenTicket) Write()  {}
func (SaveTicket) Write()  {}
func (RaiseTicket) Write() {}
func (AddMessage) Write()  {}
func (PutFile) Write()     {}
func (WakeTicket) Write()  {}
func (NameOutside) Write() {}
