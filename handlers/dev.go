package handlers

import (
	"context"
	"time"

	"regain/views"
)

// Dev is what the demo shows besides the portal. It has no place in production.
type Dev struct {
	// People are the demo people.
	People func(context.Context) ([]views.DevPerson, error)
	// Staff is the demo's staff, each with the code that their authenticator shows now.
	Staff func() ([]views.DevPerson, error)
	// Letters are the mails that were sent, newest first.
	Letters func(context.Context) ([]Letter, error)
	// Market are the addresses of the demo's marketplace, a program that knows the portal by its API.
	Market []Route
}

// Letter is one mail of the demo's mailbox. ID stands in an address: letters and digits only.
type Letter struct {
	ID, To, Subject, Kind string
	At                    time.Time
	Headers               []views.Fact
	Text, HTML            string
}
