// Package market is what the marketplace's programs read of accounts, cases and tickets, and how
// tickets of its own help desk stay one with ours.
package market

import (
	"context"
	"time"

	"regain/security"
	"regain/security/casework"
	"regain/security/desk"
	"regain/security/recovery"
	"regain/security/staff"
	"regain/security/ticket"
)

// Store is what this room reads beside security.Store.
type Store interface {
	// ListedCases and ListedTickets list what changed after the cursor, what changed first in front.
	ListedCases(ctx context.Context, f Filter) ([]CaseRow, error)
	ListedTickets(ctx context.Context, f Filter) ([]TicketRow, error)
	// Outside tells what the holder calls a ticket and its messages, by the id of the message; that
	// of the ticket itself is "".
	Outside(ctx context.Context, holder, ticket string) (map[string]string, error)
	// Inside finds what the holder calls so.
	Inside(ctx context.Context, holder string, kind casework.OutsideKind, external string) (
		casework.NameOutside, error)
}

// Service holds what the use cases here need. All fields are set once, before the first use.
type Service struct {
	*security.Core
	Market Store
	Staff  *staff.Service
	Desk   *desk.Service
}

// Filter asks for one page of a list; empty fields narrow nothing.
type Filter struct {
	Account    string
	State      string // of a case, or the status of a ticket
	Department string // of a ticket
	Since      time.Time
	After      security.Cursor
	Limit      int
	Holder     string // whose names of tickets are told
}

// CaseRow is a line of the list of cases.
type CaseRow struct {
	ID, Number, Account                             string
	State                                           recovery.State
	Cause                                           recovery.Cause
	Ticket                                          string // its number, or ""
	OpenedAt, SecuredAt, DueAt, ClosedAt, UpdatedAt time.Time
}

// TicketRow is a line of the list of tickets. It says nothing that a person wrote.
type TicketRow struct {
	ID, Number, Account         string
	Case                        string // its number, or ""
	Department, Priority, Topic string
	Status                      ticket.Status
	OpenedAt, DueAt, UpdatedAt  time.Time
	Messages                    int
	External                    string // what the reader calls it, or ""
}
