package inbound

import "time"

// The kinds of write of this room. What a kind guards stands in its comment.
type (
	// PutMail keeps a mail that is to be read. One with the same digest is there already: then nothing
	// happens, for it has come again.
	PutMail struct{ Mail Mail }
	// SettleMail ends a mail that was claimed for the attempt and nobody has claimed since, and wipes it.
	SettleMail struct {
		ID      string
		Attempt int
		At      time.Time
		Outcome Outcome
	}
	// SetMailAside keeps a mail that was claimed for the attempt for staff; nobody tries to read it again.
	SetMailAside struct {
		ID      string
		Attempt int
		At      time.Time
	}
)

// Outcome is what became of a mail.
type Outcome string

// The outcomes.
const (
	Landed  Outcome = "landed"  // it is a message on its ticket
	Taken   Outcome = "taken"   // as a report
	Known   Outcome = "known"   // it says what stands there already
	Refused Outcome = "refused" // a reply that is not taken; its sender may have been told
	Ignored Outcome = "ignored" // no person sent it
)

func (PutMail) Write()      {}
func (SettleMail) Write()   {}
func (SetMailAside) Write() {}
