package handlers

import (
	"time"

	"regain/views"
)

// Letter is one mail of the demo's mailbox. ID stands in an address: letters and digits only.
type Letter struct {
	ID, To, Subject, Kind string
	At                    time.Time
	Headers               []views.Fact
	Text, HTML            string
}
